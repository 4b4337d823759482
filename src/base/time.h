#pragma once
// Time: int64 microseconds since 1970-01-01T00:00:00Z, everywhere. Calendar questions (which day,
// which week) need a time zone and go through Zone. All functions are pure and thread-safe.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace viaggio {

using Micros = std::int64_t;
inline constexpr Micros kSecond = 1'000'000;
inline constexpr Micros kMinute = 60 * kSecond;
inline constexpr Micros kHour = 60 * kMinute;
inline constexpr Micros kDay = 24 * kHour;

Micros now_micros();

// RFC 3339 / ISO 8601 ("2026-11-23T10:00:00.123Z", "+01:00", date alone, space instead of T; no
// offset means UTC). Errors name no field: the caller knows it.
Result<Micros> parse_time(std::string_view text);
// "2026-11-23T10:00:00.123Z": milliseconds, or microseconds when they are not zero beyond.
std::string format_time(Micros t);

// "30m", "12h", "14d", "45s", "2w". Positive.
Result<Micros> parse_duration(std::string_view text);
std::string format_duration(Micros d);

enum class CalendarUnit { hour, day, week, month };  // weeks start on Monday

// An IANA time zone. Cheap to copy, immutable, thread-safe.
class Zone {
 public:
  static Result<Zone> find(std::string_view iana_name);
  static Zone utc();
  const std::string& name() const;
  // The instant at which the local unit holding t begins / the next one begins (daylight saving
  // days have 23 or 25 hours).
  Micros floor(Micros t, CalendarUnit unit) const;
  Micros next(Micros unit_start, CalendarUnit unit) const;
  // Local wall-clock text -> instant. Accepts "2026-11-23 10:00[:00[.fff]]", date alone, T.
  Result<Micros> parse_local(std::string_view text) const;
  // "2026-11-23" of the local day that holds t.
  std::string date(Micros t) const;
  // Local wall clock microseconds since epoch as if UTC; and back (earliest of two when ambiguous).
  Micros to_local(Micros t) const;
  Micros from_local(Micros local) const;

 private:
  struct Impl;
  explicit Zone(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace viaggio
