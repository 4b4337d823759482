#include "journey/retention/retention.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "journey/retention/units.h"
#include "select/event_bits.h"
#include "select/field_codes.h"
#include "select/groups.h"
#include "select/picked.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Answer;
using timeline::CodeSpace;

namespace {

constexpr std::size_t kMaxCohorts = 10'000;
constexpr std::size_t kNear = std::size_t{1} << 16;
constexpr std::uint8_t kStart = 1, kReturn = 2, kAsk = 4;

struct Plan {
  const RetentionQuestion* question = nullptr;
  select::EventFilter start, back, where;
  select::CustomerFilter audience;
  std::unique_ptr<select::Field> group;
  select::Groups groups;
  std::vector<std::uint8_t> meaning;  // by kind
  std::vector<std::uint8_t> wanted;   // by kind: any meaning
  std::vector<std::uint8_t> starts;   // by kind: may be a start
  Units units;
  Micros from = 0, end = 0;
  bool is_start(Micros t) const { return t >= from && t < end; }
};

// One cohort, or the part of it with one value. counts[k] are those who came back in the k-th unit
// after it or, for on_or_after until finish(), those whose last return is that far (or farther
// than the last that is counted).
struct Cohort {
  std::uint64_t size = 0;
  std::vector<std::uint64_t> counts;
};
using Cohorts = std::unordered_map<std::uint64_t, Cohort>;  // by group << 32 | unit

class Worker {
 public:
  explicit Worker(const Plan& plan) : plan_(plan), cursor_(plan.units.calendar) {
    if (plan.group) group_ = std::make_unique<select::FieldCodes>(*plan.group);
    near_.resize(std::min<std::size_t>(
        plan.units.begun * std::max<std::size_t>(plan.groups.names.size(), 1), kNear));
    if (plan.question->people) cell_ = plan.units.calendar.bucket(plan.question->people->cohort);
  }
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    meaning_ = timeline::by_code(codes, plan_.meaning, scratch_meaning_);
    wanted_ = timeline::by_code(codes, plan_.wanted, scratch_wanted_);
    select::codes_with(timeline::by_code(codes, plan_.starts, scratch_starts_), codes.size,
                       starts_);
    if (group_) group_->prepare(codes);
    asks_ = std::any_of(meaning_, meaning_ + codes.size,
                        [](std::uint8_t m) { return (m & kAsk) != 0; });
    if (asks_) return;
    std::vector<std::uint64_t> meanings(meaning_, meaning_ + codes.size);
    bits_.prepare(meanings.data(), codes.size, 2);
  }
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (s.block->latest() < plan_.from || s.block->earliest() >= plan_.end) return;
    if (!asks_ && !s.block->rare_places().all_rare(starts_)) {
      bits_.stretches(s, [&](std::uint32_t c, std::uint32_t next) { stretch(s, c, next); });
      return;
    }
    picked_.slice(s, wanted_, starts_, [&](std::uint32_t c, std::span<const std::uint32_t> at) {
      customer(s.block->template run<Code>(c), at, s.offsets[c]);
    });
  }
  template <class RunT>
  void run(const RunT& r) {
    customer(r, picked_.run(r, wanted_), 0);
  }

  Cohorts cohorts;
  std::vector<CustomerId> people;

 private:
  struct Began {
    std::uint32_t unit = 0, group = 0;
  };

  template <class RunT>
  void customer(const RunT& run, std::span<const std::uint32_t> at, std::uint32_t offset) {
    if (!plan_.audience.passes(run.customer)) return;
    began_.clear();
    returns_.clear();
    cursor_.restart();
    bool started = false;
    for (const std::uint32_t place : at) {
      const std::uint32_t i = place - offset;
      const Micros t = run.time[i];
      if (t > plan_.units.now) break;
      std::uint8_t what = meaning_[run.kind[i]];
      if ((what & kAsk) != 0) what = ask(run, i);
      if (what == 0) continue;
      const std::uint32_t unit = cursor_.unit(t);
      if ((what & kReturn) != 0 && (returns_.empty() || returns_.back() != unit))
        returns_.push_back(unit);
      if ((what & kStart) == 0) continue;
      const bool counts =
          plan_.question->recurring ? began_.empty() || began_.back().unit != unit : !started;
      started = true;
      if (counts && plan_.is_start(t))
        began_.push_back({unit, group_ ? plan_.groups.of_code[group_->at(run, i)] : 0});
    }
    for (const Began& b : began_) count(b, run.customer);
  }
  // Customers [c, next), whose bits are there. Who has no start is passed over; the times of the
  // others are sent for.
  template <class Code>
  void stretch(const timeline::Slice<Code>& s, std::uint32_t c, std::uint32_t next) {
    const std::uint32_t from = s.offsets[c];
    began_here_.clear();
    s.each_live(c, next, [&](std::uint32_t one) {
      const std::uint32_t end = s.offsets[one + 1];
      const std::uint32_t start = from + bits_.first(kStartBit, s.offsets[one] - from, end - from);
      if (start == end) return;
      __builtin_prefetch(s.time + start);
      began_here_.push_back({one, start});
    });
    for (const auto& [customer, start] : began_here_) {
      if (plan_.audience.passes(s.block->customer_ids()[customer]))
        by_units(s.block->template run<Code>(customer), s.offsets[customer] - from,
                 start - s.offsets[customer]);
    }
  }
  // What customer() counts, a unit at a time from the first start on: before it nothing matters.
  // `first`: the place of the run's first event among the bits.
  template <class RunT>
  void by_units(const RunT& run, std::uint32_t first, std::uint32_t i) {
    began_.clear();
    returns_.clear();
    std::uint32_t size = run.size;
    while (size > i && run.time[size - 1] > plan_.units.now) --size;
    bool started = false;
    while (i < size) {
      const auto unit = plan_.units.calendar.bucket(run.time[i]);
      const Micros over = plan_.units.calendar.start(unit + std::size_t{1});
      std::uint32_t end = i + 1;
      while (end < size && run.time[end] < over) ++end;
      if (bits_.any(kReturnBit, first + i, first + end)) returns_.push_back(unit);
      if (plan_.question->recurring || !started) {
        std::uint32_t start = bits_.first(kStartBit, first + i, first + end) - first;
        started = started || start != end;
        while (plan_.question->recurring && start != end && !plan_.is_start(run.time[start]))
          start = bits_.first(kStartBit, first + start + 1, first + end) - first;
        if (start != end && plan_.is_start(run.time[start]))
          began_.push_back({unit, group_ ? plan_.groups.of_code[group_->at(run, start)] : 0});
      }
      i = end;
    }
    for (const Began& b : began_) count(b, run.customer);
  }
  template <class RunT>
  std::uint8_t ask(const RunT& run, std::uint32_t i) const {
    if (!plan_.where.passes(codes_, run, i)) return 0;
    return static_cast<std::uint8_t>((plan_.start.passes(codes_, run, i) ? kStart : 0) |
                                     (plan_.back.passes(codes_, run, i) ? kReturn : 0));
  }
  void count(const Began& b, CustomerId customer) {
    if (plan_.question->people) {
      if (b.unit == cell_ && in_cell(b.unit) == plan_.question->people->returned)
        people.push_back(customer);
      return;
    }
    Cohort& cohort = cohort_of(b);
    ++cohort.size;
    const std::size_t most = plan_.question->periods;
    if (plan_.question->on_or_after) {
      if (!returns_.empty() && returns_.back() > b.unit)
        ++cohort.counts[std::min<std::size_t>(returns_.back() - b.unit, most)];
      return;
    }
    for (auto r = std::upper_bound(returns_.begin(), returns_.end(), b.unit);
         r != returns_.end() && *r - b.unit <= most; ++r)
      ++cohort.counts[*r - b.unit];
  }
  Cohort& cohort_of(const Began& b) {
    const std::size_t place = std::size_t{b.group} * plan_.units.begun + b.unit;
    if (place < near_.size() && near_[place] != nullptr) return *near_[place];
    Cohort& cohort = cohorts[std::uint64_t{b.group} << 32 | b.unit];
    if (cohort.counts.empty()) cohort.counts.resize(plan_.question->periods + 1, 0);
    if (place < near_.size()) near_[place] = &cohort;
    return cohort;
  }
  bool in_cell(std::uint32_t unit) const {
    const std::size_t period = plan_.question->people->period;
    if (period == 0) return true;
    const std::size_t target = unit + period;
    if (plan_.question->on_or_after) return !returns_.empty() && returns_.back() >= target;
    return std::binary_search(returns_.begin(), returns_.end(), target);
  }

  static constexpr unsigned kStartBit = 0, kReturnBit = 1;
  const Plan& plan_;
  UnitCursor cursor_;
  std::size_t cell_ = 0;
  CodeSpace codes_;
  std::vector<std::uint8_t> scratch_meaning_, scratch_wanted_, scratch_starts_;
  std::vector<std::uint32_t> starts_;  // codes
  const std::uint8_t* meaning_ = nullptr;
  const std::uint8_t* wanted_ = nullptr;
  std::unique_ptr<select::FieldCodes> group_;
  select::Picked picked_;
  bool asks_ = false;  // of the codes: some event must be asked
  select::EventBits bits_;
  struct Beginner {
    std::uint32_t customer, start;
  };
  std::vector<Beginner> began_here_;
  std::vector<Cohort*> near_;  // into `cohorts`, by group and unit, as far as there is room
  std::vector<Began> began_;
  std::vector<std::uint32_t> returns_;
};

