#pragma once
// The money at stake at each stage: what better keeping would be worth (docs/semantics/map.md,
// "Value at stake"). Amounts in units of the currency, unrounded.
#include <optional>
#include <vector>

#include "map/tally.h"

namespace viaggio::map {

struct Stake {
  std::optional<double> actual, benchmark;
  double worth = 0;  // of someone in this stage
  double worth_of_next = 0;
  double per_loss = 0;  // at stake for each loss
};
std::vector<Stake> stakes(const Plan& plan, const Tally& tally);

inline double money(std::int64_t ten_thousandths) {
  return static_cast<double>(ten_thousandths) / 10'000;
}
double rounded_money(double amount);  // to 1/10,000

}  // namespace viaggio::map
