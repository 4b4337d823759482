#pragma once
// What each route did: answers by class of status and how long they took. Thread-safe.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace viaggio::api {

struct RouteCounters {
  static constexpr std::array<double, 9> kBounds = {0.001, 0.005, 0.02, 0.1, 0.3,
                                                    1,     3,     10,   60};  // seconds
  std::array<std::atomic<std::uint64_t>, 6> by_class{};                       // [2] = 2xx
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> by_time{};
  std::atomic<std::uint64_t> micros{0};

  void count(int status, std::chrono::steady_clock::duration took) {
    by_class[static_cast<std::size_t>(status / 100) % by_class.size()].fetch_add(
        1, std::memory_order_relaxed);
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    micros.fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
    std::size_t i = 0;
    while (i < kBounds.size() && static_cast<double>(us) > kBounds[i] * 1e6) ++i;
    by_time[i].fetch_add(1, std::memory_order_relaxed);
  }
};

}  // namespace viaggio::api
