#include "demo/calendar.h"

#include <algorithm>

namespace viaggio::demo {

namespace {

constexpr unsigned kWebHours[24] = {12, 6,  3,  2,  2,  4,  12, 25, 38, 46,  52, 54,
                                    58, 60, 50, 46, 46, 50, 56, 64, 84, 100, 80, 50};
constexpr unsigned kStoreHalfHours[15] = {4, 6, 8, 9, 9, 8, 6, 4, 6, 8, 10, 12, 12, 10, 6};

struct Date {
  int month, day;
};
Date parse(const std::string& date) {
  return {(date[5] - '0') * 10 + date[6] - '0', (date[8] - '0') * 10 + date[9] - '0'};
}

// Days since Black Friday (the Friday after the fourth Thursday of November), as a factor.
double black_friday(Date d, unsigned weekday) {
  if (d.month != 11) return 1;
  // The Friday on or before d + 3 that falls in 23..29 is Black Friday.
  const int friday = d.day + 4 - static_cast<int>(weekday);
  if (friday < 23 || friday > 29) return 1;
  if (weekday == 4) return 3.2;
  return weekday > 4 ? 2.0 : 1.4;
}

double season(Date d) {
  if (d.month == 12) return d.day <= 23 ? 1.65 : d.day <= 25 ? 0.5 : 0.8;
  if (d.month == 1) return d.day >= 5 && d.day <= 25 ? 1.4 : 0.9;  // saldi invernali
  if (d.month == 7) return d.day <= 20 ? 1.25 : 0.9;               // saldi estivi
  if (d.month == 8) return d.day >= 8 && d.day <= 21 ? 0.4 : 0.7;  // Ferragosto
  if (d.month == 11) return 1.2;
  if (d.month == 5) return 1.1;  // liste nozze, festa della mamma
  return 1;
}

bool holiday(Date d) {
  constexpr Date kDays[] = {{1, 1},  {1, 6},  {4, 25},  {5, 1},  {6, 2},
                            {8, 15}, {11, 1}, {12, 25}, {12, 26}};
  return std::any_of(std::begin(kDays), std::end(kDays),
                     [&](Date h) { return h.month == d.month && h.day == d.day; });
}

}  // namespace

unsigned web_hour_weight(unsigned hour) { return kWebHours[hour % 24]; }

Calendar::Calendar(Micros until, unsigned days) : until_(until) {
  const auto rome = Zone::find("Europe/Rome");
  const Zone zone = rome ? *rome : Zone::utc();
  midnight_.resize(days);
  Micros at = zone.floor(until, CalendarUnit::day);
  for (std::size_t i = days; i-- > 0;) {
    midnight_[i] = at;
    at = zone.floor(at - kHour, CalendarUnit::day);
  }
  double web = 0, store = 0;
  for (const Micros start : midnight_) {
    date_.push_back(zone.date(start));
    const Micros local_days = zone.to_local(start) / kDay;
    weekday_.push_back(static_cast<unsigned char>((local_days + 3) % 7));
    const unsigned weekday = weekday_.back();
    const Date d = parse(date_.back());
    constexpr double kWebWeek[7] = {1.05, 1.0, 1.0, 1.0, 0.95, 0.95, 1.2};
    constexpr double kStoreWeek[7] = {0.7, 0.9, 0.95, 1.0, 1.2, 2.1, 0};
    const double both = season(d) * black_friday(d, weekday);
    web_.push_back(kWebWeek[weekday] * both);
    double shop = kStoreWeek[weekday] * both;
    if (weekday == 6 && d.month == 12 && d.day < 25) shop = 1.3 * both;  // Sundays of Advent
    if (holiday(d)) shop = 0;
    store_.push_back(shop);
    web_sum_.push_back(web += web_.back());
    store_sum_.push_back(store += shop);
  }
}

int Calendar::day_of(Micros t) const {
  const auto after = std::upper_bound(midnight_.begin(), midnight_.end(), t);
  return std::max(0, static_cast<int>(after - midnight_.begin()) - 1);
}

int Calendar::pick(const std::vector<double>& sums, Random& random, int low, int high) {
  const int last = static_cast<int>(sums.size()) - 1;
  low = std::clamp(low, 0, last);
  high = std::clamp(high, low, last);
  const double before = low == 0 ? 0 : sums[static_cast<std::size_t>(low - 1)];
  const double at = before + random.unit() * (sums[static_cast<std::size_t>(high)] - before);
  const auto found = std::upper_bound(sums.begin() + low, sums.begin() + high, at);
  return static_cast<int>(found - sums.begin());
}

int Calendar::open_day(int day) const {
  const int last = days() - 1;
  for (day = std::clamp(day, 0, last); day < last && store_weight(day) == 0;) ++day;
  return day;
}

Micros Calendar::web_time(Random& random, int day) const {
  return midnight(day) + random.weighted(kWebHours) * kHour +
         random.below(3'600'000) * Micros{1000};
}

Micros Calendar::store_time(Random& random, int day) const {
  const unsigned half = random.weighted(kStoreHalfHours);
  const unsigned minutes = half < 7 ? 570 + half * 30 : 930 + (half - 7) * 30;
  return midnight(day) + minutes * kMinute + random.below(1'800'000) * Micros{1000};
}

}  // namespace viaggio::demo
