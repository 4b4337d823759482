#include "base/calendar.h"

namespace viaggio {

std::optional<Calendar> Calendar::cover(Micros first, Micros last, const Zone& zone,
                                        CalendarUnit unit, std::size_t most) {
  Calendar out;
  out.bounds_.push_back(zone.floor(first, unit));
  while (out.bounds_.back() <= last) {
    if (out.bounds_.size() > most) return std::nullopt;
    out.bounds_.push_back(zone.next(out.bounds_.back(), unit));
  }
  if (out.size() != 0) {
    out.per_micro_ = static_cast<double>(out.size()) /
                     static_cast<double>(out.bounds_.back() - out.bounds_.front());
  }
  return out;
}

}  // namespace viaggio
