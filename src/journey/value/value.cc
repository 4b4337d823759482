#include "journey/value/value.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include <nlohmann/json.hpp>

#include "model/order.h"
#include "select/event_filter.h"
#include "select/picked.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Answer;
using timeline::CodeSpace;

namespace {

constexpr double kMaxAmount = 1e12;  // a larger one is no amount; its sums would not fit

enum class Part : std::uint8_t { none, order, refund };

struct Plan {
  select::EventFilter orders, refunds, where;
  select::CustomerFilter audience;
  std::shared_ptr<const select::Field> field;  // null: the events' money
  std::vector<std::uint8_t> wanted, ask;       // by kind
  std::vector<Part> part;                      // by kind
  Micros from = 0, now = 0;                    // both inclusive
};

// What is not in any segment, so that sums agree with those of events.
struct Rest {
  std::uint64_t refunded_customers = 0;  // with refunds inside the window and no order
  std::int64_t refunded_money = 0;
  std::uint64_t unowned_orders = 0;
  std::int64_t unowned_money = 0;
};

class Worker {
 public:
  explicit Worker(const Plan& plan) : plan_(plan) {}
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    wanted_ = timeline::by_code(codes, plan_.wanted, scratch_wanted_);
    ask_ = timeline::by_code(codes, plan_.ask, scratch_ask_);
    part_ = timeline::by_code(codes, plan_.part, scratch_part_);
    select::codes_with(wanted_, codes.size, needed_);
  }
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (s.block->latest() < plan_.from || s.block->earliest() > plan_.now) return;
    picked_.slice(s, wanted_, needed_, [&](std::uint32_t c, std::span<const std::uint32_t> at) {
      customer(s.block->template run<Code>(c), at, s.offsets[c]);
    });
  }
  template <class RunT>
  void run(const RunT& r) {
    customer(r, picked_.run(r, wanted_), 0);
  }
  std::vector<Buyer> buyers;
  Rest rest;

 private:
  template <class RunT>
  void customer(const RunT& run, std::span<const std::uint32_t> at, std::uint32_t offset) {
    const bool owned = run.customer != kNoCustomer;
    if (owned ? !plan_.audience.passes(run.customer) : !plan_.audience.everybody()) return;
    Buyer b{run.customer};
    Micros last = std::numeric_limits<Micros>::min();
    bool refunded = false;
    for (const std::uint32_t place : at) {
      const std::uint32_t i = place - offset;
      const Micros t = run.time[i];
      if (t < plan_.from || t > plan_.now) continue;
      const bool refund = part_[run.kind[i]] == Part::refund;
      if (ask_[run.kind[i]] != 0 &&
          !(plan_.where.passes(codes_, run, i) &&
            (refund ? plan_.refunds : plan_.orders).passes(codes_, run, i)))
        continue;
      b.money += money(run, i, refund);
      refunded = refunded || refund;
      if (refund) continue;
      ++b.orders;
      last = std::max(last, t);  // events of nobody are in no order
    }
    if (!owned) {
      rest.unowned_orders += b.orders;
      rest.unowned_money += b.money;
    } else if (b.orders != 0) {
      b.days = static_cast<std::uint32_t>((plan_.now - last) / kDay);
      buyers.push_back(b);
    } else if (refunded) {
      ++rest.refunded_customers;
      rest.refunded_money += b.money;
    }
  }
  template <class RunT>
  std::int64_t money(const RunT& run, std::uint32_t i, bool refund) const {
    if (!plan_.field) {
      const std::int64_t v = run.value(i);
      return v == kNoValue ? 0 : v;
    }
    const select::Code code = plan_.field->code(codes_.kind(run.kind[i]), codes_.kind(run.entry[i]),
                                                run.sequence(i), run.customer);
    std::int64_t sum = 0;
    for (const Scalar& e : plan_.field->value(code)) {
      double v = 0;
      if (!as_number(e, v) || !(std::abs(v) <= kMaxAmount)) continue;
      const std::int64_t exact = std::llround(v * 10'000);
      sum += refund ? -std::abs(exact) : exact;
    }
    return sum;
  }

  const Plan& plan_;
  CodeSpace codes_;
  std::vector<std::uint8_t> scratch_wanted_, scratch_ask_;
  std::vector<Part> scratch_part_;
  const std::uint8_t* wanted_ = nullptr;
  const std::uint8_t* ask_ = nullptr;
  const Part* part_ = nullptr;
  select::Picked picked_;
  std::vector<std::uint32_t> needed_;
};

Status compile(const ValueQuestion& q, const select::Context& context, Plan& plan) {
  auto orders = select::EventFilter::compile(q.orders, context);
  if (!orders) return tl::unexpected(orders.error());
  plan.orders = std::move(*orders);
  Selector back = q.orders;
  back.all = false;
  back.events = {"Order Refunded", "Item Returned"};
  auto refunds = select::EventFilter::compile(back, context);
  if (!refunds) return tl::unexpected(refunds.error());
  plan.refunds = std::move(*refunds);
  auto where = select::EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  if (q.field == "value") return {};
  auto field = select::Field::resolve(q.field, "value", context);
  if (!field) return tl::unexpected(field.error());
  plan.field = std::make_shared<const select::Field>(std::move(*field));
  return {};
}

