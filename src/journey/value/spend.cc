#include "journey/value/spend.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "journey/value/maximum.h"

namespace viaggio::journey {

namespace {

constexpr std::size_t kPiece = 1u << 14;

double log_gamma(double v) {
  int sign = 0;  // std::lgamma keeps it in a place that all threads share
  return ::lgamma_r(v, &sign);
}

// The slope of log_gamma for v > 0: moved up by 1/v until the asymptotic series holds (Abramowitz
// and Stegun, 6.3.5 and 6.3.18).
double digamma(double v) {
  double out = 0;
  for (; v < 12; v += 1) out -= 1 / v;
  const double s = 1 / (v * v);
  return out + std::log(v) - 0.5 / v -
         s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s / 132))));
}

// By x: the part of the likelihood that no amount is in, and its slopes by p and q.
struct ByFrequency {
  std::vector<double> value, p, q;
  ByFrequency(const Spend& m, std::uint32_t most) {
    for (auto* table : {&value, &p, &q}) table->resize(most + std::size_t{1}, 0);
    const double of_q = log_gamma(m.q), slope_of_q = digamma(m.q), log_v = std::log(m.v);
    for (std::uint32_t x = 1; x <= most; ++x) {
      const double px = m.p * x, log_x = std::log(x);
      value[x] = log_gamma(px + m.q) - log_gamma(px) - of_q + m.q * log_v + px * log_x;
      const double up = digamma(px + m.q);
      p[x] = x * (up - digamma(px) + log_x);
      q[x] = up - slope_of_q + log_v;
    }
  }
};

}  // namespace

double log_likelihood(const Spend& m, std::span<const Spent> all, std::vector<double>* slope,
                      unsigned threads) {
  struct Sum {
    double value = 0;
    std::array<double, 3> slope{};
  };
  std::uint32_t most = 0;
  for (const Spent& spent : all) most = std::max(most, spent.frequency);
  const ByFrequency tables(m, most);
  std::vector<Sum> pieces((all.size() + kPiece - 1) / kPiece);
  parallel_for(pieces.size(), threads, [&](std::size_t piece, unsigned) {
    Sum sum;
    for (const Spent& spent :
         all.subspan(piece * kPiece, std::min(kPiece, all.size() - piece * kPiece))) {
      const std::uint32_t x = spent.frequency;
      const double px = m.p * x, total = x * spent.mean + m.v;
      const double log_mean = std::log(spent.mean), log_total = std::log(total);
      sum.value += tables.value[x] + (px - 1) * log_mean - (px + m.q) * log_total;
      sum.slope[0] += tables.p[x] + x * (log_mean - log_total);
      sum.slope[1] += tables.q[x] - log_total;
      sum.slope[2] += m.q / m.v - (px + m.q) / total;
    }
    pieces[piece] = sum;
  });
  Sum total;
  for (const Sum& piece : pieces) {
    total.value += piece.value;
    for (std::size_t p = 0; p < 3; ++p) total.slope[p] += piece.slope[p];
  }
  if (slope != nullptr) slope->assign(total.slope.begin(), total.slope.end());
  return total.value;
}

std::optional<FittedSpend> fit_spend(std::span<const Spent> all, unsigned threads,
                                     const std::atomic<bool>* cancelled) {
  double sum = 0;
  for (const Spent& spent : all) sum += spent.mean;
  if (all.empty() || sum <= 0) return std::nullopt;
  auto model_of = [](const std::vector<double>& p) { return Spend{p[0], p[1], p[2]}; };
  const auto found = find_maximum(
      {1, 2, sum / static_cast<double>(all.size())},
      [&](const std::vector<double>& p, std::vector<double>& slope) {
        return log_likelihood(model_of(p), all, &slope, threads);
      },
      cancelled);
  if (!found) return std::nullopt;
  return FittedSpend{model_of(found->at), found->value};
}

std::optional<double> Spend::population_mean() const {
  if (q <= 1) return std::nullopt;
  return v * p / (q - 1);
}

std::optional<double> Spend::expected(std::uint32_t frequency, double mean) const {
  if (frequency == 0) return population_mean();
  const double px = p * frequency;
  if (px + q <= 1) return std::nullopt;
  return p * (v + frequency * mean) / (px + q - 1);
}

}  // namespace viaggio::journey
