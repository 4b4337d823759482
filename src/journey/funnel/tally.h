#pragma once
// What a funnel counts: per step the units and the time each took from the step before. Tallies of
// threads are added; the order of additions never shows.
#include <cstdint>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/durations.h"
#include "base/time.h"

namespace viaggio::journey {

struct FunnelStep;

struct StepTally {
  std::uint64_t count = 0;
  Durations times;
  void add(StepTally& other);
};

using FunnelTally = std::vector<StepTally>;  // by step of the question

// Leaves `from` without times.
void add(FunnelTally& into, FunnelTally& from);
nlohmann::json write_steps(const FunnelTally& tally, const std::vector<FunnelStep>& steps);

}  // namespace viaggio::journey
