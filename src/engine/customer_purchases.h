#pragma once
// What a customer has bought: how often, for how much, what they like best (docs/semantics/
// value-and-orders.md says what an order and its value are). Pure but for reading the log;
// thread-safe.
#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "engine/customer_journey.h"
#include "eventlog/event_log.h"

namespace viaggio::engine {

// {"orders", "revenue", "average_order_value", "first_order", "last_order", "days_between_orders",
//  "favourite_categories": [{"value", "quantity"}], "favourite_products": [...]}
// Revenue is net of refunds; average_order_value = revenue / orders; days_between_orders =
// (last - first) / (orders - 1). Without orders these are null. At most five favourites each, by
// quantity, then by name. The lines of at most the 1,000 latest orders are read.
Result<nlohmann::json> purchases_of(const CustomerJourney& journey, const select::Context& context,
                                    const eventlog::EventLog& log);

}  // namespace viaggio::engine
