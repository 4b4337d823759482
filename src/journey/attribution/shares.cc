#include "journey/attribution/shares.h"

#include <algorithm>
#include <cmath>

namespace viaggio::journey {

namespace {

// `whole` shared equally; what does not divide goes to the first ones.
void share_equally(std::span<Share> among, Share whole) {
  const Share n = among.size();
  for (Share i = 0; i < n; ++i) among[i] = whole / n + (i < whole % n ? 1 : 0);
}

void share_by_ends(std::span<Share> among, unsigned first, unsigned last) {
  const std::size_t n = among.size();
  const Share to_first = kWhole / 100 * first, to_last = kWhole / 100 * last;
  if (n == 2) {
    among[0] = static_cast<Share>(static_cast<double>(kWhole) * first / (first + last));
    among[1] = kWhole - among[0];
    return;
  }
  among[0] = to_first;
  among[n - 1] = to_last;
  share_equally(among.subspan(1, n - 2), kWhole - to_first - to_last);
}

void share_by_age(std::span<Share> among, std::span<const Micros> ages, Micros half_life) {
  // Relative to the youngest, so that nothing vanishes however old all are.
  const Micros youngest = ages.back();
  double sum = 0;
  std::vector<double> weights(ages.size());
  for (std::size_t i = 0; i < ages.size(); ++i) {
    weights[i] =
        std::exp2(-static_cast<double>(ages[i] - youngest) / static_cast<double>(half_life));
    sum += weights[i];
  }
  Share left = kWhole;
  for (std::size_t i = 0; i + 1 < ages.size(); ++i) {
    among[i] =
        std::min(left, static_cast<Share>(weights[i] / sum * static_cast<double>(kWhole) + 0.5));
    left -= among[i];
  }
  among.back() = left;
}

}  // namespace

void share(AttributionModel model, std::span<const Micros> ages,
           std::span<const std::uint8_t> direct, Micros half_life, std::vector<Share>& out) {
  const std::size_t n = ages.size();
  out.assign(n, 0);
  if (n == 1) {
    out[0] = kWhole;
    return;
  }
  switch (model) {
    case AttributionModel::first:
      out.front() = kWhole;
      return;
    case AttributionModel::last_non_direct:
      for (std::size_t i = n; i-- > 0;) {
        if (direct[i] != 0) continue;
        out[i] = kWhole;
        return;
      }
      out.back() = kWhole;
      return;
    case AttributionModel::linear:
      return share_equally(out, kWhole);
    case AttributionModel::u_shaped:
      return share_by_ends(out, 40, 40);
    case AttributionModel::j_shaped:
      return share_by_ends(out, 20, 60);
    case AttributionModel::inverse_j:
      return share_by_ends(out, 60, 20);
    case AttributionModel::time_decay:
      return share_by_age(out, ages, half_life);
    default:
      out.back() = kWhole;
      return;
  }
}

}  // namespace viaggio::journey
