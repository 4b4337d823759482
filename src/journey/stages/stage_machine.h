#pragma once
// The fold of a plain stage model as a finite automaton: what an event does to a customer depends
// on few things (the stage, whether the customer is in it or was lost, whether something less was
// done since, which counted rules are ready), so every case is worked out beforehand and the fold
// looks it up without a branch. docs/semantics/stages.md says what the cases mean. Immutable after
// build(); shared by threads.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace viaggio::journey {

// What an event does to a plain model. A bit of `counted` and `after` is a counted rule, by its
// place among them.
struct Effect {
  std::uint32_t stages = 0, back = 0;   // held at once; of those, the signals of return
  std::uint8_t counted = 0, after = 0;  // rules it matches; rules it is the earlier event of
  bool qualifies = false;               // some rule's event
  auto operator<=>(const Effect&) const = default;
};

// The counted rules of a plain model. A rule holds at an event that matches it when it may match
// (nothing must come before, or did) and is ready (matched often enough before).
struct CountedRules {
  std::uint8_t free = 0;                            // nothing must come before
  std::uint8_t first = 0;                           // ready at once
  std::uint8_t twice = 0;                           // ready after one match
  std::array<std::uint32_t, 256> stages{}, back{};  // by the set of rules that hold
};

class StageMachine {
 public:
  // A state is the place of its row in the table: a multiple of 2^shift_, the effects rounded up.
  using State = std::uint32_t;
  enum Flag : std::uint8_t {
    kQualifies = 1,  // the customer was heard of
    kHolds = 2,      // the stage it is in afterwards holds
    kMoves = 4,      // it enters a stage, leaving the one it was in
    kLoops = 8       // it comes back to what it had done, within the stage
  };
  struct Step {
    std::uint32_t next_and_flags = 0;
    State next() const { return next_and_flags >> 4; }
    std::uint32_t flags() const { return next_and_flags & 15; }
  };

  // Nothing, where there would be too many cases. `effects` are distinct.
  static std::optional<StageMachine> build(const std::vector<Effect>& effects,
                                           const CountedRules& counted, bool moves_back);

  State start() const { return 0; }
  Step step(State state, std::uint32_t effect) const { return table_[state + effect]; }
  State lost(State state) const { return lost_[state >> shift_]; }  // after silence
  int stage(State state) const { return stage_[state >> shift_]; }  // -1: none yet

 private:
  struct Case;
  unsigned shift_ = 0;
  std::vector<Step> table_;
  std::vector<State> lost_;
  std::vector<std::int8_t> stage_;
};

}  // namespace viaggio::journey
