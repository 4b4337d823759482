#include "journey/retention/units.h"

#include <algorithm>

namespace viaggio::journey {

namespace {
constexpr std::size_t kMostUnits = 200'000;
}

Result<Units> Units::cover(const select::Context& context, const Range& range, CalendarUnit unit) {
  Units out;
  out.now = context.now;
  const timeline::Snapshot& snapshot = *context.snapshot;
  if (snapshot.earliest() > snapshot.latest()) return out;
  Micros first = snapshot.earliest();
  if (range.from != std::numeric_limits<Micros>::min()) first = std::min(first, range.from);
  if (first > context.now) return out;
  auto calendar = Calendar::cover(first, context.now, context.zone, unit, kMostUnits);
  if (!calendar)
    return invalid("unit", "there would be too many units; choose a longer one",
                   "too_many_buckets");
  out.calendar = std::move(*calendar);
  out.begun = static_cast<std::uint32_t>(out.calendar.size());
  return out;
}

}  // namespace viaggio::journey
