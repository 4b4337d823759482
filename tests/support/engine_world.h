#pragma once
// The engine as a world for golden scripts, in one of the modes in which it must answer alike.
#include <memory>
#include <string>
#include <vector>

#include "world.h"

namespace viaggio::testing {

struct EngineMode {
  std::string name;
  bool restart = false;      // closes and opens the folder before every question after a change
  bool rebuild = false;      // builds the timeline anew from the log
  bool seal = false;         // seals everything into blocks
  bool tiny_blocks = false;  // a few events a block
};

std::vector<EngineMode> engine_modes();
EngineMode tiny_block_mode();
std::unique_ptr<World> make_engine_world(const EngineMode& mode);

}  // namespace viaggio::testing
