#include "journey/funnel/funnel.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <span>

#include <nlohmann/json.hpp>

#include "base/calendar.h"
#include "journey/funnel/chains.h"
#include "journey/funnel/tally.h"
#include "select/event_bits.h"
#include "select/event_filter.h"
#include "select/picked.h"
#include "select/sessions.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Answer;
using select::EventFilter;
using select::Field;
using timeline::CodeSpace;

namespace {

constexpr std::size_t kMaxUnits = 400'000;

// What a kind of event can mean here: definitely, or if its filters pass.
struct Meaning {
  std::uint64_t steps_yes = 0, steps_maybe = 0;  // by step of the question
  std::uint32_t exclusions_yes = 0, exclusions_maybe = 0;
  Answer where = Answer::yes;
  bool first_name = false;   // has a name of step 1
  bool interesting = false;  // must be looked at
};

// The question made ready for one snapshot.
struct Plan {
  const FunnelQuestion* question = nullptr;
  FunnelRules rules;
  std::vector<EventFilter> steps, exclusions;
  EventFilter where;
  select::CustomerFilter audience;
  std::vector<Meaning> by_kind;
  std::vector<unsigned> level_of_step;   // by step: its level from 1, 0 for an optional one
  std::vector<unsigned> step_of_level;   // by level from 0: the step
  std::vector<unsigned> optional_steps;  // steps
  std::unique_ptr<Field> hold, unit, group;
  bool by_session = false;
  std::optional<Calendar> calendar;  // of `interval`, where it is not absurdly long
  // Ordered steps of customers and nothing that binds them further: attempts are found as Chains.
  bool plain = false;
};

Status read_fields(Plan& plan, const FunnelQuestion& q, const select::Context& context) {
  auto field = [&](const std::string& name, const char* path,
                   std::unique_ptr<Field>& into) -> Status {
    auto f = Field::resolve(name, path, context);
    if (!f) return tl::unexpected(f.error());
    into = std::make_unique<Field>(std::move(*f));
    return {};
  };
  if (!q.hold.empty()) {
    if (auto ok = field(q.hold, "hold", plan.hold); !ok) return ok;
  }
  plan.by_session = q.count_by == "session";
  if (q.count_by != "customer" && !plan.by_session) {
    if (auto ok = field(q.count_by, "count_by", plan.unit); !ok) return ok;
  }
  if (q.breakdown) return field(q.breakdown->by, "breakdown.by", plan.group);
  return {};
}

Result<Plan> make_plan(const FunnelQuestion& q, const select::Context& context) {
  Plan plan;
  plan.question = &q;
  plan.rules.order = q.order;
  plan.rules.window = q.window;
  plan.rules.hold = !q.hold.empty();
  for (std::size_t s = 0; s < q.steps.size(); ++s) {
    auto filter = EventFilter::compile(q.steps[s].selector, context);
    if (!filter) return tl::unexpected(filter.error());
    plan.steps.push_back(std::move(*filter));
    plan.level_of_step.push_back(0);
    if (q.steps[s].optional) {
      plan.optional_steps.push_back(static_cast<unsigned>(s));
    } else {
      plan.level_of_step.back() = ++plan.rules.levels;
      plan.step_of_level.push_back(static_cast<unsigned>(s));
      plan.rules.step_window.push_back(q.steps[s].window);
    }
  }
  for (const auto& x : q.exclude) {
    auto filter = EventFilter::compile(x.selector, context);
    if (!filter) return tl::unexpected(filter.error());
    plan.exclusions.push_back(std::move(*filter));
    plan.rules.exclusions.push_back({plan.level_of_step[x.after_step - 1],
                                     plan.level_of_step[x.before_step - 1], x.whole_customer});
  }
  auto where = EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  if (auto ok = read_fields(plan, q, context); !ok) return tl::unexpected(ok.error());

  if (q.interval && context.snapshot->earliest() <= context.snapshot->latest()) {
    plan.calendar = Calendar::cover(context.snapshot->earliest(), context.snapshot->latest(),
                                    context.zone, *q.interval, kMaxUnits);
  }
  plan.plain = q.order == FunnelOrder::ordered && q.exclude.empty() && q.hold.empty() &&
               q.occurrence == Occurrence::any && q.count_by == "customer" &&
               plan.optional_steps.empty() &&
               std::all_of(q.steps.begin(), q.steps.end(),
                           [](const FunnelStep& s) { return s.window == 0; });

  plan.by_kind.resize(context.classes->kinds.size());
  for (KindId k = 0; k < plan.by_kind.size(); ++k) {
    Meaning& m = plan.by_kind[k];
    m.where = plan.where.by_kind()[k];
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
      const Answer a = plan.steps[s].by_kind()[k];
      if (a == Answer::yes) m.steps_yes |= std::uint64_t{1} << s;
      if (a == Answer::maybe) m.steps_maybe |= std::uint64_t{1} << s;
    }
    for (std::size_t x = 0; x < plan.exclusions.size(); ++x) {
      const Answer a = plan.exclusions[x].by_kind()[k];
      if (a == Answer::yes) m.exclusions_yes |= std::uint32_t{1} << x;
      if (a == Answer::maybe) m.exclusions_maybe |= std::uint32_t{1} << x;
    }
    const Selector& first = q.steps.front().selector;
    m.first_name = first.all || std::find(first.events.begin(), first.events.end(),
                                          context.classes->kinds[k]->name) != first.events.end();
    const bool means =
        (m.steps_yes | m.steps_maybe) != 0 || (m.exclusions_yes | m.exclusions_maybe) != 0;
    m.interesting = (m.where != Answer::no && (means || q.order == FunnelOrder::strict)) ||
                    (q.occurrence == Occurrence::first_ever && m.first_name);
  }
  return plan;
}

