#include "select/event_bits.h"

#include <random>

#include <gtest/gtest.h>

namespace viaggio::select {
namespace {

TEST(EventBits, SayOfEachEventWhatItsKindMeans) {
  std::mt19937 random(3);
  for (const unsigned meanings : {1u, 2u, 8u, 9u, 64u}) {
    std::vector<std::uint64_t> by_code(300);
    for (auto& m : by_code) m = random() | std::uint64_t{random()} << 32;
    if (meanings < 64) {
      for (auto& m : by_code) m &= (std::uint64_t{1} << meanings) - 1;
    }
    std::vector<std::uint16_t> kinds(1000);
    for (auto& k : kinds) k = static_cast<std::uint16_t>(random() % by_code.size());
    EventBits bits;
    bits.prepare(by_code.data(), static_cast<std::uint32_t>(by_code.size()), meanings);
    for (const auto& [from, to] : {std::pair(0u, 1000u), {5u, 69u}, {7u, 8u}, {100u, 100u}}) {
      bits.fill(kinds.data(), from, to);
      for (unsigned m = 0; m < meanings; ++m) {
        const auto means = [&](std::uint32_t i) {
          return (by_code[kinds[from + i]] >> m & 1) != 0;
        };
        const std::uint32_t n = to - from;
        std::uint32_t all = 0, first = n;
        for (std::uint32_t i = n; i-- > 0;) {
          all += means(i) ? 1 : 0;
          first = means(i) ? i : first;
          EXPECT_EQ(bits.window(m, i) & 1, means(i) ? 1u : 0u);
          EXPECT_EQ(bits.count(m, i, n), all);
          EXPECT_EQ(bits.first(m, i, n), first);
        }
        EXPECT_EQ(bits.any(m, 0, n), all != 0);
      }
    }
  }
}

}  // namespace
}  // namespace viaggio::select
