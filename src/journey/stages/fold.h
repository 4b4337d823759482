#pragma once
// The fold that puts a customer's events into stages (docs/semantics/stages.md): one definition for
// the stages question, the map, the profile and the filter stage.MODEL.
//
// CompiledModel is immutable and shared by threads; a Folder is one thread's working memory.
// Folding one customer fills `stays` and `loops`; for who asks, the events of each stay.
//
// Most models are plain: one subject a customer, the stage kept until an event or silence ends it,
// and only few rules that must be counted or come after something. For those the fold is a finite
// automaton (stage_machine.h); the others go step by step.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "journey/stages/stage_machine.h"
#include "journey/stages/stage_model.h"
#include "select/event_filter.h"

namespace viaggio::journey {

// What a kind of event can mean to a model, a bit for each rule.
struct RuleBits {
  std::uint64_t event_yes = 0, event_maybe = 0;
  std::uint64_t after_yes = 0, after_maybe = 0;
  std::uint8_t closes = 0;  // 0 no, 1 yes, 2 maybe
  // Of event_yes: the stages that hold at once, those of them that are signals of return, and the
  // rules that must be counted or come after something.
  std::uint32_t at_once = 0, back_at_once = 0;
  std::uint64_t counted = 0;
  bool unsure() const { return (event_maybe | after_maybe) != 0 || closes == 2; }
  bool idle() const {
    return (event_yes | event_maybe | after_yes | after_maybe) == 0 && closes == 0;
  }
};

class CompiledModel {
 public:
  static Result<std::shared_ptr<const CompiledModel>> compile(const StageModel& model,
                                                              const select::Context& context);

  const StageModel& model() const { return model_; }
  const std::vector<RuleBits>& by_kind() const { return by_kind_; }
  // Of a plain model, else null. The effects of kinds are numbers of the machine's; `kAsk` where
  // the filters of the event must be asked.
  const StageMachine* machine() const { return machine_ ? &*machine_ : nullptr; }
  static constexpr std::uint16_t kAsk = 0xFFFF;
  const std::vector<std::uint16_t>& effects() const { return effects_; }  // by kind
  bool asks() const { return !unsure_.empty(); }                          // some effect is kAsk
  std::uint16_t effect(KindId kind, std::uint64_t event_rules, std::uint64_t after_rules) const;
  const select::Field* key() const { return key_.get(); }

  struct Hit {
    std::uint64_t event = 0, after = 0;
    bool closes = false;
  };
  Hit hit(const RuleBits& bits, KindId kind, KindId entry, Sequence sequence,
          CustomerId customer) const;

  // Held rules -> stages, a bit each.
  std::uint32_t stages_of(std::uint64_t rules) const;
  std::uint64_t return_rules() const { return return_rules_; }
  std::uint64_t rules_without_after() const { return rules_without_after_; }
  std::uint32_t min_of(unsigned rule) const { return min_[rule]; }
  std::uint64_t counted_rules() const { return counted_rules_; }
  Micros patience(std::size_t stage) const { return patience_[stage]; }
  unsigned rule_count() const { return static_cast<unsigned>(min_.size()); }

 private:
  StageModel model_;
  std::vector<RuleBits> by_kind_;
  std::vector<select::EventFilter> event_, after_;  // by rule; after_ only where the rule has one
  std::vector<std::uint8_t> has_after_;
  std::unique_ptr<select::EventFilter> closes_;
  std::unique_ptr<select::Field> key_;
  std::vector<std::uint32_t> stage_bit_;  // by rule
  std::vector<std::uint32_t> min_;
  std::vector<Micros> patience_;  // by stage
  std::uint64_t return_rules_ = 0, rules_without_after_ = 0;
  std::uint64_t counted_rules_ = 0;  // those with a minimum or an earlier event
  std::optional<StageMachine> machine_;
  std::vector<std::uint16_t> effects_;
  // By kind, where any must be asked: its effects, by which of its doubtful rules are met.
  std::vector<std::vector<std::uint16_t>> unsure_;

  bool plain() const;
  CountedRules counted_machine_rules() const;
  Effect effect_of(std::uint64_t event_rules, std::uint64_t after_rules) const;
  void make_machine();
};

enum class Leave : std::uint8_t { open, forward, back, lost, closed };

struct Stay {
  Micros start = 0, end = 0;  // end is meaningful unless open
  // Index in the run of the first and last event that counts in it; only when events are asked for.
  // Without parallel journeys all events between them count in it too.
  std::uint32_t first_event = 0;
  std::uint32_t last_event = 0;
  std::uint32_t loops_from = 0, loops_to = 0;  // into Folder::loops
  std::uint8_t stage = 0;
  std::uint8_t to = 0;    // forward and back: the stage moved to
  std::uint8_t from = 0;  // the stage moved from, unless from_nowhere
  Leave leave = Leave::open;
  bool from_nowhere = false;
  bool has_event = false;
};

struct Loop {
  Micros time = 0, duration = 0;
};

constexpr std::int32_t kNoStay = -1;

// What is wanted of the events: nothing, the first and last of every stay, or the stay of each.
enum class StayEvents : std::uint8_t { none, bounds, each };

class Folder {
 public:
  explicit Folder(const CompiledModel& model) : model_(&model) {}

