#include "open_copy/months.h"

#include <chrono>
#include <cstdio>
#include <limits>

namespace viaggio::open_copy {
namespace {

using std::chrono::sys_days;

Micros start_of(Month month) {
  const auto day = std::chrono::year(2000 + month / 12) /
                   std::chrono::month(static_cast<unsigned>(month % 12 + 1)) / 1;
  return sys_days(day).time_since_epoch().count() * kDay;
}

}  // namespace

Month MonthFinder::of(Micros time) {
  if (time >= from_ && time < to_) return month_;
  if (time < start_of(0)) {
    month_ = -1;
    from_ = std::numeric_limits<Micros>::min();
    to_ = start_of(0);
  } else if (time >= start_of(kMonths)) {
    month_ = kMonths;
    from_ = start_of(kMonths);
    to_ = std::numeric_limits<Micros>::max();
  } else {
    const std::chrono::year_month_day day(sys_days(std::chrono::days(time / kDay)));
    month_ = (static_cast<int>(day.year()) - 2000) * 12 +
             static_cast<int>(static_cast<unsigned>(day.month())) - 1;
    from_ = start_of(month_);
    to_ = start_of(month_ + 1);
  }
  return month_;
}

std::string month_text(Month month) {
  if (month < 0) return "before-2000";
  if (month >= kMonths) return "from-2100";
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02d", 2000 + month / 12, month % 12 + 1);
  return text;
}

Month parse_month(const std::string& text) {
  if (text == month_text(-1)) return -1;
  if (text == month_text(kMonths)) return kMonths;
  int year = 0, month = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d", &year, &month) != 2) return -2;
  if (year < 2000 || year > 2099 || month < 1 || month > 12) return -2;
  return (year - 2000) * 12 + month - 1;
}

}  // namespace viaggio::open_copy
