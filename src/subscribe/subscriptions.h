#pragma once
// Runs subscribers over the event log: each from its own durable cursor, with an outbox and timers.
// After a crash every subscriber goes on where its last commit stood: no event is skipped, no
// effect kept twice (docs/decisions/subscribers.md). Threads: one thread calls add and step; cursor
// and state from any thread. Errors: a failing subscriber keeps its place and is tried again at the
// next step; the others go on.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "subscribe/state.h"
#include "subscribe/subscriber.h"

namespace viaggio::subscribe {

// Where tests let the process "die": a step ends at once when `survives` answers false.
enum class Moment { handled, kept, delivered };

struct Options {
  std::string folder;
  std::size_t batch = 10'000;  // events a step handles for one subscriber
  std::function<bool(Moment)> survives;
};

class Subscriptions {
 public:
  // The log must outlive it.
  static Result<std::unique_ptr<Subscriptions>> open(const eventlog::EventLog& log,
                                                     Options options);

  // A name seen for the first time, or with another rule, starts after the last stored event.
  Status add(std::shared_ptr<Subscriber> subscriber);

  // One round: for each subscriber a batch of events; if it has caught up, the timers due by `now`,
  // in order; then its outbox. True when there was something to do and may be more.
  Result<bool> step(Micros now);

  Result<Sequence> cursor(std::string_view name) const;
  Result<std::string> state(std::string_view name, std::string_view key) const;

 private:
  class Changing;
  Subscriptions(const eventlog::EventLog& log, Options options, std::unique_ptr<State> state)
      : log_(log), options_(std::move(options)), state_(std::move(state)) {}
  Result<bool> events(Subscriber& s, Sequence end);
  Result<bool> timers(Subscriber& s, Micros now);
  Result<bool> outbox(Subscriber& s);
  Status keep(Subscriber& s, Changing& effects);
  Status survive(Moment m) const;

  const eventlog::EventLog& log_;
  const Options options_;
  std::unique_ptr<State> state_;
  std::vector<std::shared_ptr<Subscriber>> subscribers_;
};

}  // namespace viaggio::subscribe
