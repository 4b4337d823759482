#pragma once
// The highest point of a smooth function of positive parameters, searched along its gradient on a
// logarithmic scale by NLopt. Pure; deterministic; thread-safe.
#include <atomic>
#include <functional>
#include <optional>
#include <vector>

namespace viaggio::journey {

struct Maximum {
  std::vector<double> at;
  double value = 0;
};

// Each parameter stays within [kLeastParameter, kMostParameter].
inline constexpr double kLeastParameter = 1e-6, kMostParameter = 1e7;

// `function` answers the value at the parameters and writes the slope by each of them. Nothing when
// the search breaks down: the function has no finite value, or `cancelled` became true.
std::optional<Maximum> find_maximum(
    const std::vector<double>& start,
    const std::function<double(const std::vector<double>& at, std::vector<double>& slope)>&
        function,
    const std::atomic<bool>* cancelled);

}  // namespace viaggio::journey
