// docs/semantics/trend.md.
#include <algorithm>
#include <set>

#include "questions.h"

namespace viaggio::reference {
namespace {

constexpr std::size_t kMaxBuckets = 10'000;
const std::vector<std::string> kMeasures = {"events", "customers", "sum", "mean",
                                            "median", "p90",       "min", "max"};

struct Series {
  Selector selector;
  std::string label, measure, field;
};

std::string label_of(const Selector& s) {
  std::string out;
  for (const std::string& name : s.events) out += (out.empty() ? "" : " / ") + name;
  return s.all ? "*" : out;
}

std::vector<double> numbers(const Ask& ask, const Event& e, const std::string& field) {
  if (field == "value")
    return e.value ? std::vector<double>{static_cast<double>(*e.value) / 10000.0}
                   : std::vector<double>();
  std::vector<double> out;
  for (const json& v : values_of(ask.fields, e, field)) {
    if (const auto n = number_of(v)) out.push_back(*n);
  }
  return out;
}

json measure(const Ask& ask, const Series& series, const std::vector<const Event*>& events) {
  if (series.measure == "events") return events.size();
  if (series.measure == "customers") {
    std::set<std::string> customers;
    for (const Event* e : events) {
      if (!e->customer.empty()) customers.insert(e->customer);
    }
    return customers.size();
  }
  std::vector<double> values;
  for (const Event* e : events) {
    for (double v : numbers(ask, *e, series.field)) values.push_back(v);
  }
  double sum = 0;
  for (double v : values) sum += v;
  if (series.measure == "sum") return sum;
  if (values.empty()) return nullptr;
  if (series.measure == "mean") return sum / static_cast<double>(values.size());
  if (series.measure == "median") return quantile(values, 5);
  if (series.measure == "p90") return quantile(values, 9);
  return series.measure == "min" ? *std::min_element(values.begin(), values.end())
                                 : *std::max_element(values.begin(), values.end());
}

}  // namespace

Result<json> answer_trend(const Ask& ask, ObjectReader& question) {
  auto interval = question.choice("interval", {"hour", "day", "week", "month"});
  if (!interval) return tl::unexpected(interval.error());
  const auto unit = static_cast<CalendarUnit>(interval->value_or(1));
  const json* list = question.find("series");
  if (list == nullptr || !list->is_array() || list->empty())
    return invalid("series", "must be a list that is not empty");
  std::vector<Series> series;
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader reader((*list)[i], "series[" + std::to_string(i) + "]");
    auto selector = read_selector(reader);
    if (!selector) return tl::unexpected(selector.error());
    auto what = reader.choice("measure", kMeasures);
    if (!what) return tl::unexpected(what.error());
    auto field = reader.text("field");
    if (!field) return tl::unexpected(field.error());
    auto label = reader.text("label");
    if (!label) return tl::unexpected(label.error());
    if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
    if (auto ok = check(ask.fields, selector->where); !ok) return tl::unexpected(ok.error());
    Series s{*selector, label->value_or(label_of(*selector)), kMeasures[what->value_or(0)],
             field->value_or("")};
    if (what->value_or(0) >= 2 && s.field.empty()) return invalid(reader.at("field"), "is missing");
    if (!s.field.empty() && s.field != "value" && !known_field(ask.fields, s.field))
      return invalid(reader.at("field"), "is not a known field", "unknown_field");
    series.push_back(s);
  }
  std::string by;
  std::size_t limit = 25;
  if (const json* breakdown = question.find("breakdown")) {
    ObjectReader reader(*breakdown, "breakdown");
    by = reader.text("by").value().value_or("");
    limit = static_cast<std::size_t>(reader.integer("limit", 1, 1000).value().value_or(25));
    if (!known_field(ask.fields, by))
      return invalid("breakdown.by", "is not a known field", "unknown_field");
  }
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());

  std::vector<std::vector<const Event*>> found(series.size());
  std::vector<Micros> times;
  for (const Event& e : ask.snapshot->events) {
    if (!ask.sees(e) || !ask.passes(e)) continue;
    if ((ask.saved != nullptr || !ask.common.audience.empty()) &&
        (e.customer.empty() || !ask.in_audience(ask.snapshot->customers.at(e.customer))))
      continue;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (!matches(ask.fields, e, series[i].selector)) continue;
      found[i].push_back(&e);
      times.push_back(e.time);
    }
  }
  json out{{"buckets", json::array()}, {"series", json::array()}};
  std::vector<Micros> starts;
  if (ask.has_from || !times.empty()) {
    const Micros first = ask.has_from ? ask.from : *std::min_element(times.begin(), times.end());
    const Micros last = ask.has_to      ? ask.end - 1
                        : times.empty() ? first
                                        : *std::max_element(times.begin(), times.end());
    for (Micros t = ask.zone.floor(first, unit); first <= last && t <= last;
         t = ask.zone.next(t, unit)) {
      starts.push_back(t);
      if (starts.size() > kMaxBuckets)
        return invalid("interval", "gives more than 10,000 buckets", "too_many_buckets");
    }
  }
  for (Micros t : starts) out["buckets"].push_back(format_time(t));
  using Group = std::pair<std::optional<std::string>, std::vector<const Event*>>;
  const auto values = [&](const Series& s, const std::vector<const Event*>& events) {
    json row = json::array();
    for (std::size_t b = 0; b < starts.size(); ++b) {
      std::vector<const Event*> inside;
      for (const Event* e : events) {
        if (e->time >= starts[b] && (b + 1 == starts.size() || e->time < starts[b + 1]))
          inside.push_back(e);
      }
      row.push_back(measure(ask, s, inside));
    }
    return row;
  };
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (by.empty()) {
      out["series"].push_back(
          {{"label", series[i].label}, {"values", values(series[i], found[i])}});
      continue;
    }
    std::map<std::optional<std::string>, std::vector<const Event*>> groups;
    for (const Event* e : found[i]) groups[single_value(ask.fields, *e, by)].push_back(e);
    std::vector<Group> sorted(groups.begin(), groups.end());
    std::sort(sorted.begin(), sorted.end(), [](const Group& a, const Group& b) {
      if (a.second.size() != b.second.size()) return a.second.size() > b.second.size();
      if (a.first.has_value() != b.first.has_value()) return a.first.has_value();
      return a.first < b.first;
    });
    json rest;  // customers are added up: one counts under each of their values
    if (sorted.size() > limit) {
      Group other{"$other", {}};
      for (std::size_t g = limit; g < sorted.size(); ++g) {
        other.second.insert(other.second.end(), sorted[g].second.begin(), sorted[g].second.end());
        const json row = values(series[i], sorted[g].second);
        if (series[i].measure != "customers") continue;
        if (rest.is_null()) rest = json(std::vector<int>(row.size(), 0));
        for (std::size_t b = 0; b < row.size(); ++b)
          rest[b] = rest[b].get<int>() + row[b].get<int>();
      }
      sorted.resize(limit);
      sorted.push_back(other);
    }
    for (const Group& g : sorted) {
      const bool added = g.first == "$other" && !rest.is_null();
      out["series"].push_back({{"label", series[i].label},
                               {"value", g.first ? json(*g.first) : json()},
                               {"values", added ? rest : values(series[i], g.second)}});
    }
  }
  return out;
}

}  // namespace viaggio::reference
