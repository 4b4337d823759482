// docs/semantics/retention.md.
#include <algorithm>
#include <set>

#include "questions.h"

namespace viaggio::reference {
namespace {

constexpr std::size_t kMaxUnits = 10'000;

struct Options {
  Selector start, back;
  CalendarUnit unit = CalendarUnit::week;
  std::size_t periods = 12;
  bool recurring = false, or_after = false, previous = false, weighted = false;
  std::optional<Breakdown> breakdown;
};

// A customer in one cohort.
struct Member {
  std::string customer;
  Micros cohort = 0;  // where its unit begins
  std::optional<std::string> value;
  std::vector<Micros> returns;  // where the units of all returns begin
};

struct Cohort {
  Micros start = 0;
  std::vector<Micros> units;  // where its units begin: those that have begun
  std::vector<std::int64_t> counts;
  std::vector<bool> complete;
};

Result<Selector> selector_at(const Ask& ask, ObjectReader& question, const char* field) {
  const json* found = question.find(field);
  if (found == nullptr) return invalid(field, "is missing");
  auto selector = read_selector(*found, field);
  if (!selector) return selector;
  if (auto ok = check(ask.fields, selector->where); !ok) return tl::unexpected(ok.error());
  return selector;
}

// All units from the one that holds `first` to the one that holds `last`.
Result<std::vector<Micros>> units_between(const Zone& zone, CalendarUnit unit, Micros first,
                                          Micros last) {
  std::vector<Micros> out;
  if (last < first) return out;
  for (Micros t = zone.floor(first, unit); t <= last; t = zone.next(t, unit)) {
    if (out.size() == kMaxUnits)
      return invalid("unit", "gives more than 10,000 units", "too_many_buckets");
    out.push_back(t);
  }
  return out;
}

Result<CalendarUnit> unit_of(ObjectReader& question) {
  auto unit = question.choice("unit", {"day", "week", "month"});
  if (!unit) return tl::unexpected(unit.error());
  return static_cast<CalendarUnit>(static_cast<std::size_t>(CalendarUnit::day) + unit->value_or(1));
}

bool is_over(const Ask& ask, Micros unit_start, CalendarUnit unit) {
  return ask.zone.next(unit_start, unit) <= ask.snapshot->clock;
}

// ---- Who is in which cohort ----

std::vector<Member> members_of(const Ask& ask, const Options& options, const Customer& customer) {
  std::vector<const Event*> starts;
  std::vector<Micros> returns;
  for (const Event* e : customer.events) {
    if (!ask.passes(*e)) continue;
    if (matches(ask.fields, *e, options.start)) starts.push_back(e);
    if (matches(ask.fields, *e, options.back))
      returns.push_back(ask.zone.floor(e->time, options.unit));
  }
  if (!options.recurring && starts.size() > 1) starts.resize(1);  // the first one ever
  std::vector<Member> out;
  for (const Event* e : starts) {
    if (!ask.sees(*e)) continue;
    const Micros cohort = ask.zone.floor(e->time, options.unit);
    const bool again =
        std::any_of(out.begin(), out.end(), [&](const Member& m) { return m.cohort == cohort; });
    if (again) continue;
    Member member{customer.name, cohort, std::nullopt, returns};
    if (options.breakdown) member.value = single_value(ask.fields, *e, options.breakdown->by);
    out.push_back(std::move(member));
  }
  return out;
}

// Is the member counted in the unit that begins at `unit`, `k` after the cohort's?
bool counted(const Options& options, const Member& member, std::size_t k, Micros unit) {
  if (k == 0) return true;
  return std::any_of(member.returns.begin(), member.returns.end(),
                     [&](Micros r) { return options.or_after ? r >= unit : r == unit; });
}

// ---- Counts and means ----

std::vector<Cohort> count(const Ask& ask, const Options& options, const std::vector<Micros>& starts,
                          const std::vector<Member>& members) {
  std::vector<Cohort> out;
  for (Micros start : starts) {
    Cohort cohort;
    cohort.start = start;
    Micros unit = start;
    for (std::size_t k = 0; k <= options.periods && unit <= ask.snapshot->clock; ++k) {
      std::int64_t n = 0;
      for (const Member& m : members) n += m.cohort == start && counted(options, m, k, unit);
      cohort.units.push_back(unit);
      cohort.counts.push_back(n);
      cohort.complete.push_back(is_over(ask, unit, options.unit));
      unit = ask.zone.next(unit, options.unit);
    }
    out.push_back(std::move(cohort));
  }
  return out;
}

json means(const Options& options, const std::vector<Cohort>& cohorts) {
  json out = json::array();
  for (std::size_t k = 0; k <= options.periods; ++k) {
    double rates = 0, counts = 0, references = 0;
    int n = 0;
    for (const Cohort& c : cohorts) {
      if (k >= c.counts.size() || !c.complete[k]) continue;
      const std::int64_t reference = c.counts[options.previous && k > 0 ? k - 1 : 0];
      if (reference == 0) continue;
      ++n;
      rates += static_cast<double>(c.counts[k]) / static_cast<double>(reference);
      counts += static_cast<double>(c.counts[k]);
      references += static_cast<double>(reference);
    }
    out.push_back(n == 0 ? json() : options.weighted ? json(counts / references) : json(rates / n));
  }
  return out;
}

json shown(const std::vector<Cohort>& cohorts) {
  json out = json::array();
  for (const Cohort& c : cohorts) {
    out.push_back({{"start", format_time(c.start)},
                   {"size", c.counts.empty() ? 0 : c.counts[0]},
                   {"counts", c.counts},
                   {"complete", c.complete}});
  }
  return out;
}

json groups_of(const Ask& ask, const Options& options, const std::vector<Micros>& starts,
               const std::vector<Member>& members) {
  using Group = std::pair<std::optional<std::string>, std::vector<Member>>;
  std::map<std::optional<std::string>, std::vector<Member>> by_value;
  for (const Member& m : members) by_value[m.value].push_back(m);
  std::vector<Group> groups(by_value.begin(), by_value.end());
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    if (a.second.size() != b.second.size()) return a.second.size() > b.second.size();
    if (a.first.has_value() != b.first.has_value()) return a.first.has_value();
    return a.first < b.first;
  });
  if (groups.size() > options.breakdown->limit) {
    Group other{"$other", {}};
    for (std::size_t g = options.breakdown->limit; g < groups.size(); ++g)
      other.second.insert(other.second.end(), groups[g].second.begin(), groups[g].second.end());
    groups.resize(options.breakdown->limit);
    groups.push_back(std::move(other));
  }
  json out = json::array();
  for (const Group& g : groups) {
    const auto cohorts = count(ask, options, starts, g.second);
    out.push_back({{"value", g.first ? json(*g.first) : json()},
                   {"size", g.second.size()},
                   {"cohorts", shown(cohorts)},
                   {"mean", means(options, cohorts)}});
  }
  return out;
}

