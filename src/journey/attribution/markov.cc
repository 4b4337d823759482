#include "journey/attribution/markov.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace viaggio::journey {

namespace {

constexpr std::size_t kMaxStates = 2'000;
constexpr unsigned kKeyBits = 21;

// Square, by rows.
struct Matrix {
  explicit Matrix(std::size_t side) : n(side), cells(side * side, 0) {}
  double* row(std::size_t i) { return cells.data() + i * n; }
  const double* row(std::size_t i) const { return cells.data() + i * n; }
  std::size_t n;
  std::vector<double> cells;
};

void subtract(double* row, const double* other, double times, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) row[j] -= times * other[j];
}

// Gauss and Jordan with row pivots, in place: `a` becomes its inverse. The matrices here are I - Q
// of chains that always end, so they have one.
void invert(Matrix& a) {
  const std::size_t n = a.n;
  Matrix out(n);
  for (std::size_t i = 0; i < n; ++i) out.row(i)[i] = 1;
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r) {
      if (std::abs(a.row(r)[c]) > std::abs(a.row(pivot)[c])) pivot = r;
    }
    if (pivot != c) {
      std::swap_ranges(a.row(c), a.row(c) + n, a.row(pivot));
      std::swap_ranges(out.row(c), out.row(c) + n, out.row(pivot));
    }
    const double scale = 1 / a.row(c)[c];
    for (std::size_t j = 0; j < n; ++j) {
      a.row(c)[j] *= scale;
      out.row(c)[j] *= scale;
    }
    for (std::size_t r = 0; r < n; ++r) {
      const double times = a.row(r)[c];
      if (r == c || times == 0) continue;
      subtract(a.row(r), a.row(c), times, n);
      subtract(out.row(r), out.row(c), times, n);
    }
  }
  a = std::move(out);
}

}  // namespace

void MarkovChain::add(std::span<const std::uint32_t> walk, bool converts) {
  State at = 0;
  const State mask = (State{1} << (kKeyBits * order_)) - 1;
  for (const std::uint32_t key : walk) {
    const State next = ((at << kKeyBits) | key) & mask;
    ++steps_[{at, next}];
    at = next;
  }
  ++steps_[{at, converts ? kConverts : kEnds}];
}

void MarkovChain::add(const MarkovChain& other) {
  for (const auto& [step, n] : other.steps_) steps_[step] += n;
}

Result<MarkovChain::Effects> MarkovChain::solve() const {
  Effects out;
  out.removal.assign(keys_, 0);
  std::map<State, std::size_t> index{{0, 0}};
  std::map<State, std::uint64_t> leaving;
  for (const auto& [step, n] : steps_) {
    index.try_emplace(step.from, 0);
    leaving[step.from] += n;
  }
  if (index.size() > kMaxStates)
    return invalid("touch.key",
                   "has too many values for a Markov chain of this order; choose a field with "
                   "fewer, or markov_order 1",
                   "too_many_states");
  std::vector<State> states;
  for (auto& [state, at] : index) {
    at = states.size();
    states.push_back(state);
  }
  const std::size_t n = states.size();
  // visits = (I - Q)^-1: row i, how often each state is visited on the way from i.
  Matrix visits(n);
  std::vector<double> converts(n, 0);
  for (std::size_t i = 0; i < n; ++i) visits.row(i)[i] = 1;
  for (const auto& [step, count] : steps_) {
    const double p = static_cast<double>(count) / static_cast<double>(leaving[step.from]);
    const std::size_t from = index[step.from];
    if (step.to == kConverts) {
      converts[from] += p;
    } else if (step.to != kEnds) {
      visits.row(from)[index[step.to]] -= p;
    }
  }
  invert(visits);
  std::vector<double> from_here(n, 0);  // probability of converting
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) from_here[i] += visits.row(i)[j] * converts[j];
  }
  out.conversion = from_here[0];
  if (out.conversion <= 0) return out;
  std::map<std::uint32_t, std::vector<std::size_t>> of_key;  // states whose newest key it is
  for (std::size_t i = 1; i < n; ++i)
    of_key[static_cast<std::uint32_t>(states[i] & ((State{1} << kKeyBits) - 1))].push_back(i);
  for (const auto& [key, mine] : of_key) {
    // Without the key nothing passes through its states, so what is lost is what first entered
    // them: h with visits(START, j) = sum over l of h(l) visits(l, j).
    Matrix among(mine.size());
    for (std::size_t l = 0; l < mine.size(); ++l) {
      for (std::size_t j = 0; j < mine.size(); ++j) among.row(l)[j] = visits.row(mine[l])[mine[j]];
    }
    invert(among);
    double lost = 0;
    for (std::size_t l = 0; l < mine.size(); ++l) {
      double entered = 0;
      for (std::size_t j = 0; j < mine.size(); ++j)
        entered += visits.row(0)[mine[j]] * among.row(j)[l];
      lost += entered * from_here[mine[l]];
    }
    out.removal[key - 1] = lost / out.conversion;
  }
  return out;
}

}  // namespace viaggio::journey
