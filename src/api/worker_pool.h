#pragma once
// A few threads for work that blocks, with a bounded queue. Thread-safe.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace viaggio::api {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, std::size_t queue_limit);
  ~WorkerPool();  // runs what is queued, then ends
  // False when the queue is full: the work is not taken.
  bool submit(std::function<void()> work);

 private:
  void run();
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace viaggio::api
