#include "tables.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "script.h"

namespace viaggio::testing {
namespace {

using nlohmann::json;

std::string text_cell(const std::string& s) {
  return s.empty() || s.find(' ') != std::string::npos ? "\"" + s + "\"" : s;
}

std::string cell_of(const json& v, const std::string& column) {
  if (v.is_null()) return "-";
  if (v.is_string()) return text_cell(v.get<std::string>());
  if (v.is_boolean()) return v.get<bool>() ? "yes" : "no";
  if (v.is_number_integer()) return v.dump();
  if (!v.is_number()) return v.dump();
  if (column.size() > 8 && column.substr(column.size() - 8) == "_seconds")
    return show_seconds(v.get<double>());
  char buf[64];
  std::snprintf(buf, sizeof buf, "%.4f", v.get<double>());
  std::string out = buf;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

// Short names of columns in scripts -> members of the answer.
std::string member_of(const std::string& kind, const std::string& column) {
  if (kind == "funnel" && column == "customers") return "count";
  if (column == "median") return "median_seconds";
  if (kind == "funnel" && column == "mean") return "mean_seconds";
  if (column == "p90") return "p90_seconds";
  if (column == "rate") return "rate_step";
  if (column == "overall") return "rate_overall";
  if (column == "dwell") return "dwell_median_seconds";
  return column;
}

Status add_row(const std::string& kind, const json& item, const std::vector<std::string>& columns,
               std::vector<std::string> row, Table& table) {
  for (std::size_t i = row.size(); i < columns.size(); ++i) {
    const json* at = &item;
    std::string column = columns[i];
    for (auto dot = column.find('.'); dot != std::string::npos; dot = column.find('.')) {
      if (at->is_null()) break;
      at = &at->at(column.substr(0, dot));
      column = column.substr(dot + 1);
    }
    const std::string member = member_of(kind, column);
    if (at->is_object() && !at->contains(member))
      return invalid("", "the answer has no '" + member + "'", "no_such_column");
    row.push_back(at->is_object() ? cell_of((*at)[member], member) : "-");
  }
  table.push_back(std::move(row));
  return {};
}

const json& list(const json& answer, const char* member) {
  static const json kNone = json::array();
  return answer.contains(member) ? answer[member] : kNone;
}

std::string bucket_cell(const json& text) {
  const auto t = parse_time(text.get<std::string>());
  return t ? show_script_time(*t) : text.dump();
}

// "cohort size 0 1 2 complete": a column with a number is the count of that period, `complete` how
// many periods are over.
std::vector<std::string> cohort_row(const json& cohort, const std::vector<std::string>& columns,
                                    std::vector<std::string> row) {
  row.push_back(bucket_cell(cohort.at("start")));
  for (std::size_t i = row.size(); i < columns.size(); ++i) {
    if (columns[i] == "size") {
      row.push_back(cell_of(cohort.at("size"), ""));
    } else if (columns[i] == "complete") {
      const json& over = cohort.at("complete");
      row.push_back(std::to_string(std::count(over.begin(), over.end(), json(true))));
    } else {
      const auto k = static_cast<std::size_t>(std::stoul(columns[i]));
      const json& counts = cohort.at("counts");
      row.push_back(k < counts.size() ? cell_of(counts[k], "") : "-");
    }
  }
  return row;
}

Status retention_rows(const json& answer, const std::vector<std::string>& c, Table& table) {
  if (c[0] == "mean") {
    std::vector<std::string> row{"all"};
    const json& means = answer.at("mean");
    for (std::size_t i = 1; i < c.size(); ++i) {
      const auto k = static_cast<std::size_t>(std::stoul(c[i]));
      row.push_back(k < means.size() ? cell_of(means[k], "") : "-");
    }
    table.push_back(row);
    return {};
  }
  if (c[0] == "cohort") {
    for (const json& cohort : answer.at("cohorts")) table.push_back(cohort_row(cohort, c, {}));
    return {};
  }
  for (const json& group : list(answer, "groups")) {
    for (const json& cohort : group.at("cohorts"))
      table.push_back(cohort_row(cohort, c, {cell_of(group.at("value"), "")}));
  }
  return {};
}

// "key touches customers first linear.value ...": a model's column is its conversions.
std::vector<std::string> key_row(const json& key, const std::vector<std::string>& columns) {
  std::vector<std::string> row{cell_of(key.at("key"), "")};
  for (std::size_t i = 1; i < columns.size(); ++i) {
    const std::string& column = columns[i];
    if (column == "touches" || column == "customers" || column == "removal_effect") {
      row.push_back(cell_of(key.value(column, json()), ""));
      continue;
    }
    const auto dot = column.find('.');
    const json credit = key.at("models").value(column.substr(0, dot), json::object());
    const std::string member = dot == std::string::npos ? "conversions" : column.substr(dot + 1);
    row.push_back(cell_of(credit.value(member, json()), ""));
  }
  return row;
}

Status attribution_rows(const json& answer, const std::vector<std::string>& c, Table& table) {
  if (c[0] == "key") {
    for (const json& key : answer.at("keys")) table.push_back(key_row(key, c));
    return {};
  }
  if (c[0] == "total") return add_row("attribution", answer, c, {"all"}, table);
  for (const json& coalition : list(answer, "coalitions")) {
    std::string keys;
    for (const json& key : coalition.at("keys"))
      keys += (keys.empty() ? "" : "+") + key.get<std::string>();
    if (auto ok = add_row("attribution", coalition, c, {text_cell(keys)}, table); !ok) return ok;
  }
  return {};
}

// "variant count ...": a variant is its labels joined by ">"; "deviation kind ...", "loop ...";
// "total distinct other.count replayed fitness ...".
Status variant_rows(const json& answer, const std::vector<std::string>& c, Table& table) {
  if (c[0] == "total") {
    json all = answer;
    if (answer.contains("conformance")) all.update(answer["conformance"]);
    return add_row("variants", all, c, {cell_of(answer.at("total"), "")}, table);
  }
  const bool ways = c[0] == "variant";
  const json rows = ways             ? answer.at("variants")
                    : c[0] == "loop" ? answer.at("conformance").at("loops")
                                     : answer.at("conformance").at("deviations");
  for (const json& row : rows) {
    std::string head;
    if (!ways) head = row.at("label").get<std::string>();
    if (ways) {
      for (const json& label : row.at("sequence"))
        head += (head.empty() ? "" : ">") + label.get<std::string>();
    }
    if (auto ok = add_row("variants", row, c, {text_cell(head)}, table); !ok) return ok;
  }
  return {};
}

Status lifecycle_rows(const json& answer, const std::vector<std::string>& c, Table& table) {
  for (const json& period : answer.at("periods")) {
    if (auto ok = add_row("lifecycle", period, c, {bucket_cell(period.at("start"))}, table); !ok)
      return ok;
  }
  return {};
}

// "segment customers ..."; "grid 1 2 3 4 5": recency 5 first, by frequency and money; "total ...".
Status value_rows(const json& answer, const std::vector<std::string>& c, Table& table) {
  const json& rfm = answer.at("rfm");
  if (c[0] == "total") {
    json all = answer;
    all.update(rfm.at("total"));
    return add_row("value", all, c, {"all"}, table);
  }
  if (c[0] == "grid") {
    for (std::size_t r = 5; r > 0; --r) {
      std::vector<std::string> row{std::to_string(r)};
      for (const json& n : rfm.at("grid")[r - 1]) row.push_back(cell_of(n, ""));
      table.push_back(row);
    }
    return {};
  }
  for (const json& segment : rfm.at("segments")) {
    if (auto ok = add_row("value", segment, c, {cell_of(segment.at("id"), "")}, table); !ok)
      return ok;
  }
  return {};
}

Status rows_of(const std::string& kind, const json& answer, const std::vector<std::string>& c,
               const NameOf& name_of, Table& table) {
  const std::string& first = c[0];
  const auto simple = [&](const char* member, const char* id) -> Status {
    for (const json& item : list(answer, member)) {
      if (auto ok = add_row(kind, item, c, {cell_of(item.at(id), id)}, table); !ok) return ok;
    }
    return {};
  };
  if (first == "people") {
    std::vector<std::string> names;
    for (const json& id : list(answer, "people")) names.push_back(name_of(id));
    std::sort(names.begin(), names.end());
    for (const std::string& n : names) table.push_back({text_cell(n)});
    return {};
  }
  if (kind == "retention") return retention_rows(answer, c, table);
  if (kind == "lifecycle") return lifecycle_rows(answer, c, table);
  if (kind == "variants") return variant_rows(answer, c, table);
  if (kind == "value") return value_rows(answer, c, table);
  if (kind == "attribution") return attribution_rows(answer, c, table);
  if (first == "step") return simple("steps", "label");
  if (first == "group" || first == "start") {
    for (const json& group : list(answer, first == "group" ? "groups" : "series")) {
      const std::string head =
          first == "group" ? cell_of(group.at("value"), "") : bucket_cell(group.at("start"));
      for (const json& step : group["steps"]) {
        if (auto ok = add_row(kind, step, c, {head, cell_of(step["label"], "")}, table); !ok)
          return ok;
      }
    }
    return {};
  }
  if (kind == "paths" && first == "sequences")
    return add_row(kind, answer, c, {cell_of(answer.at("sequences"), "")}, table);
  if (first == "node") return simple("nodes", kind == "paths" ? "id" : "label");
  if (first == "stage") return simple("stages", "id");
  if (first == "row") return simple("rows", "id");
  if (first == "from")
    return simple(kind == "transitions" || kind == "paths" ? "edges"
                  : kind == "stages"                       ? "transitions"
                                                           : "flows",
                  "from");
  if (first == "cell") {
    for (const json& cell : list(answer, "cells")) {
      if (auto ok = add_row(kind, cell, c,
                            {cell_of(cell.at("stage"), ""), cell_of(cell.at("row"), "")}, table);
          !ok)
        return ok;
    }
    return {};
  }
  if (first == "rates") {
    table.pop_back();
    table.push_back({"rates", "value"});
    for (const char* rate : {"skip_rate", "regress_rate", "loop_rate", "non_linear_share"})
      table.push_back({rate, cell_of(answer.at(rate), "")});
    return {};
  }
  if (first == "bucket") {
    table.pop_back();
    std::vector<std::string> head{"bucket"};
    for (const json& s : list(answer, "series"))
      head.push_back(s.contains("value") ? cell_of(s["value"], "") : text_cell(s["label"]));
    table.push_back(head);
    for (std::size_t b = 0; b < list(answer, "buckets").size(); ++b) {
      std::vector<std::string> row{bucket_cell(answer["buckets"][b])};
      for (const json& s : list(answer, "series")) row.push_back(cell_of(s["values"][b], ""));
      table.push_back(row);
    }
    return {};
  }
  return invalid("", "there is no table '" + first + "'", "no_such_table");
}

}  // namespace

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  std::string cell;
  bool quoted = false;
  for (char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ' ' && !quoted) {
      if (!cell.empty()) out.push_back(cell);
      cell.clear();
    } else {
      cell += c;
    }
  }
  if (!cell.empty()) out.push_back(cell);
  return out;
}

