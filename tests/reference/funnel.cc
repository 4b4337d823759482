// docs/semantics/funnel.md: every attempt from every anchor, one after another.
#include <algorithm>
#include <functional>
#include <set>

#include "questions.h"

namespace viaggio::reference {
namespace {

constexpr std::size_t kMaxSteps = 64;
using Events = std::vector<const Event*>;

struct Step {
  Selector selector;
  std::string label;
  bool optional = false;
  std::optional<Micros> window;
};
struct Exclusion {
  Selector selector;
  std::size_t after = 0, before = 0;  // levels, from 1
  bool customer = false;
};
enum class Order { ordered, strict, any };
enum class Occurrence { any, first_ever, first_matching };

struct Funnel {
  std::vector<Step> steps;
  std::vector<std::size_t> required;  // level i (from 0) -> step
  std::vector<Exclusion> exclusions;
  Micros window = 0;
  Order order = Order::ordered;
  Occurrence occurrence = Occurrence::any;
  std::string count_by, hold, breakdown, touch;
  std::size_t touch_level = 0, limit = 25;
};

// The step events of one attempt, as places in the unit's events: f[0] is the anchor.
using Attempt = std::vector<std::size_t>;

struct Unit {
  std::string customer;
  Events events;
};
struct Result1 {
  const Unit* unit = nullptr;
  std::vector<const Event*> f;                         // winning attempt
  std::map<std::size_t, const Event*> optional_event;  // by step
};

class Attempts {
 public:
  Attempts(const Ask& ask, const Funnel& funnel, const Unit& unit)
      : ask_(ask), funnel_(funnel), unit_(unit) {
    for (const Event* e : unit.events) {
      std::vector<bool> row;
      for (std::size_t level : funnel.required)
        row.push_back(matches(ask.fields, *e, funnel.steps[level].selector));
      match_.push_back(row);
    }
  }
  std::size_t levels() const { return funnel_.required.size(); }
  Micros time(std::size_t i) const { return unit_.events[i]->time; }

  bool anchors(std::size_t a) const {
    const Event& e = *unit_.events[a];
    if (!ask_.sees(e)) return false;
    if (!funnel_.hold.empty() && !single_value(ask_.fields, e, funnel_.hold)) return false;
    if (funnel_.order == Order::any)
      return std::count(match_[a].begin(), match_[a].end(), true) != 0;
    return match_[a][0];
  }

  Attempt run(std::size_t a, bool with_exclusions) const {
    if (funnel_.order == Order::strict) return run_strict(a);
    if (funnel_.order == Order::any) return run_any(a);
    return run_ordered(a, with_exclusions);
  }

  bool excluded(const Exclusion& x, std::size_t i) const {
    return matches(ask_.fields, *unit_.events[i], x.selector);
  }

 private:
  bool same_hold(std::size_t a, std::size_t i) const {
    return funnel_.hold.empty() || single_value(ask_.fields, *unit_.events[a], funnel_.hold) ==
                                       single_value(ask_.fields, *unit_.events[i], funnel_.hold);
  }
  bool extends(std::size_t level, std::size_t a, std::size_t previous,
               std::size_t i) const {  // level from 0
    const auto& window = funnel_.steps[funnel_.required[level]].window;
    return match_[i][level] && same_hold(a, i) && time(i) - time(a) <= funnel_.window &&
           (!window || time(i) - time(previous) <= *window);
  }

  // All chains at once: a chain is (level reached, place of its last event).
  Attempt run_ordered(std::size_t a, bool with_exclusions) const {
    Attempt f{a};
    std::set<std::pair<std::size_t, std::size_t>> chains{{1, a}};
    for (std::size_t i = a + 1; i < unit_.events.size(); ++i) {
      std::set<std::pair<std::size_t, std::size_t>> grown;
      for (const auto& [level, last] : chains) {
        if (level < levels() && extends(level, a, last, i)) grown.insert({level + 1, i});
      }
      for (const Exclusion& x : funnel_.exclusions) {
        if (!with_exclusions || x.customer || !excluded(x, i)) continue;
        std::erase_if(chains,
                      [&](const auto& c) { return c.first >= x.after && c.first < x.before; });
        std::erase_if(grown,
                      [&](const auto& c) { return c.first > x.after && c.first < x.before; });
      }
      for (const auto& chain : grown) {
        if (chain.first == f.size() + 1) f.push_back(i);
      }
      chains.insert(grown.begin(), grown.end());
    }
    return f;
  }