// ---- People ----

Result<json> people(const Ask& ask, const Options& options, const json& wanted,
                    const std::vector<Cohort>& cohorts, const std::vector<Member>& members) {
  ObjectReader reader(wanted, "people");
  auto instant = reader.text("cohort");
  if (!instant) return tl::unexpected(instant.error());
  auto period = reader.integer("period", 0, static_cast<std::int64_t>(options.periods));
  if (!period) return tl::unexpected(period.error());
  auto state = reader.choice("state", {"returned", "not_returned"});
  if (!state) return tl::unexpected(state.error());
  auto limit = reader.integer("limit", 1, 10'000);
  if (!limit) return tl::unexpected(limit.error());
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  const auto time = parse_time(instant->value_or(""));
  if (!time) return invalid("people.cohort", "is no time");
  const Micros start = ask.zone.floor(*time, options.unit);
  const auto k = static_cast<std::size_t>(period->value_or(0));
  const auto cohort = std::find_if(cohorts.begin(), cohorts.end(),
                                   [&](const Cohort& c) { return c.start == start; });
  if (cohort == cohorts.end()) return json::array();
  std::set<std::string> names;
  for (const Member& m : members) {
    if (m.cohort != start) continue;
    const bool in = k < cohort->units.size() && counted(options, m, k, cohort->units[k]);
    if (in == (state->value_or(0) == 0)) names.insert(m.customer);
  }
  json out = json::array();
  for (const std::string& name : names) {
    if (out.size() < static_cast<std::size_t>(limit->value_or(100))) out.push_back(name);
  }
  return out;
}

Result<Options> read_options(const Ask& ask, ObjectReader& question) {
  Options options;
  auto start = selector_at(ask, question, "start");
  if (!start) return tl::unexpected(start.error());
  options.start = options.back = *start;
  if (question.find("return") != nullptr) {
    auto back = selector_at(ask, question, "return");
    if (!back) return tl::unexpected(back.error());
    options.back = *back;
  }
  auto unit = unit_of(question);
  if (!unit) return tl::unexpected(unit.error());
  options.unit = *unit;
  auto periods = question.integer("periods", 1, 1000);
  if (!periods) return tl::unexpected(periods.error());
  options.periods = static_cast<std::size_t>(periods->value_or(12));
  const auto second = [&](const char* field, const std::vector<std::string>& names,
                          bool& into) -> Status {
    auto chosen = question.choice(field, names);
    if (!chosen) return tl::unexpected(chosen.error());
    into = chosen->value_or(0) == 1;
    return {};
  };
  if (auto ok = second("mode", {"first_time", "recurring"}, options.recurring); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = second("match", {"on", "on_or_after"}, options.or_after); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = second("reference", {"zero", "previous"}, options.previous); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = second("mean", {"simple", "weighted"}, options.weighted); !ok)
    return tl::unexpected(ok.error());
  auto breakdown = read_breakdown(question);
  if (!breakdown) return tl::unexpected(breakdown.error());
  options.breakdown = *breakdown;
  if (options.breakdown && !known_field(ask.fields, options.breakdown->by))
    return invalid("breakdown.by", "is not a known field", "unknown_field");
  return options;
}

}  // namespace

