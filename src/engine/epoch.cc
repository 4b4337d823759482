#include "engine/epoch.h"

#include <charconv>

namespace viaggio::engine {

std::string Epoch::text() const {
  return std::to_string(sequence) + "-" + std::to_string(revision) + "-" + std::to_string(clock);
}

Result<Epoch> Epoch::parse(std::string_view text) {
  Epoch e;
  const char* at = text.data();
  const char* const end = at + text.size();
  auto number = [&](auto& into, char stop) {
    const auto [next, ec] = std::from_chars(at, end, into);
    if (ec != std::errc() || next == at) return false;
    at = next;
    if (stop == '\0') return at == end;
    return at != end && *at++ == stop;
  };
  constexpr Micros kYear10000 = 253'402'300'800 * kSecond;  // beyond it arithmetic has no room
  if (number(e.sequence, '-') && number(e.revision, '-') && number(e.clock, '\0') && e.clock >= 0 &&
      e.clock < kYear10000) {
    return e;
  }
  return invalid("as_of", "is not an epoch; use the `epoch` of an answer");
}

}  // namespace viaggio::engine
