#include "sequences.h"

namespace viaggio::reference {
namespace {

using Events = std::vector<const Event*>;

bool means(const Ask& ask, const std::optional<Selector>& anchor, const Event& e) {
  return anchor && matches(ask.fields, e, *anchor);
}

std::vector<Events> journeys(const Ask& ask, const SequenceOptions& options, const Events& seen) {
  std::vector<Events> out;
  Events open;
  for (const Event* e : seen) {
    if (!open.empty()) {
      open.push_back(e);
      if (!means(ask, options.end, *e)) continue;
      out.push_back(open);
      open.clear();  // the event that closes one may open the next
    }
    if (means(ask, options.start, *e)) open.push_back(e);
  }
  return out;
}

// What counts of a unit; empty: it has no sequence.
Events between_anchors(const Ask& ask, const SequenceOptions& options, const Events& unit) {
  std::size_t first = 0, last = unit.size();
  if (options.start) {
    while (first < unit.size() && !means(ask, options.start, *unit[first])) ++first;
    if (first == unit.size()) return {};
  }
  if (options.end) {
    std::size_t at = options.start ? first + 1 : 0;
    while (at < unit.size() && !means(ask, options.end, *unit[at])) ++at;
    if (at >= unit.size()) return {};
    last = at + 1;
  }
  return Events(unit.begin() + static_cast<std::ptrdiff_t>(first),
                unit.begin() + static_cast<std::ptrdiff_t>(last));
}

std::vector<Events> units(const Ask& ask, const SequenceOptions& options, const Events& seen) {
  if (options.unit == "journey") return journeys(ask, options, seen);
  std::map<std::string, Events> by_unit;
  for (const Event* e : seen) {
    if (options.unit == "customer") {
      by_unit[""].push_back(e);
    } else if (options.unit == "session") {
      by_unit[e->session].push_back(e);
    } else if (const auto value = single_value(ask.fields, *e, options.unit)) {
      by_unit[*value].push_back(e);
    }
  }
  std::vector<Events> out;
  for (const auto& [id, unit] : by_unit) {
    Events counted = between_anchors(ask, options, unit);
    if (!counted.empty()) out.push_back(std::move(counted));
  }
  return out;
}

}  // namespace

Result<Selector> read_checked(const Ask& ask, const json& selector, const std::string& path) {
  auto read = read_selector(selector, path);
  if (!read) return read;
  if (auto ok = check(ask.fields, read->where); !ok) return tl::unexpected(ok.error());
  return read;
}

Result<SequenceOptions> read_sequence_options(const Ask& ask, ObjectReader& question) {
  SequenceOptions out;
  auto unit = question.text("unit");
  if (!unit) return tl::unexpected(unit.error());
  out.unit = unit->value_or("session");
  if (out.unit != "session" && out.unit != "customer" && out.unit != "journey" &&
      !known_field(ask.fields, out.unit))
    return invalid("unit", "is not a known field", "unknown_field");
  question.find("session_gap");
  auto node = question.text("node");
  if (!node) return tl::unexpected(node.error());
  out.node = node->value_or("name");
  if (!known_field(ask.fields, out.node))
    return invalid("node", "is not a known field", "unknown_field");
  auto collapse = question.boolean("collapse_repeats");
  if (!collapse) return tl::unexpected(collapse.error());
  out.collapse = collapse->value_or(true);
  for (const auto& [field, into] : {std::pair("start", &out.start), std::pair("end", &out.end)}) {
    const json* found = question.find(field);
    if (found == nullptr) continue;
    auto anchor = read_checked(ask, *found, field);
    if (!anchor) return tl::unexpected(anchor.error());
    *into = *anchor;
  }
  if (out.unit == "journey" && !out.start) return invalid("start", "is missing");
  if (out.unit == "journey" && !out.end) return invalid("end", "is missing");
  if (const json* exclude = question.find("exclude")) {
    for (std::size_t i = 0; i < exclude->size(); ++i) {
      auto one = read_checked(ask, (*exclude)[i], "exclude[" + std::to_string(i) + "]");
      if (!one) return tl::unexpected(one.error());
      out.exclude.push_back(*one);
    }
  }
  return out;
}

std::vector<Sequence> sequences_of(const Ask& ask, const SequenceOptions& options) {
  std::vector<Sequence> out;
  for (const auto& [name, customer] : ask.snapshot->customers) {
    if (!ask.in_audience(customer)) continue;
    Events seen;
    for (const Event* e : customer.events) {
      if (ask.sees(*e) && ask.passes(*e)) seen.push_back(e);
    }
    for (Events& counted : units(ask, options, seen)) {
      Sequence sequence{name, std::move(counted), {}, 0, 0};
      for (const Event* e : sequence.events) {
        bool excluded = false;
        for (const Selector& s : options.exclude) excluded = excluded || matches(ask.fields, *e, s);
        const auto label = single_value(ask.fields, *e, options.node);
        if (excluded || !label) continue;
        if (sequence.nodes.empty()) sequence.first_node = e->time;
        sequence.last_node = e->time;
        if (options.collapse && !sequence.nodes.empty() && sequence.nodes.back().label == *label)
          continue;
        sequence.nodes.push_back({*label, e->time});
      }
      if (!sequence.nodes.empty()) out.push_back(std::move(sequence));
    }
  }
  return out;
}

json limited(const std::set<std::string>& names, std::optional<std::int64_t> limit) {
  json out = json::array();
  for (const std::string& name : names) {
    if (out.size() < static_cast<std::size_t>(limit.value_or(100))) out.push_back(name);
  }
  return out;
}

}  // namespace viaggio::reference
