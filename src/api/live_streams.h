#pragma once
// The open server-sent event streams: passes messages on, says a word when nothing happens (so that
// proxies keep the connection), and forgets readers that left or fell behind. Thread-safe.
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "api/backend.h"
#include "http/server.h"

namespace viaggio::api {

class LiveStreams {
 public:
  LiveStreams();
  ~LiveStreams();  // ends all streams
  // False when too many are open.
  bool add(Backend& workspace, http::Responder& responder);

 private:
  struct Open {
    std::shared_ptr<http::Stream> stream;
    std::unique_ptr<LiveSubscription> subscription;
  };
  void tend();
  static constexpr std::size_t kMost = 200;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Open> open_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace viaggio::api