Status read_meanings(Plan& plan, const select::Context& context) {
  const std::size_t kinds = context.classes->kinds.size();
  plan.meaning.resize(kinds, 0);
  plan.wanted.resize(kinds, 0);
  plan.starts.resize(kinds, 0);
  for (KindId k = 0; k < kinds; ++k) {
    const Answer where = plan.where.by_kind()[k], start = plan.start.by_kind()[k],
                 back = plan.back.by_kind()[k];
    if (where == Answer::no || (start == Answer::no && back == Answer::no)) continue;
    plan.wanted[k] = 1;
    plan.starts[k] = start != Answer::no ? 1 : 0;
    if (where == Answer::maybe || start == Answer::maybe || back == Answer::maybe) {
      plan.meaning[k] = kAsk;
    } else {
      plan.meaning[k] = static_cast<std::uint8_t>((start == Answer::yes ? kStart : 0) |
                                                  (back == Answer::yes ? kReturn : 0));
    }
  }
  return {};
}

Result<Plan> make_plan(const RetentionQuestion& q, const select::Context& context) {
  Plan plan;
  plan.question = &q;
  auto start = select::EventFilter::compile(q.start, context);
  if (!start) return tl::unexpected(start.error());
  plan.start = std::move(*start);
  auto back = select::EventFilter::compile(q.back, context);
  if (!back) return tl::unexpected(back.error());
  plan.back = std::move(*back);
  auto where = select::EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  if (q.breakdown && !q.people) {
    auto field = select::Field::resolve(q.breakdown->by, "breakdown.by", context);
    if (!field) return tl::unexpected(field.error());
    plan.group = std::make_unique<select::Field>(std::move(*field));
    plan.groups = select::Groups::of(*plan.group);
  }
  if (auto ok = read_meanings(plan, context); !ok) return tl::unexpected(ok.error());
  auto units = Units::cover(context, q.common.range, q.unit);
  if (!units) return tl::unexpected(units.error());
  plan.units = std::move(*units);
  plan.from = q.common.range.from;
  plan.end = std::min(q.common.range.to, context.now + 1);
  return plan;
}

