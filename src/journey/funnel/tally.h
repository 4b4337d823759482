#pragma once
// What a funnel counts: per step the units and the time each took from the step before. Tallies of
// threads are added; the order of additions never shows.
#include <cstdint>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/decimal_sum.h"
#include "base/time.h"

namespace viaggio::journey {

struct FunnelStep;

struct StepTally {
  std::uint64_t count = 0;
  std::vector<Micros> times;
  void add(const StepTally& other);
};

using FunnelTally = std::vector<StepTally>;  // by step of the question

void add(FunnelTally& into, const FunnelTally& from);
nlohmann::json write_steps(FunnelTally& tally, const std::vector<FunnelStep>& steps);

}  // namespace viaggio::journey
