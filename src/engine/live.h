#pragma once
// What is happening now: the latest events and rejections, and listeners who are told of each.
// Thread-safe. Listeners must not block.
#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace viaggio::engine {

struct LiveMessage {
  std::string event;  // event | rejected | stage_entered | counters | alert
  std::string data;   // one JSON value
};

class Live {
 public:
  using Listener = std::function<void(const std::shared_ptr<const LiveMessage>&)>;
  std::uint64_t listen(Listener listener);
  void forget(std::uint64_t id);
  void publish(std::string event, std::string data);

  std::string recent(const std::string& event,
                     std::size_t limit) const;  // a JSON list, newest first

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Listener> listeners_;
  std::uint64_t next_ = 1;
  std::map<std::string, std::deque<std::shared_ptr<const LiveMessage>>> kept_;
};

}  // namespace viaggio::engine
