#pragma once
// What acts on stored events: counters, transitions, playbooks, copies. A Subscriber is given every
// event stored after its activation, once and in the order of the log, and says what follows from
// it through Effects, which are kept together with its place in the log or not at all.
// Threads: all calls of one subscriber come from one thread at a time.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "eventlog/event_log.h"

namespace viaggio::subscribe {

struct Timer {
  std::string key;
  Micros due = 0;
  std::string payload;
};

// What a call of a subscriber changes. It sees its own changes; they are committed when the call
// has returned well, together with the cursor or the firing, and dropped when it has not.
class Effects {
 public:
  virtual ~Effects() = default;
  // The subscriber's own state; empty = absent.
  virtual Result<std::string> get(std::string_view key) const = 0;
  virtual void put(std::string_view key, std::string_view value) = 0;
  // Puts something into the outbox. A key that was ever sent is not sent again; the receiver gets
  // the key too, and should ignore one that it has seen (a crash in between repeats it).
  virtual Status send(std::string_view effect_key, std::string_view payload) = 0;
  // A timer replaces the one of the same key. It fires once, when `due` has passed and every event
  // stored before has been handled.
  virtual Status arm(const Timer& timer) = 0;
  virtual Status disarm(std::string_view key) = 0;
};

class Subscriber {
 public:
  virtual ~Subscriber() = default;
  virtual std::string name() const = 0;  // [a-z0-9_.-]+, for ever
  // Which rule it follows: another number is another activation, from the log's end at that moment;
  // timers armed and effects not yet delivered under the old rule are dropped.
  virtual std::uint64_t rule() const { return 0; }
  virtual bool wants_bodies() const { return false; }  // source, message_id and json
  virtual Status handle(std::span<const eventlog::Record> events, Effects& effects) = 0;
  virtual Status fire(const Timer&, Effects&) { return {}; }
  // Called after the effects of handle or fire are kept. A crash before it is not made up for.
  virtual void settled() {}
  // Brings one outbox entry out. An error keeps it, to be tried again at a later step.
  virtual Status deliver(std::string_view effect_key, std::string_view payload) {
    (void)effect_key, (void)payload;
    return {};
  }
};

}  // namespace viaggio::subscribe
