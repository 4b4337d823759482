#include "journey/funnel/attempts.h"

#include <algorithm>
#include <bit>

namespace viaggio::journey {

Attempts::Attempts(const FunnelRules& rules) : rules_(rules), levels_(rules.levels + 1) {}

bool Attempts::window_holds(unsigned level, Micros previous, Micros now) const {
  const Micros w = rules_.step_window[level - 1];
  return w == 0 || now - previous <= w;
}

// Greatest depth, then the first to reach it, then the latest anchor. Offers come in order of
// event.
void Attempts::offer(unsigned depth, std::uint32_t anchor, std::uint32_t reached) {
  const bool better =
      depth > best_.depth ||
      (depth == best_.depth &&
       (reached < best_.reached || (reached == best_.reached && anchor > best_.anchor)));
  if (better) best_ = {depth, anchor, reached};
}

// One state a level is enough: the latest anchor that reached it, with the latest event that did.
// A later anchor and a later last event can do whatever an earlier one could.
void Attempts::ordered(const std::vector<FunnelEvent>& events, std::uint32_t hold) {
  for (Level& l : levels_) l.set = false;
  for (std::uint32_t e = 0; e < events.size(); ++e) {
    const FunnelEvent& event = events[e];
    const bool serves = !rules_.hold || event.hold == hold;
    // Which levels this event may not become because it is itself excluded there, and which states
    // it ends. States are read before they are ended: the event may still be the end of a chain.
    std::uint64_t ended = 0, barred = 0;
    for (std::uint32_t left = event.exclusions; left != 0; left &= left - 1) {
      const FunnelExclusion& x =
          rules_.exclusions[static_cast<std::size_t>(std::countr_zero(left))];
      if (x.whole_customer) continue;
      for (unsigned l = x.after; l < x.before; ++l) {
        ended |= std::uint64_t{1} << (l - 1);
        if (l != x.after) barred |= std::uint64_t{1} << (l - 1);
      }
    }
    for (unsigned level = rules_.levels; level >= 1; --level) {
      const std::uint64_t bit = std::uint64_t{1} << (level - 1);
      bool reached = false;
      Level next;
      if (serves && (event.levels & bit) != 0 && (barred & bit) == 0) {
        if (level == 1) {
          reached = event.anchor;
          next = {true, e, event.time};
        } else {
          const Level& from = levels_[level - 1];
          reached = from.set && event.time - events[from.anchor].time <= rules_.window &&
                    window_holds(level, from.last, event.time);
          next = {true, from.anchor, event.time};
        }
      }
      if (reached) {
        offer(level, next.anchor, e);
        levels_[level] = next;
      } else if ((ended & bit) != 0) {
        levels_[level].set = false;
      }
    }
  }
}

void Attempts::reach(const std::vector<FunnelEvent>& events, std::uint32_t anchor,
                     bool with_exclusions, std::vector<std::uint32_t>& first) {
  first.assign(1, anchor);
  std::vector<Level>& state = levels_;
  for (Level& l : state) l.set = false;
  const std::uint32_t hold = events[anchor].hold;
  const Micros start = events[anchor].time;
  state[1] = {true, anchor, start};
  for (std::uint32_t e = anchor + 1; e < events.size() && events[e].time - start <= rules_.window;
       ++e) {
    const FunnelEvent& event = events[e];
    const bool serves = !rules_.hold || event.hold == hold;
    std::uint64_t ended = 0, barred = 0;
    if (with_exclusions) {
      for (std::uint32_t left = event.exclusions; left != 0; left &= left - 1) {
        const FunnelExclusion& x =
            rules_.exclusions[static_cast<std::size_t>(std::countr_zero(left))];
        if (x.whole_customer) continue;
        for (unsigned l = x.after; l < x.before; ++l) {
          ended |= std::uint64_t{1} << (l - 1);
          if (l != x.after) barred |= std::uint64_t{1} << (l - 1);
        }
      }
    }
    for (unsigned level = rules_.levels; level >= 2; --level) {
      const std::uint64_t bit = std::uint64_t{1} << (level - 1);
      const Level& from = state[level - 1];
      if (serves && (event.levels & bit) != 0 && (barred & bit) == 0 && from.set &&
          window_holds(level, from.last, event.time)) {
        state[level] = {true, anchor, event.time};
        if (first.size() == level - 1) first.push_back(e);
      } else if ((ended & bit) != 0) {
        state[level].set = false;
      }
    }
    if ((ended & 1) != 0) state[1].set = false;
  }
}

void Attempts::reach_strict(const std::vector<FunnelEvent>& events, std::uint32_t anchor,
                            std::vector<std::uint32_t>& first) const {
  first.assign(1, anchor);
  for (std::uint32_t e = anchor + 1; e < events.size() && first.size() < rules_.levels; ++e) {
    const FunnelEvent& event = events[e];
    const auto level = static_cast<unsigned>(first.size()) + 1;
    const bool next = (event.levels >> (level - 1) & 1) != 0 &&
                      event.time - events[anchor].time <= rules_.window &&
                      window_holds(level, events[first.back()].time, event.time) &&
                      (!rules_.hold || event.hold == events[anchor].hold);
    if (!next) return;
    first.push_back(e);
  }
}

void Attempts::strict(const std::vector<FunnelEvent>& events) {
  for (std::uint32_t a = 0; a < events.size(); ++a) {
    if (!events[a].anchor || (events[a].levels & 1) == 0 || (rules_.hold && events[a].hold == 0))
      continue;
    reach_strict(events, a, first_);
    offer(static_cast<unsigned>(first_.size()), a, first_.back());
  }
}

// Gives the event a step, moving others along if need be (an augmenting path).
bool Attempts::augment(const std::vector<FunnelEvent>& events, std::uint32_t event,
                       std::uint64_t& visited) {
  for (std::uint64_t left = events[event].levels & ~visited; left != 0; left &= left - 1) {
    const auto level = static_cast<std::size_t>(std::countr_zero(left));
    if ((visited >> level & 1) != 0) continue;
    visited |= std::uint64_t{1} << level;
    if (matched_[level] < 0 ||
        augment(events, static_cast<std::uint32_t>(matched_[level]), visited)) {
      matched_[level] = event;
      return true;
    }
  }
  return false;
}

void Attempts::reach_any(const std::vector<FunnelEvent>& events, std::uint32_t anchor,
                         std::vector<std::uint32_t>& first) {
  first.clear();
  matched_.assign(rules_.levels, -1);
  for (std::uint32_t e = anchor; e < events.size() && first.size() < rules_.levels; ++e) {
    if (events[e].time - events[anchor].time > rules_.window) return;
    if (events[e].levels == 0 || (rules_.hold && events[e].hold != events[anchor].hold)) continue;
    std::uint64_t visited = 0;
    if (augment(events, e, visited)) first.push_back(e);
  }
}

void Attempts::any(const std::vector<FunnelEvent>& events) {
  for (std::uint32_t a = 0; a < events.size(); ++a) {
    // Nothing that begins after the first completion can come before it.
    if (best_.depth == rules_.levels && a > best_.reached) return;
    if (!events[a].anchor || events[a].levels == 0 || (rules_.hold && events[a].hold == 0))
      continue;
    reach_any(events, a, first_);
    if (!first_.empty()) offer(static_cast<unsigned>(first_.size()), a, first_.back());
  }
}

bool Attempts::spoiled(const std::vector<FunnelEvent>& events) {
  for (std::uint32_t a = 0; a < events.size(); ++a) {
    if (!events[a].anchor || (events[a].levels & 1) == 0 || (rules_.hold && events[a].hold == 0))
      continue;
    reach(events, a, false, first_);
    for (std::uint32_t x = 0; x < rules_.exclusions.size(); ++x) {
      const FunnelExclusion& rule = rules_.exclusions[x];
      if (!rule.whole_customer || first_.size() < rule.after) continue;
      const std::uint32_t until = first_.size() >= rule.before
                                      ? first_[rule.before - 1]
                                      : static_cast<std::uint32_t>(events.size());
      for (std::uint32_t e = first_[rule.after - 1] + 1;
           e < until && events[e].time - events[a].time <= rules_.window; ++e) {
        if ((events[e].exclusions >> x & 1) != 0) return true;
      }
    }
  }
  return false;
}

const FunnelWinner& Attempts::run(const std::vector<FunnelEvent>& events) {
  best_ = {};
  winner_.depth = 0;
  winner_.steps.clear();
  const bool removes = std::any_of(rules_.exclusions.begin(), rules_.exclusions.end(),
                                   [](const FunnelExclusion& x) { return x.whole_customer; });
  if (removes && spoiled(events)) return winner_;
  switch (rules_.order) {
    case FunnelOrder::strict:
      strict(events);
      break;
    case FunnelOrder::any:
      any(events);
      break;
    case FunnelOrder::ordered:
      if (!rules_.hold) {
        ordered(events, 0);
      } else {
        holds_.clear();
        for (const FunnelEvent& e : events) {
          if (e.hold != 0 && e.anchor && (e.levels & 1) != 0) holds_.push_back(e.hold);
        }
        std::sort(holds_.begin(), holds_.end());
        holds_.erase(std::unique(holds_.begin(), holds_.end()), holds_.end());
        for (const std::uint32_t h : holds_) ordered(events, h);
      }
      break;
  }
  if (best_.depth == 0) return winner_;
  winner_.depth = best_.depth;
  switch (rules_.order) {
    case FunnelOrder::strict:
      reach_strict(events, best_.anchor, winner_.steps);
      break;
    case FunnelOrder::any:
      reach_any(events, best_.anchor, winner_.steps);
      break;
    case FunnelOrder::ordered:
      if (best_.depth == 1) {
        winner_.steps.assign(1, best_.anchor);
      } else {
        reach(events, best_.anchor, true, winner_.steps);
      }
      break;
  }
  winner_.steps.resize(std::min<std::size_t>(winner_.steps.size(), winner_.depth));
  return winner_;
}

}  // namespace viaggio::journey
