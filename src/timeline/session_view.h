#pragma once
// The same events in other sessions than those the blocks were sealed with: for a session gap that
// was changed since, or sessions that the sender names (docs/semantics/sessions.md).
//
// In a view the device column holds the number of the event's session among the customer's, so with
// the gap kOneSession every reader of sessions finds exactly these; the entry column follows.
// Costs memory of the size of the snapshot and one pass over it; blocks are kept for the next view.
// Thread-safe: one view is made at a time.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "timeline/snapshot.h"

namespace viaggio::timeline {

inline constexpr Micros kOneSession = std::numeric_limits<Micros>::max();

struct SessionRule {
  std::string name;  // equal names mean equal rules
  Micros gap = 30 * kMinute;
  // A code of the session id that the event carries, 0 = none; null: no event carries one.
  std::function<std::uint32_t(Sequence)> id;
};

class SessionViews {
 public:
  Result<std::shared_ptr<const Snapshot>> view(const std::shared_ptr<const Snapshot>& snapshot,
                                               const SessionRule& rule, unsigned threads);

 private:
  struct Known {
    std::shared_ptr<const Block> sealed, seen;
  };
  std::mutex mutex_;
  std::string name_;
  std::map<const Block*, Known> blocks_;
  std::shared_ptr<const Snapshot> last_, last_view_;
};

// Puts the number of each event's session in the place of its device; an event that is a session of
// its own has none. `events` are one customer's, in order.
void number_sessions(std::vector<Event>& events, const SessionRule& rule);

}  // namespace viaggio::timeline
