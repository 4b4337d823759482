#pragma once
// The tables beside the events, made from a finished Story.
#include "demo/story.h"

namespace viaggio::demo {

void fill_reference(const Story& story, Reference& tables);

}  // namespace viaggio::demo
