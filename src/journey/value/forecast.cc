#include "journey/value/forecast.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <nlohmann/json.hpp>

#include "journey/value/lifetime.h"
#include "journey/value/maximum.h"
#include "journey/value/purchase_days.h"
#include "journey/value/spend.h"

namespace viaggio::journey {

using nlohmann::json;

namespace {

constexpr std::uint64_t kFewestRepeaters = 30;  // below, four parameters would be a guess
constexpr double kWeeksOfMonth = 365.25 / 12 / 7;
constexpr std::uint32_t kLongestHoldout = 26, kShortestHoldout = 4;  // weeks, when not asked for
constexpr std::size_t kFrequencies = 8;  // those of the last are together

// A customer's purchases up to some day, in days.
struct Known {
  std::uint32_t frequency = 0, age = 0, recency = 0;
  auto key() const { return std::tie(frequency, age, recency); }
  Repeats repeats(std::uint64_t customers = 1) const {
    return {frequency, recency / 7.0, age / 7.0, customers};
  }
};

Known known_on(const PurchaseDays& bought, const BuyingHistory& h, std::uint32_t day) {
  const auto from = bought.days.begin() + static_cast<std::ptrdiff_t>(h.first);
  const auto until = std::upper_bound(from, from + h.purchases, day);
  return {static_cast<std::uint32_t>(until - from) - 1, day - *from, *(until - 1) - *from};
}

// Those who had bought by `day`.
std::vector<Known> all_known_on(const PurchaseDays& bought, std::uint32_t day) {
  std::vector<Known> out;
  for (const BuyingHistory& h : bought.histories) {
    if (bought.first(h) <= day) out.push_back(known_on(bought, h, day));
  }
  return out;
}

// Customers who bought alike count together.
std::vector<Repeats> together(std::vector<Known> all) {
  std::sort(all.begin(), all.end(),
            [](const Known& a, const Known& b) { return a.key() < b.key(); });
  std::vector<Repeats> out;
  for (std::size_t i = 0, next = 0; i < all.size(); i = next) {
    while (next < all.size() && all[next].key() == all[i].key()) ++next;
    out.push_back(all[i].repeats(next - i));
  }
  return out;
}

std::uint64_t repeaters(const std::vector<Known>& all) {
  return static_cast<std::uint64_t>(
      std::count_if(all.begin(), all.end(), [](const Known& k) { return k.frequency != 0; }));
}

// What to expect in the months ahead of those who still buy, worked out once for all of the same
// frequency and age.
class Outlook {
 public:
  struct Expected {
    double purchases = 0, discounted = 0;  // the second with later months counting less
  };
  Outlook(const Lifetime& model, const std::vector<Known>& all, unsigned months, double discount,
          unsigned threads) {
    for (const Known& k : all) keys_.emplace_back(k.frequency, k.age);
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    expected_.resize(keys_.size());
    constexpr std::size_t kAtOnce = 256;
    parallel_for((keys_.size() + kAtOnce - 1) / kAtOnce, threads, [&](std::size_t piece, unsigned) {
      const std::size_t end = std::min(keys_.size(), (piece + 1) * kAtOnce);
      for (std::size_t k = piece * kAtOnce; k < end; ++k) {
        double before = 0;
        for (unsigned m = 1; m <= months; ++m) {
          const double until =
              model.expected_if_alive(keys_[k].first, keys_[k].second / 7.0, m * kWeeksOfMonth);
          expected_[k].discounted += (until - before) / std::pow(1 + discount, m);
          before = until;
        }
        expected_[k].purchases = before;
      }
    });
  }
  const Expected& of(const Known& k) const {
    const auto at =
        std::lower_bound(keys_.begin(), keys_.end(), std::make_pair(k.frequency, k.age));
    return expected_[static_cast<std::size_t>(at - keys_.begin())];
  }