  Attempt run_strict(std::size_t a) const {
    Attempt f{a};
    while (f.size() < levels() && f.back() + 1 < unit_.events.size() &&
           extends(f.size(), a, f.back(), f.back() + 1))
      f.push_back(f.back() + 1);
    return f;
  }

  Attempt run_any(std::size_t a) const {
    Attempt f;
    std::vector<std::size_t> pool;
    for (std::size_t i = a; i < unit_.events.size() && time(i) - time(a) <= funnel_.window; ++i) {
      if (!same_hold(a, i)) continue;
      pool.push_back(i);
      if (matching(pool) > f.size()) f.push_back(i);
    }
    return f;
  }

  // How many steps can be given an event of their own.
  std::size_t matching(const std::vector<std::size_t>& pool) const {
    std::vector<int> step_of(pool.size(), -1);
    std::size_t size = 0;
    for (std::size_t s = 0; s < levels(); ++s) {
      std::vector<bool> tried(pool.size(), false);
      const std::function<bool(std::size_t)> place = [&](std::size_t step) {
        for (std::size_t p = 0; p < pool.size(); ++p) {
          if (!match_[pool[p]][step] || tried[p]) continue;
          tried[p] = true;
          if (step_of[p] < 0 || place(static_cast<std::size_t>(step_of[p]))) {
            step_of[p] = static_cast<int>(step);
            return true;
          }
        }
        return false;
      };
      size += place(s);
    }
    return size;
  }

