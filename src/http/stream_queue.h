#pragma once
// The bytes between a producer thread and the event loop that writes them to a client.
// Thread-safe. Invariant: after end() or drop() nothing more is accepted.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "http/server.h"

namespace viaggio::http {

class StreamQueue : public Stream {
 public:
  // wake is called (from any thread, lock not held) when there may be something to write.
  StreamQueue(std::size_t limit, std::function<void()> wake)
      : limit_(limit), wake_(std::move(wake)) {}

  bool write(std::string_view bytes) override;
  bool offer(std::string_view bytes) override;
  bool open() const override;
  void close() override { finish(State::complete); }
  void abort() override { finish(State::aborted); }

  // ---- for the event loop ----
  enum class State { open, complete, aborted, gone };
  State take(std::string& into);  // everything queued
  void taken();                   // it was written: producers may go on
  void drop();                    // the client is gone
  void detach();                  // no more wake-ups: the loop has forgotten this stream

 private:
  void finish(State state);
  void notify();
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::string pending_;
  const std::size_t limit_;
  State state_ = State::open;
  std::function<void()> wake_;
};

}  // namespace viaggio::http