 private:
  std::vector<std::pair<std::uint32_t, std::uint32_t>> keys_;
  std::vector<Expected> expected_;
};

struct Models {
  FittedLifetime lifetime;
  std::optional<FittedSpend> spend;
  std::uint64_t spenders = 0;  // who the second was learned from
};

json write_models(const Models& m) {
  const Lifetime& l = m.lifetime.model;
  json parameters{{"r", l.r}, {"alpha", l.alpha}, {"a", l.a}, {"b", l.b}};
  json likelihood{{"bg_nbd", m.lifetime.log_likelihood}, {"gamma_gamma", nullptr}};
  if (m.spend) {
    parameters["p"] = m.spend->model.p;
    parameters["q"] = m.spend->model.q;
    parameters["v"] = m.spend->model.v;
    likelihood["gamma_gamma"] = m.spend->log_likelihood;
  }
  json at_limit = json::array();
  for (const auto& [parameter, value] : parameters.items()) {
    const auto v = value.get<double>();
    if (v < 1.01 * kLeastParameter || v > 0.99 * kMostParameter) at_limit.push_back(parameter);
  }
  return {{"parameters", parameters}, {"log_likelihood", likelihood}, {"at_limit", at_limit}};
}

json too_few(std::uint64_t found) {
  return {{"reason", "too_few_repeat_customers"},
          {"repeat_customers", found},
          {"needed", kFewestRepeaters}};
}

// The forecast made `weeks` ago, beside what has come about since.
json hold_out(const PurchaseDays& bought, std::uint32_t weeks, const select::Context& context) {
  const std::uint32_t cut = bought.today - 7 * weeks;
  const std::vector<Known> before = all_known_on(bought, cut);
  if (const std::uint64_t n = repeaters(before); n < kFewestRepeaters) return too_few(n);
  const auto fitted = fit_lifetime(together(before), context.threads, context.cancelled);
  if (!fitted) return {{"reason", "no_best_fit"}};
  struct Row {
    std::uint64_t customers = 0, actual = 0;
    double predicted = 0;
  };
  std::array<Row, kFrequencies> rows;
  Row all;
  std::vector<double> expected;  // of customers who bought alike, by place
  std::size_t place = 0;
  const Lifetime& model = fitted->model;
  const auto predicted = [&](const Known& k) { return model.expected(k.repeats(), weeks); };
  expected.resize(before.size());
  parallel_for((before.size() + 1023) / 1024, context.threads, [&](std::size_t piece, unsigned) {
    const std::size_t end = std::min(before.size(), (piece + 1) * 1024);
    for (std::size_t i = piece * 1024; i < end; ++i) expected[i] = predicted(before[i]);
  });
  for (const BuyingHistory& h : bought.histories) {
    if (bought.first(h) > cut) continue;
    const Known& k = before[place];
    const std::uint64_t actual = h.purchases - k.frequency - 1;
    for (Row* row : {&rows[std::min<std::size_t>(k.frequency, kFrequencies - 1)], &all}) {
      ++row->customers;
      row->actual += actual;
      row->predicted += expected[place];
    }
    ++place;
  }
  const auto write = [](const Row& row) {
    return json{{"customers", row.customers}, {"actual", row.actual}, {"predicted", row.predicted}};
  };
  json out = write(all);
  out["weeks"] = weeks;
  out["from"] = context.zone.date(bought.calendar.start(cut + std::size_t{1}));
  out["error"] =
      all.actual == 0 ? json(nullptr) : json(all.predicted / static_cast<double>(all.actual) - 1);
  out["parameters"] = {{"r", model.r}, {"alpha", model.alpha}, {"a", model.a}, {"b", model.b}};
  out["log_likelihood"] = fitted->log_likelihood;
  for (std::size_t x = 0; x < kFrequencies; ++x) {
    json row = write(rows[x]);
    row["frequency"] = x;
    out["by_frequency"].push_back(std::move(row));
  }
  return out;
}

json hold_out_of(const ValueQuestion& q, const PurchaseDays& bought,
                 const select::Context& context) {
  std::uint32_t first = bought.today;
  for (const BuyingHistory& h : bought.histories) first = std::min(first, bought.first(h));
  const std::uint32_t span = (bought.today - first) / 7;
  const std::uint32_t weeks =
      q.forecast.holdout_weeks.value_or(std::min(kLongestHoldout, span / 3));
  if (weeks >= span || weeks < (q.forecast.holdout_weeks ? 1 : kShortestHoldout))
    return {{"reason", "too_short"}, {"weeks", span}};
  return hold_out(bought, weeks, context);
}

std::vector<Spent> spent_by(const PurchaseDays& bought) {
  std::vector<Spent> out;
  for (const BuyingHistory& h : bought.histories) {
    if (h.purchases > 1 && h.repeat_money > 0)
      out.push_back(
          {h.purchases - 1, static_cast<double>(h.repeat_money) / 10'000.0 / (h.purchases - 1)});
  }
  return out;
}

// What is known of everybody now, and the models it gives; `models` has nothing, and `why` says it,
// where there are none.
struct Learned {
  PurchaseDays bought;
  std::vector<Known> known;  // by place of the histories
  std::optional<Models> models;
  json why;
};

Result<Learned> learn(const ValueQuestion& q, const select::Context& context, bool with_spend) {
  auto bought = find_purchase_days(q, context);
  if (!bought) return tl::unexpected(bought.error());
  Learned out{std::move(*bought), {}, {}, {}};
  out.known = all_known_on(out.bought, out.bought.today);
  if (const std::uint64_t n = repeaters(out.known); n < kFewestRepeaters) {
    out.why = too_few(n);
    return out;
  }
  auto lifetime = fit_lifetime(together(out.known), context.threads, context.cancelled);
  if (!lifetime) {
    out.why = {{"reason", "no_best_fit"}};
    return out;
  }
  out.models = Models{*lifetime, {}, 0};
  if (!with_spend) return out;
  const std::vector<Spent> spent = spent_by(out.bought);
  out.models->spenders = spent.size();
  if (spent.size() >= kFewestRepeaters)
    out.models->spend = fit_spend(spent, context.threads, context.cancelled);
  return out;
}

std::size_t tenth(double p) { return std::min<std::size_t>(9, static_cast<std::size_t>(p * 10)); }

struct Prospect {
  std::size_t place = 0;  // of the history
  double p_alive = 1, purchases = 0, value = 0, clv = 0;
};

std::optional<double> value_of(const Models& models, const BuyingHistory& h) {
  if (!models.spend) return std::nullopt;
  const bool knows = h.purchases > 1 && h.repeat_money > 0;
  const std::uint32_t x = knows ? h.purchases - 1 : 0;
  return models.spend->model.expected(
      x, knows ? static_cast<double>(h.repeat_money) / 10'000.0 / x : 0);
}

json write_customers(const ValueQuestion& q, const Learned& learned, std::vector<Prospect> all,
                     bool with_value, const std::function<std::string(CustomerId)>& name) {
  const std::size_t n = std::min(q.forecast.limit, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n), all.end(),
                    [&](const Prospect& a, const Prospect& b) {
                      const double mine = with_value ? a.clv : a.purchases;
                      const double other = with_value ? b.clv : b.purchases;
                      return mine != other ? mine > other : a.place < b.place;
                    });
  json out = json::array();
  for (std::size_t i = 0; i < n; ++i) {
    const Prospect& p = all[i];
    const BuyingHistory& h = learned.bought.histories[p.place];
    const Repeats r = learned.known[p.place].repeats();
    json one{{"customer_id", name(h.customer)},
             {"frequency", r.frequency},
             {"recency_weeks", r.recency},
             {"age_weeks", r.age},
             {"mean_value", r.frequency == 0 ? json(nullptr)
                                             : json(static_cast<double>(h.repeat_money) / 10'000.0 /
                                                    r.frequency)},
             {"p_alive", p.p_alive},
             {"expected_purchases", p.purchases},
             {"expected_value", with_value ? json(p.value) : json(nullptr)},
             {"clv", with_value ? json(p.clv) : json(nullptr)}};
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Result<json> forecast(const ValueQuestion& q, const select::Context& context,
                      const std::function<std::string(CustomerId)>& name) {
  auto learned = learn(q, context, true);
  if (!learned) return tl::unexpected(learned.error());
  if (!learned->models) return learned->why;
  const Models& models = *learned->models;
  const Outlook outlook(models.lifetime.model, learned->known, q.forecast.months,
                        q.forecast.discount, context.threads);
  bool with_value = models.spend && models.spend->model.population_mean();
  std::vector<Prospect> all(learned->known.size());
  std::array<std::uint64_t, 10> alive{};
  double purchases = 0, clv = 0, still_buying = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Known& k = learned->known[i];
    const Outlook::Expected& expected = outlook.of(k);
    Prospect& p = all[i];
    p.place = i;
    p.p_alive = models.lifetime.model.p_alive(k.repeats());
    p.purchases = p.p_alive * expected.purchases;
    if (with_value) p.value = *value_of(models, learned->bought.histories[i]);
    p.clv = p.p_alive * expected.discounted * p.value;
    ++alive[tenth(p.p_alive)];
    still_buying += p.p_alive;
    purchases += p.purchases;
    clv += p.clv;
  }
  json out = write_models(models);
  out["training"] = {{"customers", learned->known.size()},
                     {"repeat_customers", repeaters(learned->known)},
                     {"spenders", models.spenders}};
  out["holdout"] = hold_out_of(q, learned->bought, context);
  out["horizon"] = {{"months", q.forecast.months}, {"discount", q.forecast.discount}};
  out["total"] = {{"still_buying", still_buying},
                  {"expected_purchases", purchases},
                  {"clv", with_value ? json(clv) : json(nullptr)}};
  out["alive"] = alive;
  out["customers"] = write_customers(q, *learned, std::move(all), with_value, name);
  return out;
}

Result<std::vector<CustomerId>> forecast_people(const ValueQuestion& q,
                                                const select::Context& context) {
  auto learned = learn(q, context, false);
  if (!learned) return tl::unexpected(learned.error());
  std::vector<CustomerId> out;
  if (!learned->models) return out;
  for (std::size_t i = 0; i < learned->known.size(); ++i) {
    if (tenth(learned->models->lifetime.model.p_alive(learned->known[i].repeats())) ==
        *q.people->alive)
      out.push_back(learned->bought.histories[i].customer);
  }
  return out;
}

}  // namespace viaggio::journey