  const Ask& ask_;
  const Funnel& funnel_;
  const Unit& unit_;
  std::vector<std::vector<bool>> match_;
};

// The customer mode of exclusions.
bool spoiled(const Funnel& funnel, const Attempts& attempts, const Unit& unit, std::size_t a) {
  const Attempt f = attempts.run(a, false);
  for (const Exclusion& x : funnel.exclusions) {
    if (!x.customer || f.size() < x.after) continue;
    for (std::size_t i = f[x.after - 1] + 1; i < unit.events.size(); ++i) {
      if (f.size() >= x.before && i >= f[x.before - 1]) break;
      if (unit.events[i]->time - unit.events[a]->time > funnel.window) break;
      if (attempts.excluded(x, i)) return true;
    }
  }
  return false;
}

bool named(const Event& e, const Selector& s) {
  Selector bare = s;
  bare.where.clear();
  return matches(Fields(), e, bare);
}

// `all_events` of the unit: before the global filter.
std::optional<Result1> evaluate(const Ask& ask, const Funnel& funnel, const Unit& unit,
                                const Events& all_events) {
  Attempts attempts(ask, funnel, unit);
  const Selector& first_step = funnel.steps[funnel.required[0]].selector;
  const Event* only = nullptr;
  if (funnel.occurrence == Occurrence::first_ever) {
    for (const Event* e : all_events) {
      if (only == nullptr && named(*e, first_step)) only = e;
    }
    if (only == nullptr) return std::nullopt;
  }
  std::optional<Attempt> best;
  for (std::size_t a = 0; a < unit.events.size(); ++a) {
    if (!attempts.anchors(a)) continue;
    if (only != nullptr && unit.events[a] != only) continue;
    if (spoiled(funnel, attempts, unit, a)) return std::nullopt;
    const Attempt f = attempts.run(a, true);
    // Deeper, else earlier at its deepest level, else the later anchor (a grows).
    if (!best || f.size() > best->size() || (f.size() == best->size() && f.back() <= best->back()))
      best = f;
    if (funnel.occurrence == Occurrence::first_matching) break;
  }
  if (!best) return std::nullopt;
  Result1 out;
  out.unit = &unit;
  for (std::size_t i : *best) out.f.push_back(unit.events[i]);
  std::size_t level = 0;
  for (std::size_t s = 0; s < funnel.steps.size(); ++s) {
    const Step& step = funnel.steps[s];
    if (!step.optional) {
      ++level;
      continue;
    }
    if (level > best->size()) continue;
    const std::size_t from = (*best)[level - 1];
    for (std::size_t i = from + 1; i < unit.events.size(); ++i) {
      const Event& e = *unit.events[i];
      if (e.time - out.f[0]->time > funnel.window ||
          (step.window && e.time - unit.events[from]->time > *step.window))
        break;
      if (std::count(best->begin(), best->end(), i) != 0 || !matches(ask.fields, e, step.selector))
        continue;
      if (!funnel.hold.empty() && single_value(ask.fields, e, funnel.hold) !=
                                      single_value(ask.fields, *out.f[0], funnel.hold))
        continue;
      out.optional_event[s] = &e;
      break;
    }
  }
  return out;
}

// Level of step s: its own, or for an optional one that of the required step before it.
std::size_t level_of(const Funnel& funnel, std::size_t s) {
  std::size_t level = 0;
  for (std::size_t i = 0; i <= s; ++i) level += !funnel.steps[i].optional;
  return level;
}
const Event* event_at(const Funnel& funnel, const Result1& r, std::size_t s) {
  if (funnel.steps[s].optional) {
    const auto at = r.optional_event.find(s);
    return at == r.optional_event.end() ? nullptr : at->second;
  }
  const std::size_t level = level_of(funnel, s);
  return r.f.size() >= level ? r.f[level - 1] : nullptr;
}

json steps_json(const Funnel& funnel,
                const std::function<bool(const Result1&, std::size_t)>& counts,
                const std::vector<Result1>& results) {
  json out = json::array();
  std::vector<int> by_step(funnel.steps.size());
  for (std::size_t s = 0; s < funnel.steps.size(); ++s) {
    std::vector<Micros> times;
    for (const Result1& r : results) {
      const Event* e = event_at(funnel, r, s);
      if (e == nullptr || !counts(r, s)) continue;
      ++by_step[s];
      const std::size_t level = level_of(funnel, s);
      if (s > 0)
        times.push_back(e->time - r.f[funnel.steps[s].optional ? level - 1 : level - 2]->time);
    }
    int previous = by_step[s];
    for (std::size_t i = s; i-- > 0;) {
      if (funnel.steps[i].optional) continue;
      previous = by_step[i];
      break;
    }
    __extension__ typedef __int128 int128;
    int128 sum = 0;
    for (Micros t : times) sum += t;
    out.push_back({{"index", s + 1},
                   {"label", funnel.steps[s].label},
                   {"count", by_step[s]},
                   {"rate_overall", share(by_step[s], by_step[0])},
                   {"rate_step", share(by_step[s], previous)},
                   {"dropped", previous - by_step[s]},
                   {"median_seconds", quantile_seconds(times, 5)},
                   {"p90_seconds", quantile_seconds(times, 9)},
                   {"mean_seconds", times.empty() ? json()
                                                  : json(static_cast<double>(sum) / 1e6 /
                                                         static_cast<double>(times.size()))}});
  }
  return out;
}

Result<Funnel> read_funnel(const Ask& ask, ObjectReader& question);

json groups_json(const Ask& ask, const Funnel& funnel, const std::vector<Result1>& results) {
  using Key = std::optional<std::string>;
  const auto value = [&](const Event* e) { return single_value(ask.fields, *e, funnel.breakdown); };
  // The value under which r counts at step s; false: not at all.
  const auto key_of = [&](const Result1& r, std::size_t s, Key& key) {
    if (funnel.touch == "last")
      key = value(r.f.back());
    else if (funnel.touch == "step") {
      if (r.f.size() < funnel.touch_level) return false;
      key = value(r.f[funnel.touch_level - 1]);
      return key.has_value();
    } else if (funnel.touch == "all" && !funnel.steps[s].optional)
      key = value(event_at(funnel, r, s));
    else
      key = value(r.f[0]);
    return true;
  };
  std::set<Key> keys;
  for (const Result1& r : results) {
    for (std::size_t s = 0; s < funnel.steps.size(); ++s) {
      Key key;
      if (event_at(funnel, r, s) != nullptr && key_of(r, s, key)) keys.insert(key);
    }
  }
  const auto steps_of = [&](const std::set<Key>& wanted) {
    return steps_json(
        funnel,
        [&](const Result1& r, std::size_t s) {
          Key key;
          return key_of(r, s, key) && wanted.count(key) != 0;
        },
        results);
  };
  std::vector<std::pair<Key, json>> groups;
  for (const Key& key : keys) groups.emplace_back(key, steps_of({key}));
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    if (a.second[0]["count"] != b.second[0]["count"])
      return a.second[0]["count"] > b.second[0]["count"];
    if (a.first.has_value() != b.first.has_value()) return a.first.has_value();
    return a.first < b.first;
  });
  if (groups.size() > funnel.limit) {
    std::set<Key> rest;
    for (std::size_t g = funnel.limit; g < groups.size(); ++g) rest.insert(groups[g].first);
    groups.resize(funnel.limit);
    groups.emplace_back("$other", steps_of(rest));
  }
  json out = json::array();
  for (const auto& [key, steps] : groups)
    out.push_back({{"value", key ? json(*key) : json()}, {"steps", steps}});
  return out;
}

