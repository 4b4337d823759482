// docs/semantics/attribution.md.
#include <algorithm>
#include <cmath>
#include <set>

#include "questions.h"

namespace viaggio::reference {
namespace {

const std::vector<std::string> kModels = {
    "first",    "last",      "last_non_direct", "linear", "time_decay", "u_shaped",
    "j_shaped", "inverse_j", "participation",   "markov", "shapley"};
constexpr std::size_t kMaxStates = 2000, kMaxPlayers = 12;
const std::string kOther = "$other";

// What happened to the customer, or belongs to paying: never the touch that a session begins with.
const std::set<std::string> kNoTouch = {
    "Message Sent",       "Message Delivered",    "Message Opened",      "Message Bounced",
    "Message Suppressed", "Call Placed",          "Offer Issued",        "Points Earned",
    "Points Spent",       "Loyalty Card Scanned", "Conversation Closed", "Order Updated",
    "Order Refunded",     "Order Cancelled",      "Order Ready",         "Order Expired",
    "Order Delivered",    "Item Returned",        "Invoice Adjusted"};

struct Options {
  Selector conversion;
  std::string value;  // a field; empty: the event's money
  std::string key = "channel";
  std::optional<Filters> touch;
  Micros lookback = 30 * kDay, half_life = 7 * kDay;
  std::size_t order = 1;
  std::vector<std::string> models;
  bool asks(const std::string& model) const {
    return std::find(models.begin(), models.end(), model) != models.end();
  }
};

struct Touch {
  const Event* event = nullptr;
  std::size_t at = 0;  // among the customer's events
  std::string key;
};
struct Path {
  std::string customer;
  Micros time = 0;
  double value = 0;
  std::vector<Touch> touches;
};
using Walk = std::vector<std::string>;  // keys
struct Journeys {
  std::vector<Path> conversions;  // with and without touches
  std::vector<Walk> unconverted;
};
struct Credit {
  double conversions = 0, value = 0;
};
using Credits = std::map<std::string, Credit>;

// ---- Paths ----

double value_of(const Ask& ask, const Options& options, const Event& e) {
  if (options.value.empty()) return e.value ? static_cast<double>(*e.value) / 10000.0 : 0;
  for (const json& v : values_of(ask.fields, e, options.value)) {
    if (const auto n = number_of(v)) return *n;
  }
  return 0;
}

std::vector<Touch> touches_of(const Ask& ask, const Options& options, const Customer& customer) {
  std::vector<Touch> out;
  std::set<std::string> sessions;
  for (std::size_t i = 0; i < customer.events.size(); ++i) {
    const Event& e = *customer.events[i];
    const bool opens = sessions.insert(e.session).second;
    if (matches(ask.fields, e, options.conversion)) continue;
    if (options.touch ? !holds(ask.fields, e, *options.touch) : !opens || kNoTouch.count(e.name))
      continue;
    if (const auto key = single_value(ask.fields, e, options.key)) out.push_back({&e, i, *key});
  }
  return out;
}

void read_customer(const Ask& ask, const Options& options, const Customer& customer,
                   Journeys& journeys) {
  const auto touches = touches_of(ask, options, customer);
  std::set<std::size_t> in_path;
  std::vector<std::size_t> conversions;
  for (std::size_t i = 0; i < customer.events.size(); ++i) {
    const Event& e = *customer.events[i];
    if (!ask.sees(e) || !ask.passes(e) || !matches(ask.fields, e, options.conversion)) continue;
    conversions.push_back(i);
    Path path{customer.name, e.time, value_of(ask, options, e), {}};
    for (const Touch& t : touches) {
      if (t.at > i || t.event->time < e.time - options.lookback) continue;
      path.touches.push_back(t);
      in_path.insert(t.at);
    }
    journeys.conversions.push_back(std::move(path));
  }
  const Touch* before = nullptr;
  for (const Touch& t : touches) {
    if (!ask.sees(*t.event) || in_path.count(t.at) != 0) continue;
    const bool parted = before == nullptr ||
                        t.event->time - before->event->time > options.lookback ||
                        std::any_of(conversions.begin(), conversions.end(),
                                    [&](std::size_t c) { return before->at < c && c < t.at; });
    if (parted) journeys.unconverted.emplace_back();
    journeys.unconverted.back().push_back(t.key);
    before = &t;
  }
}

// ---- Rules: how a path shares its conversion ----

// First, last, and what those between share; of two: how they share.
std::vector<double> shaped(std::size_t n, double first, double last, double first_of_two) {
  if (n == 1) return {1};
  if (n == 2) return {first_of_two, 1 - first_of_two};
  std::vector<double> out(n, (1 - first - last) / static_cast<double>(n - 2));
  out.front() = first;
  out.back() = last;
  return out;
}

std::vector<double> only(std::size_t n, std::size_t which) {
  std::vector<double> out(n, 0);
  out[which] = 1;
  return out;
}

std::vector<double> shares(const Options& options, const std::string& model, const Path& path) {
  const std::size_t n = path.touches.size();
  if (model == "first") return only(n, 0);
  if (model == "last") return only(n, n - 1);
  if (model == "last_non_direct") {
    for (std::size_t i = n; i-- > 0;) {
      if (path.touches[i].event->channel != "direct") return only(n, i);
    }
    return only(n, n - 1);
  }
  if (model == "u_shaped") return shaped(n, 0.4, 0.4, 0.5);
  if (model == "j_shaped") return shaped(n, 0.2, 0.6, 0.25);
  if (model == "inverse_j") return shaped(n, 0.6, 0.2, 0.75);
  if (model == "linear") return std::vector<double>(n, 1 / static_cast<double>(n));
  std::vector<double> out;  // time_decay; ages from the last touch on: the same proportions
  double sum = 0;
  for (const Touch& t : path.touches) {
    const auto age = static_cast<double>(path.touches.back().event->time - t.event->time);
    out.push_back(std::exp2(-age / static_cast<double>(options.half_life)));
    sum += out.back();
  }
  for (double& share : out) share /= sum;
  return out;
}

Credits by_rule(const Options& options, const std::string& model, const Journeys& journeys) {
  Credits out;
  for (const Path& path : journeys.conversions) {
    if (path.touches.empty()) continue;
    std::map<std::string, double> share;
    if (model == "participation") {
      for (const Touch& t : path.touches) share[t.key] = 1;
    } else {
      const auto parts = shares(options, model, path);
      for (std::size_t i = 0; i < parts.size(); ++i) share[path.touches[i].key] += parts[i];
    }
    for (const auto& [key, part] : share) {
      out[key].conversions += part;
      out[key].value += part * path.value;
    }
  }
  return out;
}

Walk walk_of(const Path& path) {
  Walk out;
  for (const Touch& t : path.touches) out.push_back(t.key);
  return out;
}

// The conversions that have a path, all together: what markov and shapley share out.
Credit with_path(const Journeys& journeys) {
  Credit out;
  for (const Path& path : journeys.conversions) {
    if (path.touches.empty()) continue;
    out.conversions += 1;
    out.value += path.value;
  }
  return out;
}

// ---- Markov ----

// States are the last keys; START has none, and these two are no walk's.
const Walk kConversion = {"", "conversion"}, kNull = {"", "null"};

class Chain {
 public:
  explicit Chain(std::size_t order) : order_(order) {}
  void add(const Walk& keys, const Walk& end) {
    Walk state;
    for (const std::string& key : keys) {
      Walk next = state;
      next.push_back(key);
      if (next.size() > order_) next.erase(next.begin());
      ++steps_[state][next];
      state = next;
    }
    ++steps_[state][end];
  }
  std::size_t states() const { return steps_.size(); }

