#include "journey/value/maximum.h"

#include <nlopt.h>

#include <cmath>
#include <memory>

namespace viaggio::journey {

namespace {

struct Search {
  const std::function<double(const std::vector<double>&, std::vector<double>&)>* function = nullptr;
  const std::atomic<bool>* cancelled = nullptr;
  nlopt_opt opt = nullptr;
  std::vector<double> at, slope;
};

// NLopt's view: logarithms of the parameters.
double value_at(unsigned n, const double* logs, double* gradient, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (search.cancelled != nullptr && search.cancelled->load(std::memory_order_relaxed))
    nlopt_force_stop(search.opt);
  for (unsigned i = 0; i < n; ++i) search.at[i] = std::exp(logs[i]);
  const double value = (*search.function)(search.at, search.slope);
  if (gradient != nullptr) {
    for (unsigned i = 0; i < n; ++i) gradient[i] = search.slope[i] * search.at[i];
  }
  return value;
}

// Where the search from `logs` ends. The searches of a good library may still stop for want of
// precision at the top; where they stand then is as good as it gets.
bool climb(nlopt_algorithm algorithm, Search& search, std::vector<double>& logs, double& value) {
  constexpr int kMostSteps = 2'000;
  constexpr double kPrecision = 1e-10;
  const auto n = static_cast<unsigned>(logs.size());
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> opt(nlopt_create(algorithm, n),
                                                                   nlopt_destroy);
  search.opt = opt.get();
  nlopt_set_max_objective(opt.get(), value_at, &search);
  nlopt_set_lower_bounds1(opt.get(), std::log(kLeastParameter));
  nlopt_set_upper_bounds1(opt.get(), std::log(kMostParameter));
  nlopt_set_xtol_rel(opt.get(), kPrecision);
  nlopt_set_maxeval(opt.get(), kMostSteps);
  std::vector<double> found = logs;
  double best = 0;
  const nlopt_result how = nlopt_optimize(opt.get(), found.data(), &best);
  if (how == NLOPT_FORCED_STOP || how == NLOPT_INVALID_ARGS || how == NLOPT_OUT_OF_MEMORY)
    return false;
  if (!std::isfinite(best)) return false;
  logs = std::move(found);
  value = best;
  return true;
}

}  // namespace

std::optional<Maximum> find_maximum(
    const std::vector<double>& start,
    const std::function<double(const std::vector<double>&, std::vector<double>&)>& function,
    const std::atomic<bool>* cancelled) {
  Search search{&function, cancelled, nullptr, start, start};
  std::vector<double> logs;
  for (const double p : start) logs.push_back(std::log(p));
  double value = 0;
  if (!climb(NLOPT_LD_LBFGS, search, logs, value)) return std::nullopt;
  // Once more from there, with a fresh idea of how the ground bends.
  if (!climb(NLOPT_LD_LBFGS, search, logs, value)) return std::nullopt;
  Maximum out;
  for (const double l : logs) out.at.push_back(std::exp(l));
  out.value = value;
  return out;
}

}  // namespace viaggio::journey
