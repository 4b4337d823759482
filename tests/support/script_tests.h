#pragma once
// Registers every golden script as a test of its own, over a kind of world.
#include <functional>
#include <memory>
#include <string>

#include "world.h"

namespace viaggio::testing {

using MakeWorld = std::function<std::unique_ptr<World>()>;

// Tests "Journeys/WORLD.SCRIPT". With `may_update` and VIAGGIO_TEST_UPDATE=1 the scripts are
// rewritten.
void register_scripts(const std::string& world, const MakeWorld& make, bool may_update);

// The folder with shared data: VIAGGIO_SHARED, else ../shared beside the repository; empty when
// absent.
std::string shared_folder();
bool environment_flag(const char* name);

}  // namespace viaggio::testing