bool is_header(const std::string& kind, const std::string& line) {
  const auto cells = cells_of(line);
  if (cells.empty()) return false;
  const auto among = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), cells[0]) != names.end();
  };
  if (kind == "funnel") return among({"step", "group", "start", "people"});
  if (kind == "transitions") return among({"node", "from"});
  if (kind == "trend") return among({"bucket"});
  if (kind == "stages") return among({"stage", "from", "rates"});
  if (kind == "retention") return among({"cohort", "mean", "group", "people"});
  if (kind == "lifecycle") return among({"period"});
  if (kind == "value") return among({"segment", "grid", "total", "people"});
  if (kind == "attribution") return among({"key", "total", "coalition"});
  if (kind == "paths") return among({"node", "from", "sequences", "people"});
  if (kind == "variants") return among({"variant", "deviation", "loop", "total", "people"});
  if (kind == "map") return among({"stage", "from", "cell", "row"});
  return false;
}

std::vector<std::string> default_headers(const std::string& kind, const std::string& answer_json) {
  const json answer = json::parse(answer_json);
  std::vector<std::string> out;
  if (kind == "funnel") {
    out.push_back("step customers");
    if (answer.contains("groups")) out.push_back("group step customers");
    if (answer.contains("series")) out.push_back("start step customers");
    if (answer.contains("people")) out.push_back("people");
  }
  if (kind == "transitions") out = {"node count starts ends", "from to transitions"};
  if (kind == "trend") out = {"bucket"};
  if (kind == "retention") {
    std::string periods;
    for (std::size_t k = 0; k < list(answer, "mean").size(); ++k)
      periods += " " + std::to_string(k);
    out = {"cohort size" + periods, "mean" + periods};
    if (answer.contains("groups")) out.push_back("group cohort size" + periods);
    if (answer.contains("people")) out.push_back("people");
  }
  if (kind == "lifecycle") out = {"period new returning resurrecting dormant complete"};
  if (kind == "attribution") {
    std::string models;
    for (const json& key : list(answer, "keys")) {
      if (!models.empty()) break;
      for (const auto& [model, credit] : key.at("models").items()) models += " " + model;
    }
    out = {"key touches customers" + models, "total conversions value converting not_converting"};
  }
  if (kind == "value") {
    out = {"segment customers orders revenue", "grid 1 2 3 4 5",
           "total customers orders revenue unowned.orders refunds_without_order.customers"};
    if (answer.contains("people")) out.push_back("people");
  }
  if (kind == "paths") {
    out = {"node entries starts ends before after merged", "from to transitions",
           "sequences other.nodes other.entries other.transitions"};
    if (answer.contains("people")) out.push_back("people");
  }
  if (kind == "variants") {
    out = {"variant count share cumulative_share median"};
    if (answer.contains("conformance")) {
      out.push_back("deviation kind sequences occurrences");
      out.push_back("loop sequences occurrences");
    }
    out.push_back("total distinct other.count");
    if (answer.contains("people")) out.push_back("people");
  }
  if (kind == "stages")
    out = {"stage entered current exited dwell", "from to transitions customers median", "rates"};
  if (kind == "map")
    out = {"stage entered before here_now forward back lost value",
           "from to kind transitions customers median",
           "cell row customers events to_next importance"};
  return out;
}

Result<Table> make_table(const std::string& kind, const std::string& answer_json,
                         const std::string& header, const NameOf& name_of) {
  const json answer = json::parse(answer_json);
  const std::vector<std::string> columns = cells_of(header);
  Table table{columns};
  try {
    if (auto ok = rows_of(kind, answer, columns, name_of, table); !ok)
      return tl::unexpected(ok.error());
  } catch (const json::exception& e) {
    return invalid("", std::string("the answer has another shape: ") + e.what(), "bad_answer");
  }
  return table;
}

std::vector<std::string> show(const Table& table) {
  std::vector<std::size_t> width;
  for (const auto& row : table) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i >= width.size()) width.push_back(0);
      width[i] = std::max(width[i], row[i].size());
    }
  }
  std::vector<std::string> out;
  for (const auto& row : table) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(width[i] - row[i].size() + 2, ' ');
    }
    out.push_back(line);
  }
  return out;
}

}  // namespace viaggio::testing