std::vector<std::pair<Unit, Events>> units_of(const Ask& ask, const Funnel& funnel) {
  std::vector<std::pair<Unit, Events>> out;
  for (const auto& [name, customer] : ask.snapshot->customers) {
    if (!ask.in_audience(customer)) continue;
    std::map<std::string, std::pair<Unit, Events>> mine;
    for (const Event* e : customer.events) {
      std::optional<std::string> key = std::string();
      if (funnel.count_by == "session")
        key = e->session;
      else if (funnel.count_by != "customer")
        key = single_value(ask.fields, *e, funnel.count_by);
      if (!key) continue;
      auto& [unit, all] = mine[*key];
      unit.customer = name;
      all.push_back(e);
      if (ask.passes(*e)) unit.events.push_back(e);
    }
    for (auto& [key, unit] : mine) out.push_back(std::move(unit));
  }
  return out;
}

}  // namespace

Result<json> answer_funnel(const Ask& ask, ObjectReader& question) {
  auto funnel = read_funnel(ask, question);
  if (!funnel) return tl::unexpected(funnel.error());
  auto interval = question.choice("interval", {"day", "week", "month"});
  if (!interval) return tl::unexpected(interval.error());
  std::size_t people_step = 0, people_limit = 100;
  bool dropped = false;
  if (const json* people = question.find("people")) {
    ObjectReader reader(*people, "people");
    auto step = reader.integer("step", 1, static_cast<std::int64_t>(funnel->steps.size()));
    if (!step) return tl::unexpected(step.error());
    auto state = reader.choice("state", {"reached", "dropped"});
    if (!state) return tl::unexpected(state.error());
    auto limit = reader.integer("limit", 1, 10'000);
    if (!limit) return tl::unexpected(limit.error());
    if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
    if (!*step) return invalid("people.step", "is missing");
    people_step = static_cast<std::size_t>(**step);
    dropped = state->value_or(0) == 1;
    people_limit = static_cast<std::size_t>(limit->value_or(100));
    if (dropped && people_step == 1) return invalid("people.step", "nobody drops before step 1");
  }
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());

  const auto units = units_of(ask, *funnel);
  std::vector<Result1> results;
  for (const auto& [unit, all] : units) {
    if (auto r = evaluate(ask, *funnel, unit, all)) results.push_back(*r);
  }
  const auto everyone = [](const Result1&, std::size_t) { return true; };
  json out{{"steps", steps_json(*funnel, everyone, results)}};
  if (!funnel->breakdown.empty()) out["groups"] = groups_json(ask, *funnel, results);
  if (*interval) {
    const auto unit = static_cast<CalendarUnit>(**interval + 1);
    out["series"] = json::array();
    std::vector<Micros> entries;
    for (const Result1& r : results) entries.push_back(r.f[0]->time);
    if (!entries.empty()) {
      const Micros last = *std::max_element(entries.begin(), entries.end());
      for (Micros t = ask.zone.floor(*std::min_element(entries.begin(), entries.end()), unit);
           t <= last; t = ask.zone.next(t, unit)) {
        const Micros next = ask.zone.next(t, unit);
        const auto inside = [&](const Result1& r, std::size_t) {
          return r.f[0]->time >= t && r.f[0]->time < next;
        };
        out["series"].push_back(
            {{"start", format_time(t)}, {"steps", steps_json(*funnel, inside, results)}});
      }
    }
  }
  if (people_step > 0) {
    std::set<std::string> people;
    const std::size_t s = people_step - 1;
    for (const Result1& r : results) {
      const bool reached = event_at(*funnel, r, s) != nullptr;
      const std::size_t before =
          funnel->steps[s].optional ? level_of(*funnel, s) : level_of(*funnel, s) - 1;
      if (dropped ? !reached && r.f.size() >= before : reached) people.insert(r.unit->customer);
    }
    out["people"] = json::array();
    for (const std::string& p : people) {
      if (out["people"].size() < people_limit) out["people"].push_back(p);
    }
  }
  return out;
}

