#include "imports/table_time.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "base/text.h"

namespace viaggio::imports {

namespace {

constexpr std::array<std::pair<std::string_view, TimeFormat>, 6> kNames = {
    {{"automatic", TimeFormat::automatic},
     {"iso", TimeFormat::iso},
     {"day_month_year", TimeFormat::day_month_year},
     {"month_day_year", TimeFormat::month_day_year},
     {"epoch_seconds", TimeFormat::epoch_seconds},
     {"epoch_milliseconds", TimeFormat::epoch_milliseconds}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

tl::unexpected<Error> not_a_time(std::string_view text, TimeFormat format) {
  return invalid("",
                 "'" + std::string(text.substr(0, 40)) + "' is no time of the format " +
                     std::string(to_string(format)),
                 "invalid_time");
}

// Does the text itself say which zone it is in?
bool has_offset(std::string_view text) {
  if (text.ends_with("Z") || text.ends_with("z") || text.ends_with("UTC") ||
      text.ends_with("GMT")) {
    return true;
  }
  const std::size_t sign = text.find_last_of("+-");
  const std::size_t clock = text.find(':');
  return sign != std::string_view::npos && clock != std::string_view::npos && sign > clock;
}

Result<Micros> parse_iso(std::string_view text, const Zone& zone) {
  if (text.find('/') == 4) {  // 2026/11/23
    std::string dashes(text);
    dashes[4] = '-';
    if (dashes.size() > 7 && dashes[7] == '/') dashes[7] = '-';
    return parse_iso(dashes, zone);
  }
  return has_offset(text) ? parse_time(text) : zone.parse_local(text);
}

Result<Micros> parse_epoch(std::string_view text, Micros unit, TimeFormat format) {
  const std::size_t point = text.find('.');
  std::int64_t whole = 0;
  const std::string_view integer = text.substr(0, point);
  const auto [end, error] = std::from_chars(integer.data(), integer.data() + integer.size(), whole);
  constexpr std::int64_t kYear10000 = 253'402'300'800'000'000;
  if (error != std::errc() || end != integer.data() + integer.size() || whole > kYear10000 / unit ||
      whole < -kYear10000 / unit) {
    return not_a_time(text, format);
  }
  Micros time = whole * unit;
  if (point != std::string_view::npos) {
    Micros scale = unit / 10;
    for (const char c : text.substr(point + 1)) {
      if (!is_digit(c)) return not_a_time(text, format);
      time += (c - '0') * scale;
      scale /= 10;
    }
  }
  return time;
}

// 23/11/2026 10:00[:00] [AM|PM]; the first two numbers are day and month or month and day.
Result<Micros> parse_slashes(std::string_view text, TimeFormat format, const Zone& zone) {
  std::array<int, 3> date{};
  std::size_t pos = 0;
  for (int i = 0; i < 3; ++i) {
    const std::size_t start = pos;
    while (pos < text.size() && is_digit(text[pos]) && pos - start < 4) {
      date[static_cast<std::size_t>(i)] =
          date[static_cast<std::size_t>(i)] * 10 + (text[pos++] - '0');
    }
    if (pos == start) return not_a_time(text, format);
    if (i == 2) break;
    if (pos >= text.size() || (text[pos] != '/' && text[pos] != '.' && text[pos] != '-')) {
      return not_a_time(text, format);
    }
    ++pos;
  }
  int day = date[0], month = date[1], year = date[2];
  if (format == TimeFormat::month_day_year) std::swap(day, month);
  if (year < 100) year += 2000;
  if (day < 1 || day > 31 || month < 1 || month > 12) return not_a_time(text, format);
  std::string_view clock = trim(text.substr(pos));
  if (clock.starts_with("T") || clock.starts_with(",")) clock = trim(clock.substr(1));
  bool afternoon = false, half_day = false;
  for (const std::string_view mark : {"AM", "PM", "am", "pm"}) {
    if (!clock.ends_with(mark)) continue;
    half_day = true;
    afternoon = mark[0] == 'P' || mark[0] == 'p';
    clock = trim(clock.substr(0, clock.size() - 2));
  }
  int hour = 0;
  std::string rest = ":00";
  if (!clock.empty()) {
    const std::size_t colon = clock.find_first_of(":.");
    if (colon == std::string_view::npos || colon == 0 || colon > 2) return not_a_time(text, format);
    for (const char c : clock.substr(0, colon)) {
      if (!is_digit(c)) return not_a_time(text, format);
      hour = hour * 10 + (c - '0');
    }
    rest = ":" + std::string(clock.substr(colon + 1));
    if (clock[colon] == '.' && rest.size() == 6 && rest[3] == '.') rest[3] = ':';  // 10.00.30
    if (half_day) hour = hour % 12 + (afternoon ? 12 : 0);
  }
  char iso[32];
  std::snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d", year, month, day, hour);
  auto time = parse_iso(iso + rest, zone);
  if (!time) return not_a_time(text, format);
  return time;
}

}  // namespace

bool parse_time_format(std::string_view text, TimeFormat& out) {
  for (const auto& [name, format] : kNames) {
    if (name == text) {
      out = format;
      return true;
    }
  }
  return false;
}

std::string_view to_string(TimeFormat format) {
  for (const auto& [name, value] : kNames) {
    if (value == format) return name;
  }
  return {};
}

Result<Micros> parse_table_time(std::string_view text, TimeFormat format, const Zone& zone) {
  text = trim(text);
  if (text.empty()) return not_a_time(text, format);
  switch (format) {
    case TimeFormat::epoch_seconds:
      return parse_epoch(text, kSecond, format);
    case TimeFormat::epoch_milliseconds:
      return parse_epoch(text, kSecond / 1000, format);
    case TimeFormat::day_month_year:
    case TimeFormat::month_day_year:
      return parse_slashes(text, format, zone);
    case TimeFormat::iso:
      return parse_iso(text, zone);
    case TimeFormat::automatic:
      break;
  }
  if (text.find_first_not_of("0123456789.") == std::string_view::npos && text.find('.') > 8) {
    const std::size_t digits =
        text.find('.') == std::string_view::npos ? text.size() : text.find('.');
    if (digits >= 9 && digits <= 11) return parse_epoch(text, kSecond, format);
    if (digits >= 12 && digits <= 14) return parse_epoch(text, kSecond / 1000, format);
  }
  const bool year_first = text.size() > 4 && !is_digit(text[4]) && is_digit(text[3]);
  return year_first ? parse_iso(text, zone) : parse_slashes(text, TimeFormat::day_month_year, zone);
}

}  // namespace viaggio::imports