// The counts of one thread, or of all.
struct Counts {
  FunnelTally total;
  std::map<std::string, FunnelTally> groups;  // key: 'v' + display, or "" for none
  std::map<Micros, FunnelTally> series;
  std::vector<CustomerId> people;
  void add_from(Counts& other) {
    journey::add(total, other.total);
    for (auto& [k, t] : other.groups) journey::add(groups[k], t);
    for (auto& [k, t] : other.series) journey::add(series[k], t);
    people.insert(people.end(), other.people.begin(), other.people.end());
  }
};

class Worker {
 public:
  Worker(const Plan& plan, const select::Context& context)
      : plan_(plan),
        context_(context),
        attempts_(plan.rules),
        sessions_(context.session_gap),
        chains_(plan.rules.levels, plan.rules.window) {
    counts.total.resize(plan.question->steps.size());
    if (plan.group) groups_.resize(plan.group->size(), nullptr);
  }
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    meaning_ = timeline::by_code(codes, plan_.by_kind, scratch_);
    interesting_.resize(codes.size);
    for (std::uint32_t c = 0; c < codes.size; ++c)
      interesting_[c] = meaning_[c].interesting ? 1 : 0;
    if (plan_.plain) prepare_bits(codes);
  }

  // Sealed customers.
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (!plan_.plain) {
      s.each_live([&](std::uint32_t c) { customer(s.block->template run<Code>(c)); });
      return;
    }
    bound(s.block->earliest(), s.block->latest());
    if (rare_.find(s, first_)) {
      for (const std::uint32_t c : rare_.customers()) {
        fill_bits(s.kind, s.offsets[c], s.offsets[c + 1]);
        stretch(s, c, c + 1);
      }
      return;
    }
    level_bits_.stretches(s, [&](std::uint32_t c, std::uint32_t next) {
      if (asks_) ask_bits_.fill(s.kind, s.offsets[c], s.offsets[next]);
      stretch(s, c, next);
    });
  }

  template <class RunT>
  void run(const RunT& r) {
    if (!plan_.plain) return customer(r);
    bound(context_.snapshot->earliest(), context_.snapshot->latest());
    fill_bits(r.kind, 0, r.size);
    if (!settled(r.time, 0, r.size)) chain(r.kind, r.time, 0, r.size, [&] { return r; });
  }

  template <class RunT>
  void customer(const RunT& run) {
    std::uint32_t size = run.size;
    while (size > 0 && run.time[size - 1] > context_.now) --size;
    events_.clear();
    for (std::uint32_t i = 0; i < size; ++i) {
      if (interesting_[run.kind[i]] != 0) look(run, i);
    }
    if (events_.empty() || !plan_.audience.passes(run.customer)) return;
    if (plan_.by_session) {
      sessions_.assign(run, size);
      split(run,
            [&](const FunnelEvent& e) { return static_cast<std::int64_t>(sessions_.of[e.index]); });
    } else if (plan_.unit) {
      split(run, [&](const FunnelEvent& e) {
        const select::Code code = code_of(*plan_.unit, run, e.index);
        return plan_.unit->value(code).empty() ? std::int64_t{-1} : static_cast<std::int64_t>(code);
      });
    } else {
      unit(run, events_);
    }
    if (person_) {
      counts.people.push_back(run.customer);
      person_ = false;
    }
  }

  Counts counts;

 private:
  // Of plain funnels: what an event is for sure, a bit for each level, and whether it must be
  // asked.
  void prepare_bits(const CodeSpace& codes) {
    std::vector<std::uint64_t> sure(codes.size, 0), unsure(codes.size, 0);
    first_.clear();
    asks_ = false;
    for (std::uint32_t c = 0; c < codes.size; ++c) {
      const Meaning& m = meaning_[c];
      if (!m.interesting) continue;
      const bool ask = m.steps_maybe != 0 || m.where == Answer::maybe;
      (ask ? unsure[c] : sure[c]) = ask ? 1 : m.steps_yes;
      asks_ = asks_ || ask;
      if (((m.steps_yes | m.steps_maybe) & 1) != 0) first_.push_back(c);
    }
    level_bits_.prepare(sure.data(), codes.size, plan_.rules.levels);
    if (asks_) ask_bits_.prepare(unsure.data(), codes.size, 1);
  }
  // No time of what comes now lies outside.
  void bound(Micros earliest, Micros latest) {
    const Range& range = plan_.question->common.range;
    future_ = latest > context_.now;
    whole_ = range.holds(earliest) && range.holds(latest);
    only_counts_ = whole_ && !more() && plan_.audience.everybody();
  }
  template <class Code>
  void fill_bits(const Code* kind, std::uint32_t from, std::uint32_t to) {
    level_bits_.fill(kind, from, to);
    if (asks_) ask_bits_.fill(kind, from, to);
  }
  // Customers [c, next) of a slice, whose bits are there.
  template <class Code>
  void stretch(const timeline::Slice<Code>& s, std::uint32_t c, std::uint32_t next) {
    const std::uint32_t from = s.offsets[c];
    others_.clear();
    s.each_live(c, next, [&](std::uint32_t one) {
      const std::uint32_t first = s.offsets[one];
      if (!settled(s.time + first, first - from, s.offsets[one + 1] - first))
        others_.push_back(one);
    });
    for (const std::uint32_t other : others_) {
      const std::uint32_t first = s.offsets[other];
      chain(s.kind + first, s.time + first, first - from, s.offsets[other + 1] - first,
            [&] { return s.block->template run<Code>(other); });
    }
  }

  // Most customers have nothing to do with the first step, or with the second: the bits alone say
  // so. The times of the others are sent for.
  bool settled(const Micros* time, std::uint32_t first, std::uint32_t events) {
    if (events > 64 || asks_ || future_) return false;
    if (events == 0) return true;
    const std::uint64_t mine = ~std::uint64_t{0} >> (64 - events);
    const std::uint64_t begins = level_bits_.window(0, first) & mine;
    if (begins == 0) return true;
    std::uint64_t later = mine & ~(begins ^ (begins - 1));  // than the first of them
    later &= plan_.rules.levels > 1 ? level_bits_.window(1, first) : 0;
    if (only_counts_ && later == 0) {
      ++counts.total[0].count;
      return true;
    }
    constexpr int kLine = 64 / sizeof(Micros);
    const int last = 64 - std::countl_zero(whole_ ? later : later | begins);
    for (int i = std::countr_zero(begins); i < last; i += kLine) __builtin_prefetch(time + i);
    return false;
  }

  // What Attempts::ordered finds, of a customer whose events stand in the bits from `first` on.
  template <class Code, class RunOf>
  void chain(const Code* kind, const Micros* time, std::uint32_t first, std::uint32_t events,
             RunOf&& run_of) {
    if (future_) {
      while (events > 0 && time[events - 1] > context_.now) --events;
    }
    if (events == 0) return;
    chains_.resize(events);
    for (unsigned l = 0; l < plan_.rules.levels; ++l)
      copy_bits(level_bits_, l, first, events, chains_.level(l));
    if (asks_) ask(kind, first, events, run_of);
    if (!whole_) keep_range(time);
    const unsigned depth = chains_.find(time);
    if (depth != 0) won(time, depth, run_of);
  }

  static void copy_bits(const select::EventBits& from, unsigned meaning, std::uint32_t first,
                        std::uint32_t events, std::uint64_t* to) {
    std::uint32_t at = 0;
    for (; at + 64 <= events; at += 64) *to++ = from.window(meaning, first + at);
    if (at != events)
      *to = from.window(meaning, first + at) & (~std::uint64_t{0} >> (64 - (events - at)));
  }

  // Asks the filters of doubtful events, where an event of the level before makes them matter.
  template <class Code, class RunOf>
  void ask(const Code* kind, std::uint32_t first, std::uint32_t events, RunOf&& run_of) {
    doubts_.resize((events + 63) / 64);
    copy_bits(ask_bits_, 0, first, events, doubts_.data());
    std::uint64_t reached = 0;  // levels that some event before the word has
    for (std::uint32_t w = 0; w < doubts_.size(); ++w) {
      for (std::uint64_t left = doubts_[w]; left != 0; left &= left - 1) {
        const auto bit = static_cast<unsigned>(std::countr_zero(left));
        std::uint64_t before = reached;
        for (unsigned l = 0; l < plan_.rules.levels; ++l)
          before |= std::uint64_t{(chains_.level(l)[w] << 1 << (63 - bit)) != 0} << l;
        const std::uint32_t i = 64 * w + bit;
        const Meaning& m = meaning_[kind[i]];
        const std::uint64_t levels = steps_of(m, run_of(), i, before << 1 | 1);
        for (std::uint64_t l = levels; l != 0; l &= l - 1)
          chains_.level(static_cast<unsigned>(std::countr_zero(l)))[w] |= std::uint64_t{1} << bit;
      }
      for (unsigned l = 0; l < plan_.rules.levels; ++l)
        reached |= std::uint64_t{chains_.level(l)[w] != 0} << l;
    }
  }

  // Is more wanted of a winner than its steps and times?
  bool more() const { return plan_.group || plan_.question->interval || plan_.question->people; }

  // Attempts begin in the range.
  void keep_range(const Micros* time) {
    const Range& range = plan_.question->common.range;
    const std::uint32_t first = chains_.first(0, 0);
    if (first == Chains::kNone || (range.holds(time[first]) && range.holds(time[chains_.last(0)])))
      return;  // and so do those between
    for (std::uint32_t i = first; i != Chains::kNone; i = chains_.first(0, i + 1)) {
      if (!range.holds(time[i])) chains_.level(0)[i / 64] &= ~(std::uint64_t{1} << (i % 64));
    }
  }

  template <class RunOf>
  void won(const Micros* time, unsigned depth, RunOf&& run_of) {
    if (!plan_.audience.everybody() && !plan_.audience.passes(run_of().customer)) return;
    const bool tells = more();
    events_.clear();
    for (unsigned l = 0; l < depth; ++l) {
      const std::uint32_t at = chains_.steps[l];
      ++counts.total[l].count;
      if (l != 0) counts.total[l].times.add(time[at] - time[chains_.steps[l - 1]]);
      if (tells) events_.push_back({.time = time[at], .index = at});
    }
    if (!tells) return;
    const auto r = run_of();
    won_.depth = depth;
    won_.steps.resize(depth);
    std::iota(won_.steps.begin(), won_.steps.end(), 0u);
    place_steps(won_);
    tell(r, events_, won_);
    if (person_) counts.people.push_back(r.customer);
    person_ = false;
  }

  // The steps among those wanted that event i matches, filters asked.
  template <class RunT>
  std::uint64_t steps_of(const Meaning& m, const RunT& run, std::uint32_t i,
                         std::uint64_t wanted) const {
    if (((m.steps_yes | m.steps_maybe) & wanted) == 0) return 0;
    if (m.where == Answer::no || (m.where == Answer::maybe && !plan_.where.passes(codes_, run, i)))
      return 0;
    return matched(m, run, i, wanted);
  }
  template <class RunT>
  std::uint64_t matched(const Meaning& m, const RunT& run, std::uint32_t i,
                        std::uint64_t wanted = ~std::uint64_t{0}) const {
    std::uint64_t steps = m.steps_yes & wanted;
    for (std::uint64_t left = m.steps_maybe & wanted; left != 0; left &= left - 1) {
      const auto s = static_cast<std::size_t>(std::countr_zero(left));
      if (plan_.steps[s].passes(codes_, run, i)) steps |= std::uint64_t{1} << s;
    }
    return steps;
  }

  template <class RunT>
  select::Code code_of(const Field& field, const RunT& run, std::uint32_t i) const {
    return field.code(codes_.kind(run.kind[i]), codes_.kind(run.entry[i]), run.sequence(i),
                      run.customer);
  }

  // Adds event i with what it means. An event kept only for `first_ever` has no meaning of its own.
  template <class RunT>
  void look(const RunT& run, std::uint32_t i) {
    const Meaning& m = meaning_[run.kind[i]];
    FunnelEvent e;
    e.time = run.time[i];
    e.index = i;
    const bool seen =
        m.where == Answer::yes || (m.where == Answer::maybe && plan_.where.passes(codes_, run, i));
    if (seen) {
      const std::uint64_t steps = matched(m, run, i);
      if (plan_.optional_steps.empty()) {
        e.levels = steps;
      } else {
        for (std::size_t s = 0; s < plan_.level_of_step.size(); ++s) {
          if ((steps >> s & 1) != 0 && plan_.level_of_step[s] != 0)
            e.levels |= std::uint64_t{1} << (plan_.level_of_step[s] - 1);
        }
        for (std::size_t o = 0; o < plan_.optional_steps.size(); ++o) {
          if ((steps >> plan_.optional_steps[o] & 1) != 0) e.optional |= std::uint64_t{1} << o;
        }
      }
      e.exclusions = m.exclusions_yes;
      for (std::uint32_t left = m.exclusions_maybe; left != 0; left &= left - 1) {
        const auto x = static_cast<std::size_t>(std::countr_zero(left));
        if (plan_.exclusions[x].passes(codes_, run, i)) e.exclusions |= std::uint32_t{1} << x;
      }
      if (plan_.hold) {
        e.hold = code_of(*plan_.hold, run, i);
        if (plan_.hold->value(e.hold).empty()) e.hold = 0;
      }
      if (plan_.rules.hold && e.hold == 0 && plan_.rules.order != FunnelOrder::strict)
        e.levels = e.optional = 0;
    }
    const bool first_ever = plan_.question->occurrence == Occurrence::first_ever;
    if (!seen && !(first_ever && m.first_name)) return;
    if (seen && plan_.rules.order != FunnelOrder::strict &&
        (e.levels | e.optional | e.exclusions) == 0 && !(first_ever && m.first_name))
      return;
    unseen_.resize(events_.size() + 1);
    unseen_[events_.size()] = seen ? 0 : 1;
    events_.push_back(e);
  }

  template <class RunT, class KeyOf>
  void split(const RunT& run, KeyOf&& key_of) {
    keys_.clear();
    for (std::uint32_t p = 0; p < events_.size(); ++p) {
      const std::int64_t key = key_of(events_[p]);
      if (key >= 0) keys_.emplace_back(key, p);
    }
    std::stable_sort(keys_.begin(), keys_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    const std::vector<std::uint8_t> unseen = unseen_;
    for (std::size_t g = 0; g < keys_.size();) {
      part_.clear();
      unseen_.clear();
      std::size_t h = g;
      for (; h < keys_.size() && keys_[h].first == keys_[g].first; ++h) {
        part_.push_back(events_[keys_[h].second]);
        unseen_.push_back(unseen[keys_[h].second]);
      }
      unit(run, part_);
      g = h;
    }
  }

  // Which events may begin an attempt; and events kept only to know the first ever leave.
  template <class RunT>
  void mark_anchors(const RunT& run, std::vector<FunnelEvent>& events) {
    const FunnelQuestion& q = *plan_.question;
    const std::uint64_t wanted = q.order == FunnelOrder::any ? ~std::uint64_t{0} : 1;
    bool done = false;
    std::size_t kept = 0;
    for (std::size_t p = 0; p < events.size(); ++p) {
      FunnelEvent e = events[p];
      const bool can_serve = !plan_.rules.hold || e.hold != 0;
      const bool matches =
          unseen_[p] == 0 && (e.levels & wanted) != 0 && can_serve && q.common.range.holds(e.time);
      switch (q.occurrence) {
        case Occurrence::any:
          e.anchor = matches;
          break;
        case Occurrence::first_ever:
          e.anchor = !done && meaning_[run.kind[e.index]].first_name && matches;
          done = done || meaning_[run.kind[e.index]].first_name;
          break;
        case Occurrence::first_matching:
          e.anchor = !done && matches;
          done = done || matches;
          break;
      }
      if (unseen_[p] == 0) events[kept++] = e;
    }
    events.resize(kept);
  }

  template <class RunT>
  void unit(const RunT& run, std::vector<FunnelEvent>& events) {
    mark_anchors(run, events);
    const FunnelWinner& w = attempts_.run(events);
    if (w.depth == 0) return;
    place_steps(w);
    for (std::size_t o = 0; o < plan_.optional_steps.size(); ++o) optional(events, w, o);
    tally(counts.total, events, [](std::size_t) { return true; });
    tell(run, events, w);
  }

  void place_steps(const FunnelWinner& w) {
    steps_at_.assign(plan_.question->steps.size(), -1);
    previous_.assign(plan_.question->steps.size(), -1);
    for (unsigned level = 0; level < w.depth; ++level) {
      steps_at_[plan_.step_of_level[level]] = w.steps[level];
      if (level != 0) previous_[plan_.step_of_level[level]] = w.steps[level - 1];
    }
  }

  // Breakdown, series and people.
  template <class RunT>
  void tell(const RunT& run, const std::vector<FunnelEvent>& events, const FunnelWinner& w) {
    if (plan_.group) group(run, events, w);
    if (plan_.question->interval) {
      const Micros t = events[w.steps.front()].time;
      FunnelTally& into =
          counts.series[plan_.calendar ? plan_.calendar->start(plan_.calendar->bucket(t))
                                       : context_.zone.floor(t, *plan_.question->interval)];
      into.resize(steps_at_.size());
      tally(into, events, [](std::size_t) { return true; });
    }
    if (plan_.question->people) note_person();
  }

  void optional(const std::vector<FunnelEvent>& events, const FunnelWinner& w, std::size_t o) {
    const unsigned step = plan_.optional_steps[o];
    unsigned level = 0;  // the required step before it
    for (unsigned s = 0; s < step; ++s) level = std::max(level, plan_.level_of_step[s]);
    if (level == 0 || w.depth < level) return;
    const std::uint32_t from = w.steps[level - 1];
    const Micros own = plan_.question->steps[step].window;
    for (std::uint32_t e = from + 1; e < events.size(); ++e) {
      if (events[e].time - events[w.steps.front()].time > plan_.rules.window) return;
      if (own != 0 && events[e].time - events[from].time > own) return;
      if ((events[e].optional >> o & 1) == 0) continue;
      if (plan_.rules.hold && events[e].hold != events[w.steps.front()].hold) continue;
      if (std::find(w.steps.begin(), w.steps.end(), e) != w.steps.end()) continue;
      steps_at_[step] = e;
      previous_[step] = from;
      return;
    }
  }

  template <class Counted>
  void tally(FunnelTally& t, const std::vector<FunnelEvent>& events, Counted&& counted) {
    for (std::size_t s = 0; s < steps_at_.size(); ++s) {
      if (steps_at_[s] < 0 || !counted(s)) continue;
      ++t[s].count;
      if (previous_[s] >= 0) {
        t[s].times.add(events[static_cast<std::size_t>(steps_at_[s])].time -
                       events[static_cast<std::size_t>(previous_[s])].time);
      }
    }
  }

  // Values with the same text are one group.
  FunnelTally& group_of(select::Code code) {
    FunnelTally*& known = groups_[code];
    if (known == nullptr) {
      const Value& v = plan_.group->value(code);
      known = &counts.groups[v.empty() ? std::string() : "v" + display(v)];
      known->resize(steps_at_.size());
    }
    return *known;
  }

  template <class RunT>
  void group(const RunT& run, const std::vector<FunnelEvent>& events, const FunnelWinner& w) {
    const auto& g = *plan_.question->breakdown;
    auto code_at = [&](std::uint32_t e) { return code_of(*plan_.group, run, events[e].index); };
    if (g.touch == Touch::all) {
      for (std::size_t s = 0; s < steps_at_.size(); ++s) {
        if (steps_at_[s] < 0) continue;
        const auto at = plan_.level_of_step[s] == 0 ? w.steps.front()
                                                    : static_cast<std::uint32_t>(steps_at_[s]);
        tally(group_of(code_at(at)), events, [&](std::size_t other) { return other == s; });
      }
      return;
    }
    std::uint32_t at = w.steps.front();
    if (g.touch == Touch::last) at = w.steps.back();
    if (g.touch == Touch::step) {
      if (steps_at_[g.step - 1] < 0) return;
      at = static_cast<std::uint32_t>(steps_at_[g.step - 1]);
    }
    const select::Code code = code_at(at);
    if (g.touch == Touch::step && plan_.group->value(code).empty()) return;
    tally(group_of(code), events, [](std::size_t) { return true; });
  }

  void note_person() {
    const auto& p = *plan_.question->people;
    const std::size_t s = p.step - 1;
    if (!p.dropped) {
      person_ = person_ || steps_at_[s] >= 0;
      return;
    }
    std::size_t before = s;
    while (before > 0 && plan_.level_of_step[--before] == 0) {
    }
    person_ = person_ || (steps_at_[before] >= 0 && steps_at_[s] < 0);
  }

  const Plan& plan_;
  const select::Context& context_;
  Attempts attempts_;
  select::Sessions sessions_;
  CodeSpace codes_;
  std::vector<Meaning> scratch_;
  const Meaning* meaning_ = nullptr;
  std::vector<std::uint8_t> interesting_;
  std::vector<FunnelEvent> events_, part_;
  std::vector<std::uint8_t> unseen_;  // by place in events: kept only for first_ever
  std::vector<std::pair<std::int64_t, std::uint32_t>> keys_;
  std::vector<std::int64_t> steps_at_, previous_;
  bool person_ = false;
  std::vector<FunnelTally*> groups_;  // by code of the breakdown's field; into counts.groups
  // Of chain():
  std::vector<std::uint32_t> first_;  // codes of the first step
  select::RareCustomers rare_;
  std::vector<std::uint32_t> others_;  // customers of a stretch whose times must be looked at
  select::EventBits level_bits_, ask_bits_;
  std::vector<std::uint64_t> doubts_;
  bool asks_ = false;    // of the codes
  bool whole_ = false;   // of the slice or run: it lies in the range
  bool future_ = false;  // of the slice or run: some event may be later than now
  bool only_counts_ =
      false;  // of the slice: whoever gets no further than the first step is a count
  Chains chains_;
  FunnelWinner won_;
};

