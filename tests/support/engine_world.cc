#include "engine_world.h"

#include <stdlib.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/engine.h"

namespace viaggio::testing {
namespace {

using nlohmann::json;

std::string make_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "viaggio-script-XXXXXX").string();
  return mkdtemp(path.data()) == nullptr ? std::string() : path;
}

class EngineWorld final : public World {
 public:
  EngineWorld(EngineMode mode, std::string folder)
      : mode_(std::move(mode)), folder_(std::move(folder)) {}
  ~EngineWorld() override {
    engine_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string name() const override { return "engine, " + mode_.name; }

  Status open() {
    engine::Options options;
    options.folder = folder_;
    options.name = "Script";
    options.sync = false;  // the disk's promises are tested elsewhere
    options.background = false;
    if (mode_.tiny_blocks) {
      options.timeline.block_events = 4;
      options.timeline.tail_floor = 1;
    }
    auto opened = engine::Engine::open(options);
    if (!opened) return tl::unexpected(opened.error());
    engine_ = std::move(*opened);
    return {};
  }

  Status put_stage_model(const std::string& id, const std::string& text) override {
    auto done = engine_->put_stage_model(id, text, "");
    if (!done) return tl::unexpected(done.error());
    changed_ = true;
    return {};
  }
  Status put_touchpoints(const std::string& text) override {
    auto done = engine_->put_touchpoints(text, "");
    if (!done) return tl::unexpected(done.error());
    changed_ = true;
    return {};
  }

  Status put_settings(const std::string& text) override {
    auto done = engine_->put_settings(text, "");
    if (!done) return tl::unexpected(done.error());
    changed_ = true;
    return {};
  }
  Status put_audience(const std::string& id, const std::string& text) override {
    if (auto ok = settle(); !ok) return ok;
    auto done = engine_->put_audience(id, text, "");
    if (!done) return tl::unexpected(done.error());
    changed_ = true;
    return {};
  }

  Status load(const std::string& source, const std::string& batch) override {
    formats::ParseContext context;
    context.sender = formats::Sender::secret_key;
    context.limits = formats::Limits::of(formats::Sender::secret_key);
    context.source = source;
    context.received_at = now_micros();
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<Result<engine::Collected>> answer;
    engine_->collect(batch, context, [&](Result<engine::Collected> a) {
      std::lock_guard lock(mutex);
      answer = std::move(a);
      arrived.notify_one();
    });
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return answer.has_value(); });
    if (!*answer) return tl::unexpected(answer->error());
    const engine::Collected& collected = **answer;
    if (!collected.rejected.empty()) {
      const auto& first = collected.rejected.front();
      return invalid(first.field, "rejected: " + first.code + " " + first.detail, first.code);
    }
    changed_ = true;
    return {};
  }

  Status merge(const std::string& a, const std::string& b) override {
    auto done = engine_->merge(json{{"a", a}, {"b", b}}.dump(), "script");
    if (!done) return tl::unexpected(done.error());
    const json id = json::parse(*done)["link_id"];
    links_.push_back(id.is_string() ? std::stoull(id.get<std::string>()) : id.get<std::uint64_t>());
    changed_ = true;
    return {};
  }
  Status undo_last_merge() override {
    if (links_.empty()) return fail(ErrorKind::not_found, "not_found", "there is no merge to undo");
    auto done = engine_->undo_link(links_.back(), "script");
    if (!done) return tl::unexpected(done.error());
    links_.pop_back();
    changed_ = true;
    return {};
  }

  std::string epoch(Micros clock) override {
    const auto health = engine_->health();
    if (!health) return {};
    const std::string now = json::parse(*health)["epoch"];
    return now.substr(0, now.rfind('-') + 1) + std::to_string(clock);
  }

  Result<std::string> query(const std::string& kind, const std::string& question) override {
    if (auto ok = settle(); !ok) return tl::unexpected(ok.error());
    return engine_->query(kind, question);
  }

  std::string customer_name(const std::string& id) override {
    const auto customer = engine_->customer(id);
    if (!customer) return id;
    const json profile = json::parse(*customer);
    std::string user, device;
    for (const json& i : profile["identifiers"]) {
      const std::string value = i["value"];
      std::string& best = i["type"] == "user_id" ? user : device;
      if (best.empty() || value < best) best = value;
    }
    return !user.empty() ? user : "~" + device;
  }

 private:
  // What the mode does between a change and the next question.
  Status settle() {
    if (!changed_) return {};
    changed_ = false;
    if (mode_.restart) {
      engine_.reset();
      if (auto ok = open(); !ok) return ok;
    }
    if (mode_.rebuild) {
      if (auto ok = engine_->rebuild_timeline(); !ok) return ok;
    }
    if (mode_.seal) return engine_->seal();
    return {};
  }

  EngineMode mode_;
  std::string folder_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<std::uint64_t> links_;
  bool changed_ = true;
};

}  // namespace

EngineMode tiny_block_mode() { return {.name = "tiny blocks", .seal = true, .tiny_blocks = true}; }

std::vector<EngineMode> engine_modes() {
  return {{.name = "fresh tail"},
          {.name = "sealed", .seal = true},
          tiny_block_mode(),
          {.name = "restarted", .restart = true},
          {.name = "rebuilt", .rebuild = true}};
}

std::unique_ptr<World> make_engine_world(const EngineMode& mode) {
  auto world = std::make_unique<EngineWorld>(mode, make_folder());
  if (!world->open()) return nullptr;
  return world;
}

}  // namespace viaggio::testing
