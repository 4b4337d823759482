#pragma once
// Running the same work over numbered items on a few threads. Items are taken one at a time from a
// shared counter, so uneven items balance. The body must not throw and must not depend on order.
#include <cstddef>
#include <functional>

namespace viaggio {

// Threads that questions and rebuilds may use: VIAGGIO_THREADS, else the machine's cores.
unsigned worker_threads();

// Calls body(item, worker) for each item in [0, items); worker in [0, threads). Returns when all
// are done. threads = 0 means worker_threads(). Runs on the calling thread when one is enough.
void parallel_for(std::size_t items, unsigned threads,
                  const std::function<void(std::size_t item, unsigned worker)>& body);

}  // namespace viaggio
