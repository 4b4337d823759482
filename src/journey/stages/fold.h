#pragma once
// The fold that puts a customer's events into stages (docs/semantics/stages.md): one definition for
// the stages question, the map, the profile and the filter stage.MODEL.
//
// CompiledModel is immutable and shared by threads; a Folder is one thread's working memory.
// Folding one customer fills `stays`, `loops` and, by event, the stay that the event counts in.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "base/result.h"
#include "journey/stages/stage_model.h"
#include "select/event_filter.h"

namespace viaggio::journey {

// What a kind of event can mean to a model, a bit for each rule.
struct RuleBits {
  std::uint64_t event_yes = 0, event_maybe = 0;
  std::uint64_t after_yes = 0, after_maybe = 0;
  std::uint8_t closes = 0;  // 0 no, 1 yes, 2 maybe
  bool plain() const {
    return (event_yes | event_maybe | after_yes | after_maybe) == 0 && closes == 0;
  }
};

class CompiledModel {
 public:
  static Result<std::shared_ptr<const CompiledModel>> compile(const StageModel& model,
                                                              const select::Context& context);

  const StageModel& model() const { return model_; }
  const std::vector<RuleBits>& by_kind() const { return by_kind_; }
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
  std::uint64_t return_rules_ = 0, rules_without_after_ = 0;
};

enum class Leave : std::uint8_t { open, forward, back, lost, closed };

struct Stay {
  Micros start = 0, end = 0;      // end is meaningful unless open
  std::uint32_t first_event = 0;  // index in the run of the first and last event that counts in it
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

class Folder {
 public:
  explicit Folder(const CompiledModel& model) : model_(&model) {}

  // Events with time < end are folded. `stay_of` (by event of the run; kNoStay = none) is filled
  // when asked for. Stays are in order of their start within a subject; subjects one after another.
  template <class RunT>
  void fold(const timeline::CodeSpace& codes, const RuleBits* by_code, const RunT& run, Micros end,
            bool want_events);

  std::vector<Stay> stays;
  std::vector<Loop> loops;
  std::vector<std::int32_t> stay_of;
  std::vector<std::uint32_t> subject_from;  // first stay of each subject that has stays

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

  void reset(State& s) const;
  void open(State& s, int stage, Micros t, bool from_nowhere, int from);
  void close(State& s, Micros t, Leave how, int to);
  void fall_until(State& s, Micros t, Micros end);  // losses and falls before t (and before end)
  void step(State& s, Micros t, const CompiledModel::Hit& hit, std::uint32_t event,
            bool want_events);
  void count_loop(State& s, Micros t, std::uint32_t held);
  int alive(const State& s, Micros t) const;

  const CompiledModel* model_;
  State state_;
  std::vector<std::pair<select::Code, std::uint32_t>> groups_;
};

template <class RunT>
void Folder::fold(const timeline::CodeSpace& codes, const RuleBits* by_code, const RunT& run,
                  Micros end, bool want_events) {
  stays.clear();
  loops.clear();
  subject_from.clear();
  if (want_events) stay_of.assign(run.size, kNoStay);
  const CompiledModel& model = *model_;
  const bool journeys = model.model().subject == StageSubject::journey;
  auto one = [&](State& s, std::uint32_t i) {
    const Micros t = run.time[i];
    const RuleBits& bits = by_code[run.kind[i]];
    fall_until(s, t, end);
    CompiledModel::Hit hit{bits.event_yes, bits.after_yes, bits.closes == 1};
    if ((bits.event_maybe | bits.after_maybe) != 0 || bits.closes == 2) {
      hit = model.hit(bits, codes.kind(run.kind[i]), codes.kind(run.entry[i]), run.sequence(i),
                      run.customer);
    }
    step(s, t, hit, i, want_events);
    if (journeys && hit.closes && s.stay != kNoStay) {
      close(s, t, Leave::closed, -1);
      reset(s);
    }
  };
  auto subject = [&](auto&& each) {
    const auto from = static_cast<std::uint32_t>(stays.size());
    reset(state_);
    each();
    fall_until(state_, end, end);
    if (stays.size() != from) subject_from.push_back(from);
  };
  if (model.key() == nullptr) {
    subject([&] {
      for (std::uint32_t i = 0; i < run.size && run.time[i] < end; ++i) one(state_, i);
    });
    return;
  }
  groups_.clear();
  for (std::uint32_t i = 0; i < run.size && run.time[i] < end; ++i) {
    const select::Code code = model.key()->code(codes.kind(run.kind[i]), codes.kind(run.entry[i]),
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

}  // namespace viaggio::journey
