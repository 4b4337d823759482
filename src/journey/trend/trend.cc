#include "journey/trend/trend.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "base/decimal_sum.h"
#include "base/quantile.h"
#include "select/event_filter.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Field;
using timeline::CodeSpace;

namespace {

constexpr std::size_t kMaxBuckets = 10'000, kMaxSeries = 64;
constexpr Micros kNoTime = std::numeric_limits<Micros>::min();

struct Cell {
  std::uint64_t events = 0, customers = 0, observations = 0;
  CustomerId last = kNoCustomer;
  DecimalSum sum;
  double low = 0, high = 0;
  std::vector<double> values;  // only for median and p90
  void observe(double v, bool keep) {
    if (observations == 0 || v < low) low = v;
    if (observations == 0 || v > high) high = v;
    ++observations;
    sum.add(v);
    if (keep) values.push_back(v);
  }
  void add(Cell& o) {
    events += o.events;
    customers += o.customers;
    if (o.observations != 0) {
      low = observations == 0 ? o.low : std::min(low, o.low);
      high = observations == 0 ? o.high : std::max(high, o.high);
    }
    observations += o.observations;
    sum.add(o.sum);
    values.insert(values.end(), o.values.begin(), o.values.end());
  }
};

// Cells by bucket; buckets that nothing fell into have none.
using Cells = std::map<std::uint32_t, Cell>;

struct SeriesPlan {
  select::EventFilter filter;
  Measure measure = Measure::events;
  bool money = false;  // field "value"
  std::shared_ptr<const Field> field;
};

struct Plan {
  const TrendQuestion* question = nullptr;
  std::vector<SeriesPlan> series;
  select::EventFilter where;
  select::CustomerFilter audience;
  std::shared_ptr<const Field> group;
  std::vector<std::uint32_t> group_of_code;  // equal texts are one group; 0 = none
  std::vector<std::string> group_names{""};
  std::vector<std::uint8_t> interesting;  // by kind
  std::vector<Micros> bounds;             // bucket i is [bounds[i], bounds[i+1])
  Micros from = 0, end = 0;
};

// Whole bucket starts that cover [first, last].
Result<std::vector<Micros>> make_bounds(Micros first, Micros last, const Zone& zone,
                                        CalendarUnit unit) {
  std::vector<Micros> bounds{zone.floor(first, unit)};
  while (bounds.back() <= last) {
    if (bounds.size() > kMaxBuckets) {
      return invalid("interval",
                     "the answer would have more than 10,000 buckets; choose a longer interval or "
                     "a shorter range",
                     "too_many_buckets");
    }
    bounds.push_back(zone.next(bounds.back(), unit));
  }
  return bounds;
}

class Worker {
 public:
  Worker(const Plan& plan, bool extent) : plan_(plan), extent_(extent) {
    cells.resize(plan.series.size() * plan.group_names.size());
  }
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    interesting_ = timeline::by_code(codes, plan_.interesting, scratch_);
  }
  template <class RunT>
  void customer(const RunT& run) {
    const bool owned = run.customer != kNoCustomer;
    if (owned ? !plan_.audience.passes(run.customer) : !plan_.audience.everybody()) return;
    std::uint32_t bucket = 0;
    for (std::uint32_t i = 0; i < run.size; ++i) {
      if (interesting_[run.kind[i]] == 0) continue;
      const Micros t = run.time[i];
      if (t < plan_.from || t >= plan_.end || !plan_.where.passes(codes_, run, i)) continue;
      for (std::size_t s = 0; s < plan_.series.size(); ++s) {
        if (!plan_.series[s].filter.passes(codes_, run, i)) continue;
        if (extent_) {
          first = first == kNoTime ? t : std::min(first, t);
          last = last == kNoTime ? t : std::max(last, t);
          continue;
        }
        // Only counted events are known to lie within the buckets.
        bucket = bucket_of(t, bucket);
        std::uint32_t group = 0;
        if (plan_.group) group = plan_.group_of_code[code_of(*plan_.group, run, i)];
        count(cells[s * plan_.group_names.size() + group][bucket], plan_.series[s], run, i, owned);
      }
    }
  }
  std::vector<Cells> cells;  // by series, then group
  Micros first = kNoTime, last = kNoTime;

