#pragma once
// The calendar units in which a customer did something, found in one walk over the events that
// mean something. Internal to the module; Units is immutable, a UnitCursor one thread's.
#include "base/calendar.h"
#include "base/result.h"
#include "select/context.h"

namespace viaggio::journey {

struct Units {
  Calendar calendar;
  Micros now = 0;
  std::uint32_t begun = 0;  // units that begin at or before `now`
  bool is_over(std::size_t unit) const { return calendar.start(unit + 1) <= now + 1; }

  // From the first event, or `from` if earlier, to now. Empty where there is nothing.
  static Result<Units> cover(const select::Context& context, const Range& range, CalendarUnit unit);
};

// The unit of each of a customer's events, which come in order of time.
class UnitCursor {
 public:
  explicit UnitCursor(const Calendar& calendar) : calendar_(&calendar) {}
  void restart() { end_ = std::numeric_limits<Micros>::min(); }
  std::uint32_t unit(Micros t) {
    if (t >= end_) {
      unit_ = calendar_->bucket(t);
      end_ = calendar_->start(unit_ + std::size_t{1});
    }
    return unit_;
  }

 private:
  const Calendar* calendar_;
  Micros end_ = std::numeric_limits<Micros>::min();
  std::uint32_t unit_ = 0;
};

}  // namespace viaggio::journey
