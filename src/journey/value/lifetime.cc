#include "journey/value/lifetime.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "journey/value/maximum.h"

namespace viaggio::journey {

namespace {

constexpr std::size_t kPiece = 1u << 14;  // summed by one thread; sums of pieces are added in order

// By x: the part of the likelihood that no time is in, and its slopes. The gamma functions come as
// ratios with whole differences, so sums of logarithms say them.
struct ByFrequency {
  std::vector<double> value, r, a, b;
  ByFrequency(const Lifetime& m, std::uint32_t most) {
    for (auto* table : {&value, &r, &a, &b}) table->resize(most + std::size_t{1}, 0);
    for (std::uint32_t x = 0; x < most; ++x) {
      const double k = x;
      value[x + 1] = value[x] + std::log(m.r + k) + std::log(m.b + k) - std::log(m.a + m.b + k);
      r[x + 1] = r[x] + 1 / (m.r + k);
      a[x + 1] = a[x] - 1 / (m.a + m.b + k);
      b[x + 1] = b[x] + 1 / (m.b + k) - 1 / (m.a + m.b + k);
    }
  }
};

struct Sum {
  double value = 0;
  std::array<double, 4> slope{};
};

// Of customers who bought alike.
void add(const Lifetime& m, const ByFrequency& tables, const Repeats& known, Sum& sum) {
  const std::uint32_t x = known.frequency;
  const auto n = static_cast<double>(known.customers);
  const double rx = m.r + x, until_now = std::log(m.alpha + known.age);
  const double active = -rx * until_now;  // bought on until now
  if (x == 0) {
    sum.value += n * (m.r * std::log(m.alpha) + active);
    sum.slope[0] += n * (std::log(m.alpha) - until_now);
    sum.slope[1] += n * (m.r / m.alpha - m.r / (m.alpha + known.age));
    return;
  }
  const double until_last = std::log(m.alpha + known.recency);
  const double gone = std::log(m.a) - std::log(m.b + x - 1) - rx * until_last;
  const double high = std::max(active, gone);
  const double both = high + std::log(std::exp(active - high) + std::exp(gone - high));
  const double stays = std::exp(active - both), leaves = std::exp(gone - both);
  sum.value += n * (tables.value[x] + m.r * std::log(m.alpha) + both);
  sum.slope[0] += n * (tables.r[x] + std::log(m.alpha) - stays * until_now - leaves * until_last);
  sum.slope[1] += n * (m.r / m.alpha - stays * rx / (m.alpha + known.age) -
                       leaves * rx / (m.alpha + known.recency));
  sum.slope[2] += n * (tables.a[x] + leaves / m.a);
  sum.slope[3] += n * (tables.b[x] - leaves / (m.b + x - 1));
}

std::uint32_t most_frequent(std::span<const Repeats> all) {
  std::uint32_t most = 0;
  for (const Repeats& known : all) most = std::max(most, known.frequency);
  return most;
}

}  // namespace

double log_likelihood(const Lifetime& model, std::span<const Repeats> all,
                      std::vector<double>* slope, unsigned threads) {
  const ByFrequency tables(model, most_frequent(all));
  std::vector<Sum> pieces((all.size() + kPiece - 1) / kPiece);
  parallel_for(pieces.size(), threads, [&](std::size_t piece, unsigned) {
    Sum sum;
    for (const Repeats& known :
         all.subspan(piece * kPiece, std::min(kPiece, all.size() - piece * kPiece)))
      add(model, tables, known, sum);
    pieces[piece] = sum;
  });
  Sum total;
  for (const Sum& piece : pieces) {
    total.value += piece.value;
    for (std::size_t p = 0; p < 4; ++p) total.slope[p] += piece.slope[p];
  }
  if (slope != nullptr) slope->assign(total.slope.begin(), total.slope.end());
  return total.value;
}

std::optional<FittedLifetime> fit_lifetime(std::span<const Repeats> all, unsigned threads,
                                           const std::atomic<bool>* cancelled) {
  double age = 0, customers = 0;
  for (const Repeats& known : all) {
    age += known.age * static_cast<double>(known.customers);
    customers += static_cast<double>(known.customers);
  }
  if (customers == 0 || age == 0) return std::nullopt;
  auto model_of = [](const std::vector<double>& p) { return Lifetime{p[0], p[1], p[2], p[3]}; };
  const auto found = find_maximum(
      {1, age / customers, 1, 1},
      [&](const std::vector<double>& p, std::vector<double>& slope) {
        return log_likelihood(model_of(p), all, &slope, threads);
      },
      cancelled);
  if (!found) return std::nullopt;
  return FittedLifetime{model_of(found->at), found->value};
}

double Lifetime::p_alive(const Repeats& known) const {
  if (known.frequency == 0) return 1;
  const double x = known.frequency;
  const double odds_of_gone =
      a / (b + x - 1) *
      std::exp((r + x) * (std::log(alpha + known.age) - std::log(alpha + known.recency)));
  return 1 / (1 + odds_of_gone);
}

namespace {

constexpr int kMostTerms = 1'000'000;
constexpr double kNothing = 1e-14;

// log((1 - z)^p 2F1(p, q; c; z)) for positive p, q and c: no term is below 0, and what would
// overflow is carried as a logarithm.
double log_of_positive(double p, double q, double c, double z) {
  constexpr double kLarge = 1e200;
  double term = 1, sum = 1, carried = 0;
  for (int j = 0; j < kMostTerms; ++j) {
    term *= (p + j) * (q + j) / ((c + j) * (1.0 + j)) * z;
    sum += term;
    if (sum > kLarge) {
      term /= kLarge;
      sum /= kLarge;
      carried += std::log(kLarge);
    }
    if (term <= kNothing * sum && (p + j) * (q + j) * z < (c + j) * (1.0 + j)) break;
  }
  return carried + std::log(sum) + p * std::log1p(-z);
}

double hypergeometric(double p, double q, double c, double z) {
  double term = 1, sum = 1;
  for (int j = 0; j < kMostTerms; ++j) {
    term *= (p + j) * (q + j) / ((c + j) * (1.0 + j)) * z;
    sum += term;
    if (std::abs(term) <= kNothing * std::abs(sum)) break;
  }
  return sum;
}

}  // namespace

// Equation 10 of the paper has F = (1 - z)^(r + x) 2F1(r + x, b + x; a + b + x - 1; z), which is
// right but creeps when z comes near 1. By Euler's transformation it is
// (1 - z)^(a - 1) 2F1(a + b - 1 - r, a - 1; a + b + x - 1; z), which is quick, and overflows when a
// is large.
double Lifetime::expected_if_alive(std::uint32_t frequency, double age, double weeks) const {
  constexpr double kLargeA = 20;
  auto away_from_zero = [](double v) { return std::abs(v) < 1e-7 ? 1e-7 : v; };
  const double x = frequency, z = weeks / (alpha + age + weeks);
  // Both are removable gaps of the formula: it is smooth there.
  const double down = away_from_zero(a - 1), c = away_from_zero(a + b + x - 1);
  const double f =
      a > kLargeA ? std::exp(log_of_positive(r + x, b + x, c, z))
                  : std::exp(down * std::log1p(-z)) * hypergeometric(a + b - 1 - r, down, c, z);
  return std::max(0.0, c / down * (1 - f));
}

double Lifetime::expected(const Repeats& known, double weeks) const {
  return expected_if_alive(known.frequency, known.age, weeks) * p_alive(known);
}

}  // namespace viaggio::journey
