#include <nlohmann/json.hpp>

#include "base/selection.h"
#include "map/answer.h"

namespace viaggio::map {

using nlohmann::json;

namespace {

json write_flow(const Plan& plan, Tally& tally, std::size_t from, std::size_t to,
                const char* kind) {
  FlowTally& flow = tally.flow(from, to);
  const std::vector<Micros>* const lists[] = {&flow.durations};
  const unsigned percents[] = {50};
  const auto median = select_quantiles(lists, percents);
  const auto id = [&](std::size_t s) {
    return s < tally.n ? json(plan.stages().stages[s].id) : json(nullptr);
  };
  return {{"from", id(from)},
          {"to", id(to)},
          {"kind", kind},
          {"customers", flow.customers.count},
          {"transitions", flow.transitions},
          {"median_seconds",
           median.empty() ? json(nullptr) : json(static_cast<double>(median[0]) / 1e6)}};
}

const char* kind_of(std::size_t from, std::size_t to) {
  if (to == from) return "loop";
  if (to < from) return "back";
  return to == from + 1 ? "forward" : "skip";
}

}  // namespace

json write_flows(const Plan& plan, Tally& tally) {
  json out = json::array();
  const auto put = [&](std::size_t from, std::size_t to, const char* kind) {
    if (tally.flow(from, to).transitions != 0)
      out.push_back(write_flow(plan, tally, from, to, kind));
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
