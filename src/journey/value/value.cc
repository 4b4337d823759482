#include "journey/value/value.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include <nlohmann/json.hpp>

#include "base/parallel.h"
#include "journey/value/forecast.h"
#include "journey/value/order_events.h"

namespace viaggio::journey {

using nlohmann::json;
using timeline::CodeSpace;

namespace {

// What is not in any segment, so that sums agree with those of events.
struct Rest {
  std::uint64_t refunded_customers = 0;  // with refunds inside the window and no order
  std::int64_t refunded_money = 0;
  std::uint64_t unowned_orders = 0;
  std::int64_t unowned_money = 0;
};

class Worker {
 public:
  Worker(const OrderEvents& events, Micros from, Micros now)
      : events_(events), from_(from), now_(now), reader_(events) {}
  void prepare(const CodeSpace& codes) { reader_.prepare(codes); }
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (s.block->latest() < from_ || s.block->earliest() > now_) return;
    reader_.slice(s, [&](const auto& run, auto places) { customer(run, places); });
  }
  template <class RunT>
  void run(const RunT& r) {
    reader_.run(r, [&](const auto& run, auto places) { customer(run, places); });
  }
  std::vector<Buyer> buyers;
  Rest rest;

 private:
  template <class RunT>
  void customer(const RunT& run, std::span<const std::uint32_t> places) {
    if (!events_.holds_customer(run.customer)) return;
    Buyer b{run.customer};
    Micros last = std::numeric_limits<Micros>::min();
    bool refunded = false;
    for (const std::uint32_t i : places) {
      const Micros t = run.time[i];
      if (t < from_ || t > now_) continue;
      const OrderEvents::Part part = reader_.part(run, i);
      if (part == OrderEvents::Part::none) continue;
      b.money += reader_.money(run, i, part);
      refunded = refunded || part == OrderEvents::Part::refund;
      if (part == OrderEvents::Part::refund) continue;
      ++b.orders;
      last = std::max(last, t);  // events of nobody are in no order
    }
    if (run.customer == kNoCustomer) {
      rest.unowned_orders += b.orders;
      rest.unowned_money += b.money;
    } else if (b.orders != 0) {
      b.days = static_cast<std::uint32_t>((now_ - last) / kDay);
      buyers.push_back(b);
    } else if (refunded) {
      ++rest.refunded_customers;
      rest.refunded_money += b.money;
    }
  }

  const OrderEvents& events_;
  const Micros from_, now_;  // both inclusive
  OrderReader reader_;
};

struct Found {
  std::vector<Buyer> buyers;
  std::vector<Scores> scores;  // of each
  Rest rest;
};

Result<Found> find(const ValueQuestion& q, const select::Context& context) {
  auto events = OrderEvents::compile(q, context);
  if (!events) return tl::unexpected(events.error());
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker])
          workers[worker] = std::make_unique<Worker>(*events, context.now - q.window, context.now);
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

json write_rfm(const ValueQuestion& q, const Found& found) {
  std::vector<Tally> tallies(q.segments.size() + 1);
  Tally all;
  std::array<std::array<std::uint64_t, 5>, 5> grid{};
  for (std::size_t i = 0; i < found.buyers.size(); ++i) {
    const std::uint8_t r = found.scores[i].r, fm = found.scores[i].fm();
    tallies[segment_of(q.segments, r, fm)].add(found.buyers[i]);
    all.add(found.buyers[i]);
    ++grid[r - std::size_t{1}][fm - std::size_t{1}];
  }
  return {{"segments", write_segments(q, tallies, all.customers)},
          {"grid", grid},
          {"total", write_tally(all, all.customers)}};
}

Status ask_rfm(const ValueQuestion& q, const select::Context& context, json& out) {
  auto found = find(q, context);
  if (!found) return tl::unexpected(found.error());
  const Rest& rest = found->rest;
  out["rfm"] = write_rfm(q, *found);
  out["window"] = {{"from", format_time(context.now - q.window)}, {"to", format_time(context.now)}};
  out["refunds_without_order"] = {{"customers", rest.refunded_customers},
                                  {"revenue", currency(rest.refunded_money)}};
  out["unowned"] = {{"orders", rest.unowned_orders}, {"revenue", currency(rest.unowned_money)}};
  return {};
}

}  // namespace

Result<std::vector<CustomerId>> value_people(const ValueQuestion& q,
                                             const select::Context& context) {
  if (q.people->alive) return forecast_people(q, context);
  auto found = find(q, context);
  if (!found) return tl::unexpected(found.error());
  return choose(*found, q);
}

Result<json> ask_value(const ValueQuestion& q, const select::Context& context,
                       const std::function<std::string(CustomerId)>& name) {
  json out = json::object();
  if (q.rfm) {
    if (auto ok = ask_rfm(q, context, out); !ok) return tl::unexpected(ok.error());
  }
  if (q.clv) {
    auto clv = forecast(q, context, name);
    if (!clv) return tl::unexpected(clv.error());
    out["clv"] = std::move(*clv);
  }
  if (q.people) {
    auto people = value_people(q, context);
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
