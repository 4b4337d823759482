#include <nlohmann/json.hpp>

#include "base/durations.h"
#include "base/parallel.h"
#include "map/answer.h"

namespace viaggio::map {

using nlohmann::json;

namespace {

// The median of every flow in seconds, by place; null where nobody took it or nobody knows.
std::vector<json> medians(const Tally& tally, unsigned threads) {
  std::vector<json> out(tally.flows.size());
  parallel_for(out.size(), threads, [&](std::size_t f, unsigned) {
    const Durations* const lists[] = {&tally.flows[f].durations};
    const unsigned percents[] = {50};
    const auto median = quantiles(lists, percents);
    if (!median.empty()) out[f] = static_cast<double>(median[0]) / 1e6;
  });
  return out;
}

json write_flow(const Plan& plan, const Tally& tally, std::size_t from, std::size_t to,
                const char* kind, const json& median) {
  const FlowTally& flow = tally.flow(from, to);
  const auto id = [&](std::size_t s) {
    return s < tally.n ? json(plan.stages().stages[s].id) : json(nullptr);
  };
  return {{"from", id(from)},
          {"to", id(to)},
          {"kind", kind},
          {"customers", flow.customers.count},
          {"transitions", flow.transitions},
          {"median_seconds", median}};
}

const char* kind_of(std::size_t from, std::size_t to) {
  if (to == from) return "loop";
  if (to < from) return "back";
  return to == from + 1 ? "forward" : "skip";
}

}  // namespace

json write_flows(const Plan& plan, const Tally& tally, unsigned threads) {
  const std::vector<json> median = medians(tally, threads);
  json out = json::array();
  const auto put = [&](std::size_t from, std::size_t to, const char* kind) {
    if (tally.flow(from, to).transitions != 0)
      out.push_back(write_flow(plan, tally, from, to, kind, median[tally.place(from, to)]));
  };
  for (std::size_t s = 0; s < tally.n; ++s) put(tally.nowhere(), s, "enter");
  for (std::size_t from = 0; from < tally.n; ++from) {
    for (std::size_t to = 0; to < tally.n; ++to) put(from, to, kind_of(from, to));
    put(from, tally.closed(), "forward");
    put(from, tally.nowhere(), "lost");
  }
  return out;
}

}  // namespace viaggio::map