  // The probability of a conversion from START; every step into a state whose newest key is
  // `removed` leads to null.
  double conversion(const std::string* removed) const {
    std::map<Walk, std::size_t> index;
    for (const auto& [state, next] : steps_) index.emplace(state, index.size());
    const std::size_t n = index.size();
    // x(s) - sum of p(s, t) x(t) = p(s, conversion)
    std::vector<std::vector<double>> a(n, std::vector<double>(n + 1, 0));
    for (const auto& [state, next] : steps_) {
      auto& row = a[index[state]];
      row[index[state]] += 1;
      double all = 0;
      for (const auto& [to, count] : next) all += count;
      for (const auto& [to, count] : next) {
        if (to == kNull) continue;
        if (to == kConversion)
          row[n] += count / all;
        else if (removed == nullptr || to.back() != *removed)
          row[index[to]] -= count / all;
      }
    }
    return solve(std::move(a))[index[Walk()]];
  }

 private:
  // Gaussian elimination with the largest pivot.
  static std::vector<double> solve(std::vector<std::vector<double>> a) {
    const std::size_t n = a.size();
    for (std::size_t c = 0; c < n; ++c) {
      std::size_t pivot = c;
      for (std::size_t r = c; r < n; ++r) {
        if (std::abs(a[r][c]) > std::abs(a[pivot][c])) pivot = r;
      }
      std::swap(a[c], a[pivot]);
      for (std::size_t r = 0; r < n; ++r) {
        if (r == c || a[r][c] == 0) continue;
        const double factor = a[r][c] / a[c][c];
        for (std::size_t k = c; k <= n; ++k) a[r][k] -= factor * a[c][k];
      }
    }
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = a[i][n] / a[i][i];
    return x;
  }

