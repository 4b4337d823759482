#pragma once
// Dates and times as tables hold them. A text with an offset or a "Z"/"UTC" is an instant; one
// without is the wall clock of a time zone. Pure, thread-safe.
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace viaggio::imports {

enum class TimeFormat : std::uint8_t {
  automatic,       // ISO, seconds or milliseconds since 1970, or day/month/year
  iso,             // 2026-11-23 10:00:00, 2026-11-23T10:00:00Z, 2026/11/23
  day_month_year,  // 23/11/2026 10:00, 23.11.26, 23-11-2026 10:00:30
  month_day_year,  // 11/23/2026 10:00 PM
  epoch_seconds,
  epoch_milliseconds
};

bool parse_time_format(std::string_view text, TimeFormat& out);
std::string_view to_string(TimeFormat format);

// The error says what was read and which format was expected; its field is left to the caller.
Result<Micros> parse_table_time(std::string_view text, TimeFormat format, const Zone& zone);

}  // namespace viaggio::imports
