#pragma once
// The question `paths`: where people go from a beginning, or how they came to an end
// (docs/semantics/paths.md). Pure over its Context; thread-safe.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/question.h"
#include "select/context.h"
#include "select/sequences.h"

namespace viaggio::journey {

// Those counted at a node or, with `to`, on an edge.
struct PathsPeople {
  enum class State : std::uint8_t { any, starts, ends, before, after };
  std::string node;  // its id; of an edge where it begins
  std::optional<std::string> to;
  State state = State::any;
  std::size_t limit = 100;
};

struct PathsQuestion {
  Common common;
  select::SequenceQuestion sequences;
  std::uint32_t depth = 5, top = 50;
  bool customers = false, times = false;  // `include`
  std::optional<PathsPeople> people;
  bool from_end() const { return sequences.end && !sequences.start; }
};

Result<PathsQuestion> read_paths(const nlohmann::json& question);
// `name` gives the public id of a customer.
Result<nlohmann::json> ask_paths(const PathsQuestion& question, const select::Context& context,
                                 const std::function<std::string(CustomerId)>& name);
// The customers of `people`, by number, ascending; no limit.
Result<std::vector<CustomerId>> paths_people(const PathsQuestion& question,
                                             const select::Context& context);

}  // namespace viaggio::journey