  std::size_t order_;
  std::map<Walk, std::map<Walk, double>> steps_;
};

Result<std::map<std::string, double>> removal_effects(const Options& options,
                                                      const Journeys& journeys) {
  Chain chain(options.order);
  std::set<std::string> keys;
  for (const Path& path : journeys.conversions) {
    if (path.touches.empty()) continue;
    chain.add(walk_of(path), kConversion);
    for (const Touch& t : path.touches) keys.insert(t.key);
  }
  for (const Walk& walk : journeys.unconverted) {
    chain.add(walk, kNull);
    keys.insert(walk.begin(), walk.end());
  }
  if (chain.states() > kMaxStates)
    return invalid("markov_order", "gives more than 2,000 states", "too_many_states");
  std::map<std::string, double> out;
  if (keys.empty()) return out;
  const double p = chain.conversion(nullptr);
  for (const std::string& key : keys) out[key] = p > 0 ? 1 - chain.conversion(&key) / p : 0;
  return out;
}

Credits share_out(const Credit& all, const std::map<std::string, double>& weights) {
  double sum = 0;
  for (const auto& [key, weight] : weights) sum += weight;
  Credits out;
  for (const auto& [key, weight] : weights) {
    const double share = sum > 0 ? weight / sum : 0;
    out[key] = {all.conversions * share, all.value * share};
  }
  return out;
}

// ---- Shapley ----

struct Coalition {
  std::set<std::string> keys;
  int journeys = 0, conversions = 0;
};
struct Shapley {
  std::set<std::string> rest;  // the keys inside "$other"
  std::vector<Coalition> coalitions;
  std::map<std::string, double> weights;
};

using Observed = std::map<std::set<std::string>, Coalition>;

// The players' Shapley values, not below 0; `rate` is that of all journeys.
std::map<std::string, double> weights_of(const std::vector<std::string>& players,
                                         const Observed& playing, double rate) {
  const std::size_t n = players.size();
  std::vector<double> v(std::size_t{1} << n, 0);
  for (std::size_t s = 1; s < v.size(); ++s) {
    std::set<std::string> keys;
    for (std::size_t i = 0; i < n; ++i) {
      if ((s >> i & 1) != 0) keys.insert(players[i]);
    }
    const auto at = playing.find(keys);
    const double conversions = at == playing.end() ? 0 : at->second.conversions;
    const double count = at == playing.end() ? 0 : at->second.journeys;
    v[s] = (conversions + 10 * rate) / (count + 10);
  }
  const auto factorial = [](std::size_t k) { return std::tgamma(static_cast<double>(k) + 1); };
  std::map<std::string, double> out;
  for (std::size_t i = 0; i < n; ++i) {
    double phi = 0;
    for (std::size_t s = 0; s < v.size(); ++s) {
      if ((s >> i & 1) != 0) continue;
      const auto size = static_cast<std::size_t>(__builtin_popcountll(s));
      phi += factorial(size) * factorial(n - size - 1) / factorial(n) *
             (v[s | std::size_t{1} << i] - v[s]);
    }
    out[players[i]] = std::max(phi, 0.0);
  }
  return out;
}

Shapley shapley(const Journeys& journeys, const std::map<std::string, int>& touches) {
  Shapley out;
  std::vector<std::pair<Walk, bool>> all;  // keys, and whether it converted
  for (const Path& path : journeys.conversions) {
    if (!path.touches.empty()) all.emplace_back(walk_of(path), true);
  }
  for (const Walk& walk : journeys.unconverted) all.emplace_back(walk, false);
  std::map<std::string, int> seen;  // touches of paths and journeys without conversion
  for (const auto& [walk, converted] : all) {
    for (const std::string& key : walk) ++seen[key];
  }
  std::vector<std::pair<int, std::string>> ranked;
  for (const auto& [key, n] : seen) ranked.emplace_back(-n, key);
  std::sort(ranked.begin(), ranked.end());
  if (ranked.size() > kMaxPlayers) {
    for (std::size_t i = kMaxPlayers - 1; i < ranked.size(); ++i) out.rest.insert(ranked[i].second);
  }
  const auto player_of = [&](const std::string& key) {
    return out.rest.count(key) != 0 ? kOther : key;
  };
  // As they were observed, and as those who play.
  Observed observed, playing;
  double converted_all = 0;
  for (const auto& [walk, converted] : all) {
    std::set<std::string> keys(walk.begin(), walk.end()), players;
    for (const std::string& key : walk) players.insert(player_of(key));
    for (Coalition* c : {&observed[keys], &playing[players]}) {
      c->keys = keys;
      ++c->journeys;
      c->conversions += converted;
    }
    converted_all += converted;
  }
  for (const auto& [keys, coalition] : observed) out.coalitions.push_back(coalition);
  std::stable_sort(out.coalitions.begin(), out.coalitions.end(),
                   [](const Coalition& a, const Coalition& b) { return a.journeys > b.journeys; });

  std::set<std::string> unique;
  for (const auto& [key, n] : seen) unique.insert(player_of(key));
  if (unique.empty()) return out;
  out.weights = weights_of({unique.begin(), unique.end()}, playing,
                           converted_all / static_cast<double>(all.size()));
  double sum = 0;
  for (const auto& [player, weight] : out.weights) sum += weight;
  if (sum > 0) return out;
  for (const auto& [key, count] : touches) out.weights[player_of(key)] += count;
  return out;
}

// ---- The question and its answer ----

Result<Options> read_options(const Ask& ask, ObjectReader& question) {
  Options options;
  options.conversion.events = {"Order Completed", "Receipt Issued"};
  if (const json* conversion = question.find("conversion")) {
    auto selector = read_selector(*conversion, "conversion");
    if (!selector) return tl::unexpected(selector.error());
    options.conversion = *selector;
    if (auto ok = check(ask.fields, selector->where); !ok) return tl::unexpected(ok.error());
  }
  auto value = question.text("value");
  if (!value) return tl::unexpected(value.error());
  options.value = value->value_or("");
  if (*value && !known_field(ask.fields, options.value))
    return invalid("value", "is not a known field", "unknown_field");
  if (const json* touch = question.find("touch")) {
    ObjectReader reader(*touch, "touch");
    auto key = reader.text("key");
    if (!key) return tl::unexpected(key.error());
    options.key = key->value_or("channel");
    if (!known_field(ask.fields, options.key))
      return invalid("touch.key", "is not a known field", "unknown_field");
    if (const json* where = reader.find("where")) {
      auto filters = read_filters(*where, "touch.where");
      if (!filters) return tl::unexpected(filters.error());
      if (auto ok = check(ask.fields, *filters); !ok) return tl::unexpected(ok.error());
      options.touch = *filters;
    }
    if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  }
  auto lookback = question.duration("lookback");
  if (!lookback) return tl::unexpected(lookback.error());
  options.lookback = lookback->value_or(options.lookback);
  auto half_life = question.duration("half_life");
  if (!half_life) return tl::unexpected(half_life.error());
  options.half_life = half_life->value_or(options.half_life);
  auto order = question.integer("markov_order", 1, 3);
  if (!order) return tl::unexpected(order.error());
  options.order = static_cast<std::size_t>(order->value_or(1));
  options.models = kModels;
  if (const json* models = question.find("models")) {
    options.models.clear();
    for (const json& model : *models) {
      if (std::find(kModels.begin(), kModels.end(), model) == kModels.end())
        return invalid("models", "has no such model");
      options.models.push_back(model);
    }
  }
  return options;
}

struct Row {
  int touches = 0;
  std::set<std::string> customers;
};
// All that the answer shows.
struct Findings {
  std::map<std::string, Row> rows;
  Credit all, none;  // of all conversions, and of those without a touch
  std::map<std::string, double> effects;
  std::map<std::string, Credits> credits;  // by model
  Shapley game;
};

void count_rows(const Journeys& journeys, Findings& found) {
  for (const Path& path : journeys.conversions) {
    found.all = {found.all.conversions + 1, found.all.value + path.value};
    if (path.touches.empty())
      found.none = {found.none.conversions + 1, found.none.value + path.value};
    for (const Touch& t : path.touches) {
      ++found.rows[t.key].touches;
      found.rows[t.key].customers.insert(path.customer);
    }
  }
  for (const Walk& walk : journeys.unconverted) {
    for (const std::string& key : walk) found.rows[key];
  }
}

Status share_credits(const Options& options, const Journeys& journeys, Findings& found) {
  std::map<std::string, int> touches;
  for (const auto& [key, row] : found.rows) touches[key] = row.touches;
  for (const std::string& model : options.models) {
    if (model == "markov") {
      auto effects = removal_effects(options, journeys);
      if (!effects) return tl::unexpected(effects.error());
      found.effects = *effects;
      found.credits[model] = share_out(with_path(journeys), found.effects);
    } else if (model == "shapley") {
      found.game = shapley(journeys, touches);
      found.credits[model] = share_out(with_path(journeys), found.game.weights);
    } else {
      found.credits[model] = by_rule(options, model, journeys);
    }
  }
  return {};
}

json shown(const Credit& c) { return {{"conversions", c.conversions}, {"value", c.value}}; }

json shown_keys(const Options& options, Findings& found) {
  json out = json::array();
  std::vector<std::pair<int, std::string>> order;
  for (const auto& [key, row] : found.rows) order.emplace_back(-row.touches, key);
  std::sort(order.begin(), order.end());
  const json unknown{{"conversions", nullptr}, {"value", nullptr}};
  for (const auto& [minus, key] : order) {
    json models = json::object();
    for (const std::string& model : options.models) {
      const bool inside = model == "shapley" && found.game.rest.count(key) != 0;
      models[model] = inside ? unknown : shown(found.credits[model][key]);
    }
    json row{{"key", key},
             {"touches", found.rows[key].touches},
             {"customers", found.rows[key].customers.size()},
             {"models", models}};
    if (options.asks("markov")) row["removal_effect"] = found.effects[key];
    out.push_back(row);
  }
  if (!found.game.rest.empty())
    out.push_back({{"key", kOther},
                   {"touches", nullptr},
                   {"customers", nullptr},
                   {"models", {{"shapley", shown(found.credits["shapley"][kOther])}}}});
  if (found.none.conversions > 0) {
    json models = json::object();
    for (const std::string& model : options.models) models[model] = shown(found.none);
    out.push_back({{"key", nullptr}, {"touches", 0}, {"customers", 0}, {"models", models}});
  }
  return out;
}

}  // namespace

Result<json> answer_attribution(const Ask& ask, ObjectReader& question) {
  auto options = read_options(ask, question);
  if (!options) return tl::unexpected(options.error());
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());
  Journeys journeys;
  for (const auto& [name, customer] : ask.snapshot->customers) {
    if (ask.in_audience(customer)) read_customer(ask, *options, customer, journeys);
  }
  const bool unconverted_matter = options->asks("markov") || options->asks("shapley");
  if (!unconverted_matter) journeys.unconverted.clear();

  Findings found;
  count_rows(journeys, found);
  if (auto ok = share_credits(*options, journeys, found); !ok) return tl::unexpected(ok.error());
  json out{{"keys", shown_keys(*options, found)},
           {"conversions", journeys.conversions.size()},
           {"value", found.all.value},
           {"converting", with_path(journeys).conversions},
           {"not_converting", unconverted_matter ? json(journeys.unconverted.size()) : json()}};
  if (options->asks("shapley")) {
    out["coalitions"] = json::array();
    for (const Coalition& c : found.game.coalitions)
      out["coalitions"].push_back(
          {{"keys", c.keys}, {"journeys", c.journeys}, {"conversions", c.conversions}});
  }
  return out;
}

}  // namespace viaggio::reference