namespace {

Status read_steps(const Ask& ask, ObjectReader& question, Funnel& funnel) {
  const json* steps = question.find("steps");
  if (steps == nullptr || !steps->is_array() || steps->empty())
    return invalid("steps", "must be a list that is not empty");
  if (steps->size() > kMaxSteps)
    return invalid("steps", "has more than 64 steps", "too_many_steps");
  for (std::size_t i = 0; i < steps->size(); ++i) {
    ObjectReader reader((*steps)[i], "steps[" + std::to_string(i) + "]");
    if (auto ok = reader.status(); !ok) return ok;
    auto selector = read_selector(reader);
    if (!selector) return tl::unexpected(selector.error());
    if (auto ok = check(ask.fields, selector->where); !ok) return ok;
    auto label = reader.text("label");
    auto optional = reader.boolean("optional");
    auto window = reader.duration("window");
    if (!label) return tl::unexpected(label.error());
    if (!optional) return tl::unexpected(optional.error());
    if (!window) return tl::unexpected(window.error());
    if (auto ok = reader.finish(); !ok) return ok;
    std::string names = selector->all ? "*" : "";
    for (const std::string& name : selector->events) names += (names.empty() ? "" : " / ") + name;
    funnel.steps.push_back({*selector, label->value_or(names), optional->value_or(false), *window});
    if (!funnel.steps.back().optional) funnel.required.push_back(i);
    const bool plain = funnel.order == Order::ordered;
    if (funnel.steps.back().optional && (!plain || i == 0))
      return invalid(reader.at("optional"), "is not possible here");
    if (*window && funnel.order == Order::any)
      return invalid(reader.at("window"), "is not possible with order any");
  }
  return {};
}

Status read_exclusions(const Ask& ask, ObjectReader& question, Funnel& funnel) {
  const json* list = question.find("exclude");
  if (list == nullptr || list->empty()) return {};
  if (funnel.order != Order::ordered) return invalid("exclude", "needs the order ordered");
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader reader((*list)[i], "exclude[" + std::to_string(i) + "]");
    auto selector = read_selector(reader);
    if (!selector) return tl::unexpected(selector.error());
    if (auto ok = check(ask.fields, selector->where); !ok) return ok;
    const auto n = static_cast<std::int64_t>(funnel.steps.size());
    auto after = reader.integer("after_step", 1, n);
    if (!after) return tl::unexpected(after.error());
    auto before = reader.integer("before_step", 1, n);
    if (!before) return tl::unexpected(before.error());
    auto mode = reader.choice("mode", {"attempt", "customer"});
    if (!mode) return tl::unexpected(mode.error());
    if (auto ok = reader.finish(); !ok) return ok;
    const auto a = static_cast<std::size_t>(after->value_or(1)),
               b = static_cast<std::size_t>(before->value_or(static_cast<std::int64_t>(a) + 1));
    if (b <= a || b > funnel.steps.size())
      return invalid(reader.at("before_step"), "must come after after_step");
    if (funnel.steps[a - 1].optional)
      return invalid(reader.at("after_step"), "names an optional step");
    if (funnel.steps[b - 1].optional)
      return invalid(reader.at("before_step"), "names an optional step");
    funnel.exclusions.push_back(
        {*selector, level_of(funnel, a - 1), level_of(funnel, b - 1), mode->value_or(0) == 1});
  }
  return {};
}

