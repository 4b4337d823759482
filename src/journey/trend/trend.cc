#include "journey/trend/trend.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <span>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/calendar.h"
#include "base/decimal_sum.h"
#include "base/quantile.h"
#include "select/event_bits.h"
#include "select/event_filter.h"
#include "select/field_codes.h"
#include "select/groups.h"
#include "select/picked.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Field;
using timeline::CodeSpace;

namespace {

constexpr std::size_t kMaxBuckets = 10'000, kMaxSeries = 64;
constexpr std::size_t kMaxCells = 8'000'000;
constexpr Micros kNoTime = std::numeric_limits<Micros>::min();

// One series' or group's numbers, a cell for each bucket; only what the measure asks for. Buckets
// are cells directly, or, where few of very many are used, by a table.
class Row {
 public:
  Row(Measure measure, std::size_t buckets, bool sparse)
      : measure_(measure), sparse_(sparse), buckets_(buckets) {
    if (!sparse) grow(buckets);
  }
  void count(std::uint32_t bucket, CustomerId customer, std::uint32_t events = 1) {
    const std::size_t c = cell(bucket);
    events_[c] += events;
    if (measure_ == Measure::customers && customer != kNoCustomer && last_[c] != customer) {
      last_[c] = customer;
      ++customers_[c];
    }
  }
  void observe(std::uint32_t bucket, double v) {
    const std::size_t c = cell(bucket);
    sums_[c].add(v);
    note(c, v);
  }
  void observe_money(std::uint32_t bucket, std::int64_t ten_thousandths) {
    const std::size_t c = cell(bucket);
    sums_[c].add_money(ten_thousandths);
    note(c, static_cast<double>(ten_thousandths) / 10'000.0);
  }
  void add(const Row& o) {
    for (std::uint32_t b = 0; b < buckets_; ++b) {
      const auto from = o.find(b);
      if (!from) continue;
      const std::size_t c = cell(b), f = *from;
      events_[c] += o.events_[f];
      if (measure_ == Measure::customers) customers_[c] += o.customers_[f];
      if (!numbers() || o.observations_[f] == 0) continue;
      low_[c] = observations_[c] == 0 ? o.low_[f] : std::min(low_[c], o.low_[f]);
      high_[c] = observations_[c] == 0 ? o.high_[f] : std::max(high_[c], o.high_[f]);
      observations_[c] += o.observations_[f];
      sums_[c].add(o.sums_[f]);
      if (listed()) values_[c].insert(values_[c].end(), o.values_[f].begin(), o.values_[f].end());
    }
  }
  std::uint64_t events(std::uint32_t bucket) const {
    const auto c = find(bucket);
    return c ? events_[*c] : 0;
  }
  std::uint64_t events() const { return std::accumulate(events_.begin(), events_.end(), 0ull); }
  json value(std::uint32_t bucket);

 private:
  bool numbers() const { return measure_ > Measure::customers; }
  bool listed() const { return measure_ == Measure::median || measure_ == Measure::p90; }
  void note(std::size_t c, double v) {
    if (observations_[c] == 0 || v < low_[c]) low_[c] = v;
    if (observations_[c] == 0 || v > high_[c]) high_[c] = v;
    ++observations_[c];
    if (listed()) values_[c].push_back(v);
  }
  void grow(std::size_t cells) {
    events_.resize(cells, 0);
    if (measure_ == Measure::customers) {
      customers_.resize(cells, 0);
      last_.resize(cells, kNoCustomer);
    }
    if (!numbers()) return;
    observations_.resize(cells, 0);
    sums_.resize(cells);
    low_.resize(cells, 0);
    high_.resize(cells, 0);
    if (listed()) values_.resize(cells);
  }
  std::size_t cell(std::uint32_t bucket) {
    if (!sparse_) return bucket;
    const auto [at, fresh] =
        places_.try_emplace(bucket, static_cast<std::uint32_t>(events_.size()));
    if (fresh) grow(events_.size() + 1);
    return at->second;
  }
  std::optional<std::size_t> find(std::uint32_t bucket) const {
    if (!sparse_) return bucket;
    const auto at = places_.find(bucket);
    return at == places_.end() ? std::nullopt : std::optional<std::size_t>(at->second);
  }

  Measure measure_;
  bool sparse_;
  std::size_t buckets_;
  std::unordered_map<std::uint32_t, std::uint32_t> places_;
  std::vector<std::uint64_t> events_, customers_, observations_;
  std::vector<CustomerId> last_;
  std::vector<DecimalSum> sums_;
  std::vector<double> low_, high_;
  std::vector<std::vector<double>> values_;
};
using Rows = std::vector<std::unique_ptr<Row>>;  // by series, then group; null: no event

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
  select::Groups groups;
  std::vector<std::uint8_t> interesting;  // by kind
  Calendar calendar;
  bool sparse = false;  // too many cells to hold them all
  Micros from = 0, end = 0;
};

class Worker {
 public:
  Worker(const Plan& plan, bool extent) : plan_(plan), extent_(extent) {
    rows.resize(plan.series.size() * plan.groups.names.size());
    if (plan.group) group_ = std::make_unique<select::FieldCodes>(*plan.group);
    counts_ = !extent && !plan.group && plan.series.size() < 64 &&
              std::all_of(plan.series.begin(), plan.series.end(),
                          [](const SeriesPlan& s) { return s.measure <= Measure::customers; });
  }
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    wanted_ = timeline::by_code(codes, plan_.interesting, scratch_);
    select::codes_with(wanted_, codes.size, needed_);
    if (group_) group_->prepare(codes);
    sure_.assign(codes.size, 0);
    unsure_.assign(codes.size, 0);
    for (std::uint32_t c = 0; c < codes.size; ++c) {
      const KindId kind = codes.kind(c);
      bool maybe = plan_.where.by_kind()[kind] == select::Answer::maybe;
      for (std::size_t s = 0; s < plan_.series.size(); ++s) {
        const select::Answer a = plan_.series[s].filter.by_kind()[kind];
        maybe = maybe || a == select::Answer::maybe;
        if (a == select::Answer::yes) sure_[c] |= std::uint64_t{1} << s;
      }
      unsure_[c] = maybe && wanted_[c] != 0 ? 1 : 0;
    }
    by_bits_ = counts_ && std::find(unsure_.begin(), unsure_.end(), 1) == unsure_.end();
    if (!by_bits_) return;
    const std::uint64_t any = std::uint64_t{1} << plan_.series.size();
    std::vector<std::uint64_t> meanings(codes.size);
    for (std::uint32_t c = 0; c < codes.size; ++c)
      meanings[c] = wanted_[c] != 0 ? sure_[c] | any : 0;
    bits_.prepare(meanings.data(), codes.size, static_cast<unsigned>(plan_.series.size()) + 1);
  }
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (s.block->latest() < plan_.from || s.block->earliest() >= plan_.end) return;
    if (by_bits_ && !s.block->rare_places().all_rare(needed_)) {
      bits_.stretches(s, [&](std::uint32_t c, std::uint32_t next) {
        const std::uint32_t from = s.offsets[c];
        for (; c < next; ++c) {
          const CustomerId id = s.block->customer_ids()[c];
          if (id != kNoCustomer ? s.is_struck(c) || !plan_.audience.passes(id)
                                : !plan_.audience.everybody())
            continue;
          count_bits(id, s.time + s.offsets[c], s.offsets[c] - from,
                     s.offsets[c + 1] - s.offsets[c]);
        }
      });
      return;
    }
    picked_.slice(s, wanted_, needed_, [&](std::uint32_t c, std::span<const std::uint32_t> at) {
      customer(s.block->template run<Code>(c), at, s.offsets[c]);
    });
  }
  template <class RunT>
  void run(const RunT& r) {
    customer(r, picked_.run(r, wanted_), 0);
  }
  Rows rows;
  Micros first = kNoTime, last = kNoTime;

 private:
  template <class RunT>
  void customer(const RunT& run, std::span<const std::uint32_t> at, std::uint32_t offset) {
    const bool owned = run.customer != kNoCustomer;
    if (owned ? !plan_.audience.passes(run.customer) : !plan_.audience.everybody()) return;
    for (const std::uint32_t place : at) {
      const std::uint32_t i = place - offset;
      const Micros t = run.time[i];
      if (t < plan_.from || t >= plan_.end) continue;
      std::uint64_t series = sure_[run.kind[i]];
      if (unsure_[run.kind[i]] != 0) series = ask(run, i);
      if (series == 0) continue;
      if (extent_) {
        first = first == kNoTime ? t : std::min(first, t);
        last = last == kNoTime ? t : std::max(last, t);
        continue;
      }
      const std::uint32_t bucket = bucket_of(t);
      const std::uint32_t group = group_ ? plan_.groups.of_code[group_->at(run, i)] : 0;
      for (; series != 0; series &= series - 1)
        count(static_cast<std::size_t>(std::countr_zero(series)), group, bucket, run, i);
    }
  }
  // Neighbours are mostly in one bucket.
  std::uint32_t bucket_of(Micros t) {
    if (t < bucket_from_ || t >= bucket_to_) {
      bucket_ = plan_.calendar.bucket(t);
      bucket_from_ = plan_.calendar.start(bucket_);
      bucket_to_ = plan_.calendar.start(bucket_ + std::size_t{1});
    }
    return bucket_;
  }
  // A customer's events, of which those from bit `begin` on are theirs: a bucket at a time.
  void count_bits(CustomerId customer, const Micros* time, std::uint32_t begin,
                  std::uint32_t events) {
    const auto series = static_cast<unsigned>(plan_.series.size());
    const std::uint32_t past = begin + events;
    for (std::uint32_t at = bits_.first(series, begin, past); at != past;) {
      const Micros t = time[at - begin];
      std::uint32_t end = at + 1;
      if (t >= plan_.from && t < plan_.end) {
        const std::uint32_t bucket = bucket_of(t);
        const Micros to = std::min(bucket_to_, plan_.end);
        const Micros from = std::max(bucket_from_, plan_.from);
        while (end < past && time[end - begin] < to && time[end - begin] >= from) ++end;
        for (unsigned s = 0; s < series; ++s) {
          const std::uint32_t n = bits_.count(s, at, end);
          if (n != 0) row(s).count(bucket, customer, n);
        }
      }
      at = bits_.first(series, end, past);
    }
  }
  Row& row(std::size_t place) {
    std::unique_ptr<Row>& made = rows[place];
    if (!made)
      made = std::make_unique<Row>(plan_.series[place / plan_.groups.names.size()].measure,
                                   plan_.calendar.size(), plan_.sparse);
    return *made;
  }
  template <class RunT>
  std::uint64_t ask(const RunT& run, std::uint32_t i) const {
    std::uint64_t out = 0;
    if (!plan_.where.passes(codes_, run, i)) return 0;
    for (std::size_t s = 0; s < plan_.series.size(); ++s) {
      if (plan_.series[s].filter.passes(codes_, run, i)) out |= std::uint64_t{1} << s;
    }
    return out;
  }
  template <class RunT>
  void count(std::size_t series, std::uint32_t group, std::uint32_t bucket, const RunT& run,
             std::uint32_t i) {
    const SeriesPlan& s = plan_.series[series];
    Row& into = row(series * plan_.groups.names.size() + group);
    into.count(bucket, run.customer);
    if (s.measure <= Measure::customers) return;
    if (s.money) {
      const std::int64_t v = run.value(i);
      if (v != kNoValue) into.observe_money(bucket, v);
    } else if (s.field) {
      const select::Code code = s.field->code(codes_.kind(run.kind[i]), codes_.kind(run.entry[i]),
                                              run.sequence(i), run.customer);
      for (const Scalar& e : s.field->value(code)) {
        double v = 0;
        if (as_number(e, v)) into.observe(bucket, v);
      }
    }
  }
  const Plan& plan_;
  bool extent_;
  CodeSpace codes_;
  std::vector<std::uint8_t> scratch_;
  const std::uint8_t* wanted_ = nullptr;
  std::vector<std::uint64_t> sure_;   // by code: series, a bit each
  std::vector<std::uint8_t> unsure_;  // by code: filters must be asked
  std::unique_ptr<select::FieldCodes> group_;
  select::Picked picked_;
  std::vector<std::uint32_t> needed_;
  bool counts_ = false;   // the question is how many events or customers, no more
  bool by_bits_ = false;  // and the kinds say all
  select::EventBits bits_;
  std::uint32_t bucket_ = 0;
  Micros bucket_from_ = 0, bucket_to_ = 0;  // of bucket_
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
    plan.groups = select::Groups::of(*plan.group);
  }
  plan.from = q.common.range.from;
  plan.end = std::min(q.common.range.to, context.now + 1);
  return plan;
}

