#pragma once
// The UTC month that an event is filed under. Months outside 2000 to 2099 share two files, so that
// a clock gone wrong cannot make thousands. Pure; thread-safe.
#include <cstdint>
#include <string>

#include "base/time.h"

namespace viaggio::open_copy {

using Month = std::int32_t;  // months since January 2000; -1 earlier, 1200 later
inline constexpr Month kMonths = 1200;

// Remembers the month of the last time asked: events of one customer come in order.
class MonthFinder {
 public:
  Month of(Micros time);

 private:
  Micros from_ = 0, to_ = 0;
  Month month_ = 0;
};

// "2026-11", "before-2000", "from-2100"; and back (-2: no such text).
std::string month_text(Month month);
Month parse_month(const std::string& text);

}  // namespace viaggio::open_copy
