#pragma once
// Stores messages of the demo as their collectors would have sent them. Errors: what ingest says.
#include <vector>

#include "demo/demo.h"
#include "engine/engine.h"

namespace viaggio::cli {

Status store_messages(engine::Engine& engine, const std::vector<demo::Message>& messages);

}  // namespace viaggio::cli
