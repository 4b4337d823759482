#include "http/stream_queue.h"

namespace viaggio::http {

bool StreamQueue::write(std::string_view bytes) {
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return state_ != State::open || pending_.size() < limit_; });
    if (state_ != State::open) return false;
    pending_.append(bytes);
  }
  notify();
  return true;
}

bool StreamQueue::offer(std::string_view bytes) {
  {
    std::lock_guard lock(mutex_);
    if (state_ != State::open || pending_.size() + bytes.size() > limit_) return false;
    pending_.append(bytes);
  }
  notify();
  return true;
}

bool StreamQueue::open() const {
  std::lock_guard lock(mutex_);
  return state_ == State::open;
}

void StreamQueue::finish(State state) {
  {
    std::lock_guard lock(mutex_);
    if (state_ != State::open) return;
    state_ = state;
  }
  notify();
}

void StreamQueue::notify() {
  std::function<void()> wake;
  {
    std::lock_guard lock(mutex_);
    wake = wake_;
  }
  if (wake) wake();
}

StreamQueue::State StreamQueue::take(std::string& into) {
  std::lock_guard lock(mutex_);
  into.clear();
  into.swap(pending_);
  return state_;
}

void StreamQueue::taken() { room_.notify_all(); }

void StreamQueue::drop() {
  {
    std::lock_guard lock(mutex_);
    state_ = State::gone;
    pending_.clear();
  }
  room_.notify_all();
}

void StreamQueue::detach() {
  std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

}  // namespace viaggio::http
