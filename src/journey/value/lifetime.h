#pragma once
// How often customers buy and when they stop: the BG/NBD model of Fader, Hardie and Lee, "Counting
// Your Customers the Easy Way", Marketing Science 24 (2005). While active a customer buys at
// random with a rate of their own (gamma: r, alpha); after each purchase they stop with a
// probability of their own (beta: a, b). Times are in weeks. Pure; thread-safe.
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace viaggio::journey {

// What is known of some customers who bought alike.
struct Repeats {
  std::uint32_t frequency = 0;  // x: purchases after the first
  double recency = 0;           // t_x: from the first purchase to the last; 0 when frequency is 0
  double age = 0;               // T: from the first purchase to now; at least recency
  std::uint64_t customers = 1;
};

struct Lifetime {
  double r = 1, alpha = 1, a = 1, b = 1;  // each above 0

  // The probability that the customer still buys. 1 without a second purchase, as customers stop
  // after one only.
  double p_alive(const Repeats& known) const;
  // Purchases expected in the next `weeks`.
  double expected(const Repeats& known, double weeks) const;
  // The same given that the customer still buys: it depends on frequency and age alone.
  double expected_if_alive(std::uint32_t frequency, double age, double weeks) const;
};

// The logarithm of the likelihood of all; `slope`: by r, alpha, a and b. The sum is the same on any
// number of threads.
double log_likelihood(const Lifetime& model, std::span<const Repeats> all,
                      std::vector<double>* slope, unsigned threads);

struct FittedLifetime {
  Lifetime model;
  double log_likelihood = 0;
};

// The most likely model. Nothing when there is no highest point or the search was cancelled.
std::optional<FittedLifetime> fit_lifetime(std::span<const Repeats> all, unsigned threads,
                                           const std::atomic<bool>* cancelled);

}  // namespace viaggio::journey
