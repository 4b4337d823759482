#pragma once
// Removal effects in a Markov chain of keys (docs/semantics/attribution.md). One thread's.
// Source of the model: Anderl, Becker, von Wangenheim, Schumann, "Mapping the customer journey",
// 2016; here solved as linear equations instead of by simulation.
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace viaggio::journey {

class MarkovChain {
 public:
  // Keys are 1 .. `keys`; at most 2^20 of them.
  MarkovChain(unsigned order, std::uint32_t keys) : order_(order), keys_(keys) {}
  void add(std::span<const std::uint32_t> walk, bool converts);
  void add(const MarkovChain& other);

  struct Effects {
    double conversion = 0;        // from START
    std::vector<double> removal;  // by key - 1
  };
  Result<Effects> solve() const;

 private:
  // A state is the last `order` keys, 21 bits each, the newest lowest; START is 0.
  using State = std::uint64_t;
  static constexpr State kConverts = ~State{0}, kEnds = ~State{0} - 1;
  struct Step {
    State from, to;
    bool operator==(const Step&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Step& s) const {
      std::uint64_t h = s.from * 0x9E3779B97F4A7C15ull ^ (s.to + (s.from << 6));
      h ^= h >> 32;
      return h * 0xD6E8FEB86659FD93ull;
    }
  };
  unsigned order_;
  std::uint32_t keys_;
  std::unordered_map<Step, std::uint64_t, Hash> steps_;
};

}  // namespace viaggio::journey