json write_groups(Counts& counts, const FunnelQuestion& q) {
  std::vector<std::pair<std::string, FunnelTally*>> order;
  for (auto& [key, tally] : counts.groups) order.emplace_back(key, &tally);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    const std::uint64_t x = (*a.second)[0].count, y = (*b.second)[0].count;
    if (x != y) return x > y;
    if (a.first.empty() != b.first.empty()) return b.first.empty();
    return a.first < b.first;
  });
  json out = json::array();
  FunnelTally rest(q.steps.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i >= q.breakdown->limit) {
      add(rest, *order[i].second);
      continue;
    }
    const std::string& key = order[i].first;
    out.push_back({{"value", key.empty() ? json(nullptr) : json(key.substr(1))},
                   {"steps", write_steps(*order[i].second, q.steps)}});
  }
  if (order.size() > q.breakdown->limit)
    out.push_back({{"value", "$other"}, {"steps", write_steps(rest, q.steps)}});
  return out;
}

}  // namespace

Result<json> ask_funnel(const FunnelQuestion& q, const select::Context& context,
                        const std::function<std::string(CustomerId)>& public_id) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(*plan, context);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Worker* w, const auto& run) {
        if (!context.is_cancelled()) w->run(run);
      });
  Counts all;
  all.total.resize(q.steps.size());
  for (auto& w : workers) {
    if (w) all.add_from(w->counts);
  }
  json out;
  out["steps"] = write_steps(all.total, q.steps);
  if (q.breakdown) out["groups"] = write_groups(all, q);
  if (q.interval) {
    out["series"] = json::array();
    if (!all.series.empty()) {
      const Micros last = all.series.rbegin()->first;
      for (Micros t = all.series.begin()->first; t <= last; t = context.zone.next(t, *q.interval)) {
        FunnelTally& tally = all.series[t];
        tally.resize(q.steps.size());
        out["series"].push_back(
            {{"start", format_time(t)}, {"steps", write_steps(tally, q.steps)}});
      }
    }
  }
  if (q.people) {
    std::vector<std::string> ids;
    ids.reserve(all.people.size());
    for (const CustomerId c : all.people) ids.push_back(public_id(c));
    std::sort(ids.begin(), ids.end());
    out["people_total"] = ids.size();
    if (ids.size() > q.people->limit) ids.resize(q.people->limit);
    out["people"] = ids;
  }
  return out;
}

}  // namespace viaggio::journey