std::vector<std::unique_ptr<Worker>> scan(const Plan& plan, const select::Context& context,
                                          bool extent) {
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(plan, extent);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Worker* w, const auto& run) {
        if (!context.is_cancelled()) w->run(run);
      },
      true);
  return workers;
}

json Row::value(std::uint32_t bucket) {
  const auto at = find(bucket);
  if (measure_ <= Measure::customers)
    return !at ? 0 : measure_ == Measure::events ? events_[*at] : customers_[*at];
  if (measure_ == Measure::sum) return at ? sums_[*at].value() : 0.0;
  if (!at || observations_[*at] == 0) return nullptr;
  switch (measure_) {
    case Measure::mean:
      return sums_[*at].value() / static_cast<double>(observations_[*at]);
    case Measure::median:
      return *quantile(values_[*at], 50);
    case Measure::p90:
      return *quantile(values_[*at], 90);
    case Measure::min:
      return low_[*at];
    default:
      return high_[*at];
  }
}

// The buckets of an answer: [from, to) of the calendar's.
struct Shown {
  std::uint32_t from = 0, to = 0;
};

json write_values(Row* row, const Shown& shown, Measure m) {
  Row none(m, 0, true);
  json values = json::array();
  for (std::uint32_t b = shown.from; b < shown.to; ++b)
    values.push_back((row != nullptr ? *row : none).value(b));
  return values;
}

