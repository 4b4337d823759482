// BG/NBD against published numbers and against its own definition.
#include "journey/value/lifetime.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace viaggio::journey {
namespace {

// Parameters of the CDNOW data as Fader, Hardie and Lee print them.
const Lifetime kCdnow{0.243, 4.414, 0.793, 2.426};

std::vector<Repeats> some(std::mt19937& random, std::size_t n) {
  std::vector<Repeats> out;
  std::uniform_real_distribution<double> unit(0, 1);
  for (std::size_t i = 0; i < n; ++i) {
    Repeats known;
    known.age = 60 * unit(random);
    known.frequency = random() % 3 == 0 ? 0 : random() % 12;
    known.recency = known.frequency == 0 ? 0 : known.age * unit(random);
    known.customers = 1 + random() % 5;
    out.push_back(known);
  }
  return out;
}

// A world that keeps to the model: who buys when, until they stop.
std::vector<Repeats> invent(const Lifetime& m, std::size_t n, std::mt19937& random) {
  std::vector<Repeats> out;
  for (std::size_t i = 0; i < n; ++i) {
    const double rate = std::gamma_distribution<double>(m.r, 1 / m.alpha)(random);
    const double x = std::gamma_distribution<double>(m.a, 1)(random);
    const double y = std::gamma_distribution<double>(m.b, 1)(random);
    Repeats known;
    known.age = std::uniform_real_distribution<double>(20, 80)(random);
    double t = 0;
    for (;;) {
      t += std::exponential_distribution<double>(rate)(random);
      if (!(t <= known.age)) break;
      ++known.frequency;
      known.recency = t;
      if (std::bernoulli_distribution(x / (x + y))(random)) break;
    }
    out.push_back(known);
  }
  return out;
}

TEST(Lifetime, TellsThePublishedForecast) {
  const Repeats known{2, 30.43, 38.86};
  EXPECT_NEAR(kCdnow.expected(known, 39), 1.2260, 0.0005);
  EXPECT_NEAR(kCdnow.p_alive(known), 0.7266, 0.0005);
  const Repeats once{0, 0, 38.86};
  EXPECT_NEAR(kCdnow.expected(once, 39), 0.1951, 0.0005);
  EXPECT_EQ(kCdnow.p_alive(once), 1);
}

TEST(Lifetime, SlopesAreThoseOfTheLikelihood) {
  std::mt19937 random(3);
  for (int world = 0; world < 50; ++world) {
    const auto all = some(random, 40);
    std::uniform_real_distribution<double> between(0.05, 6);
    const std::vector<double> at{between(random), between(random), between(random),
                                 between(random)};
    auto value = [&](const std::vector<double>& p, std::vector<double>* slope) {
      return log_likelihood({p[0], p[1], p[2], p[3]}, all, slope, 1);
    };
    std::vector<double> slope;
    value(at, &slope);
    for (std::size_t p = 0; p < 4; ++p) {
      auto low = at, high = at;
      const double step = 1e-5 * at[p];
      low[p] -= step;
      high[p] += step;
      const double near = (value(high, nullptr) - value(low, nullptr)) / (2 * step);
      EXPECT_NEAR(slope[p], near, 1e-4 * std::max(1.0, std::abs(near)));
    }
  }
}

TEST(Lifetime, FindsTheWorldItCameFrom) {
  std::mt19937 random(5);
  const Lifetime truth{0.8, 9, 1.2, 3.5};
  const auto fitted = fit_lifetime(invent(truth, 60'000, random), 1, nullptr);
  ASSERT_TRUE(fitted);
  EXPECT_NEAR(fitted->model.r / fitted->model.alpha, truth.r / truth.alpha, 0.004);
  EXPECT_NEAR(fitted->model.r, truth.r, 0.08);
  EXPECT_NEAR(fitted->model.a / (fitted->model.a + fitted->model.b), 1.2 / 4.7, 0.02);
}

TEST(Lifetime, NothingNearbyIsMoreLikely) {
  std::mt19937 random(8);
  const auto all = invent({0.3, 5, 0.7, 2}, 2'000, random);
  const auto fitted = fit_lifetime(all, 1, nullptr);
  ASSERT_TRUE(fitted);
  const Lifetime& m = fitted->model;
  for (const double shift : {0.98, 1.02}) {
    for (const Lifetime& other :
         {Lifetime{m.r * shift, m.alpha, m.a, m.b}, Lifetime{m.r, m.alpha * shift, m.a, m.b},
          Lifetime{m.r, m.alpha, m.a * shift, m.b}, Lifetime{m.r, m.alpha, m.a, m.b * shift}})
      EXPECT_LT(log_likelihood(other, all, nullptr, 1), fitted->log_likelihood);
  }
}

TEST(Lifetime, IsTheSameOnAnyNumberOfThreads) {
  std::mt19937 random(13);
  const auto all = invent({0.3, 5, 0.7, 2}, 50'000, random);
  const auto one = fit_lifetime(all, 1, nullptr), many = fit_lifetime(all, 4, nullptr);
  ASSERT_TRUE(one && many);
  EXPECT_EQ(one->model.r, many->model.r);
  EXPECT_EQ(one->model.b, many->model.b);
  EXPECT_EQ(one->log_likelihood, many->log_likelihood);
}

// Purchases expected of customers, counted in worlds that go on.
TEST(Lifetime, ExpectsWhatComesAbout) {
  std::mt19937 random(21);
  const Lifetime m{0.9, 6, 0.9, 2.2};
  double expected = 0, bought = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double rate = std::gamma_distribution<double>(m.r, 1 / m.alpha)(random);
    const double x = std::gamma_distribution<double>(m.a, 1)(random);
    const double y = std::gamma_distribution<double>(m.b, 1)(random);
    Repeats known{0, 0, 30};
    for (double t = 0;;) {
      t += std::exponential_distribution<double>(rate)(random);
      if (t > 52) break;
      if (t <= known.age) {
        ++known.frequency;
        known.recency = t;
      } else {
        ++bought;
      }
      if (std::bernoulli_distribution(x / (x + y))(random)) break;
    }
    expected += m.expected(known, 22);
  }
  EXPECT_NEAR(expected / bought, 1, 0.03);
}

TEST(Lifetime, ExtremesStayFinite) {
  for (const double a : {1e-6, 1 - 1e-9, 1.0, 1 + 1e-9, 2.0, 1e6}) {
    for (const std::uint32_t x : {0u, 1u, 5'000u}) {
      const Lifetime m{0.5, 5, a, 0.2};
      const Repeats known{x, x == 0 ? 0.0 : 500.0, 500};
      for (const double weeks : {0.0, 1.0, 520.0, 1e5}) {
        const double e = m.expected(known, weeks);
        EXPECT_TRUE(std::isfinite(e) && e >= 0) << a << " " << x << " " << weeks << " " << e;
      }
      const double p = m.p_alive(known);
      EXPECT_TRUE(p >= 0 && p <= 1);
    }
  }
}

// Where customers hardly differ in when they stop, a and b grow without bound together.
TEST(Lifetime, LargeParametersCloseOnALimit) {
  for (const std::uint32_t x : {0u, 1u, 8u, 3'000u}) {
    const Repeats known{x, x == 0 ? 0.0 : 55.0, 60};
    const auto expected = [&](double times) {
      return Lifetime{0.8, 10, 3.7 * times, 10 * times}.expected_if_alive(x, known.age, 52);
    };
    EXPECT_GT(expected(1e6), 0);
    EXPECT_NEAR(expected(1e6) / expected(1e5), 1, 0.01) << x;
    EXPECT_NEAR(expected(20.0001 / 3.7) / expected(19.9999 / 3.7), 1, 1e-4) << x;
  }
}

TEST(Lifetime, StopsWhenNobodyWaits) {
  std::mt19937 random(34);
  const std::atomic<bool> cancelled{true};
  EXPECT_FALSE(fit_lifetime(some(random, 100), 1, &cancelled));
  EXPECT_FALSE(fit_lifetime({}, 1, nullptr));
}

}  // namespace
}  // namespace viaggio::journey
