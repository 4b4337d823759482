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
  bool journeys = false;
  select::CustomerFilter audience;
  select::EventFilter where;

  // Folds one customer and leaves the stays of the subjects that count. False: nothing counts.
  template <class RunT>
  bool fold(const timeline::CodeSpace& codes, const RunT& run, Folder& folder,
            StayEvents wanted) const {
    if (run.size == 0 || !audience.passes(run.customer)) return false;
    const auto chooses = [&](std::uint32_t i) {
      return run.time[i] >= range.from && where.passes(codes, run, i);
    };
    if (!journeys && !where.always()) {
      bool any = false;
      for (std::uint32_t i = 0; !any && i < run.size && run.time[i] < end; ++i) any = chooses(i);
      if (!any) return false;
    }
    const bool choose_journeys = journeys && !where.always();
    folder.fold(run, end, choose_journeys ? StayEvents::each : wanted);
    return !choose_journeys || folder.keep_journeys(chooses);
  }
};
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
