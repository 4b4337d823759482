#pragma once
// Stage transitions as they happen: for every event stored, whether it brought its customer into
// another stage of the default model. A subscriber: transitions are computed, never logged, and a
// changed model starts anew with the events stored after the change (rulings 21).
// Threads: the subscriber's calls on one thread, picture() from any.
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "subscribe/subscriptions.h"

namespace viaggio::engine {

class Engine;

class StageEntries final : public subscribe::Subscriber {
 public:
  // model_text: the model's document; another text is another rule.
  StageEntries(Engine& engine, std::string_view model_text);
  Status load(const subscribe::Subscriptions& from);

  std::string name() const override { return "stage-entries"; }
  std::uint64_t rule() const override { return rule_; }
  Status handle(std::span<const eventlog::Record> events, subscribe::Effects& effects) override;
  void settled() override;

  // By stage: how often it was entered since the day of the last entry began (UTC).
  std::map<std::string, std::uint64_t> picture(Micros now) const;

 private:
  struct Counts {
    std::int64_t day = 0;
    std::map<std::string, std::uint64_t> entered;
  };
  Engine& engine_;
  const std::uint64_t rule_;
  Counts next_;
  std::vector<std::string> told_;  // messages of the batch, for live listeners
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace viaggio::engine
