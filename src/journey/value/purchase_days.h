#pragma once
// On which days customers have bought, and for how much: what forecasts are made from. Several
// orders of a day of the question's time zone are one purchase. Internal to the module.
#include <cstdint>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "journey/value/value.h"

namespace viaggio::journey {

struct BuyingHistory {
  CustomerId customer = kNoCustomer;
  std::size_t first = 0;          // place of the first of the days
  std::uint32_t purchases = 0;    // days, at least 1
  std::int64_t repeat_money = 0;  // of the purchases after the first, net of refunds, 1/10,000
};

// Days are numbered from some day before the first; those of a customer ascend.
struct PurchaseDays {
  std::vector<BuyingHistory> histories;  // by customer, ascending
  std::vector<std::uint32_t> days;
  std::uint32_t today = 0;
  Calendar calendar;  // whose buckets the days are

  std::uint32_t first(const BuyingHistory& h) const { return days[h.first]; }
  std::uint32_t last(const BuyingHistory& h) const { return days[h.first + h.purchases - 1]; }
};

// Of the question's audience, up to now. A refund belongs to the last purchase before it. Errors:
// of the question's filters; invalid when events lie too many days back.
Result<PurchaseDays> find_purchase_days(const ValueQuestion& question,
                                        const select::Context& context);

}  // namespace viaggio::journey
