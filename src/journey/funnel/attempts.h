#pragma once
// The attempts of one unit through a funnel (docs/semantics/funnel.md), over the unit's events
// alone. Pure; an instance is one thread's working memory. Ordered funnels cost O(events x levels).
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace viaggio::journey {

enum class FunnelOrder { ordered, strict, any };

// An event that means something to the funnel. Bit i of `levels`: matches required step i.
struct FunnelEvent {
  Micros time = 0;
  std::uint64_t levels = 0;
  std::uint64_t optional = 0;    // bit: optional step, by its place among the optional ones
  std::uint32_t exclusions = 0;  // bit: exclusion
  std::uint32_t hold = 0;        // code of the held value; 0 = none
  std::uint32_t index = 0;       // in the run
  bool anchor = false;           // may begin an attempt
};

struct FunnelExclusion {
  unsigned after = 1, before = 2;  // levels, from 1
  bool whole_customer = false;
};

struct FunnelRules {
  FunnelOrder order = FunnelOrder::ordered;
  unsigned levels = 0;
  Micros window = 0;
  std::vector<Micros> step_window;  // by level, from 0; 0 = none
  std::vector<FunnelExclusion> exclusions;
  bool hold = false;
};

struct FunnelWinner {
  unsigned depth = 0;
  std::vector<std::uint32_t> steps;  // f_1 .. f_depth: places in the list of events
};

class Attempts {
 public:
  explicit Attempts(const FunnelRules& rules);
  // The winning attempt; depth 0 when there is none or the unit is removed by an exclusion.
  const FunnelWinner& run(const std::vector<FunnelEvent>& events);

 private:
  struct Level {
    bool set = false;
    std::uint32_t anchor = 0;
    Micros last = 0;
  };
  struct Best {
    unsigned depth = 0;
    std::uint32_t anchor = 0, reached = 0;
  };
  bool window_holds(unsigned level, Micros previous, Micros now) const;
  void offer(unsigned depth, std::uint32_t anchor, std::uint32_t reached);
  void ordered(const std::vector<FunnelEvent>& events, std::uint32_t hold);
  void strict(const std::vector<FunnelEvent>& events);
  void any(const std::vector<FunnelEvent>& events);
  // First reach of every level from one anchor, exclusions of mode attempt applied or not.
  void reach(const std::vector<FunnelEvent>& events, std::uint32_t anchor, bool with_exclusions,
             std::vector<std::uint32_t>& first);
  void reach_strict(const std::vector<FunnelEvent>& events, std::uint32_t anchor,
                    std::vector<std::uint32_t>& first) const;
  void reach_any(const std::vector<FunnelEvent>& events, std::uint32_t anchor,
                 std::vector<std::uint32_t>& first);
  bool spoiled(const std::vector<FunnelEvent>& events);
  bool augment(const std::vector<FunnelEvent>& events, std::uint32_t event, std::uint64_t& visited);

  const FunnelRules& rules_;
  std::vector<Level> levels_;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> holds_;
  std::vector<std::int64_t> matched_;  // by level: the event given to it, or -1
  Best best_;
  FunnelWinner winner_;
};

}  // namespace viaggio::journey
