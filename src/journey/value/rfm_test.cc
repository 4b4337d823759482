#include "journey/value/rfm.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace viaggio::journey {
namespace {

Buyer buyer(std::uint32_t days, std::uint32_t orders, std::int64_t money) {
  return {1, days, orders, money};
}

// 1 + the fifths of all who are strictly worse, by counting them.
std::uint8_t counted(std::size_t worse, std::size_t all) {
  return static_cast<std::uint8_t>(1 + worse * 5 / all);
}

TEST(Rfm, ScoresAreFifthsOfThoseStrictlyWorse) {
  std::mt19937 random(7);
  for (std::size_t n = 1; n <= 60; ++n) {
    for (const std::uint32_t most : {1u, 3u, 10u, 1000u}) {
      std::vector<Buyer> all;
      for (std::size_t i = 0; i < n; ++i)
        all.push_back(buyer(random() % most, 1 + random() % most,
                            static_cast<std::int64_t>(random() % most) - 2));
      const auto scores = score(all, std::nullopt);
      for (std::size_t i = 0; i < n; ++i) {
        const Buyer& b = all[i];
        auto worse = [&](auto is_worse) {
          return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is_worse));
        };
        EXPECT_EQ(scores[i].r, counted(worse([&](auto& o) { return o.days > b.days; }), n));
        EXPECT_EQ(scores[i].f, counted(worse([&](auto& o) { return o.orders < b.orders; }), n));
        EXPECT_EQ(scores[i].m, counted(worse([&](auto& o) { return o.money < b.money; }), n));
      }
    }
  }
}

TEST(Rfm, NobodyHasNoScores) { EXPECT_TRUE(score({}, std::nullopt).empty()); }

TEST(Rfm, CutOffsBelongToTheHigherBin) {
  const CutOffs cut_offs{{115, 181, 297, 482}, {4, 5, 6, 8}, {256, 382, 506, 666}};
  const auto scores = score({buyer(114, 8, 666), buyer(115, 7, 665), buyer(482, 3, 255)}, cut_offs);
  EXPECT_EQ(scores[0].r, 5);
  EXPECT_EQ(scores[0].f, 5);
  EXPECT_EQ(scores[0].m, 5);
  EXPECT_EQ(scores[1].r, 4);
  EXPECT_EQ(scores[1].f, 4);
  EXPECT_EQ(scores[1].m, 4);
  EXPECT_EQ(scores[2].r, 1);
  EXPECT_EQ(scores[2].f, 1);
  EXPECT_EQ(scores[2].m, 1);
}

TEST(Rfm, TheMeanOfFrequencyAndMoneyIsRoundedUp) {
  EXPECT_EQ((Scores{1, 1, 2}.fm()), 2);
  EXPECT_EQ((Scores{1, 4, 5}.fm()), 5);
  EXPECT_EQ((Scores{1, 2, 4}.fm()), 3);
}

TEST(Rfm, TheFirstSegmentThatHoldsTheScoresWins) {
  const auto& all = shipped_segments();
  auto id = [&](std::uint8_t r, std::uint8_t fm) {
    const std::size_t at = segment_of(all, r, fm);
    return at == all.size() ? std::string("other") : all[at].id;
  };
  EXPECT_EQ(id(5, 5), "champions");
  EXPECT_EQ(id(4, 3), "loyal");
  EXPECT_EQ(id(3, 2), "potential_loyalist");
  EXPECT_EQ(id(2, 2), "need_attention");
  EXPECT_EQ(id(1, 4), "at_risk");
  EXPECT_EQ(id(1, 1), "lost");
  EXPECT_EQ(id(2, 1), "hibernating");
  EXPECT_EQ(segment_of({}, 3, 3), 0u);
}

}  // namespace
}  // namespace viaggio::journey
