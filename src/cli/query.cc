// viaggio query: one question, answered as a table, JSON or CSV.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/answer_table.h"
#include "cli/commands.h"
#include "engine/engine.h"
#include "engine/question_in_sql.h"
#include "http/client.h"

namespace viaggio::cli {

using nlohmann::json;

namespace {

struct Arguments {
  std::string kind, file, format = "table", table, data;
  bool sql = false;
  Remote remote;
};

std::string asked_in_sql(const Arguments& a, const std::string& question) {
  return json{{"kind", a.kind}, {"question", json::parse(question, nullptr, false)}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

Result<std::string> answer_of(const Arguments& a, const std::string& question) {
  if (!a.remote.used()) {
    engine::Options options;
    options.folder = data_folder(a.data);
    options.background = false;
    if (auto ok = must_be_data_folder(options.folder); !ok) return tl::unexpected(ok.error());
    auto engine = engine::Engine::open(options);
    if (!engine) return tl::unexpected(engine.error());
    if (a.sql) return engine::question_in_sql(**engine, asked_in_sql(a, question));
    return (*engine)->query(a.kind, question);
  }
  http::ClientRequest r;
  r.method = "POST";
  r.url = a.remote.url + "/api/query/" + http::percent_encode(a.kind);
  r.headers.add("Authorization", "Bearer " + a.remote.key);
  r.headers.add("Content-Type", "application/json");
  r.body = question;
  if (a.sql) {
    r.url = a.remote.url + "/api/sql/equivalent";
    r.body = asked_in_sql(a, question);
  }
  auto answer = http::fetch(r);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status < 300) return answer->body;
  return tl::unexpected(error_of_answer(answer->status, answer->body));
}

int ask(const Arguments& a) {
  std::string question;
  if (a.file == "-") {
    question.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  } else {
    std::ifstream in(a.file);
    if (!in) return report(Error{ErrorKind::invalid, "invalid_argument", "cannot be read", a.file});
    question.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  auto answer = answer_of(a, question);
  if (!answer) return report(answer.error());
  if (a.sql) {
    const json j = json::parse(*answer);
    if (j.contains("sql")) {
      std::cout << j["sql"].get<std::string>() << "\n";
      return 0;
    }
    return report(
        Error{ErrorKind::impossible, "not_in_sql", j.value("reason", std::string()), a.file});
  }
  if (a.format == "json") {
    std::cout << *answer << "\n";
    return 0;
  }
  const json j = json::parse(*answer);
  const std::vector<AnswerTable> tables = answer_tables(a.kind, j);
  if (a.format == "csv") {
    const auto chosen = std::find_if(tables.begin(), tables.end(),
                                     [&](const AnswerTable& t) { return t.name == a.table; });
    if (!a.table.empty() && chosen == tables.end())
      return report(invalid("--table", "the answer has no list '" + a.table + "'").value());
    const AnswerTable* table = a.table.empty() ? main_table(tables) : &*chosen;
    if (table != nullptr) std::cout << as_csv(*table);
    return 0;
  }
  std::cout << answer_facts(j);
  for (const AnswerTable& table : tables) {
    if (a.table.empty() || table.name == a.table) std::cout << as_text(table);
  }
  return 0;
}

}  // namespace

void add_query(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* c = app.add_subcommand("query", "Ask one question");
  c->add_option("KIND", a->kind,
                "map, funnel, stages, transitions, paths, variants, trend, retention, lifecycle, "
                "attribution or value")
      ->required();
  c->add_option("FILE", a->file, "JSON file of the question, - for standard input")->required();
  c->add_option("--format", a->format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  c->add_option("--table", a->table, "Only this list of the answer, e.g. edges");
  c->add_flag("--sql", a->sql, "Print the question as SQL for 'viaggio sql', and do not ask it");
  add_target_options(*c, a->data, a->remote);
  c->callback([a, &exit_code] { exit_code = ask(*a); });
}

}  // namespace viaggio::cli
