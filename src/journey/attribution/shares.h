#pragma once
// How the models that look at one path at a time share a conversion among its touches. Shares are
// whole numbers of 2^-40 that add up to exactly one, so that credits add up exactly, in any order
// and on any number of threads.
#include <cstdint>
#include <span>
#include <vector>

#include "journey/attribution/attribution.h"

namespace viaggio::journey {

using Share = std::uint64_t;
inline constexpr Share kWhole = Share{1} << 40;

// Of a path of n >= 1 touches, in order; `ages` from each touch to the conversion and `direct`
// (1: the touch came directly) as the model needs them. Not for participation, markov, shapley.
void share(AttributionModel model, std::span<const Micros> ages,
           std::span<const std::uint8_t> direct, Micros half_life, std::vector<Share>& out);

}  // namespace viaggio::journey
