#include "base/time.h"

#include <charconv>
#include <chrono>
#include <cstdio>

#include <date/tz.h>

namespace viaggio {
namespace {

using std::chrono::microseconds;
using SysMicros = std::chrono::time_point<std::chrono::system_clock, microseconds>;
using LocalMicros = date::local_time<microseconds>;

// Reads exactly `digits` decimal digits at `pos`.
bool read_digits(std::string_view s, std::size_t& pos, int digits, int& out) {
  if (pos + static_cast<std::size_t>(digits) > s.size()) return false;
  out = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = s[pos + static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  pos += static_cast<std::size_t>(digits);
  return true;
}

bool take(std::string_view s, std::size_t& pos, char c) {
  if (pos < s.size() && s[pos] == c) {
    ++pos;
    return true;
  }
  return false;
}

// Civil part "2026-11-23[T10:00[:00[.ffffff]]]" as micros of the wall clock.
bool read_civil(std::string_view s, std::size_t& pos, Micros& out) {
  int y = 0, mo = 0, d = 0;
  if (!read_digits(s, pos, 4, y) || !take(s, pos, '-') || !read_digits(s, pos, 2, mo) ||
      !take(s, pos, '-') || !read_digits(s, pos, 2, d)) {
    return false;
  }
  const date::year_month_day ymd{date::year{y}, date::month{static_cast<unsigned>(mo)},
                                 date::day{static_cast<unsigned>(d)}};
  if (!ymd.ok()) return false;
  Micros t = date::sys_days{ymd}.time_since_epoch().count() * kDay;
  if (pos < s.size() && (s[pos] == 'T' || s[pos] == 't' || s[pos] == ' ')) {
    const std::size_t mark = pos;
    ++pos;
    int h = 0, mi = 0, sec = 0;
    if (!read_digits(s, pos, 2, h)) {
      pos = mark;
      out = t;
      return true;
    }
    if (!take(s, pos, ':') || !read_digits(s, pos, 2, mi)) return false;
    if (take(s, pos, ':')) {
      if (!read_digits(s, pos, 2, sec)) return false;
      if (take(s, pos, '.') || take(s, pos, ',')) {
        Micros fraction = 0, scale = 100'000;
        std::size_t n = 0;
        while (pos < s.size() && s[pos] >= '0' && s[pos] <= '9') {
          fraction += (s[pos++] - '0') * scale;
          scale /= 10;
          ++n;
        }
        if (n == 0) return false;
        t += fraction;
      }
    }
    if (h > 24 || mi > 59 || sec > 60) return false;
    t += h * kHour + mi * kMinute + sec * kSecond;
  }
  out = t;
  return true;
}

tl::unexpected<Error> bad_time(std::string_view text) {
  return invalid("", "'" + std::string(text.substr(0, 40)) +
                         "' is not a time; write it as 2026-11-23T10:00:00Z");
}

}  // namespace

Micros now_micros() {
  return std::chrono::duration_cast<microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Result<Micros> parse_time(std::string_view text) {
  std::size_t pos = 0;
  Micros t = 0;
  if (!read_civil(text, pos, t)) return bad_time(text);
  while (pos < text.size() && text[pos] == ' ') ++pos;
  if (pos == text.size()) return t;
  const std::string_view zone = text.substr(pos);
  if (zone == "Z" || zone == "z" || zone == "UTC" || zone == "GMT") return t;
  if (zone[0] == '+' || zone[0] == '-') {
    int h = 0, m = 0;
    std::size_t p = 1;
    if (!read_digits(zone, p, 2, h)) return bad_time(text);
    take(zone, p, ':');
    if (p < zone.size() && !read_digits(zone, p, 2, m)) return bad_time(text);
    if (p != zone.size() || h > 18 || m > 59) return bad_time(text);
    const Micros offset = h * kHour + m * kMinute;
    return zone[0] == '+' ? t - offset : t + offset;
  }
  return bad_time(text);
}

std::string format_time(Micros t) {
  Micros days = t / kDay, rest = t % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const date::year_month_day ymd{date::sys_days{date::days{days}}};
  char buf[48];
  const int ms = static_cast<int>(rest % kSecond / 1000), us = static_cast<int>(rest % 1000);
  int n = std::snprintf(buf, sizeof buf, "%04d-%02u-%02uT%02d:%02d:%02d.%03d",
                        static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                        static_cast<unsigned>(ymd.day()), static_cast<int>(rest / kHour),
                        static_cast<int>(rest / kMinute % 60),
                        static_cast<int>(rest / kSecond % 60), ms);
  std::string out(buf, static_cast<std::size_t>(n));
  if (us != 0) {
    n = std::snprintf(buf, sizeof buf, "%03d", us);
    out.append(buf, static_cast<std::size_t>(n));
  }
  return out + "Z";
}

Result<Micros> parse_duration(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
  const std::size_t used = static_cast<std::size_t>(end - text.data());
  if (ec == std::errc() && n > 0 && used + 1 == text.size()) {
    Micros unit = 0;
    switch (text.back()) {
      case 's':
        unit = kSecond;
        break;
      case 'm':
        unit = kMinute;
        break;
      case 'h':
        unit = kHour;
        break;
      case 'd':
        unit = kDay;
        break;
      case 'w':
        unit = 7 * kDay;
        break;
      default:
        break;
    }
    if (unit != 0 && n <= 36500 * kDay / unit) return n * unit;
  }
  return invalid(
      "", "'" + std::string(text.substr(0, 40)) + "' is not a duration; write 30m, 12h, 14d");
}

std::string format_duration(Micros d) {
  if (d % kDay == 0) return std::to_string(d / kDay) + "d";
  if (d % kHour == 0) return std::to_string(d / kHour) + "h";
  if (d % kMinute == 0) return std::to_string(d / kMinute) + "m";
  return std::to_string(d / kSecond) + "s";
}

struct Zone::Impl {
  std::string name;
  const date::time_zone* zone = nullptr;  // null = UTC
};

Zone::Zone(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Zone Zone::utc() {
  static const auto impl = std::make_shared<const Impl>(Impl{"UTC", nullptr});
  return Zone(impl);
}

Result<Zone> Zone::find(std::string_view iana_name) {
  if (iana_name == "UTC" || iana_name == "Etc/UTC") return utc();
  try {
    return Zone(std::make_shared<const Impl>(
        Impl{std::string(iana_name), date::locate_zone(std::string(iana_name))}));
  } catch (const std::exception&) {
    return invalid("timezone", "'" + std::string(iana_name.substr(0, 60)) +
                                   "' is not a time zone; write it as Europe/Rome");
  }
}

const std::string& Zone::name() const { return impl_->name; }

Micros Zone::to_local(Micros t) const {
  if (impl_->zone == nullptr) return t;
  return impl_->zone->to_local(SysMicros{microseconds{t}}).time_since_epoch().count();
}

Micros Zone::from_local(Micros local) const {
  if (impl_->zone == nullptr) return local;
  const LocalMicros wall{microseconds{local}};
  const date::local_info info = impl_->zone->get_info(wall);
  const auto offset = std::chrono::duration_cast<microseconds>(info.first.offset).count();
  // In the hour that does not exist the clock has jumped: the instant of the jump stands for it.
  if (info.result == date::local_info::nonexistent) {
    return std::chrono::duration_cast<microseconds>(info.first.end.time_since_epoch()).count();
  }
  return local - offset;
}

namespace {
Micros floor_local(Micros local, CalendarUnit unit) {
  auto floor_to = [](Micros v, Micros size) {
    const Micros r = v % size;
    return v - (r < 0 ? r + size : r);
  };
  switch (unit) {
    case CalendarUnit::hour:
      return floor_to(local, kHour);
    case CalendarUnit::day:
      return floor_to(local, kDay);
    case CalendarUnit::week:
      return floor_to(local - 4 * kDay, 7 * kDay) + 4 * kDay;  // 1970-01-05 is a Monday
    case CalendarUnit::month: {
      const date::year_month_day ymd{date::sys_days{date::days{floor_to(local, kDay) / kDay}}};
      return date::sys_days{ymd.year() / ymd.month() / 1}.time_since_epoch().count() * kDay;
    }
  }
  return local;
}
}  // namespace

Micros Zone::floor(Micros t, CalendarUnit unit) const {
  if (unit == CalendarUnit::hour) {
    // Offsets of all zones in use are multiples of minutes; an hour begins where the wall clock
    // says.
    const Micros shift = to_local(t) - t;
    return floor_local(t + shift, unit) - shift;
  }
  return from_local(floor_local(to_local(t), unit));
}

Micros Zone::next(Micros unit_start, CalendarUnit unit) const {
  if (unit == CalendarUnit::hour) return unit_start + kHour;
  const Micros local = floor_local(to_local(unit_start), unit);
  if (unit == CalendarUnit::day) return from_local(local + kDay);
  if (unit == CalendarUnit::week) return from_local(local + 7 * kDay);
  const date::year_month_day ymd{date::sys_days{date::days{local / kDay}}};
  const auto following = ymd.year() / ymd.month() / 1 + date::months{1};
  return from_local(date::sys_days{following}.time_since_epoch().count() * kDay);
}

Result<Micros> Zone::parse_local(std::string_view text) const {
  std::size_t pos = 0;
  Micros t = 0;
  if (!read_civil(text, pos, t) || pos != text.size()) return bad_time(text);
  return from_local(t);
}

std::string Zone::date(Micros t) const { return format_time(to_local(t)).substr(0, 10); }

}  // namespace viaggio
