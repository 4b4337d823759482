#include "base/give_way.h"

#include <sys/resource.h>

namespace viaggio {

// On Linux a thread has a priority of its own.
void give_way() { (void)::setpriority(PRIO_PROCESS, 0, 10); }

}  // namespace viaggio