Error too_many_buckets() {
  return Error{ErrorKind::invalid, "too_many_buckets",
               "the answer would have more than 10,000 buckets; choose a longer interval or a "
               "shorter range",
               "interval"};
}

// First and last time of what is counted; nothing when nothing is.
std::optional<std::pair<Micros, Micros>> extent(const Plan& plan, const select::Context& context) {
  Micros low = kNoTime, high = kNoTime;
  for (const auto& w : scan(plan, context, true)) {
    if (!w || w->first == kNoTime) continue;
    low = low == kNoTime ? w->first : std::min(low, w->first);
    high = high == kNoTime ? w->last : std::max(high, w->last);
  }
  if (low == kNoTime) return std::nullopt;
  return std::pair(low, high);
}

Rows count_all(const Plan& plan, const select::Context& context) {
  Rows all(plan.series.size() * plan.groups.names.size());
  for (auto& w : scan(plan, context, false)) {
    if (!w) continue;
    for (std::size_t r = 0; r < all.size(); ++r) {
      if (!w->rows[r]) continue;
      if (all[r]) {
        all[r]->add(*w->rows[r]);
      } else {
        all[r] = std::move(w->rows[r]);
      }
    }
  }
  return all;
}

struct Counted {
  Rows rows;
  Shown shown;
};