std::vector<std::unique_ptr<Worker>> scan(const Plan& plan, const select::Context& context) {
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  if (plan.units.begun == 0) return workers;
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(plan);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Worker* w, const auto& run) {
        if (!context.is_cancelled()) w->run(run);
      });
  return workers;
}

void add(Cohort& into, const Cohort& from) {
  if (into.counts.empty()) into.counts.resize(from.counts.size(), 0);
  into.size += from.size;
  for (std::size_t k = 0; k < from.counts.size(); ++k) into.counts[k] += from.counts[k];
}

// By unit, from the first that is shown.
using Table = std::vector<Cohort>;

struct Shown {
  std::size_t from = 0, to = 0;  // units
};

Result<Shown> shown_units(const Plan& plan, const Cohorts& all) {
  const Range& range = plan.question->common.range;
  const std::size_t units = plan.units.begun;
  if (units == 0) return Shown{};
  std::size_t low = units, high = 0;
  for (const auto& [key, cohort] : all) {
    const std::size_t unit = key & 0xFFFFFFFFu;
    low = std::min(low, unit);
    high = std::max(high, unit + 1);
  }
  if (range.from != std::numeric_limits<Micros>::min() && range.from <= plan.units.now)
    low = plan.units.calendar.bucket(range.from);
  if (range.to != std::numeric_limits<Micros>::max() && plan.end > plan.units.calendar.start(0))
    high = plan.units.calendar.bucket(plan.end - 1) + std::size_t{1};
  if (low >= high) return Shown{};
  if (high - low > kMaxCohorts)
    return invalid(
        "unit",
        "the answer would have more than 10,000 cohorts; choose a longer unit or a shorter range",
        "too_many_buckets");
  return Shown{low, high};
}

