#pragma once
// One customer's run of the timeline, taken apart for the screens about that customer.
// Plain values; the functions are pure and thread-safe.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/time.h"
#include "identity/identity.h"
#include "journey/stages/fold.h"
#include "journey/stages/stage_model.h"
#include "model/event.h"
#include "select/context.h"

namespace viaggio::engine {

// Every customer, also one who has only said who they are (identify) and has no event yet;
// ascending.
std::vector<CustomerId> customers_of(const identity::Identity& identity);

// Parallel lists, in the total order of events.
struct CustomerJourney {
  std::vector<Sequence> sequences;
  std::vector<std::pair<KindId, KindId>> kinds;  // the event's, and its session's first event's
  std::vector<Micros> times;
  std::vector<std::int64_t> values;  // 1/10,000 of the workspace's currency, or kNoValue
  std::uint64_t orders = 0;
  std::int64_t money = 0;  // orders less refunds

  std::size_t size() const { return sequences.size(); }
};
CustomerJourney journey_of(const select::Context& context, CustomerId customer);

// The stays of one customer under a model, and the stay of each event.
struct CustomerStays {
  std::vector<journey::Stay> stays;
  std::vector<std::int32_t> stay_of;  // of each event of the run; journey::kNoStay
};
CustomerStays stays_of(const journey::StageModel& model, const select::Context& context,
                       CustomerId customer);
// The id of the stage the customer is in, or null.
nlohmann::json current_stage(const CustomerStays& s, const journey::StageModel& model);

}  // namespace viaggio::engine
