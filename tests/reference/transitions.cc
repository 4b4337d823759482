// docs/semantics/transitions.md.
#include <algorithm>
#include <set>

#include "questions.h"

namespace viaggio::reference {
namespace {

struct Node {
  std::string label;
  Micros time = 0;
};
struct Edge {
  int transitions = 0;
  std::set<std::string> customers;
  std::vector<Micros> times;
};
struct Count {
  int count = 0, starts = 0, ends = 0;
};

}  // namespace

Result<json> answer_transitions(const Ask& ask, ObjectReader& question) {
  auto unit = question.choice("unit", {"session", "customer"});
  if (!unit) return tl::unexpected(unit.error());
  auto node = question.text("node");
  if (!node) return tl::unexpected(node.error());
  const std::string field = node->value_or("name");
  if (!known_field(ask.fields, field))
    return invalid("node", "is not a known field", "unknown_field");
  auto collapse = question.boolean("collapse_repeats");
  if (!collapse) return tl::unexpected(collapse.error());
  question.find("session_gap");
  bool times = false, customers = false;
  if (const json* include = question.find("include")) {
    for (const json& what : *include) {
      if (what == "times")
        times = true;
      else if (what == "customers")
        customers = true;
      else
        return invalid("include", "must be a list of customers and times");
    }
  }
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());

  std::map<std::string, Count> nodes;
  std::map<std::pair<std::string, std::string>, Edge> edges;
  for (const auto& [name, customer] : ask.snapshot->customers) {
    if (!ask.in_audience(customer)) continue;
    std::map<std::string, std::vector<Node>> sequences;
    for (const Event* e : customer.events) {
      if (!ask.sees(*e) || !ask.passes(*e)) continue;
      const auto label = single_value(ask.fields, *e, field);
      if (!label) continue;
      auto& sequence = sequences[unit->value_or(0) == 1 ? std::string() : e->session];
      if (collapse->value_or(true) && !sequence.empty() && sequence.back().label == *label)
        continue;
      sequence.push_back({*label, e->time});
    }
    for (const auto& [id, sequence] : sequences) {
      ++nodes[sequence.front().label].starts;
      ++nodes[sequence.back().label].ends;
      for (std::size_t i = 0; i < sequence.size(); ++i) {
        ++nodes[sequence[i].label].count;
        if (i == 0) continue;
        Edge& edge = edges[{sequence[i - 1].label, sequence[i].label}];
        ++edge.transitions;
        edge.customers.insert(name);
        edge.times.push_back(sequence[i].time - sequence[i - 1].time);
      }
    }
  }
  json out{{"nodes", json::array()}, {"edges", json::array()}};
  for (const auto& [label, c] : nodes)
    out["nodes"].push_back(
        {{"label", label}, {"count", c.count}, {"starts", c.starts}, {"ends", c.ends}});
  for (const auto& [key, e] : edges) {
    out["edges"].push_back({{"from", key.first},
                            {"to", key.second},
                            {"transitions", e.transitions},
                            {"customers", customers ? json(e.customers.size()) : json()},
                            {"median_seconds", times ? quantile_seconds(e.times, 5) : json()},
                            {"p90_seconds", times ? quantile_seconds(e.times, 9) : json()}});
  }
  std::stable_sort(out["nodes"].begin(), out["nodes"].end(),
                   [](const json& a, const json& b) { return a["count"] > b["count"]; });
  std::stable_sort(out["edges"].begin(), out["edges"].end(), [](const json& a, const json& b) {
    return a["transitions"] > b["transitions"];
  });
  return out;
}

}  // namespace viaggio::reference
