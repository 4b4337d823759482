#pragma once
// Attribution cases of other systems (shared data, see docs/semantics/vectors.md) asked of a world:
// tests "Vectors/WORLD.CASE". Without the data nothing is registered: register_vectors says so.
#include "script_tests.h"

namespace viaggio::testing {

// The small cases: heuristics and Markov.
void register_attribution_cases(const std::string& world, const MakeWorld& make);
// The 88,000 journeys along the 10,000 paths of PathData: for worlds that are fast.
void register_path_data(const std::string& world, const MakeWorld& make);

}  // namespace viaggio::testing
