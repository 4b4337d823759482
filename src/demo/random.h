#pragma once
// The demo's own random numbers (splitmix64): the standard distributions differ from library to
// library, and the demo must not. Cheap to create; not shared between threads.
#include <cstddef>
#include <cstdint>

namespace viaggio::demo {

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(mix(seed) ^ mix(stream * 2 + 1)) {}
  std::uint64_t next() { return mix(state_ += 0xD1342543DE82EF95ull); }
  // In [0, n), n > 0.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32);
  }
  // In [low, high].
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::uint32_t>(high - low + 1)));
  }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double p) { return unit() < p; }
  // A place in a list of weights that add up to `total`.
  template <std::size_t N>
  unsigned weighted(const unsigned (&weights)[N]) {
    unsigned total = 0;
    for (unsigned w : weights) total += w;
    unsigned at = below(total);
    unsigned i = 0;
    while (at >= weights[i]) at -= weights[i++];
    return i;
  }

 private:
  std::uint64_t state_;
};

}  // namespace viaggio::demo
