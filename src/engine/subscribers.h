#pragma once
// The thread on which an open folder's subscribers run: behind the acknowledgements, at low
// priority, never in their way. Owns their durable state (FOLDER/subscribers).
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "engine/live_counters.h"
#include "engine/stage_entries.h"
#include "subscribe/subscriptions.h"

namespace viaggio::engine {

class Engine;

class Subscribers {
 public:
  // The engine must outlive it. Without a thread (a folder being filled, tests) nothing is active
  // until catch_up() is first called.
  static Result<std::unique_ptr<Subscribers>> start(Engine& engine, bool thread);
  ~Subscribers();

  // Handles all that is stored by now.
  Status catch_up(Micros now);

  // `"per_minute":[60 numbers],"today":n,"touchpoints":[...],"stages":[...]`, without braces.
  std::string counters(Micros now) const;

 private:
  explicit Subscribers(Engine& engine) : engine_(engine) {}
  Status activate();
  Status follow_model();  // the stage model may have been changed
  void run();

  Engine& engine_;
  std::unique_ptr<subscribe::Subscriptions> subscriptions_;
  std::shared_ptr<LiveCounters> live_;
  std::mutex stepping_;  // the thread's rounds and catch_up
  mutable std::mutex stages_mutex_;
  std::shared_ptr<StageEntries> stages_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace viaggio::engine
