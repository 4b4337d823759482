#include "journey/funnel/tally.h"

#include <nlohmann/json.hpp>

#include "base/decimal_sum.h"
#include "journey/funnel/question.h"

namespace viaggio::journey {

using nlohmann::json;

void StepTally::add(StepTally& other) {
  count += other.count;
  times.take(other.times);
}

void add(FunnelTally& into, FunnelTally& from) {
  if (into.size() < from.size()) into.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) into[i].add(from[i]);
}

json write_steps(const FunnelTally& tally, const std::vector<FunnelStep>& steps) {
  json out = json::array();
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StepTally& t = tally[i];
    const std::uint64_t first = tally[0].count;
    json step = {{"index", i + 1}, {"label", steps[i].label}, {"count", t.count}};
    if (steps[i].optional) step["optional"] = true;
    auto share = [](std::uint64_t part, std::uint64_t whole) {
      return whole == 0 ? json(nullptr)
                        : json(static_cast<double>(part) / static_cast<double>(whole));
    };
    step["rate_overall"] = share(t.count, first);
    step["rate_step"] = share(t.count, i == 0 ? first : before);
    // Signed: with touch "all" a group may have more at a step than at the one before.
    step["dropped"] = i == 0
                          ? std::int64_t{0}
                          : static_cast<std::int64_t>(before) - static_cast<std::int64_t>(t.count);
    step["median_seconds"] = step["mean_seconds"] = step["p90_seconds"] = nullptr;
    if (i != 0 && !t.times.empty()) {
      DecimalSum::int128 sum = 0;
      t.times.each_piece([&](auto piece) {
        for (const Micros m : piece) sum += m;
      });
      const Durations* const lists[] = {&t.times};
      const unsigned percents[] = {50, 90};
      const auto found = quantiles(lists, percents);
      step["median_seconds"] = static_cast<double>(found[0]) / 1e6;
      step["p90_seconds"] = static_cast<double>(found[1]) / 1e6;
      step["mean_seconds"] = static_cast<double>(sum) / static_cast<double>(t.times.size()) / 1e6;
    }
    if (!steps[i].optional) before = t.count;
    out.push_back(std::move(step));
  }
  return out;
}

}  // namespace viaggio::journey
