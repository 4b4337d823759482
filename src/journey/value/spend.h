#pragma once
// What a purchase of a customer is worth: the Gamma-Gamma model of Fader and Hardie, "The
// Gamma-Gamma Model of Monetary Value" (2013). Purchases of a customer vary around a mean of their
// own (gamma: p), means vary over customers (gamma: q, v). Pure; thread-safe.
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace viaggio::journey {

// What a customer has spent on a purchase after the first, on average.
struct Spent {
  std::uint32_t frequency = 1;  // purchases after the first, at least 1
  double mean = 0;              // in the currency; above 0
};

struct Spend {
  double p = 1, q = 2, v = 1;  // each above 0

  // The mean over all customers; nothing when q is at most 1, as it has no bound then.
  std::optional<double> population_mean() const;
  // What to expect of a customer: their own mean, drawn towards that of all the more, the less is
  // known. Of someone who bought once it is that of all.
  std::optional<double> expected(std::uint32_t frequency, double mean) const;
};

// The logarithm of the likelihood of all; `slope`: by p, q and v. The sum is the same on any number
// of threads.
double log_likelihood(const Spend& model, std::span<const Spent> all, std::vector<double>* slope,
                      unsigned threads);

struct FittedSpend {
  Spend model;
  double log_likelihood = 0;
};

// The most likely model. Nothing when there is no highest point or the search was cancelled.
std::optional<FittedSpend> fit_spend(std::span<const Spent> all, unsigned threads,
                                     const std::atomic<bool>* cancelled);

}  // namespace viaggio::journey
