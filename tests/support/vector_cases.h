#pragma once
// Cases of other systems (shared data, see docs/semantics/vectors.md) asked of a world.
#include "script_tests.h"

namespace viaggio::testing {

// Tests "Vectors/WORLD.CASE" for the funnel, retention, transition and attribution cases; one loud
// skip when the data is absent.
void register_vectors(const std::string& world, const MakeWorld& make);

}  // namespace viaggio::testing