  // Before the first run of a space of codes.
  void prepare(const timeline::CodeSpace& codes);
  // Events with time < end are folded. `stay_of` (by event of the run; kNoStay = none) is filled
  // for `each`, and for `bounds` where journeys run in parallel. Stays are in order of their start
  // within a subject; subjects one after another.
  template <class RunT>
  void fold(const RunT& run, Micros end, StayEvents wanted);

  // After fold() of a model of journeys with `each`: keeps the stays of the journeys that have an
  // event for which chooses(index) holds; events of the others count in no stay. False when none
  // is left.
  template <class Chooses>
  bool keep_journeys(Chooses&& chooses);

  std::vector<Stay> stays;
  std::vector<Loop> loops;
  std::vector<std::int32_t> stay_of;

 private:
  struct State {
    std::int32_t stay = kNoStay;  // the open one
    int stage = -1;               // c; kept after a loss
    bool lost = false;
    Micros last = 0;  // latest qualifying event
    std::uint64_t after_seen = 0;
    bool dip = false;
    Micros last_hold = 0;
    std::vector<std::uint32_t> counts;
    std::vector<Micros> held_at;  // recency; kNever
  };
  static constexpr Micros kNever = std::numeric_limits<Micros>::min();
  static constexpr Micros kForever = std::numeric_limits<Micros>::max();

  void reset(State& s) const;
  void open(State& s, int stage, Micros t, bool from_nowhere, int from);
  void close(State& s, Micros t, Leave how, int to);
  void fall_until(State& s, Micros t, Micros end);  // losses and falls before t (and before end)
  // What an event of these rules holds: stages, a bit each.
  struct Held {
    std::uint32_t stages = 0, back = 0;
  };
  void count_rules(State& s, std::uint64_t rules, Held& held) const;
  void move(State& s, Micros t, const Held& held);
  void count_loop(State& s, Micros t, std::uint32_t held);
  int alive(const State& s, Micros t) const;
  static int latest(std::uint32_t stages) {
    return stages == 0 ? -1 : 31 - std::countl_zero(stages);
  }

  template <class RunT>
  void fold_steps(const RunT& run, std::uint32_t count, Micros end, bool want_events);
  template <bool kBounds, bool kAsks, class RunT>
  void fold_machine(const RunT& run, std::uint32_t count, Micros end);
  template <class RunT>
  std::uint16_t asked(const RunT& run, std::uint32_t i) const;
  void name_events(std::uint32_t size);

