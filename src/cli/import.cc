// viaggio import: a file into a folder, or to a running server.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "engine/engine.h"
#include "http/client.h"
#include "imports/mapping.h"
#include "imports/shipped.h"

namespace viaggio::cli {

using nlohmann::json;

namespace {

struct Arguments {
  std::string format, mapping, source, data;
  std::vector<std::string> files;
  Remote remote;
};

Result<imports::Mapping> find_mapping(const std::string& name) {
  if (name.empty())
    return invalid(
        "--mapping",
        "is missing: which column is what? Give a TOML file, or rees46 or uci-online-retail");
  for (const auto& shipped : imports::shipped_mappings()) {
    if (shipped.id == name) return imports::parse_mapping_toml(shipped.toml);
  }
  return imports::read_mapping(name);
}

void show(const imports::Progress& p, Micros started, bool last) {
  static Micros said = 0;
  const Micros now = now_micros();
  const bool terminal = isatty(2) != 0;
  if (!last && now - said < (terminal ? kSecond / 5 : kSecond)) return;
  said = now;
  const double seconds = static_cast<double>(now - started) / 1e6;
  const double share =
      p.bytes_total == 0 ? 0 : static_cast<double>(p.bytes) / static_cast<double>(p.bytes_total);
  const double left = share > 0 ? seconds * (1 - share) / share : 0;
  std::fprintf(stderr, "%s%3.0f %%  %llu rows, %.0f a second, %.0f s left%s", terminal ? "\r" : "",
               share * 100, static_cast<unsigned long long>(p.rows),
               static_cast<double>(p.rows) / (seconds > 0 ? seconds : 1), left,
               terminal && !last ? "" : "\n");
}

int import_here(const Arguments& a) {
  engine::Options options;
  options.folder = data_folder(a.data);
  auto engine = engine::Engine::open(options);
  if (!engine) return report(engine.error());
  const engine::Settings settings = (*engine)->settings();
  imports::Progress total;
  std::string rejected_path;
  for (const std::string& file : a.files) {
    imports::Request request;
    request.path = file;
    request.format = imports::parse_file_format(a.format);
    if (request.format == imports::FileFormat::mapped) {
      auto mapping = find_mapping(a.mapping);
      if (!mapping) return report(mapping.error());
      request.mapping = std::move(*mapping);
    }
    request.source = a.source;
    request.now = now_micros();
    request.import_id = "imp-" + std::to_string(request.now);
    request.tables = [&](const std::string& table, const std::string& rows) {
      return (*engine)->store_rows(table, rows);
    };
    request.timezone = settings.timezone;
    request.country = settings.country;
    std::error_code ec;
    std::filesystem::create_directories(options.folder + "/imports", ec);
    request.rejected_path = options.folder + "/imports/" + request.import_id + ".rejected.csv";
    const Micros started = now_micros();
    auto done = imports::run_import(
        request,
        [&](std::vector<IncomingEvent>&& events) -> Result<imports::SinkAnswer> {
          auto stored = (*engine)->store(std::move(events), true);
          if (!stored) return tl::unexpected(stored.error());
          return imports::SinkAnswer{stored->stored, stored->duplicates};
        },
        [&](const imports::Progress& p) { show(p, started, false); });
    if (!done) return report(done.error());
    show(*done, started, true);
    total.rows += done->rows;
    total.stored += done->stored;
    total.duplicates += done->duplicates;
    total.rejected += done->rejected;
    if (done->rejected != 0) rejected_path = request.rejected_path;
  }
  if (auto ok = (*engine)->seal(); !ok) return report(ok.error());
  std::printf("rows read %llu, stored %llu, duplicate %llu, rejected %llu\n",
              static_cast<unsigned long long>(total.rows),
              static_cast<unsigned long long>(total.stored),
              static_cast<unsigned long long>(total.duplicates),
              static_cast<unsigned long long>(total.rejected));
  if (!rejected_path.empty())
    std::printf("rejected rows with reasons: %s\n", rejected_path.c_str());
  return 0;
}

Result<json> ask(const Remote& remote, http::ClientRequest request) {
  request.url = remote.url + request.url;
  request.headers.add("Authorization", "Bearer " + remote.key);
  auto answer = http::fetch(request);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status >= 300) return tl::unexpected(error_of_answer(answer->status, answer->body));
  return json::parse(answer->body, nullptr, false);
}

int import_there(const Arguments& a) {
  std::string mapping = a.mapping;
  const bool mapped = imports::parse_file_format(a.format) == imports::FileFormat::mapped;
  if (!mapped) mapping = a.format;
  if (mapped && std::filesystem::exists(mapping)) {
    auto read = imports::read_mapping(mapping);
    if (!read) return report(read.error());
    std::ifstream in(mapping);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    auto as_json = mapping.ends_with(".toml") ? imports::mapping_toml_to_json(text)
                                              : Result<std::string>(text);
    if (!as_json) return report(as_json.error());
    const std::string id =
        read->id.empty() ? std::filesystem::path(mapping).stem().string() : read->id;
    http::ClientRequest put;
    put.method = "PUT";
    put.url = "/api/mappings/" + http::percent_encode(id);
    put.headers.add("Content-Type", "application/json");
    put.body = *as_json;
    if (auto ok = ask(a.remote, put); !ok) return report(ok.error());
    mapping = id;
  }
  std::vector<std::string> reports;
  json total = {{"rows", 0}, {"stored", 0}, {"duplicates", 0}, {"rejected", 0}};
  for (const std::string& file : a.files) {
    http::ClientRequest post;
    post.method = "POST";
    post.url = "/api/imports?name=" +
               http::percent_encode(std::filesystem::path(file).filename().string()) +
               "&mapping=" + http::percent_encode(mapping) +
               (a.source.empty() ? "" : "&source=" + http::percent_encode(a.source));
    post.body_file = file;
    auto begun = ask(a.remote, post);
    if (!begun) return report(begun.error());
    for (Micros said = 0;;) {
      http::ClientRequest get;
      const std::string get_path = "/api/imports/" + begun->value("id", "");
      get.url = get_path;
      auto state = ask(a.remote, get);
      if (!state) return report(state.error());
      if (const Micros now = now_micros(); now - said >= kSecond || (*state)["state"] == "done") {
        said = now;
        std::fprintf(stderr, "%llu rows\n",
                     static_cast<unsigned long long>(state->value("rows", 0ull)));
      }
      if ((*state)["state"] == "failed")
        return report(Error{ErrorKind::internal, "import_failed",
                            (*state)["error"].is_string() ? (*state)["error"].get<std::string>()
                                                          : "the import failed",
                            ""});
      if ((*state)["state"] == "done") {
        for (const char* f : {"rows", "stored", "duplicates", "rejected"})
          total[f] = total[f].get<std::uint64_t>() + state->value(f, std::uint64_t{0});
        if (state->value("rejected", std::uint64_t{0}) != 0)
          reports.push_back(a.remote.url + get_path + "/rejected");
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  }
  std::printf("rows read %llu, stored %llu, duplicate %llu, rejected %llu\n",
              total["rows"].get<unsigned long long>(), total["stored"].get<unsigned long long>(),
              total["duplicates"].get<unsigned long long>(),
              total["rejected"].get<unsigned long long>());
  for (const std::string& report_url : reports)
    std::printf("rejected rows with reasons: %s\n", report_url.c_str());
  return 0;
}

}  // namespace

void add_import(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* c = app.add_subcommand("import", "Load files");
  c->add_option("FORMAT", a->format,
                "csv, jsonl, parquet, xes (with --mapping), segment or viaggio")
      ->required()
      ->check(CLI::IsMember({"csv", "jsonl", "parquet", "xes", "segment", "viaggio"}));
  c->add_option("FILE", a->files, "Files, gzip too")->required()->check(CLI::ExistingFile);
  c->add_option("--mapping", a->mapping, "TOML file, or the id of a shipped mapping");
  c->add_option("--source", a->source, "The collector's name (default: the mapping's)");
  add_target_options(*c, a->data, a->remote);
  c->callback(
      [a, &exit_code] { exit_code = a->remote.used() ? import_there(*a) : import_here(*a); });
}

}  // namespace viaggio::cli
