// viaggio sql: a SELECT over the open copy, also while a server holds the folder.
#include <iostream>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/answer_table.h"
#include "cli/commands.h"
#include "engine/copying.h"
#include "engine/engine.h"
#include "http/client.h"

namespace viaggio::cli {

using nlohmann::json;

namespace {

struct Arguments {
  std::string query, format = "table", data;
  std::size_t limit = 1'000;
  Remote remote;
};

// A folder that nobody holds is brought up to date first; of one that a server holds, the files
// that it has written are read.
Result<std::string> answer_here(const Arguments& a, const std::string& body) {
  engine::Options options;
  options.folder = data_folder(a.data);
  options.background = false;
  if (auto ok = must_be_data_folder(options.folder); !ok) return tl::unexpected(ok.error());
  auto engine = engine::Engine::open(options);
  if (!engine && engine.error().code == "folder_in_use")
    return engine::sql_over_copy(options.folder, body);
  if (!engine) return tl::unexpected(engine.error());
  if (auto ok = (*engine)->copying().catch_up(); !ok) return tl::unexpected(ok.error());
  return (*engine)->copying().sql(body);
}

Result<std::string> answer_there(const Arguments& a, const std::string& body) {
  http::ClientRequest r;
  r.method = "POST";
  r.url = a.remote.url + "/api/sql";
  r.headers.add("Authorization", "Bearer " + a.remote.key);
  r.headers.add("Content-Type", "application/json");
  r.body = body;
  auto answer = http::fetch(r);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status < 300) return answer->body;
  return tl::unexpected(error_of_answer(answer->status, answer->body));
}

int ask(Arguments a) {
  if (a.query.empty() || a.query == "-")
    a.query.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  const std::string body = json{{"query", a.query}, {"limit", a.limit}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
  auto text = a.remote.used() ? answer_there(a, body) : answer_here(a, body);
  if (!text) return report(text.error());
  if (a.format == "json") {
    std::cout << *text << "\n";
    return 0;
  }
  const json answer = json::parse(*text);
  AnswerTable table{"rows", {}, answer.at("rows").get<std::vector<std::vector<json>>>()};
  for (const json& c : answer.at("columns")) table.columns.push_back(c.at("name"));
  std::cout << (a.format == "csv" ? as_csv(table) : as_text(table));
  if (answer.at("more").get<bool>())
    std::cerr << "viaggio: more rows than " << a.limit << "; see --limit\n";
  return 0;
}

}  // namespace

void add_sql(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* c = app.add_subcommand("sql", "Ask the open copy in SQL: events, sessions, customers");
  c->add_option("QUERY", a->query, "One SELECT; - or nothing: standard input");
  c->add_option("--format", a->format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  c->add_option("--limit", a->limit, "At most so many rows (default 1000)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
  add_target_options(*c, a->data, a->remote);
  c->callback([a, &exit_code] { exit_code = ask(*a); });
}

}  // namespace viaggio::cli