// Counts as they are answered: everyone at 0, and for on_or_after everyone who came later too.
void finish(Cohort& cohort, const RetentionQuestion& q) {
  cohort.counts.resize(q.periods + 1, 0);
  if (q.on_or_after) {
    for (std::size_t k = q.periods; k-- > 1;) cohort.counts[k] += cohort.counts[k + 1];
  }
  cohort.counts[0] = cohort.size;
}

json write_mean(const Table& table, const Shown& shown, const Plan& plan, std::size_t k) {
  const RetentionQuestion& q = *plan.question;
  double rates = 0;
  std::uint64_t cohorts = 0, counts = 0, references = 0;
  for (std::size_t c = 0; c < table.size(); ++c) {
    const std::size_t unit = shown.from + c + k;
    if (unit >= plan.units.begun || !plan.units.is_over(unit)) continue;
    const Cohort& cohort = table[c];
    const std::uint64_t reference =
        q.reference_previous && k != 0 ? cohort.counts[k - 1] : cohort.size;
    if (reference == 0) continue;
    ++cohorts;
    counts += cohort.counts[k];
    references += reference;
    rates += static_cast<double>(cohort.counts[k]) / static_cast<double>(reference);
  }
  if (cohorts == 0) return nullptr;
  return q.weighted ? static_cast<double>(counts) / static_cast<double>(references)
                    : rates / static_cast<double>(cohorts);
}

json write_table(const Table& table, const Shown& shown, const Plan& plan) {
  json out{{"cohorts", json::array()}, {"mean", json::array()}};
  for (std::size_t c = 0; c < table.size(); ++c) {
    json counts = json::array(), complete = json::array();
    for (std::size_t k = 0; k <= plan.question->periods; ++k) {
      const std::size_t unit = shown.from + c + k;
      if (unit >= plan.units.begun) break;
      counts.push_back(table[c].counts[k]);
      complete.push_back(plan.units.is_over(unit));
    }
    out["cohorts"].push_back({{"start", format_time(plan.units.calendar.start(shown.from + c))},
                              {"size", table[c].size},
                              {"counts", std::move(counts)},
                              {"complete", std::move(complete)}});
  }
  for (std::size_t k = 0; k <= plan.question->periods; ++k)
    out["mean"].push_back(write_mean(table, shown, plan, k));
  return out;
}

