// Every golden script, and the cases of other systems, over the engine: fresh, sealed, in tiny
// blocks, restarted, rebuilt. VIAGGIO_SCRIPT_THREADS is set by the build: the same binary once with
// one thread and once with more threads than cores.
#include <stdlib.h>

#include <algorithm>

#include <gtest/gtest.h>

#include "support/attribution_vectors.h"
#include "support/engine_world.h"
#include "support/script_tests.h"
#include "support/vector_cases.h"

namespace {

using namespace viaggio::testing;

const bool kRegistered = [] {
  setenv("VIAGGIO_THREADS", VIAGGIO_SCRIPT_THREADS, 1);
  // How many threads ask matters where there is much to divide: with one, tiny blocks are enough.
  const bool all =
      VIAGGIO_SCRIPT_THREADS != std::string("1") || environment_flag("VIAGGIO_TEST_ALL");
  for (const EngineMode& mode : all ? engine_modes() : std::vector{tiny_block_mode()}) {
    std::string name = mode.name + "_threads_" + VIAGGIO_SCRIPT_THREADS;
    std::replace(name.begin(), name.end(), ' ', '_');
    register_scripts(
        name, [mode] { return make_engine_world(mode); }, false);
  }
  register_vectors("engine", [] { return make_engine_world(tiny_block_mode()); });
  if (all) {
    const EngineMode sealed{.name = "sealed", .seal = true};
    register_path_data("engine", [sealed] { return make_engine_world(sealed); });
  }
  return true;
}();

}  // namespace
