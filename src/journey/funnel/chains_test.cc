#include "journey/funnel/chains.h"

#include <random>

#include <gtest/gtest.h>

namespace viaggio::journey {
namespace {

struct Found {
  unsigned depth = 0;
  std::size_t anchor = 0, reached = 0;
};

// Every beginning tried, the first event of each next level taken: what docs/semantics/funnel.md
// says, said again.
Found try_all(const std::vector<std::vector<bool>>& levels, const std::vector<Micros>& time,
              Micros window) {
  Found best;
  for (std::size_t anchor = 0; anchor < time.size(); ++anchor) {
    if (!levels[0][anchor]) continue;
    std::size_t at = anchor;
    for (unsigned depth = 1;; ++depth) {
      const bool better = depth > best.depth ||
                          (depth == best.depth &&
                           (at < best.reached || (at == best.reached && anchor > best.anchor)));
      if (better) best = {depth, anchor, at};
      if (depth == levels.size()) break;
      std::size_t next = at + 1;
      while (next < time.size() && !levels[depth][next]) ++next;
      if (next == time.size() || time[next] - time[anchor] > window) break;
      at = next;
    }
  }
  return best;
}

TEST(Chains, AreThoseOfTryingEveryBeginning) {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  for (int world = 0; world < 20'000; ++world) {
    const unsigned events = 1 + below(world % 4 == 0 ? 300 : 70), levels = 1 + below(6);
    const unsigned density = 2 + below(30);
    std::vector<std::vector<bool>> bits(levels, std::vector<bool>(events));
    std::vector<Micros> time;
    for (unsigned e = 0; e < events; ++e) {
      time.push_back((time.empty() ? 0 : time.back()) + below(4));
      for (unsigned l = 0; l < levels; ++l) bits[l][e] = below(density) == 0;
    }
    const auto window = static_cast<Micros>(below(2 * events));
    Chains chains(levels, window);
    chains.resize(events);
    for (unsigned l = 0; l < levels; ++l) {
      std::fill_n(chains.level(l), chains.words(), 0);
      for (unsigned e = 0; e < events; ++e)
        chains.level(l)[e / 64] |= std::uint64_t{bits[l][e]} << (e % 64);
    }
    const Found expected = try_all(bits, time, window);
    ASSERT_EQ(chains.find(time.data()), expected.depth) << "world " << world;
    if (expected.depth == 0) continue;
    EXPECT_EQ(chains.steps[0], expected.anchor) << "world " << world;
    EXPECT_EQ(chains.steps[expected.depth - 1], expected.reached) << "world " << world;
  }
}

}  // namespace
}  // namespace viaggio::journey