Result<Plan> make_plan(const ValueQuestion& q, const select::Context& context) {
  Plan plan;
  if (auto ok = compile(q, context, plan); !ok) return tl::unexpected(ok.error());
  const std::size_t kinds = context.classes->kinds.size();
  plan.wanted.resize(kinds, 0);
  plan.ask.resize(kinds, 0);
  plan.part.resize(kinds, Part::none);
  for (KindId k = 0; k < kinds; ++k) {
    const bool refund = gives_money_back(context.classes->kinds[k]->name);
    const Answer a = (refund ? plan.refunds : plan.orders).by_kind()[k];
    const Answer w = plan.where.by_kind()[k];
    if (a == Answer::no || w == Answer::no) continue;
    plan.wanted[k] = 1;
    plan.ask[k] = a == Answer::maybe || w == Answer::maybe ? 1 : 0;
    plan.part[k] = refund ? Part::refund : Part::order;
  }
  plan.now = context.now;
  plan.from = context.now - q.window;
  return plan;
}

struct Found {
  std::vector<Buyer> buyers;
  std::vector<Scores> scores;  // of each
  Rest rest;
};

Result<Found> find(const ValueQuestion& q, const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(*plan);
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
  Found out;
  for (auto& w : workers) {
    if (!w) continue;
    out.buyers.insert(out.buyers.end(), w->buyers.begin(), w->buyers.end());
    std::vector<Buyer>().swap(w->buyers);
    out.rest.refunded_customers += w->rest.refunded_customers;
    out.rest.refunded_money += w->rest.refunded_money;
    out.rest.unowned_orders += w->rest.unowned_orders;
    out.rest.unowned_money += w->rest.unowned_money;
  }
  out.scores = score(out.buyers, q.cut_offs);
  return out;
}

struct Tally {
  std::uint64_t customers = 0, orders = 0, days = 0;
  std::int64_t money = 0;
  void add(const Buyer& b) {
    ++customers;
    orders += b.orders;
    days += b.days;
    money += b.money;
  }
};

double currency(std::int64_t money) { return static_cast<double>(money) / 10'000.0; }

json write_tally(const Tally& t, std::uint64_t everybody) {
  auto mean = [&](double sum) {
    return t.customers == 0 ? json(nullptr) : json(sum / static_cast<double>(t.customers));
  };
  return {{"customers", t.customers},
          {"share", everybody == 0
                        ? json(nullptr)
                        : json(static_cast<double>(t.customers) / static_cast<double>(everybody))},
          {"orders", t.orders},
          {"revenue", currency(t.money)},
          {"mean_recency_days", mean(static_cast<double>(t.days))},
          {"mean_frequency", mean(static_cast<double>(t.orders))},
          {"mean_monetary", mean(currency(t.money))}};
}

json write_segments(const ValueQuestion& q, const std::vector<Tally>& tallies,
                    std::uint64_t everybody) {
  json out = json::array();
  for (std::size_t s = 0; s < tallies.size(); ++s) {
    json segment = write_tally(tallies[s], everybody);
    const bool other = s == q.segments.size();
    segment["id"] = other ? "other" : q.segments[s].id;
    if (!other) {
      segment["r"] = {q.segments[s].r_low, q.segments[s].r_high};
      segment["fm"] = {q.segments[s].fm_low, q.segments[s].fm_high};
    }
    out.push_back(std::move(segment));
  }
  return out;
}

std::vector<CustomerId> choose(const Found& found, const ValueQuestion& q) {
  std::vector<CustomerId> out;
  const ValuePeople& p = *q.people;
  for (std::size_t i = 0; i < found.buyers.size(); ++i) {
    const std::uint8_t r = found.scores[i].r, fm = found.scores[i].fm();
    bool chosen = r == p.r && fm == p.fm;
    if (!p.segment.empty()) {
      const std::size_t s = segment_of(q.segments, r, fm);
      chosen = (s == q.segments.size() ? "other" : q.segments[s].id) == p.segment;
    }
    if (chosen) out.push_back(found.buyers[i].customer);
  }
  return out;
}

}  // namespace

Result<std::vector<CustomerId>> value_people(const ValueQuestion& q,
                                             const select::Context& context) {
  auto found = find(q, context);
  if (!found) return tl::unexpected(found.error());
  return choose(*found, q);
}

Result<json> ask_value(const ValueQuestion& q, const select::Context& context,
                       const std::function<std::string(CustomerId)>& name) {
  auto found = find(q, context);
  if (!found) return tl::unexpected(found.error());
  std::vector<Tally> tallies(q.segments.size() + 1);
  Tally all;
  std::array<std::array<std::uint64_t, 5>, 5> grid{};
  for (std::size_t i = 0; i < found->buyers.size(); ++i) {
    const std::uint8_t r = found->scores[i].r, fm = found->scores[i].fm();
    tallies[segment_of(q.segments, r, fm)].add(found->buyers[i]);
    all.add(found->buyers[i]);
    ++grid[r - std::size_t{1}][fm - std::size_t{1}];
  }
  const Rest& rest = found->rest;
  json out{
      {"rfm",
       {{"segments", write_segments(q, tallies, all.customers)},
        {"grid", grid},
        {"total", write_tally(all, all.customers)}}},
      {"window", {{"from", format_time(context.now - q.window)}, {"to", format_time(context.now)}}},
      {"refunds_without_order",
       {{"customers", rest.refunded_customers}, {"revenue", currency(rest.refunded_money)}}},
      {"unowned", {{"orders", rest.unowned_orders}, {"revenue", currency(rest.unowned_money)}}}};
  if (q.people) {
    std::vector<std::string> ids;
    for (const CustomerId c : choose(*found, q)) ids.push_back(name(c));
    std::sort(ids.begin(), ids.end());
    if (ids.size() > q.people->limit) ids.resize(q.people->limit);
    out["people"] = std::move(ids);
  }
  return out;
}

}  // namespace viaggio::journey