json write_groups(const Cohorts& all, const Shown& shown, const Plan& plan) {
  struct Group {
    std::uint64_t size = 0;
    Table table;
  };
  std::unordered_map<std::uint32_t, Group> groups;
  for (const auto& [key, cohort] : all) {
    Group& g = groups[static_cast<std::uint32_t>(key >> 32)];
    g.size += cohort.size;
    if (g.table.empty()) g.table.resize(shown.to - shown.from);
    add(g.table[(key & 0xFFFFFFFFu) - shown.from], cohort);
  }
  std::vector<std::pair<std::uint32_t, Group*>> order;
  for (auto& [group, g] : groups) order.emplace_back(group, &g);
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    if (a.second->size != b.second->size) return a.second->size > b.second->size;
    if ((a.first == 0) != (b.first == 0)) return b.first == 0;
    return plan.groups.names[a.first] < plan.groups.names[b.first];
  });
  json out = json::array();
  Group rest;
  auto write = [&](json value, Group& g) {
    for (Cohort& c : g.table) finish(c, *plan.question);
    json one = write_table(g.table, shown, plan);
    one["value"] = std::move(value);
    one["size"] = g.size;
    out.push_back(std::move(one));
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& [group, g] = order[i];
    if (i < plan.question->breakdown->limit) {
      write(group == 0 ? json(nullptr) : json(plan.groups.names[group]), *g);
      continue;
    }
    rest.table.resize(g->table.size());
    rest.size += g->size;
    for (std::size_t c = 0; c < g->table.size(); ++c) add(rest.table[c], g->table[c]);
  }
  if (order.size() > plan.question->breakdown->limit) write("$other", rest);
  return out;
}

// Outside of all that happened there is no cohort.
bool knows_cohort(const Plan& plan) {
  const auto& people = *plan.question->people;
  return plan.units.begun != 0 && people.cohort >= plan.units.calendar.start(0) &&
         people.cohort < plan.units.calendar.bounds().back();
}

Result<std::vector<CustomerId>> find_people(const Plan& plan, const select::Context& context) {
  std::vector<CustomerId> out;
  if (!knows_cohort(plan)) return out;
  for (const auto& w : scan(plan, context)) {
    if (w) out.insert(out.end(), w->people.begin(), w->people.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::vector<CustomerId>> retention_people(const RetentionQuestion& q,
                                                 const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  return find_people(*plan, context);
}

Result<json> ask_retention(const RetentionQuestion& q, const select::Context& context,
                           const std::function<std::string(CustomerId)>& name) {
  RetentionQuestion everyone = q;
  everyone.people.reset();
  auto plan = make_plan(everyone, context);
  if (!plan) return tl::unexpected(plan.error());
  Cohorts all;
  for (auto& w : scan(*plan, context)) {
    if (!w) continue;
    for (const auto& [key, cohort] : w->cohorts) add(all[key], cohort);
  }
  auto shown = shown_units(*plan, all);
  if (!shown) return tl::unexpected(shown.error());
  Table whole(shown->to - shown->from);
  for (const auto& [key, cohort] : all) add(whole[(key & 0xFFFFFFFFu) - shown->from], cohort);
  for (Cohort& c : whole) finish(c, q);
  json out = write_table(whole, *shown, *plan);
  if (q.breakdown) out["groups"] = write_groups(all, *shown, *plan);
  if (q.people) {
    auto people = retention_people(q, context);
    if (!people) return tl::unexpected(people.error());
    std::vector<std::string> ids;
    for (const CustomerId c : *people) ids.push_back(name(c));
    std::sort(ids.begin(), ids.end());
    if (ids.size() > q.people->limit) ids.resize(q.people->limit);
    out["people"] = std::move(ids);
  }
  return out;
}

}  // namespace viaggio::journey
