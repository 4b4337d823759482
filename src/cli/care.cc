// viaggio check, backup, restore and key: care of a data folder that no server holds.
#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "engine/engine.h"

namespace viaggio::cli {
namespace fs = std::filesystem;
namespace {

Result<std::unique_ptr<engine::Engine>> open(const std::string& data) {
  engine::Options options;
  options.folder = data_folder(data);
  options.background = false;
  if (auto ok = must_be_data_folder(options.folder); !ok) return tl::unexpected(ok.error());
  return engine::Engine::open(options);
}

int check(const std::string& data) {
  auto engine = open(data);
  if (!engine) return report(engine.error());
  if (auto ok = (*engine)->verify(); !ok) return report(ok.error());
  if (auto ok = (*engine)->catalog().check(); !ok) return report(ok.error());
  std::printf("all stores are sound; the timeline equals its events\n");
  return 0;
}

// Copies a stopped folder; the open engine's lock keeps servers out meanwhile.
int copy(const std::string& from, const std::string& to) {
  std::error_code ec;
  if (fs::exists(to))
    return report(
        Error{ErrorKind::invalid, "invalid_argument", "exists already; name a new folder", to});
  {
    auto engine = open(from);
    if (!engine) return report(engine.error());
    if (auto ok = (*engine)->checkpoint(); !ok) return report(ok.error());
    if (auto ok = (*engine)->verify(); !ok) return report(ok.error());
    fs::copy(data_folder(from), to, fs::copy_options::recursive, ec);
  }
  if (ec) return report(Error{ErrorKind::internal, "backup", "cannot copy: " + ec.message(), to});
  return check(to);
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto data = std::make_shared<std::string>();
  auto* c =
      app.add_subcommand("check", "Verify every store, and that the timeline equals its events");
  c->add_option("--data", *data, "Data folder (default ./viaggio-data)");
  c->callback([data, &exit_code] { exit_code = check(*data); });
}

void add_backup(CLI::App& app, int& exit_code) {
  auto data = std::make_shared<std::string>(), other = std::make_shared<std::string>();
  auto* b =
      app.add_subcommand("backup", "Copy a data folder that no server holds, and check the copy");
  b->add_option("--data", *data, "Data folder (default ./viaggio-data)");
  b->add_option("-o,--output", *other, "New folder for the copy")->required();
  b->callback([data, other, &exit_code] { exit_code = copy(*data, *other); });
  auto from = std::make_shared<std::string>(), into = std::make_shared<std::string>();
  auto* r = app.add_subcommand("restore", "Bring a back-up to a new data folder, and check it");
  r->add_option("FROM", *from, "Folder of the back-up")->required();
  r->add_option("--data", *into, "New data folder")->required();
  r->callback([from, into, &exit_code] { exit_code = copy(*from, *into); });
}

void add_key(CLI::App& app, int& exit_code) {
  auto kind = std::make_shared<std::string>(), source = std::make_shared<std::string>("api"),
       data = std::make_shared<std::string>();
  auto* k = app.add_subcommand("key", "Keys of a data folder");
  k->require_subcommand(1);
  auto* c = k->add_subcommand("create", "Make a key and print it once");
  c->add_option("--kind", *kind, "write or secret")
      ->required()
      ->check(CLI::IsMember({"write", "secret"}));
  c->add_option("--source", *source, "The collector's name that its events carry");
  c->add_option("--data", *data, "Data folder that no server holds (default ./viaggio-data)");
  c->callback([kind, source, data, &exit_code] {
    engine::Options options;
    options.folder = data_folder(*data);
    options.background = false;
    auto engine = engine::Engine::open(options);
    if (!engine) {
      exit_code = report(engine.error());
      return;
    }
    auto key = (*engine)->keys().create(
        *kind == "secret" ? auth::KeyKind::secret : auth::KeyKind::write, *source);
    if (!key) {
      exit_code = report(key.error());
      return;
    }
    std::printf("%s\n", key->c_str());
    exit_code = 0;
  });
}

}  // namespace viaggio::cli