// A range that is open at an end is shown from the first, or to the last, unit with an event. To
// save a pass that looks for them, everything there may be is counted, and empty units at the ends
// are left out; only where that would be absurdly many units, the ends are looked for first.
Result<Counted> count_range(Plan& plan, const TrendQuestion& q, const select::Context& context) {
  const bool open_start = q.common.range.from == std::numeric_limits<Micros>::min();
  const bool open_end = q.common.range.to == std::numeric_limits<Micros>::max();
  const timeline::Snapshot& snapshot = *context.snapshot;
  const std::size_t rows = plan.series.size() * plan.groups.names.size();
  Counted out;
  out.rows.resize(rows);
  const bool nothing = snapshot.earliest() > snapshot.latest();
  if (nothing && open_start) return out;
  Micros first = open_start ? snapshot.earliest() : q.common.range.from;
  Micros last =
      open_end ? std::max(first, std::min(plan.end - 1, snapshot.latest())) : plan.end - 1;
  if (nothing && open_end) last = first;
  if (first > last) return out;
  bool loose = open_start || open_end;  // the ends are not known exactly
  auto calendar = Calendar::cover(first, last, context.zone, q.interval,
                                  loose ? 20 * kMaxBuckets : kMaxBuckets);
  if (!calendar && loose) {
    const auto found = extent(plan, context);
    if (!found && open_start) return out;
    if (open_start) first = found->first;
    if (open_end) last = found ? found->second : first;
    loose = false;
    calendar = Calendar::cover(first, last, context.zone, q.interval, kMaxBuckets);
  }
  if (!calendar) return tl::unexpected(too_many_buckets());
  plan.calendar = std::move(*calendar);
  plan.sparse = rows * plan.calendar.size() > kMaxCells;
  out.rows = count_all(plan, context);
  const auto units = static_cast<std::uint32_t>(plan.calendar.size());
  auto used = [&](std::uint32_t b) {
    return std::any_of(out.rows.begin(), out.rows.end(),
                       [&](const auto& row) { return row && row->events(b) != 0; });
  };
  out.shown = {0, units};
  if (loose && open_start) {
    while (out.shown.from < units && !used(out.shown.from)) ++out.shown.from;
    if (out.shown.from == units) out.shown = {0, 0};
  }
  const std::uint32_t least = open_start ? out.shown.from : 1;  // a given start has its unit
  if (loose && open_end) {
    while (out.shown.to > least && !used(out.shown.to - 1)) --out.shown.to;
  }
  if (out.shown.to - out.shown.from > kMaxBuckets) return tl::unexpected(too_many_buckets());
  return out;
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
  auto breakdown = read_breakdown(reader);
  if (!breakdown) return tl::unexpected(breakdown.error());
  q.breakdown = std::move(*breakdown);
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

Result<json> ask_trend(const TrendQuestion& q, const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  auto counted = count_range(*plan, q, context);
  if (!counted) return tl::unexpected(counted.error());
  const Shown& shown = counted->shown;
  json out;
  out["buckets"] = json::array();
  out["series"] = json::array();
  for (std::uint32_t b = shown.from; b < shown.to; ++b)
    out["buckets"].push_back(format_time(plan->calendar.start(b)));
  const std::size_t groups = plan->groups.names.size();
  for (std::size_t s = 0; s < q.series.size(); ++s) {
    if (!q.breakdown) {
      out["series"].push_back(
          {{"label", q.series[s].label},
           {"values", write_values(counted->rows[s].get(), shown, q.series[s].measure)}});
      continue;
    }
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t g = 0; g < groups; ++g) {
      const auto& row = counted->rows[s * groups + g];
      if (row) order.emplace_back(row->events(), g);
    }
    std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
      if (a.first != b.first) return a.first > b.first;
      if ((a.second == 0) != (b.second == 0)) return b.second == 0;
      return plan->groups.names[a.second] < plan->groups.names[b.second];
    });
    Row rest(q.series[s].measure, plan->calendar.size(), plan->sparse);
    for (std::size_t i = 0; i < order.size(); ++i) {
      Row& mine = *counted->rows[s * groups + order[i].second];
      if (i >= q.breakdown->limit) {
        rest.add(mine);
        continue;
      }
      const std::size_t g = order[i].second;
      out["series"].push_back({{"label", q.series[s].label},
                               {"value", g == 0 ? json(nullptr) : json(plan->groups.names[g])},
                               {"values", write_values(&mine, shown, q.series[s].measure)}});
    }
    if (order.size() > q.breakdown->limit) {
      out["series"].push_back({{"label", q.series[s].label},
                               {"value", "$other"},
                               {"values", write_values(&rest, shown, q.series[s].measure)}});
    }
  }
  return out;
}

}  // namespace viaggio::journey
