#include <filesystem>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "api/engine_backend.h"

namespace viaggio::api {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;
constexpr std::string_view kCollection = "workspace";  // records of the first catalog
constexpr std::size_t kMost = 20;

}  // namespace

Result<std::unique_ptr<EngineWorkspaces>> EngineWorkspaces::open(engine::Engine& first) {
  std::unique_ptr<EngineWorkspaces> all(new EngineWorkspaces(first));
  auto own = std::make_unique<Workspace>();
  own->id = "w1";
  own->backend = make_engine_backend(own->id, first);
  all->workspaces_.push_back(std::move(own));
  const auto remembered = first.catalog().records(kCollection);
  if (!remembered) return tl::unexpected<Error>(remembered.error());
  for (const catalog::Row& row : *remembered) {
    const json j = json::parse(row.json, nullptr, false);
    const std::string folder = j.is_object() ? j.value("folder", "") : "";
    const auto opened = folder.empty() ? Result<Backend*>(internal_error("no folder"))
                                       : all->add(row.key, folder, "");
    if (!opened) spdlog::error("workspace {} cannot be opened: {}", row.key, opened.error().detail);
  }
  return all;
}

EngineWorkspaces::~EngineWorkspaces() = default;

Result<Backend*> EngineWorkspaces::add(const std::string& id, const std::string& folder,
                                       std::string_view name) {
  engine::Options options;
  options.folder = folder;
  options.name = name;
  auto engine = engine::Engine::open(options);
  if (!engine) return tl::unexpected<Error>(engine.error());
  auto workspace = std::make_unique<Workspace>();
  workspace->id = id;
  workspace->engine = std::move(*engine);
  workspace->backend = make_engine_backend(id, *workspace->engine);
  Backend* backend = workspace->backend.get();
  std::lock_guard lock(mutex_);
  workspaces_.push_back(std::move(workspace));
  return backend;
}

std::vector<Backend*> EngineWorkspaces::list() {
  std::lock_guard lock(mutex_);
  std::vector<Backend*> out;
  for (const auto& w : workspaces_) out.push_back(w->backend.get());
  return out;
}

Backend* EngineWorkspaces::find(std::string_view id) {
  std::lock_guard lock(mutex_);
  for (const auto& w : workspaces_) {
    if (w->id == id) return w->backend.get();
  }
  return nullptr;
}

Result<Backend*> EngineWorkspaces::create(std::string_view name) {
  std::lock_guard one_at_a_time(creating_);
  if (list().size() >= kMost)
    return fail(ErrorKind::impossible, "too_many_workspaces",
                "a process holds at most 20 workspaces");
  // Beside the first: "viaggio-data" -> "viaggio-data-2".
  const fs::path beside = fs::path(first_.folder()).lexically_normal();
  const std::string stem = (beside.has_filename() ? beside : beside.parent_path()).string();
  std::string id, folder;
  std::error_code ec;
  for (int n = 2; folder.empty() || fs::exists(folder, ec) || find(id) != nullptr; ++n) {
    id = "w" + std::to_string(n);
    folder = stem + "-" + std::to_string(n);
  }
  auto made = add(id, folder, name);
  if (!made) return made;
  // New keys at once, so that the empty workspace can be filled.
  for (const auto& w : workspaces_) {
    if (w->id != id) continue;
    if (auto keys = w->engine->keys().ensure_first("", ""); !keys)
      return tl::unexpected<Error>(keys.error());
  }
  const json record = {{"folder", fs::absolute(folder, ec).string()}};
  if (auto ok = first_.catalog().put_record(kCollection, id, record.dump()); !ok)
    return tl::unexpected<Error>(ok.error());
  return made;
}

}  // namespace viaggio::api