  const CompiledModel* model_;
  timeline::CodeSpace codes_;
  std::vector<RuleBits> scratch_bits_;
  const RuleBits* bits_ = nullptr;  // by code
  std::vector<std::uint16_t> scratch_effects_;
  const std::uint16_t* effects_ = nullptr;  // by code
  State state_;
  std::vector<std::pair<select::Code, std::uint32_t>> groups_;
  std::vector<std::uint32_t> journey_;  // by stay: the first stay of its journey
  std::vector<std::int32_t> place_;     // by stay: where it is kept, or kNoStay
};

// The event's stages hold: the subject enters, moves or loops.
inline void Folder::move(State& s, Micros t, const Held& held) {
  const StageMode mode = model_->model().mode;
  const int c = s.stage;
  int next = c;
  if (mode == StageMode::recency) {
    for (std::uint32_t left = held.stages; left != 0; left &= left - 1)
      s.held_at[static_cast<std::size_t>(std::countr_zero(left))] = t;
    next = alive(s, t);
  } else if (c < 0) {
    next = latest(held.stages);
  } else {
    const std::uint32_t upto_here = (std::uint32_t{2} << c) - 1;
    const int up = latest(held.stages & ~upto_here);
    if (up > c) {
      next = up;
    } else if (mode == StageMode::free && (held.stages >> c & 1) == 0) {
      const int back = latest(held.back & ((std::uint32_t{1} << c) - 1));
      if (back >= 0) next = back;
    }
  }
  if (next < 0) return;
  if (s.stay == kNoStay) {
    open(s, next, t, true, -1);
  } else if (next != c) {
    close(s, t, next > c ? Leave::forward : Leave::back, next);
    open(s, next, t, false, c);
  } else {
    count_loop(s, t, held.stages);
  }
}

inline void Folder::count_loop(State& s, Micros t, std::uint32_t held) {
  const auto here = std::uint32_t{1} << s.stage;
  if ((held & here) != 0) {
    if (s.dip) {
      loops.push_back({t, t - s.last_hold});
      stays[static_cast<std::size_t>(s.stay)].loops_to = static_cast<std::uint32_t>(loops.size());
    }
    s.dip = false;
    s.last_hold = t;
  } else if ((held & (here - 1)) != 0) {
    s.dip = true;
  }
}

template <class RunT>
void Folder::fold(const RunT& run, Micros end, StayEvents wanted) {
  stays.clear();
  loops.clear();
  std::uint32_t count = run.size;
  if (count != 0 && run.time[count - 1] >= end)
    count =
        static_cast<std::uint32_t>(std::lower_bound(run.time, run.time + count, end) - run.time);
  const bool parallel = model_->key() != nullptr;
  if (parallel && wanted != StayEvents::none) stay_of.assign(run.size, kNoStay);
  if (model_->machine() == nullptr) {
    fold_steps(run, count, end, wanted != StayEvents::none);
  } else if (wanted == StayEvents::none) {
    model_->asks() ? fold_machine<false, true>(run, count, end)
                   : fold_machine<false, false>(run, count, end);
  } else {
    model_->asks() ? fold_machine<true, true>(run, count, end)
                   : fold_machine<true, false>(run, count, end);
  }
  if (wanted == StayEvents::each && !parallel) name_events(run.size);
}

// What the event means once its filters were asked.
template <class RunT>
std::uint16_t Folder::asked(const RunT& run, std::uint32_t i) const {
  const KindId kind = codes_.kind(run.kind[i]);
  const auto hit = model_->hit(bits_[run.kind[i]], kind, codes_.kind(run.entry[i]), run.sequence(i),
                               run.customer);
  return model_->effect(kind, hit.event, hit.after);
}

template <bool kBounds, bool kAsks, class RunT>
void Folder::fold_machine(const RunT& run, std::uint32_t count, Micros end) {
  const StageMachine& machine = *model_->machine();
  StageMachine::State state = machine.start();
  bool in = false;
  // Of what qualifies, the last event; out of every stage nothing is waited for.
  Micros last = 0, patience = kForever, last_hold = 0;
  std::uint32_t last_place = 0;

  // The open stay is the last one. `until`: the events before it may count in the stay.
  auto leave = [&](Leave how, Micros t, int to, std::uint32_t until) {
    Stay& stay = stays.back();
    stay.end = t;
    stay.leave = how;
    stay.to = static_cast<std::uint8_t>(to < 0 ? 0 : to);
    if constexpr (kBounds) stay.last_event = until - 1;
  };
  // An event without a meaning counts until the stay is lost.
  auto lose = [&](std::uint32_t from, std::uint32_t until) {
    if constexpr (kBounds) {
      while (from < until && run.time[from] - last <= patience) ++from;
    }
    leave(Leave::lost, last + patience + 1, -1, from);
    in = false;
    patience = kForever;
  };
  auto enter = [&](int from, int stage, Micros t, std::uint32_t i) {
    if (in) leave(stage > from ? Leave::forward : Leave::back, t, stage, i);
    Stay& stay = stays.emplace_back();
    stay.start = t;
    stay.stage = static_cast<std::uint8_t>(stage);
    stay.from_nowhere = !in;
    stay.from = static_cast<std::uint8_t>(in ? from : 0);
    stay.loops_from = stay.loops_to = static_cast<std::uint32_t>(loops.size());
    stay.first_event = i;
    stay.has_event = true;
    in = true;
    patience = model_->patience(static_cast<std::size_t>(stage));
  };

  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint16_t effect = effects_[run.kind[i]];
    if constexpr (kAsks) {
      if (effect == CompiledModel::kAsk) [[unlikely]]
        effect = asked(run, i);
    }
    StageMachine::Step step = machine.step(state, effect);
    const Micros t = run.time[i];
    // Which events matter cannot be predicted; that one of them moves the customer is rare.
    const bool late = (step.flags() & StageMachine::kQualifies) != 0 && t - last > patience;
    if (static_cast<unsigned>(late) |
        (step.flags() & (StageMachine::kMoves | StageMachine::kLoops))) [[unlikely]] {
      if (late) {
        lose(last_place + 1, i);
        state = machine.lost(state);
        step = machine.step(state, effect);
      }
      if ((step.flags() & StageMachine::kMoves) != 0) {
        enter(machine.stage(state), machine.stage(step.next()), t, i);
      } else if ((step.flags() & StageMachine::kLoops) != 0) {
        loops.push_back({t, t - last_hold});
        stays.back().loops_to = static_cast<std::uint32_t>(loops.size());
      }
    }
    last = (step.flags() & StageMachine::kQualifies) != 0 ? t : last;
    last_place = (step.flags() & StageMachine::kQualifies) != 0 ? i : last_place;
    last_hold = (step.flags() & StageMachine::kHolds) != 0 ? t : last_hold;
    state = step.next();
  }
  if (!in) return;
  if (last + patience + 1 < end) {
    lose(last_place + 1, count);
  } else if constexpr (kBounds) {
    stays.back().last_event = count - 1;
  }
}