 private:
  template <class RunT>
  select::Code code_of(const Field& f, const RunT& run, std::uint32_t i) const {
    return f.code(codes_.kind(run.kind[i]), codes_.kind(run.entry[i]), run.sequence(i),
                  run.customer);
  }
  // Events of a run are in order, so the bucket is the last one or soon after.
  std::uint32_t bucket_of(Micros t, std::uint32_t hint) const {
    const auto& b = plan_.bounds;
    if (t >= b[hint] && t < b[hint + 1]) return hint;
    const auto at = std::upper_bound(b.begin(), b.end(), t);
    return static_cast<std::uint32_t>(at - b.begin() - 1);
  }
  template <class RunT>
  void count(Cell& cell, const SeriesPlan& s, const RunT& run, std::uint32_t i, bool owned) {
    ++cell.events;
    if (owned && cell.last != run.customer) {
      cell.last = run.customer;
      ++cell.customers;
    }
    const bool keep = s.measure == Measure::median || s.measure == Measure::p90;
    if (s.money) {
      const std::int64_t v = run.value(i);
      if (v == kNoValue) return;
      cell.observe(static_cast<double>(v) / 10'000.0, keep);
    } else if (s.field) {
      for (const Scalar& e : s.field->value(code_of(*s.field, run, i))) {
        double v = 0;
        if (as_number(e, v)) cell.observe(v, keep);
      }
    }
  }
  const Plan& plan_;
  bool extent_;
  CodeSpace codes_;
  std::vector<std::uint8_t> scratch_;
  const std::uint8_t* interesting_ = nullptr;
};

Result<Plan> make_plan(const TrendQuestion& q, const select::Context& context) {
  Plan plan;
  plan.question = &q;
  auto where = select::EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  plan.interesting.assign(context.classes->kinds.size(), 0);
  for (std::size_t i = 0; i < q.series.size(); ++i) {
    const TrendSeries& s = q.series[i];
    SeriesPlan p;
    auto filter = select::EventFilter::compile(s.selector, context);
    if (!filter) return tl::unexpected(filter.error());
    p.filter = std::move(*filter);
    p.measure = s.measure;
    p.money = s.field == "value";
    if (!s.field.empty() && !p.money) {
      auto field = Field::resolve(s.field, "series[" + std::to_string(i) + "].field", context);
      if (!field) return tl::unexpected(field.error());
      p.field = std::make_shared<const Field>(std::move(*field));
    }
    for (KindId k = 0; k < plan.interesting.size(); ++k) {
      if (p.filter.by_kind()[k] != select::Answer::no &&
          plan.where.by_kind()[k] != select::Answer::no)
        plan.interesting[k] = 1;
    }
    plan.series.push_back(std::move(p));
  }
  if (q.breakdown) {
    auto field = Field::resolve(q.breakdown->by, "breakdown.by", context);
    if (!field) return tl::unexpected(field.error());
    plan.group = std::make_shared<const Field>(std::move(*field));
    std::map<std::string, std::uint32_t> known;
    plan.group_of_code.resize(plan.group->size(), 0);
    for (select::Code c = 0; c < plan.group->size(); ++c) {
      if (plan.group->value(c).empty()) continue;
      const auto [at, fresh] = known.try_emplace(
          display(plan.group->value(c)), static_cast<std::uint32_t>(plan.group_names.size()));
      if (fresh) plan.group_names.push_back(at->first);
      plan.group_of_code[c] = at->second;
    }
  }
  plan.from = q.common.range.from;
  plan.end = std::min(q.common.range.to, context.now + 1);
  return plan;
}

std::vector<std::unique_ptr<Worker>> scan(const Plan& plan, const select::Context& context,
                                          bool extent) {
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(plan, extent);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker* w, const auto& run) {
        if (!context.is_cancelled()) w->customer(run);
      },
      true);
  return workers;
}

json write_value(Cell& c, Measure m) {
  switch (m) {
    case Measure::events:
      return c.events;
    case Measure::customers:
      return c.customers;
    case Measure::sum:
      return c.sum.value();
    default:
      break;
  }
  if (c.observations == 0) return nullptr;
  switch (m) {
    case Measure::mean:
      return c.sum.value() / static_cast<double>(c.observations);
    case Measure::median:
      return *quantile(c.values, 50);
    case Measure::p90:
      return *quantile(c.values, 90);
    case Measure::min:
      return c.low;
    default:
      return c.high;
  }
}

json write_values(Cells& cells, std::size_t buckets, Measure m) {
  json values = json::array();
  Cell empty;
  for (std::uint32_t b = 0; b < buckets; ++b) {
    const auto at = cells.find(b);
    values.push_back(write_value(at == cells.end() ? empty : at->second, m));
  }
  return values;
}

void add_cells(Cells& into, Cells& from) {
  for (auto& [bucket, cell] : from) into[bucket].add(cell);
}

}  // namespace

