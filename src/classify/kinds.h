#pragma once
// The table of event kinds: EventKind <-> KindId, interned in order of first use.
// Thread-safe. Ids are dense from 0 and never change; entries are never removed.
#include <cstdint>
#include <deque>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/event.h"

namespace viaggio::classify {

class KindTable {
 public:
  // The id of a kind; `fresh` says that it is new and must be stored with the commit.
  KindId intern(const EventKind& kind, bool& fresh);
  void restore(KindId id, const EventKind& kind);  // in ascending order of id
  EventKind at(KindId id) const;
  std::uint32_t size() const;
  // All kinds below `count` at once.
  std::vector<const EventKind*> list(std::uint32_t count) const;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<EventKind> kinds_;
  std::unordered_map<std::string, KindId> ids_;
};

}  // namespace viaggio::classify
