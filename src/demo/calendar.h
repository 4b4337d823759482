#pragma once
// The days of the story in Italian local time, and how busy each is for the site and for a shop:
// saldi, Black Friday, Christmas, Ferragosto, holidays, Sundays, opening hours. Immutable.
#include <string>
#include <vector>

#include "base/time.h"
#include "demo/random.h"

namespace viaggio::demo {

class Calendar {
 public:
  // The last day is the one that holds `until`.
  Calendar(Micros until, unsigned days);

  int days() const { return static_cast<int>(midnight_.size()); }
  Micros until() const { return until_; }
  Micros from() const { return midnight_.front(); }
  Micros midnight(int day) const { return midnight_[static_cast<std::size_t>(day)]; }
  const std::string& date(int day) const { return date_[static_cast<std::size_t>(day)]; }
  unsigned weekday(int day) const { return weekday_[static_cast<std::size_t>(day)]; }  // 0 = Monday
  bool weekend(int day) const { return weekday(day) >= 5; }
  double web_weight(int day) const { return web_[static_cast<std::size_t>(day)]; }
  double store_weight(int day) const { return store_[static_cast<std::size_t>(day)]; }
  // The day that holds t, cut to the story.
  int day_of(Micros t) const;

  // A day in [low, high] (cut to the story), busy days more often.
  int web_day(Random& random, int low, int high) const { return pick(web_sum_, random, low, high); }
  int store_day(Random& random, int low, int high) const {
    return pick(store_sum_, random, low, high);
  }
  // The next day from `day` on when shops are open; the last day of the story when none is.
  int open_day(int day) const;
  // An instant of a day: the site by day and evening, shops 9:30-13 and 15:30-19:30.
  Micros web_time(Random& random, int day) const;
  Micros store_time(Random& random, int day) const;

 private:
  static int pick(const std::vector<double>& sums, Random& random, int low, int high);

  Micros until_;
  std::vector<Micros> midnight_;
  std::vector<std::string> date_;
  std::vector<unsigned char> weekday_;
  std::vector<double> web_, store_, web_sum_, store_sum_;
};

// How many of a day's 1,000 site events fall in the local hour 0..23.
unsigned web_hour_weight(unsigned hour);

}  // namespace viaggio::demo
