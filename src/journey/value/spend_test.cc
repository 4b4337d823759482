// Gamma-Gamma against published numbers and against its own definition.
#include "journey/value/spend.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace viaggio::journey {
namespace {

const Spend kCdnow{6.25, 3.74, 15.44};

std::vector<Spent> invent(const Spend& m, std::size_t n, std::mt19937& random) {
  std::vector<Spent> out;
  for (std::size_t i = 0; i < n; ++i) {
    const double rate = std::gamma_distribution<double>(m.q, 1 / m.v)(random);
    const auto x = static_cast<std::uint32_t>(1 + random() % 6);
    double sum = 0;
    for (std::uint32_t k = 0; k < x; ++k)
      sum += std::gamma_distribution<double>(m.p, 1 / rate)(random);
    out.push_back({x, sum / x});
  }
  return out;
}

TEST(Spend, TellsThePublishedMeans) {
  EXPECT_NEAR(*kCdnow.population_mean(), 35.22, 0.01);
  EXPECT_NEAR(*kCdnow.expected(2, 22.35), 24.66, 0.01);
  EXPECT_NEAR(*kCdnow.expected(7, 73.74), 71.47, 0.01);
  EXPECT_EQ(*kCdnow.expected(0, 0), *kCdnow.population_mean());
}

TEST(Spend, SlopesAreThoseOfTheLikelihood) {
  std::mt19937 random(3);
  for (int world = 0; world < 50; ++world) {
    const auto all = invent(kCdnow, 40, random);
    std::uniform_real_distribution<double> between(0.05, 9);
    const std::vector<double> at{between(random), between(random), 5 * between(random)};
    auto value = [&](const std::vector<double>& p, std::vector<double>* slope) {
      return log_likelihood({p[0], p[1], p[2]}, all, slope, 1);
    };
    std::vector<double> slope;
    value(at, &slope);
    for (std::size_t p = 0; p < 3; ++p) {
      auto low = at, high = at;
      const double step = 1e-5 * at[p];
      low[p] -= step;
      high[p] += step;
      const double near = (value(high, nullptr) - value(low, nullptr)) / (2 * step);
      EXPECT_NEAR(slope[p], near, 1e-4 * std::max(1.0, std::abs(near)));
    }
  }
}

TEST(Spend, FindsTheWorldItCameFrom) {
  std::mt19937 random(5);
  const auto fitted = fit_spend(invent(kCdnow, 60'000, random), 1, nullptr);
  ASSERT_TRUE(fitted);
  EXPECT_NEAR(fitted->model.p, kCdnow.p, 0.3);
  EXPECT_NEAR(fitted->model.q, kCdnow.q, 0.1);
  EXPECT_NEAR(*fitted->model.population_mean(), *kCdnow.population_mean(), 0.5);
}

TEST(Spend, TheMeanOfAllNeedsABound) {
  EXPECT_FALSE((Spend{1, 0.9, 3}).population_mean());
  EXPECT_FALSE((Spend{1, 0.9, 3}).expected(0, 0));
  EXPECT_FALSE(fit_spend({}, 1, nullptr));
}

TEST(Spend, IsTheSameOnAnyNumberOfThreads) {
  std::mt19937 random(13);
  const auto all = invent(kCdnow, 50'000, random);
  const auto one = fit_spend(all, 1, nullptr), many = fit_spend(all, 4, nullptr);
  ASSERT_TRUE(one && many);
  EXPECT_EQ(one->model.p, many->model.p);
  EXPECT_EQ(one->model.v, many->model.v);
}

}  // namespace
}  // namespace viaggio::journey
