#include "journey/stages/stage_machine.h"

#include <bit>
#include <map>
#include <tuple>

namespace viaggio::journey {
namespace {

constexpr std::size_t kMostSteps = std::size_t{1} << 18;  // what a core keeps close

int latest(std::uint32_t stages) { return stages == 0 ? -1 : 31 - std::countl_zero(stages); }

}  // namespace

// A state spelled out.
struct StageMachine::Case {
  int stage = -1;    // kept after a loss
  bool in = false;   // not lost
  bool dip = false;  // did something of an earlier stage since the stage held
  std::uint8_t may = 0, ready = 0;
  auto operator<=>(const Case&) const = default;

  // The case after an event, and its flags.
  std::pair<Case, std::uint8_t> after(const Effect& e, const CountedRules& few,
                                      bool moves_back) const {
    Case out = *this;
    const auto matched = static_cast<std::uint8_t>(e.counted & may);
    const auto holds = static_cast<std::uint8_t>(matched & ready);
    out.ready |= matched & few.twice;
    out.may |= e.after;
    if (!e.qualifies) return {out, 0};
    const std::uint32_t held = e.stages | few.stages[holds];
    int next = stage;
    if (stage < 0) {
      next = latest(held);
      if (next < 0) return {out, kQualifies};
    } else {
      const std::uint32_t here = std::uint32_t{1} << stage;
      const std::uint32_t later = held & ~(here | (here - 1));
      if (later != 0) {
        next = latest(later);
      } else if (moves_back && (held & here) == 0) {
        const std::uint32_t back = (e.back | few.back[holds]) & (here - 1);
        if (back != 0) next = latest(back);
      }
    }
    if (!in || next != stage) {
      out.stage = next;
      out.in = true;
      out.dip = false;
      return {out, kQualifies | kHolds | kMoves};
    }
    const std::uint32_t here = std::uint32_t{1} << stage;
    if ((held & here) != 0) {
      out.dip = false;
      return {out, static_cast<std::uint8_t>(kQualifies | kHolds | (dip ? kLoops : 0))};
    }
    out.dip = dip || (held & (here - 1)) != 0;
    return {out, kQualifies};
  }
};

std::optional<StageMachine> StageMachine::build(const std::vector<Effect>& effects,
                                                const CountedRules& counted, bool moves_back) {
  StageMachine out;
  out.shift_ = static_cast<unsigned>(std::bit_width(effects.size() - 1));
  std::map<Case, State> known;
  std::vector<Case> cases;
  const auto state_of = [&](const Case& c) {
    const auto [at, fresh] = known.try_emplace(c, static_cast<State>(cases.size() << out.shift_));
    if (fresh) cases.push_back(c);
    return at->second;
  };
  Case begin;
  begin.may = counted.free;
  begin.ready = counted.first;
  state_of(begin);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if ((cases.size() + 1) << out.shift_ > kMostSteps) return std::nullopt;
    const Case here = cases[i];
    for (const Effect& e : effects) {
      const auto [next, flags] = here.after(e, counted, moves_back);
      out.table_.push_back({state_of(next) << 4 | flags});
    }
    out.table_.resize((i + 1) << out.shift_);
    Case gone = here;
    gone.in = gone.dip = false;
    out.lost_.push_back(here.in ? state_of(gone) : state_of(here));
    out.stage_.push_back(static_cast<std::int8_t>(here.stage));
  }
  return out;
}

}  // namespace viaggio::journey
