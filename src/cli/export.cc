// viaggio export: everything out, in sequence order.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>

#include "api/export_tables.h"
#include "cli/commands.h"
#include "engine/engine.h"
#include "http/client.h"

namespace viaggio::cli {
namespace {

struct Arguments {
  std::string what, format = "jsonl", from, to, order = "sequence", output, data;
  Remote remote;
};

int export_there(const Arguments& a, std::FILE* out) {
  http::ClientRequest r;
  r.url = a.remote.url + "/api/export/" + a.what + "?format=" + a.format + "&order=" + a.order +
          (a.from.empty() ? "" : "&from=" + http::percent_encode(a.from)) +
          (a.to.empty() ? "" : "&to=" + http::percent_encode(a.to));
  r.headers.add("Authorization", "Bearer " + a.remote.key);
  r.on_body = [&](std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), out) == piece.size();
  };
  auto answer = http::fetch(r);
  if (!answer) return report(answer.error());
  return answer->status < 300 ? 0 : report(error_of_answer(answer->status, answer->body));
}

int export_here(const Arguments& a, std::FILE* out) {
  engine::Options options;
  options.folder = data_folder(a.data);
  options.background = false;
  if (auto ok = must_be_data_folder(options.folder); !ok) return report(ok.error());
  auto engine = engine::Engine::open(options);
  if (!engine) return report(engine.error());
  engine::Engine::ExportScope scope;
  scope.by_customer = a.order == "customer";
  for (const bool from : {true, false}) {
    const std::string& text = from ? a.from : a.to;
    if (text.empty()) continue;
    auto t = parse_time(text);
    if (!t)
      return report(Error{ErrorKind::invalid, "invalid_argument", t.error().detail,
                          from ? "--from" : "--to"});
    (from ? scope.range.from : scope.range.to) = *t;
  }
  const auto write = [&](std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), out) == piece.size();
  };
  auto lines = [&](const auto& sink) {
    return a.what == "events" ? (*engine)->export_events(scope, sink)
                              : (*engine)->export_customers(scope, sink);
  };
  Status done;
  if (a.format == "jsonl") {
    done = lines(write);
  } else {
    done = api::export_table(
        a.format, a.what, std::filesystem::temp_directory_path().string(),
        a.what == "events" ? api::event_columns() : api::customer_columns(),
        [&](const api::Backend::StreamHead&) { return api::Sink(write); },
        [&](const api::Sink& sink) { return lines(sink); });
  }
  return done ? 0 : report(done.error());
}

int run_export(const Arguments& a) {
  std::FILE* out = stdout;
  if (!a.output.empty()) out = std::fopen(a.output.c_str(), "wb");
  if (out == nullptr)
    return report(
        Error{ErrorKind::invalid, "invalid_argument", "cannot be written", "-o " + a.output});
  int code = a.remote.used() ? export_there(a, out) : export_here(a, out);
  if (std::fflush(out) != 0 || (out != stdout && std::fclose(out) != 0))
    code = report(Error{ErrorKind::internal, "export_write",
                        "the output cannot be written; is the disk full?", ""});
  return code;
}

}  // namespace

void add_export(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* c = app.add_subcommand("export", "Write everything out");
  c->add_option("WHAT", a->what, "events or customers")
      ->required()
      ->check(CLI::IsMember({"events", "customers"}));
  c->add_option("--format", a->format, "jsonl, csv or parquet")
      ->check(CLI::IsMember({"jsonl", "csv", "parquet"}));
  c->add_option("--from", a->from, "From this time (inclusive)");
  c->add_option("--to", a->to, "To this time (exclusive)");
  c->add_option("--order", a->order, "sequence or customer")
      ->check(CLI::IsMember({"sequence", "customer"}));
  c->add_option("-o,--output", a->output, "File (default: standard output)");
  add_target_options(*c, a->data, a->remote);
  c->callback([a, &exit_code] { exit_code = run_export(*a); });
}

}  // namespace viaggio::cli
