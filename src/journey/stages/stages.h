#pragma once
// The question `stages`: in which stage is everyone, and how do they move
// (docs/semantics/stages.md). Pure over its Context; thread-safe.
#include <memory>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "journey/stages/fold.h"
#include "select/context.h"

namespace viaggio::journey {

// The subjects of a question: who counts, and the bounds.
struct StageScope {
  Range range;
  Micros end = 0;  // E = min(range.to, now + 1)
  select::CustomerFilter audience;
  select::EventFilter where;
  template <class RunT>
  bool holds(const timeline::CodeSpace& codes, const RunT& run) const {
    if (!audience.passes(run.customer)) return false;
    if (where.always()) return true;
    for (std::uint32_t i = 0; i < run.size && run.time[i] < end; ++i) {
      if (run.time[i] >= range.from && where.passes(codes, run, i)) return true;
    }
    return false;
  }
};
// Errors: `not_supported` for `where` with a model of journeys, which would have to choose journeys
// and not their customers.
Result<StageScope> stage_scope(const StageModel& model, const Common& common,
                               const select::Context& context);

// A stay is in the range when it started in it, or was there before and had not ended.
inline bool in_range(const Stay& s, Micros from) {
  return s.start >= from || s.leave == Leave::open || s.end >= from;
}

Result<nlohmann::json> ask_stages(const StageModel& model, const Common& common,
                                  const select::Context& context);

// The stage that each customer is in now (0 = none, else 1 + stage), by customer number. For
// journeys the latest of the open ones.
Result<std::shared_ptr<const select::CustomerColumn>> current_stages(
    const StageModel& model, const select::Context& context);

// The stage that each event counts in (docs/semantics/stages.md), by sequence, as a column.
Result<std::shared_ptr<const select::Column>> stage_at_event(const StageModel& model,
                                                             const select::Context& context);

}  // namespace viaggio::journey
