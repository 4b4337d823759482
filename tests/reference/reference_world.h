#pragma once
// The naive reference as a world for golden scripts. Customer ids are the customers' names.
#include <memory>

#include "support/world.h"

namespace viaggio::reference {

std::unique_ptr<viaggio::testing::World> make_reference_world();

}  // namespace viaggio::reference