Result<json> answer_retention(const Ask& ask, ObjectReader& question) {
  auto options = read_options(ask, question);
  if (!options) return tl::unexpected(options.error());
  const json* wanted = question.find("people");
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());

  std::vector<Member> members;
  for (const auto& [name, customer] : ask.snapshot->customers) {
    if (!ask.in_audience(customer)) continue;
    for (Member& m : members_of(ask, *options, customer)) members.push_back(std::move(m));
  }
  std::set<Micros> begun;  // the cohorts with somebody in them
  for (const Member& m : members) begun.insert(m.cohort);
  std::vector<Micros> starts;
  if ((ask.has_from && ask.has_to) || !begun.empty()) {
    const Micros first = ask.has_from ? ask.from : *begun.begin();
    const Micros last =
        ask.has_to ? ask.end - 1 : ask.zone.next(*begun.rbegin(), options->unit) - 1;
    auto units = units_between(ask.zone, options->unit, first, last);
    if (!units) return tl::unexpected(units.error());
    starts = std::move(*units);
  }
  const auto cohorts = count(ask, *options, starts, members);
  json out{{"cohorts", shown(cohorts)}, {"mean", means(*options, cohorts)}};
  if (options->breakdown) out["groups"] = groups_of(ask, *options, starts, members);
  if (wanted != nullptr) {
    auto names = people(ask, *options, *wanted, cohorts, members);
    if (!names) return tl::unexpected(names.error());
    out["people"] = std::move(*names);
  }
  return out;
}

Result<json> answer_lifecycle(const Ask& ask, ObjectReader& question) {
  Selector selector;
  selector.all = true;
  if (question.find("selector") != nullptr) {
    auto read = selector_at(ask, question, "selector");
    if (!read) return tl::unexpected(read.error());
    selector = *read;
  }
  auto unit = unit_of(question);
  if (!unit) return tl::unexpected(unit.error());
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());

  std::vector<std::set<Micros>> active;  // by customer: where the units of activity begin
  std::set<Micros> all;
  for (const auto& [name, customer] : ask.snapshot->customers) {
    if (!ask.in_audience(customer)) continue;
    active.emplace_back();
    for (const Event* e : customer.events) {
      if (!ask.passes(*e) || !matches(ask.fields, *e, selector)) continue;
      active.back().insert(ask.zone.floor(e->time, *unit));
      all.insert(ask.zone.floor(e->time, *unit));
    }
  }
  json out{{"periods", json::array()}};
  if (ask.from >= ask.end || (!(ask.has_from && ask.has_to) && all.empty())) return out;
  const Micros first = ask.has_from ? ask.from : *all.begin();
  const Micros last = ask.has_to ? ask.end - 1 : ask.zone.next(*all.rbegin(), *unit) - 1;
  auto units = units_between(ask.zone, *unit, first, last);
  if (!units) return tl::unexpected(units.error());
  for (Micros start : *units) {
    const Micros before = ask.zone.floor(start - 1, *unit);
    int fresh = 0, returning = 0, resurrecting = 0, dormant = 0;
    for (const std::set<Micros>& own : active) {
      const bool now = own.count(start) != 0, just = own.count(before) != 0;
      const bool ever = !own.empty() && *own.begin() < start;
      fresh += now && !ever;
      returning += now && just;
      resurrecting += now && ever && !just;
      dormant += !now && just;
    }
    out["periods"].push_back({{"start", format_time(start)},
                              {"new", fresh},
                              {"returning", returning},
                              {"resurrecting", resurrecting},
                              {"dormant", dormant},
                              {"complete", is_over(ask, start, *unit)}});
  }
  return out;
}

}  // namespace viaggio::reference