Status read_breakdown(const Ask& ask, ObjectReader& question, Funnel& funnel) {
  const json* breakdown = question.find("breakdown");
  if (breakdown == nullptr) return {};
  ObjectReader reader(*breakdown, "breakdown");
  auto by = reader.text("by");
  if (!by) return tl::unexpected(by.error());
  auto limit = reader.integer("limit", 1, 1000);
  if (!limit) return tl::unexpected(limit.error());
  const std::vector<std::string> touches = {"first", "last", "all", "step"};
  auto touch = reader.choice("touch", touches);
  if (!touch) return tl::unexpected(touch.error());
  auto step = reader.integer("step", 1, static_cast<std::int64_t>(funnel.steps.size()));
  if (!step) return tl::unexpected(step.error());
  if (auto ok = reader.finish(); !ok) return ok;
  if (!*by) return invalid("breakdown.by", "is missing");
  if (!known_field(ask.fields, **by))
    return invalid("breakdown.by", "is not a known field", "unknown_field");
  funnel.breakdown = **by;
  funnel.limit = static_cast<std::size_t>(limit->value_or(25));
  funnel.touch = touches[touch->value_or(0)];
  if (funnel.touch == "step") {
    if (!*step) return invalid("breakdown.step", "is missing");
    if (funnel.steps[static_cast<std::size_t>(**step) - 1].optional)
      return invalid("breakdown.step", "names an optional step");
    funnel.touch_level = level_of(funnel, static_cast<std::size_t>(**step) - 1);
  }
  return {};
}

Result<Funnel> read_funnel(const Ask& ask, ObjectReader& question) {
  Funnel funnel;
  auto order = question.choice("order", {"ordered", "strict", "any"});
  if (!order) return tl::unexpected(order.error());
  funnel.order = static_cast<Order>(order->value_or(0));
  if (auto ok = read_steps(ask, question, funnel); !ok) return tl::unexpected(ok.error());
  auto window = question.duration("window");
  if (!window) return tl::unexpected(window.error());
  funnel.window = window->value_or(14 * kDay);
  auto occurrence = question.choice("occurrence", {"any", "first_ever", "first_matching"});
  if (!occurrence) return tl::unexpected(occurrence.error());
  funnel.occurrence = static_cast<Occurrence>(occurrence->value_or(0));
  if (funnel.order == Order::any && funnel.occurrence != Occurrence::any)
    return invalid("occurrence", "is not possible with order any");
  auto count_by = question.text("count_by");
  if (!count_by) return tl::unexpected(count_by.error());
  funnel.count_by = count_by->value_or("customer");
  if (funnel.count_by != "customer" && funnel.count_by != "session" &&
      !known_field(ask.fields, funnel.count_by)) {
    return invalid("count_by", "is not a known field", "unknown_field");
  }
  auto hold = question.text("hold");
  if (!hold) return tl::unexpected(hold.error());
  funnel.hold = hold->value_or("");
  if (!funnel.hold.empty() && !known_field(ask.fields, funnel.hold))
    return invalid("hold", "is not a known field", "unknown_field");
  if (auto ok = read_exclusions(ask, question, funnel); !ok) return tl::unexpected(ok.error());
  if (auto ok = read_breakdown(ask, question, funnel); !ok) return tl::unexpected(ok.error());
  return funnel;
}

}  // namespace

}  // namespace viaggio::reference