// One event after another, for every model.
template <class RunT>
void Folder::fold_steps(const RunT& run, std::uint32_t count, Micros end, bool want_events) {
  const CompiledModel& model = *model_;
  const bool journeys = model.model().subject == StageSubject::journey;
  const bool recency = model.model().mode == StageMode::recency;
  const bool named = want_events && model.key() != nullptr;
  auto one = [&](State& s, std::uint32_t i) {
    const Micros t = run.time[i];
    const RuleBits& bits = bits_[run.kind[i]];
    if (s.stay != kNoStay &&
        (recency || t - s.last > model.patience(static_cast<std::size_t>(s.stage))))
      fall_until(s, t, end);
    Held held{bits.at_once, bits.back_at_once};
    CompiledModel::Hit hit{bits.event_yes, bits.after_yes, bits.closes == 1};
    std::uint64_t counted = bits.counted;
    if (bits.unsure()) {
      hit = model.hit(bits, codes_.kind(run.kind[i]), codes_.kind(run.entry[i]), run.sequence(i),
                      run.customer);
      const std::uint64_t more = hit.event & ~bits.event_yes & ~model.counted_rules();
      held.stages |= model.stages_of(more);
      held.back |= model.stages_of(more & model.return_rules());
      counted = hit.event & model.counted_rules();
    }
    if (hit.event != 0) {
      if (counted != 0) count_rules(s, counted, held);
      move(s, t, held);
      s.last = t;
    }
    s.after_seen |= hit.after;
    if (s.stay == kNoStay) return;
    Stay& stay = stays[static_cast<std::size_t>(s.stay)];
    if (!stay.has_event) stay.first_event = i;
    stay.has_event = true;
    stay.last_event = i;
    if (named) stay_of[i] = s.stay;
    if (journeys && hit.closes) {
      close(s, t, Leave::closed, -1);
      reset(s);
    }
  };
  auto subject = [&](auto&& each) {
    reset(state_);
    each();
    fall_until(state_, end, end);
  };
  if (model.key() == nullptr) {
    subject([&] {
      for (std::uint32_t i = 0; i < count; ++i) {
        // A stay that ended before such an event is found out at the next one.
        if (want_events || !bits_[run.kind[i]].idle()) one(state_, i);
      }
    });
    return;
  }
  groups_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    const select::Code code = model.key()->code(codes_.kind(run.kind[i]), codes_.kind(run.entry[i]),
                                                run.sequence(i), run.customer);
    if (!model.key()->value(code).empty()) groups_.emplace_back(code, i);
  }
  std::stable_sort(groups_.begin(), groups_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t g = 0; g < groups_.size();) {
    std::size_t h = g;
    subject([&] {
      for (; h < groups_.size() && groups_[h].first == groups_[g].first; ++h)
        one(state_, groups_[h].second);
    });
    g = h;
  }
}

template <class Chooses>
bool Folder::keep_journeys(Chooses&& chooses) {
  // The stays of a journey stand together, and only its first one is entered from nowhere.
  journey_.resize(stays.size());
  for (std::uint32_t k = 0; k < stays.size(); ++k)
    journey_[k] = stays[k].from_nowhere ? k : journey_[k - 1];
  place_.assign(stays.size(), kNoStay);
  for (std::uint32_t i = 0; i < stay_of.size(); ++i) {
    if (stay_of[i] == kNoStay) continue;
    std::int32_t& first = place_[journey_[static_cast<std::size_t>(stay_of[i])]];
    if (first == kNoStay && chooses(i)) first = 0;
  }
  std::int32_t kept = 0;
  for (std::uint32_t k = 0; k < stays.size(); ++k) {
    if (place_[journey_[k]] == kNoStay) continue;
    stays[static_cast<std::size_t>(kept)] = stays[k];
    place_[k] = kept++;
  }
  stays.resize(static_cast<std::size_t>(kept));
  for (std::int32_t& stay : stay_of) {
    if (stay != kNoStay) stay = place_[static_cast<std::size_t>(stay)];
  }
  return kept != 0;
}

}  // namespace viaggio::journey
