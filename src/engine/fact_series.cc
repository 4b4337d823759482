#include "engine/fact_series.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/decimal_sum.h"
#include "model/question.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

const std::string kNoEvent;  // no event has an empty name

struct Observation {
  Micros time = 0;
  double value = 0;
};
using Observations = std::vector<Observation>;

Result<FactSeries> read_one(const json& series, std::size_t place) {
  ObjectReader reader(series, "series[" + std::to_string(place) + "]");
  FactSeries out;
  out.place = place;
  for (const auto& [field, into] :
       {std::pair("fact", &out.measure), std::pair("touchpoint", &out.touchpoint),
        std::pair("campaign", &out.campaign), std::pair("label", &out.label)}) {
    auto text = reader.text(field);
    if (!text) return tl::unexpected(text.error());
    *into = text->value_or("");
  }
  if (out.measure.empty()) return invalid(reader.at("fact"), "is missing: which measure?");
  if (out.label.empty()) out.label = out.measure;
  auto measure = reader.choice("measure", {"sum"});
  if (!measure) return tl::unexpected(measure.error());
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Result<Observations> observations_of(const FactSeries& series, const catalog::Catalog& catalog,
                                     const Range& range, const select::Context& context) {
  catalog::FactFilter filter;
  filter.measure = series.measure;
  filter.touchpoint = series.touchpoint;
  filter.campaign = series.campaign;
  auto facts = catalog.facts(filter);
  if (!facts) return tl::unexpected(facts.error());
  Observations out;
  for (const catalog::Fact& fact : *facts) {
    const auto time = context.zone.parse_local(fact.day);
    if (time && range.holds(*time) && *time <= context.now) out.push_back({*time, fact.value});
  }
  return out;
}

// Ends that the question leaves open are where the first and the last event or fact lies.
Status close_range(journey::TrendQuestion& question, const std::vector<Observations>& all,
                   const select::Context& context) {
  Range& range = question.common.range;
  const bool open_start = range.from == std::numeric_limits<Micros>::min();
  const bool open_end = range.to == std::numeric_limits<Micros>::max();
  if (!open_start && !open_end) return {};
  std::vector<Micros> starts;
  for (const Observations& series : all) {
    for (const Observation& o : series)
      starts.push_back(context.zone.floor(o.time, question.interval));
  }
  if (starts.empty()) return {};
  auto events = journey::ask_trend(question, context);
  if (!events) return tl::unexpected(events.error());
  for (const json& bucket : (*events)["buckets"]) {
    if (auto start = parse_time(bucket.get<std::string>())) starts.push_back(*start);
  }
  const auto [first, last] = std::minmax_element(starts.begin(), starts.end());
  if (open_start) range.from = *first;
  if (open_end) range.to = context.zone.next(*last, question.interval);
  return {};
}

json values_in(const std::vector<Micros>& buckets, const Observations& observations) {
  std::vector<DecimalSum> sums(buckets.size());
  for (const Observation& o : observations) {
    const auto after = std::upper_bound(buckets.begin(), buckets.end(), o.time);
    if (after != buckets.begin())
      sums[static_cast<std::size_t>(after - buckets.begin()) - 1].add(o.value);
  }
  json out = json::array();
  for (DecimalSum& sum : sums) out.push_back(sum.value());
  return out;
}

}  // namespace

Result<std::vector<FactSeries>> take_fact_series(json& question) {
  std::vector<FactSeries> out;
  const auto series = question.find("series");
  if (series == question.end() || !series->is_array()) return out;
  for (std::size_t i = 0; i < series->size(); ++i) {
    json& one = (*series)[i];
    if (!one.is_object() || !one.contains("fact")) continue;
    auto fact = read_one(one, i);
    if (!fact) return tl::unexpected(fact.error());
    one = {{"event", kNoEvent}, {"label", fact->label}};
    out.push_back(std::move(*fact));
  }
  return out;
}

Result<json> ask_trend_with_facts(journey::TrendQuestion question,
                                  const std::vector<FactSeries>& facts,
                                  const catalog::Catalog& catalog, const select::Context& context) {
  std::vector<Observations> all;
  for (const FactSeries& series : facts) {
    auto found = observations_of(series, catalog, question.common.range, context);
    if (!found) return tl::unexpected(found.error());
    all.push_back(std::move(*found));
  }
  if (auto ok = close_range(question, all, context); !ok) return tl::unexpected(ok.error());
  auto answer = journey::ask_trend(question, context);
  if (!answer) return answer;
  std::vector<Micros> buckets;
  for (const json& bucket : (*answer)["buckets"]) {
    auto start = parse_time(bucket.get<std::string>());
    if (!start) return tl::unexpected(start.error());
    buckets.push_back(*start);
  }
  json& series = (*answer)["series"];
  for (std::size_t i = 0; i < facts.size(); ++i) {
    json one = {{"label", facts[i].label}, {"values", values_in(buckets, all[i])}};
    // Where events are broken down, each of their series is several: those of facts follow.
    if (question.breakdown)
      series.push_back(std::move(one));
    else
      series[facts[i].place] = std::move(one);
  }
  return answer;
}

}  // namespace viaggio::engine