Result<TrendQuestion> read_trend(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  TrendQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  const json* series = reader.find("series");
  if (series == nullptr || !series->is_array() || series->empty())
    return invalid("series", "must be a list of at least one series");
  if (series->size() > kMaxSeries) return invalid("series", "holds more than 64 series");
  for (std::size_t i = 0; i < series->size(); ++i) {
    ObjectReader s((*series)[i], "series[" + std::to_string(i) + "]");
    if (auto ok = s.status(); !ok) return tl::unexpected(ok.error());
    TrendSeries out;
    auto selector = read_selector(s);
    if (!selector) return tl::unexpected(selector.error());
    out.selector = std::move(*selector);
    auto measure =
        s.choice("measure", {"events", "customers", "sum", "mean", "median", "p90", "min", "max"});
    if (!measure) return tl::unexpected(measure.error());
    out.measure = static_cast<Measure>(measure->value_or(0));
    auto field = s.text("field");
    if (!field) return tl::unexpected(field.error());
    out.field = field->value_or("");
    const bool needs = out.measure > Measure::customers;
    if (needs && out.field.empty()) return invalid(s.at("field"), "is missing: of which field?");
    auto label = s.text("label");
    if (!label) return tl::unexpected(label.error());
    out.label = label->value_or("");
    if (out.label.empty()) {
      for (const std::string& e : out.selector.events)
        out.label += (out.label.empty() ? "" : " / ") + e;
      if (out.selector.all) out.label = "*";
    }
    if (auto ok = s.finish(); !ok) return tl::unexpected(ok.error());
    q.series.push_back(std::move(out));
  }
  auto interval = reader.choice("interval", {"hour", "day", "week", "month"});
  if (!interval) return tl::unexpected(interval.error());
  q.interval = static_cast<CalendarUnit>(interval->value_or(1));
  if (const json* breakdown = reader.find("breakdown")) {
    ObjectReader b(*breakdown, "breakdown");
    if (auto ok = b.status(); !ok) return tl::unexpected(ok.error());
    Breakdown out;
    auto by = b.text("by");
    if (!by) return tl::unexpected(by.error());
    if (!*by) return invalid("breakdown.by", "is missing");
    out.by = **by;
    auto limit = b.integer("limit", 1, 10'000);
    if (!limit) return tl::unexpected(limit.error());
    out.limit = static_cast<std::size_t>(limit->value_or(25));
    if (auto ok = b.finish(); !ok) return tl::unexpected(ok.error());
    q.breakdown = out;
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

Result<json> ask_trend(const TrendQuestion& q, const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  Micros first = q.common.range.from, last = plan->end - 1;
  const bool open_start = first == std::numeric_limits<Micros>::min();
  const bool open_end = q.common.range.to == std::numeric_limits<Micros>::max();
  bool any = true;
  if (open_start || open_end) {
    Micros low = kNoTime, high = kNoTime;
    for (const auto& w : scan(*plan, context, true)) {
      if (!w || w->first == kNoTime) continue;
      low = low == kNoTime ? w->first : std::min(low, w->first);
      high = high == kNoTime ? w->last : std::max(high, w->last);
    }
    any = low != kNoTime;
    if (open_start) first = any ? low : last;
    if (open_end) last = any ? high : first;
    if (!any && open_start) last = first - 1;
  }
  json out;
  out["buckets"] = json::array();
  out["series"] = json::array();
  const bool empty = !any && (open_start || open_end) && open_start;
  std::size_t buckets = 0;
  std::vector<Cells> cells(plan->series.size() * plan->group_names.size());
  if (!empty && first <= last) {
    auto bounds = make_bounds(first, last, context.zone, q.interval);
    if (!bounds) return tl::unexpected(bounds.error());
    plan->bounds = std::move(*bounds);
    buckets = plan->bounds.size() - 1;
    for (std::size_t b = 0; b < buckets; ++b)
      out["buckets"].push_back(format_time(plan->bounds[b]));
    for (auto& w : scan(*plan, context, false)) {
      if (!w) continue;
      for (std::size_t c = 0; c < cells.size(); ++c) add_cells(cells[c], w->cells[c]);
    }
  }
  const std::size_t groups = plan->group_names.size();
  for (std::size_t s = 0; s < q.series.size(); ++s) {
    if (!q.breakdown) {
      out["series"].push_back({{"label", q.series[s].label},
                               {"values", write_values(cells[s], buckets, q.series[s].measure)}});
      continue;
    }
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t g = 0; g < groups; ++g) {
      std::uint64_t events = 0;
      for (const auto& [b, cell] : cells[s * groups + g]) events += cell.events;
      if (events != 0) order.emplace_back(events, g);
    }
    std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
      if (a.first != b.first) return a.first > b.first;
      if ((a.second == 0) != (b.second == 0)) return b.second == 0;
      return plan->group_names[a.second] < plan->group_names[b.second];
    });
    Cells rest;
    for (std::size_t i = 0; i < order.size(); ++i) {
      Cells& mine = cells[s * groups + order[i].second];
      if (i >= q.breakdown->limit) {
        add_cells(rest, mine);
        continue;
      }
      const std::size_t g = order[i].second;
      out["series"].push_back({{"label", q.series[s].label},
                               {"value", g == 0 ? json(nullptr) : json(plan->group_names[g])},
                               {"values", write_values(mine, buckets, q.series[s].measure)}});
    }
    if (order.size() > q.breakdown->limit) {
      out["series"].push_back({{"label", q.series[s].label},
                               {"value", "$other"},
                               {"values", write_values(rest, buckets, q.series[s].measure)}});
    }
  }
  return out;
}

}  // namespace viaggio::journey
