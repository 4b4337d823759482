// Models against numbers worked by hand or published: see docs/semantics/attribution.md.
#include <gtest/gtest.h>

#include "journey/attribution/markov.h"
#include "journey/attribution/shapley.h"
#include "journey/attribution/shares.h"

namespace viaggio::journey {
namespace {

std::vector<double> shares_of(AttributionModel model, std::vector<Micros> ages,
                              std::vector<std::uint8_t> direct = {}) {
  direct.resize(ages.size(), 0);
  std::vector<Share> shares;
  share(model, ages, direct, 7 * kDay, shares);
  Share sum = 0;
  std::vector<double> out;
  for (const Share s : shares) {
    sum += s;
    out.push_back(static_cast<double>(s) / static_cast<double>(kWhole));
  }
  EXPECT_EQ(sum, kWhole) << "a conversion is shared whole";
  return out;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected,
                 double within = 1e-9) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], within);
}

TEST(Shares, FollowTheirShapes) {
  using enum AttributionModel;
  const std::vector<Micros> four(4, kDay), two(2, kDay);
  expect_near(shares_of(first, four), {1, 0, 0, 0});
  expect_near(shares_of(last, four), {0, 0, 0, 1});
  expect_near(shares_of(linear, four), {.25, .25, .25, .25});
  expect_near(shares_of(u_shaped, four), {.4, .1, .1, .4});
  expect_near(shares_of(j_shaped, four), {.2, .1, .1, .6});
  expect_near(shares_of(inverse_j, four), {.6, .1, .1, .2});
  expect_near(shares_of(u_shaped, two), {.5, .5});
  expect_near(shares_of(j_shaped, two), {.25, .75});
  expect_near(shares_of(inverse_j, two), {.75, .25});
  expect_near(shares_of(last_non_direct, four, {0, 0, 1, 1}), {0, 1, 0, 0});
  expect_near(shares_of(last_non_direct, two, {1, 1}), {0, 1});
  for (const auto model : {first, last, linear, u_shaped, time_decay, last_non_direct})
    expect_near(shares_of(model, {kDay}), {1});
}

TEST(Shares, DecayByHalfLife) {
  expect_near(shares_of(AttributionModel::time_decay, {14 * kDay, 7 * kDay, 0}),
              {1. / 7, 2. / 7, 4. / 7});
  // However old all of them are, something is left to share.
  expect_near(shares_of(AttributionModel::time_decay, {40'000 * kDay, 40'000 * kDay}), {.5, .5});
}

TEST(Shares, AddUpForAnyLength) {
  for (std::size_t n = 1; n < 300; ++n)
    (void)shares_of(AttributionModel::linear, std::vector<Micros>(n, kDay));
}

// (path, conversions, journeys without)
struct Paths {
  std::vector<std::uint32_t> keys;
  int conversions, others;
};
MarkovChain chain_of(const std::vector<Paths>& all, std::uint32_t keys, unsigned order = 1) {
  MarkovChain chain(order, keys);
  for (const Paths& p : all) {
    for (int i = 0; i < p.conversions; ++i) chain.add(p.keys, true);
    for (int i = 0; i < p.others; ++i) chain.add(p.keys, false);
  }
  return chain;
}
const std::vector<Paths> kToy = {
    {{1, 2}, 3, 2}, {{2}, 1, 4}, {{1, 3}, 2, 3}, {{3, 2, 1}, 1, 1}, {{3}, 0, 5}};

TEST(Markov, SolvesTheWorkedExample) {
  const auto effects = chain_of(kToy, 3).solve();
  ASSERT_TRUE(effects);
  EXPECT_NEAR(effects->conversion, 7. / 22, 1e-12);
  expect_near(effects->removal, {34. / 63, 155. / 252, 184. / 469}, 1e-12);
}

TEST(Markov, KeysOnEveryPathMatterWholly) {
  // a -> b converts 3 of 4, a -> c 1 of 2.
  const auto effects = chain_of({{{1, 2}, 3, 1}, {{1, 3}, 1, 1}}, 3).solve();
  ASSERT_TRUE(effects);
  EXPECT_NEAR(effects->conversion, 2. / 3, 1e-12);
  expect_near(effects->removal, {1, .75, .25}, 1e-12);
}

TEST(Markov, JoinedPartsAreTheWhole) {
  for (unsigned order = 1; order <= 3; ++order) {
    MarkovChain parts(order, 3);
    for (const Paths& p : kToy) parts.add(chain_of({p}, 3, order));
    const auto a = parts.solve(), b = chain_of(kToy, 3, order).solve();
    ASSERT_TRUE(a && b);
    expect_near(a->removal, b->removal, 1e-12);
  }
}

TEST(Markov, AHigherOrderRemembersWhereOneCameFrom) {
  // b converts after a and never after c: with one step of memory c and a cannot be told apart.
  const std::vector<Paths> paths = {{{1, 2}, 4, 0}, {{3, 2}, 0, 4}};
  const auto one = chain_of(paths, 3, 1).solve(), two = chain_of(paths, 3, 2).solve();
  ASSERT_TRUE(one && two);
  EXPECT_NEAR(one->removal[0], one->removal[2], 1e-12);
  expect_near(two->removal, {1, 1, 0}, 1e-12);
}

TEST(Markov, NothingConverts) {
  const auto effects = chain_of({{{1}, 0, 3}}, 2).solve();
  ASSERT_TRUE(effects);
  expect_near(effects->removal, {0, 0});
}

TEST(Shapley, OfGamesWithKnownValues) {
  // The problem of Ibn Ezra (1146), after Aumann 2010: by set of players, a bit each.
  std::vector<double> worth(16, 0);
  const double claims[] = {120, 60, 40, 30};
  for (std::size_t s = 1; s < 16; ++s) {
    for (std::size_t i = 0; i < 4; ++i) {
      if ((s >> i & 1) != 0) worth[s] = std::max(worth[s], claims[i]);
    }
  }
  expect_near(shapley_values(4, worth), {80.83333, 20.83333, 10.83333, 7.5}, 1e-5);
  expect_near(shapley_values(3, std::vector<double>{0, 0, 0, 1, 0, 2, 3, 7.5}), {2, 2.5, 3});
}

TEST(Shapley, BeyondTwelveKeysTheRestIsOnePlayer) {
  Coalitions observed;
  std::vector<std::uint32_t> ranked;
  for (std::uint32_t k = 1; k <= 14; ++k) {
    observed[{k}] = {20, k % 3};
    ranked.push_back(k);
  }
  const ShapleyValues values = shapley(observed, ranked);
  ASSERT_EQ(values.players.size(), 12u);
  EXPECT_EQ(values.players.front(), 1u);
  EXPECT_EQ(values.players.back(), kOthers);
}

}  // namespace
}  // namespace viaggio::journey
