// Every golden script over the naive reference: the scripts and the reference explain each other.
#include <gtest/gtest.h>

#include "reference_world.h"
#include "support/script_tests.h"

namespace {

const bool kRegistered = [] {
  viaggio::testing::register_scripts("reference", viaggio::reference::make_reference_world, true);
  return true;
}();

}  // namespace
