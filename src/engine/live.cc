#include "engine/live.h"

namespace viaggio::engine {
namespace {
constexpr std::size_t kKept = 1000;
}

std::uint64_t Live::listen(Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_[next_] = std::move(listener);
  return next_++;
}

void Live::forget(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(id);
}

void Live::publish(std::string event, std::string data) {
  auto message =
      std::make_shared<const LiveMessage>(LiveMessage{std::move(event), std::move(data)});
  const std::lock_guard lock(mutex_);
  if (message->event != "counters") {
    auto& list = kept_[message->event];
    list.push_front(message);
    if (list.size() > kKept) list.pop_back();
  }
  for (const auto& [id, listener] : listeners_) listener(message);
}

std::string Live::recent(const std::string& event, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  std::string out = "[";
  const auto at = kept_.find(event);
  if (at != kept_.end()) {
    for (std::size_t i = 0; i < at->second.size() && i < limit; ++i)
      out += (i == 0 ? "" : ",") + at->second[i]->data;
  }
  return out + "]";
}

}  // namespace viaggio::engine
