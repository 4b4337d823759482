// docs/semantics/value.md: recency, frequency and money.
#include <algorithm>
#include <array>
#include <cmath>

#include "questions.h"

namespace viaggio::reference {
namespace {

constexpr double kMaxAmount = 1e12;

struct Segment {
  std::string id;
  int r_low = 1, r_high = 5, fm_low = 1, fm_high = 5;
};

struct Buyer {
  std::string name;
  int days = 0, orders = 0;
  std::int64_t money = 0;
  int r = 0, f = 0, m = 0;
  int fm() const { return (f + m + 1) / 2; }
};

struct Options {
  Selector orders;
  std::string field = "value";
  Micros window = 365 * kDay;
  std::vector<Segment> segments = {
      {"champions", 4, 5, 4, 5}, {"loyal", 2, 5, 3, 5},          {"potential_loyalist", 3, 5, 1, 3},
      {"new", 4, 5, 1, 1},       {"need_attention", 2, 3, 2, 3}, {"at_risk", 1, 2, 2, 5},
      {"lost", 1, 1, 1, 1},      {"hibernating", 1, 2, 1, 2}};
  json cut_offs;
};

// What somebody has bought and given back inside the window.
struct Bought {
  int orders = 0, refunds = 0;
  Micros last = 0;
  std::int64_t money = 0;
};

bool gives_back(const Event& e) { return e.name == "Order Refunded" || e.name == "Item Returned"; }

std::int64_t money_of(const Ask& ask, const Options& o, const Event& e) {
  if (o.field == "value") return e.value.value_or(0);
  std::int64_t sum = 0;
  for (const json& v : values_of(ask.fields, e, o.field)) {
    const auto number = number_of(v);
    if (!number || !(std::abs(*number) <= kMaxAmount)) continue;
    const std::int64_t exact = std::llround(*number * 10'000);
    sum += gives_back(e) ? -std::abs(exact) : exact;
  }
  return sum;
}

template <class Events>
Bought bought_in(const Ask& ask, const Options& o, const Events& events) {
  Selector refunds = o.orders;
  refunds.all = false;
  refunds.events = {"Order Refunded", "Item Returned"};
  Bought out;
  for (const Event* e : events) {
    const Micros now = ask.snapshot->clock;
    if (e->time < now - o.window || e->time > now || !ask.passes(*e)) continue;
    if (!matches(ask.fields, *e, gives_back(*e) ? refunds : o.orders)) continue;
    out.money += money_of(ask, o, *e);
    if (gives_back(*e)) {
      ++out.refunds;
    } else {
      ++out.orders;
      out.last = std::max(out.last, e->time);
    }
  }
  return out;
}

// 1 + floor(5 worse / all), by something of which more is better.
template <class Worth>
int score(const std::vector<Buyer>& all, const Buyer& mine, const Worth& worth) {
  const auto worse =
      std::count_if(all.begin(), all.end(), [&](const Buyer& b) { return worth(b) < worth(mine); });
  return 1 + static_cast<int>(5 * worse / static_cast<std::ptrdiff_t>(all.size()));
}

int bins_below(const json& limits, double value) {
  int out = 0;
  for (const json& limit : limits) out += limit.get<double>() <= value ? 1 : 0;
  return out;
}

void score_all(const Options& o, std::vector<Buyer>& all) {
  for (Buyer& b : all) {
    if (o.cut_offs.is_object()) {
      b.r = 5 - bins_below(o.cut_offs["recency"], b.days);
      b.f = 1 + bins_below(o.cut_offs["frequency"], b.orders);
      b.m = 1 + bins_below(o.cut_offs["monetary"], static_cast<double>(b.money) / 10'000);
    } else {
      b.r = score(all, b, [](const Buyer& x) { return -x.days; });
      b.f = score(all, b, [](const Buyer& x) { return x.orders; });
      b.m = score(all, b, [](const Buyer& x) { return x.money; });
    }
  }
}

std::string segment_of(const Options& o, const Buyer& b) {
  for (const Segment& s : o.segments) {
    if (b.r >= s.r_low && b.r <= s.r_high && b.fm() >= s.fm_low && b.fm() <= s.fm_high) return s.id;
  }
  return "other";
}

json totals(const std::vector<const Buyer*>& some, std::size_t everybody) {
  double days = 0, orders = 0;
  std::int64_t money = 0;
  for (const Buyer* b : some) {
    days += b->days;
    orders += b->orders;
    money += b->money;
  }
  const auto n = static_cast<double>(some.size());
  const double revenue = static_cast<double>(money) / 10'000;
  auto mean = [&](double sum) { return some.empty() ? json(nullptr) : json(sum / n); };
  return {{"customers", some.size()},
          {"share", everybody == 0 ? json(nullptr) : json(n / static_cast<double>(everybody))},
          {"orders", static_cast<std::int64_t>(orders)},
          {"revenue", revenue},
          {"mean_recency_days", mean(days)},
          {"mean_frequency", mean(orders)},
          {"mean_monetary", mean(revenue)}};
}

Status read_span(const json& rule, const char* field, int& low, int& high) {
  if (!rule.contains(field)) return {};
  low = rule[field][0].get<int>();
  high = rule[field][1].get<int>();
  return {};
}

Result<Options> read_options(const Ask& ask, ObjectReader& question) {
  Options o;
  if (question.find("range") != nullptr) return invalid("range", "is not of this question");
  o.orders.events = {"Order Completed", "Receipt Issued"};
  if (const json* orders = question.find("orders")) {
    auto selector = read_selector(*orders, "orders");
    if (!selector) return tl::unexpected(selector.error());
    if (auto ok = check(ask.fields, selector->where); !ok) return tl::unexpected(ok.error());
    o.orders = *selector;
  }
  if (const json* field = question.find("value")) o.field = field->get<std::string>();
  auto window = question.duration("window");
  if (!window) return tl::unexpected(window.error());
  if (window->has_value()) o.window = **window;
  if (const json* cut_offs = question.find("cut_offs")) o.cut_offs = *cut_offs;
  if (const json* segments = question.find("segments")) {
    o.segments.clear();
    for (const json& rule : *segments) {
      Segment s{rule["id"].get<std::string>()};
      if (auto ok = read_span(rule, "r", s.r_low, s.r_high); !ok) return tl::unexpected(ok.error());
      if (auto ok = read_span(rule, "fm", s.fm_low, s.fm_high); !ok)
        return tl::unexpected(ok.error());
      o.segments.push_back(s);
    }
  }
  return o;
}

json people_of(const Options& o, const std::vector<Buyer>& all, const json& wanted) {
  std::vector<std::string> names;
  for (const Buyer& b : all) {
    const bool in = wanted.contains("segment")
                        ? segment_of(o, b) == wanted["segment"].get<std::string>()
                        : b.r == wanted["r"].get<int>() && b.fm() == wanted["fm"].get<int>();
    if (in) names.push_back(b.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

// The part `rfm`.
Result<json> answer_value(const Ask& ask, ObjectReader& question) {
  auto options = read_options(ask, question);
  if (!options) return tl::unexpected(options.error());
  const Options& o = *options;
  std::vector<Buyer> all;
  int refunded = 0;
  std::int64_t refunded_money = 0;
  for (const auto& [name, customer] : ask.snapshot->customers) {
    if (!ask.in_audience(customer)) continue;
    const Bought b = bought_in(ask, o, customer.events);
    if (b.orders != 0) {
      all.push_back(
          {name, static_cast<int>((ask.snapshot->clock - b.last) / kDay), b.orders, b.money});
    } else if (b.refunds != 0) {
      ++refunded;
      refunded_money += b.money;
    }
  }
  Bought nobody;
  if (ask.common.audience.empty() && ask.saved == nullptr) {
    std::vector<const Event*> unowned;
    for (const Event& e : ask.snapshot->events) {
      if (e.customer.empty()) unowned.push_back(&e);
    }
    nobody = bought_in(ask, o, unowned);
  }
  score_all(o, all);
  std::map<std::string, std::vector<const Buyer*>> by_segment;
  std::array<std::array<int, 5>, 5> grid{};
  std::vector<const Buyer*> everybody;
  for (const Buyer& b : all) {
    by_segment[segment_of(o, b)].push_back(&b);
    everybody.push_back(&b);
    ++grid[static_cast<std::size_t>(b.r) - 1][static_cast<std::size_t>(b.fm()) - 1];
  }
  json segments = json::array();
  auto add = [&](const std::string& id) -> json& {
    segments.push_back(totals(by_segment[id], all.size()));
    segments.back()["id"] = id;
    return segments.back();
  };
  for (const Segment& s : o.segments) {
    json& row = add(s.id);
    row["r"] = {s.r_low, s.r_high};
    row["fm"] = {s.fm_low, s.fm_high};
  }
  add("other");
  const Micros now = ask.snapshot->clock;
  json out{
      {"rfm", {{"segments", segments}, {"grid", grid}, {"total", totals(everybody, all.size())}}},
      {"window", {{"from", format_time(now - o.window)}, {"to", format_time(now)}}},
      {"refunds_without_order",
       {{"customers", refunded}, {"revenue", static_cast<double>(refunded_money) / 10'000}}},
      {"unowned",
       {{"orders", nobody.orders}, {"revenue", static_cast<double>(nobody.money) / 10'000}}}};
  if (const json* people = question.find("people")) out["people"] = people_of(o, all, *people);
  return out;
}

}  // namespace viaggio::reference
