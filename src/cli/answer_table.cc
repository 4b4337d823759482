#include "cli/answer_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "files/parquet.h"

namespace viaggio::cli {

using nlohmann::json;

namespace {

// What stands first in a row, in this order; the rest follows by name.
const std::vector<std::string> kFirst = {
    "group",    "index",        "stage",     "row",         "id",      "key",       "start",
    "bucket",   "label",        "from",      "to",          "kind",    "value",     "size",
    "sequence", "count",        "entered",   "before",      "current", "here_now",  "forward",
    "back",     "exited",       "lost",      "transitions", "touches", "customers", "events",
    "stays",    "rate_overall", "rate_step", "dropped"};
// The list that a question is about, the most telling first.
const std::vector<std::string> kMain = {"trend",   "variants", "groups", "steps",
                                        "cohorts", "periods",  "keys",   "stages",
                                        "cells",   "edges",    "nodes",  "customers"};

bool is_label(const json& v) { return v.is_object() && v.contains("it") && v.contains("en"); }

std::string label_text(const json& v) {
  const char* language = std::getenv("LANG");
  return v[language != nullptr && std::string_view(language).starts_with("it") ? "it" : "en"]
      .get<std::string>();
}

using Cells = std::vector<std::pair<std::string, json>>;

void set(Cells& cells, const std::string& name, json value) {
  const auto at =
      std::find_if(cells.begin(), cells.end(), [&](const auto& c) { return c.first == name; });
  if (at == cells.end()) cells.emplace_back(name, std::move(value));
}

bool holds_objects(const json& v) {
  return v.is_array() && !v.empty() &&
         std::all_of(v.begin(), v.end(), [](const json& e) { return e.is_object(); });
}

// The members of an object as cells: objects inside as "a.b", lists of scalars as "0", "1", ... or,
// when they are text or yes and no, as one.
void add_cells(Cells& cells, const std::string& prefix, const json& object) {
  for (const auto& [name, v] : object.items()) {
    const std::string full = prefix.empty() ? name : prefix + "." + name;
    if (is_label(v)) {
      set(cells, full, label_text(v));
    } else if (v.is_object()) {
      add_cells(cells, name == "models" ? prefix : full, v);  // their names say enough
    } else if (v.is_array() && !holds_objects(v)) {
      const bool numbers = !v.empty() && std::all_of(v.begin(), v.end(), [](const json& e) {
        return e.is_number() || e.is_null();
      });
      std::string joined;
      for (std::size_t i = 0; i < v.size(); ++i) {
        if (numbers) {
          set(cells, std::to_string(i), v[i]);
        } else if (v[i].is_string()) {
          joined += (joined.empty() ? "" : ", ") + v[i].get<std::string>();
        }
      }
      if (!joined.empty()) set(cells, full, joined);
    } else if (!v.is_array()) {
      set(cells, full, v);
    }
  }
}

// A row for each element of the object's own list of objects, with the object's other members
// before it; or one row.
void add_rows(std::vector<Cells>& rows, const json& object) {
  const json* inner = nullptr;
  for (const auto& [name, v] : object.items()) {
    if (holds_objects(v)) inner = &v;
  }
  if (inner == nullptr) {
    add_cells(rows.emplace_back(), "", object);
    return;
  }
  for (const json& element : *inner) {
    Cells cells;
    if (object.contains("value")) {
      set(cells, "group", object["value"].is_null() ? json("-") : object["value"]);
    } else {
      add_cells(cells, "", object);
    }
    add_cells(cells, "", element);
    rows.push_back(std::move(cells));
  }
}

AnswerTable make_table(const std::string& name, const std::vector<Cells>& rows) {
  AnswerTable table;
  table.name = name;
  for (const Cells& cells : rows) {
    for (const auto& [column, v] : cells) {
      if (std::find(table.columns.begin(), table.columns.end(), column) == table.columns.end())
        table.columns.push_back(column);
    }
  }
  const auto rank = [](const std::string& column) {
    return std::find(kFirst.begin(), kFirst.end(), column) - kFirst.begin();
  };
  const auto is_number = [](const std::string& s) {
    return s.find_first_not_of("0123456789") == std::string::npos;
  };
  std::stable_sort(table.columns.begin(), table.columns.end(),
                   [&](const std::string& a, const std::string& b) {
                     if (rank(a) != rank(b)) return rank(a) < rank(b);
                     if (is_number(a) && is_number(b)) return std::stoul(a) < std::stoul(b);
                     return a < b;
                   });
  for (const Cells& cells : rows) {
    std::vector<json> row(table.columns.size());
    for (const auto& [column, v] : cells)
      row[static_cast<std::size_t>(std::find(table.columns.begin(), table.columns.end(), column) -
                                   table.columns.begin())] = v;
    table.rows.push_back(std::move(row));
  }
  return table;
}

// A column for each series; equal names are numbered, so that none covers another.
AnswerTable trend_table(const json& answer) {
  AnswerTable table;
  table.name = "trend";
  table.columns = {"bucket"};
  for (const json& s : answer["series"]) {
    std::string name = s["label"].get<std::string>();
    if (s.contains("value"))
      name += " " + (s["value"].is_string() ? s["value"].get<std::string>() : std::string("-"));
    std::string free = name;
    for (int n = 2;
         std::find(table.columns.begin(), table.columns.end(), free) != table.columns.end(); ++n)
      free = name + " " + std::to_string(n);
    table.columns.push_back(std::move(free));
  }
  for (std::size_t b = 0; b < answer["buckets"].size(); ++b) {
    std::vector<json> row{answer["buckets"][b]};
    for (const json& s : answer["series"]) row.push_back(s["values"][b]);
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Characters, not bytes.
std::size_t width_of(const std::string& utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string duration_text(double seconds) {
  struct Unit {
    const char* name;
    double seconds;
  };
  static constexpr Unit kUnits[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
  if (seconds < 1) return seconds == 0 ? "0s" : "<1s";
  std::string out;
  int parts = 0;
  for (const Unit& u : kUnits) {
    const double n = std::floor(seconds / u.seconds);
    if (n < 1 || parts == 2) continue;
    out += (out.empty() ? "" : " ") + std::to_string(static_cast<long long>(n)) + u.name;
    seconds -= n * u.seconds;
    ++parts;
  }
  return out;
}

std::string text_of(const json& v, const std::string& column) {
  if (v.is_null()) return "";
  if (v.is_string()) return v.get<std::string>();
  if (v.is_boolean()) return v.get<bool>() ? "yes" : "no";
  if (!v.is_number_float()) {
    return v.is_number() && column.ends_with("_seconds") ? duration_text(v.get<double>())
                                                         : v.dump();
  }
  if (column.ends_with("_seconds")) return duration_text(v.get<double>());
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.4f", v.get<double>());
  std::string out = buffer;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

}  // namespace

std::vector<AnswerTable> answer_tables(const std::string& kind, const json& answer) {
  if (kind == "trend") return {trend_table(answer)};
  if (kind == "value") return answer_tables("", answer["rfm"]);
  std::vector<AnswerTable> out;
  for (const auto& [name, list] : answer.items()) {
    if (!list.is_array() || list.empty()) continue;
    std::vector<Cells> rows;
    for (const json& element : list) {
      if (element.is_object()) {
        add_rows(rows, element);
      } else {
        rows.push_back({{name, element}});
      }
    }
    out.push_back(make_table(name, rows));
  }
  const auto rank = [](const AnswerTable& t) {
    return std::find(kMain.begin(), kMain.end(), t.name) - kMain.begin();
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const AnswerTable& a, const AnswerTable& b) { return rank(a) < rank(b); });
  return out;
}

const AnswerTable* main_table(const std::vector<AnswerTable>& tables) {
  return tables.empty() ? nullptr : &tables.front();
}

std::string answer_facts(const json& answer) {
  std::string out;
  for (const auto& [name, v] : answer.items()) {
    if (!v.is_array() && !v.is_object()) out += name + ": " + text_of(v, name) + "\n";
  }
  return out;
}

std::string as_text(const AnswerTable& table) {
  std::vector<std::vector<std::string>> lines{table.columns};
  std::vector<bool> right(table.columns.size(), true);
  for (const auto& row : table.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].is_string()) right[i] = false;
      line.push_back(text_of(row[i], table.columns[i]));
    }
  }
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i]));
  }
  std::string out = table.name + "\n";
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - width_of(line[i]), ' ');
      text += "  " + (right[i] ? space + line[i] : line[i] + space);
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string as_csv(const AnswerTable& table) {
  std::string out;
  files::append_csv_row(out,
                        std::vector<std::string_view>(table.columns.begin(), table.columns.end()));
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const json& v : row)
      cells.push_back(v.is_null()     ? std::string()
                      : v.is_string() ? v.get<std::string>()
                                      : v.dump());
    files::append_csv_row(out, std::vector<std::string_view>(cells.begin(), cells.end()));
  }
  return out;
}

}  // namespace viaggio::cli
