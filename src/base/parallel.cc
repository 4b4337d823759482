#include "base/parallel.h"

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

namespace viaggio {

unsigned worker_threads() {
  static const unsigned count = [] {
    if (const char* text = std::getenv("VIAGGIO_THREADS")) {
      const int n = std::atoi(text);
      if (n > 0 && n <= 1024) return static_cast<unsigned>(n);
    }
    const unsigned n = std::thread::hardware_concurrency();
    return n == 0 ? 1u : n;
  }();
  return count;
}

void parallel_for(std::size_t items, unsigned threads,
                  const std::function<void(std::size_t, unsigned)>& body) {
  if (threads == 0) threads = worker_threads();
  if (threads > items) threads = static_cast<unsigned>(items);
  std::atomic<std::size_t> next{0};
  auto work = [&](unsigned worker) {
    for (std::size_t i = next.fetch_add(1); i < items; i = next.fetch_add(1)) body(i, worker);
  };
  std::vector<std::thread> others;
  for (unsigned w = 1; w < threads; ++w) others.emplace_back(work, w);
  if (items > 0) work(0);
  for (auto& t : others) t.join();
}

}  // namespace viaggio
