#pragma once
// Recently read chunks, decoded, the least recently used dropped first. Found by any sequence in
// them. Threads: any. Values are immutable and stay valid after they are dropped.
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "eventlog/chunk.h"

namespace viaggio::eventlog {

struct Chunk {
  Sequence first = 0;
  ChunkHeaders headers;
  std::string value;  // what bodies points into; empty when only headers were read
  ChunkBodies bodies;
  bool holds(Sequence s) const { return s >= first && s - first < headers.headers.size(); }
};

class ChunkCache {
 public:
  explicit ChunkCache(std::size_t bytes) : capacity_(bytes) {}

  std::shared_ptr<const Chunk> find(Sequence s) {
    const std::lock_guard lock(mutex_);
    auto at = by_first_.upper_bound(s);
    if (at == by_first_.begin()) return nullptr;
    --at;
    if (!(*at->second)->holds(s)) return nullptr;
    order_.splice(order_.begin(), order_, at->second);
    return *at->second;
  }

  void put(std::shared_ptr<const Chunk> chunk) {
    const std::lock_guard lock(mutex_);
    drop(chunk->first);
    bytes_ += cost(*chunk);
    order_.push_front(std::move(chunk));
    by_first_[order_.front()->first] = order_.begin();
    while (bytes_ > capacity_ && order_.size() > 1) drop(order_.back()->first);
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    order_.clear();
    by_first_.clear();
    bytes_ = 0;
  }

 private:
  using Order = std::list<std::shared_ptr<const Chunk>>;
  static std::size_t cost(const Chunk& c) {
    return c.value.size() + c.headers.headers.size() * (sizeof(EventHeader) + 4) + 256;
  }
  void drop(Sequence first) {
    const auto at = by_first_.find(first);
    if (at == by_first_.end()) return;
    bytes_ -= cost(**at->second);
    order_.erase(at->second);
    by_first_.erase(at);
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  Order order_;
  std::map<Sequence, Order::iterator> by_first_;
  std::size_t bytes_ = 0;
};

}  // namespace viaggio::eventlog
