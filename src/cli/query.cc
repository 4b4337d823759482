// viaggio query: one question, answered as a table, JSON or CSV.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "engine/engine.h"
#include "files/parquet.h"
#include "http/client.h"

namespace viaggio::cli {

using nlohmann::json;

namespace {

struct Arguments {
  std::string kind, file, format = "table", data;
  Remote remote;
};

template <class Json>
std::string cell(const Json& v) {
  if (v.is_null()) return "";
  if (v.is_string()) return v.template get<std::string>();
  if (v.is_object() && v.contains("it")) return v["it"].template get<std::string>();
  return v.dump();
}

// A list of objects as columns; the answers' nested lists (values of a trend) are joined.
template <class Json>
void table(const std::string& title, const Json& rows, bool csv) {
  std::vector<std::string> columns;
  for (const Json& r : rows) {
    if (!r.is_object()) continue;
    for (const auto& [k, v] : r.items()) {
      if (std::find(columns.begin(), columns.end(), k) == columns.end()) columns.push_back(k);
    }
  }
  if (columns.empty()) {
    std::cout << title << ": " << rows.dump() << "\n";
    return;
  }
  std::vector<std::vector<std::string>> lines{columns};
  for (const Json& r : rows) {
    std::vector<std::string> line;
    for (const auto& c : columns) line.push_back(r.contains(c) ? cell(r[c]) : "");
    lines.push_back(std::move(line));
  }
  if (csv) {
    std::string out;
    for (const auto& l : lines)
      files::append_csv_row(out, std::vector<std::string_view>(l.begin(), l.end()));
    std::cout << out;
    return;
  }
  std::cout << title << "\n";
  std::vector<std::size_t> widths(columns.size(), 0);
  for (const auto& l : lines) {
    for (std::size_t i = 0; i < l.size(); ++i)
      widths[i] = std::max(widths[i], std::min<std::size_t>(l[i].size(), 60));
  }
  for (const auto& l : lines) {
    for (std::size_t i = 0; i < l.size(); ++i)
      std::cout << "  " << l[i]
                << std::string(widths[i] > l[i].size() ? widths[i] - l[i].size() : 0, ' ');
    std::cout << "\n";
  }
}

// A name for each series; equal ones are numbered, so that none covers another.
std::vector<std::string> series_names(const json& series) {
  std::vector<std::string> names{"bucket"};
  for (const json& s : series) {
    std::string name = s["label"].get<std::string>();
    if (s.contains("value")) name += " " + (s["value"].is_null() ? "-" : cell(s["value"]));
    std::string free = name;
    for (int n = 2; std::find(names.begin(), names.end(), free) != names.end(); ++n)
      free = name + " " + std::to_string(n);
    names.push_back(std::move(free));
  }
  names.erase(names.begin());
  return names;
}

void trend_table(const json& answer, bool csv) {
  const std::vector<std::string> names = series_names(answer["series"]);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (std::size_t b = 0; b < answer["buckets"].size(); ++b) {
    nlohmann::ordered_json row;
    row["bucket"] = answer["buckets"][b];
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = answer["series"][i]["values"][b];
    rows.push_back(std::move(row));
  }
  table("trend", rows, csv);
}

Result<std::string> answer_of(const Arguments& a, const std::string& question) {
  if (!a.remote.used()) {
    engine::Options options;
    options.folder = data_folder(a.data);
    options.background = false;
    if (auto ok = must_be_data_folder(options.folder); !ok) return tl::unexpected(ok.error());
    auto engine = engine::Engine::open(options);
    if (!engine) return tl::unexpected(engine.error());
    return (*engine)->query(a.kind, question);
  }
  http::ClientRequest r;
  r.method = "POST";
  r.url = a.remote.url + "/api/query/" + http::percent_encode(a.kind);
  r.headers.add("Authorization", "Bearer " + a.remote.key);
  r.headers.add("Content-Type", "application/json");
  r.body = question;
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
  if (a.format == "json") {
    std::cout << *answer << "\n";
    return 0;
  }
  const json j = json::parse(*answer);
  if (a.kind == "trend") {
    trend_table(j, a.format == "csv");
    return 0;
  }
  for (const auto& [name, value] : j.items()) {
    if (value.is_array() && !value.empty())
      table(name, value, a.format == "csv");
    else if (!value.is_array() && a.format == "table")
      std::cout << name << ": " << cell(value) << "\n";
  }
  return 0;
}

}  // namespace

void add_query(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* c = app.add_subcommand("query", "Ask one question");
  c->add_option("KIND", a->kind, "map, funnel, stages, transitions or trend")->required();
  c->add_option("FILE", a->file, "JSON file of the question, - for standard input")->required();
  c->add_option("--format", a->format, "table, json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  add_target_options(*c, a->data, a->remote);
  c->callback([a, &exit_code] { exit_code = ask(*a); });
}

}  // namespace viaggio::cli
