#pragma once
// Display names of the event vocabulary (docs/events/events.json), embedded at build. Immutable.
#include <span>

namespace viaggio::engine {

struct EventName {
  const char* name;
  const char* it;
  const char* en;
};
std::span<const EventName> event_names();

}  // namespace viaggio::engine
