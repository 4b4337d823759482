// Cases of other systems over the naive reference.
#include <gtest/gtest.h>

#include "reference_world.h"
#include "support/vector_cases.h"

namespace {

const bool kRegistered = [] {
  viaggio::testing::register_vectors("reference", viaggio::reference::make_reference_world);
  return true;
}();

}  // namespace
