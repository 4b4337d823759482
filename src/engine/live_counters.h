#pragma once
// How much arrives: events per minute and kind over the last hour, and since the day began. A
// subscriber, so that the numbers are exact, also over a restart and under any load.
// Threads: the subscriber's calls on one thread, picture() from any.
#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "base/time.h"
#include "subscribe/subscriptions.h"

namespace viaggio::engine {

class LiveCounters final : public subscribe::Subscriber {
 public:
  // zone: of the workspace, for the beginning of the day.
  explicit LiveCounters(std::function<Zone()> zone) : zone_(std::move(zone)) {}
  // What was counted before the last stop.
  Status load(const subscribe::Subscriptions& from, Micros now);

  std::string name() const override { return "live-counters"; }
  Status handle(std::span<const eventlog::Record> events, subscribe::Effects& effects) override;
  void settled() override;

  struct Picture {
    std::array<std::uint64_t, 60> per_minute{};  // the last one is the current minute
    std::vector<std::uint64_t> by_kind;          // in these 60 minutes
    std::uint64_t today = 0;
  };
  Picture picture(Micros now) const;

 private:
  using Kinds = std::map<KindId, std::uint64_t>;
  struct Counts {
    std::map<std::int64_t, Kinds> minutes;  // minute since 1970, of the last two hours
    std::string day;                        // "2026-11-23"
    std::uint64_t today = 0;
  };
  const std::function<Zone()> zone_;
  Counts next_;  // with the batch that is being handled
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace viaggio::engine
