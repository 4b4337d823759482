#pragma once
// The priority of work that nobody waits for.

namespace viaggio {

// From now on the calling thread, and those it starts, give way to others (nice 10).
void give_way();

}  // namespace viaggio
