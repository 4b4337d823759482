#include "api/live_streams.h"

#include "api/cors.h"

namespace viaggio::api {
namespace {

constexpr std::chrono::seconds kLook{1};
constexpr int kLooksPerWord = 15;

std::string frame(const LiveMessage& message) {
  return "event: " + message.event + "\ndata: " + message.data + "\n\n";
}

}  // namespace

LiveStreams::LiveStreams() : thread_([this] { tend(); }) {}

LiveStreams::~LiveStreams() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
  for (Open& o : open_) {
    o.subscription.reset();
    o.stream->close();
  }
}

bool LiveStreams::add(Backend& workspace, http::Responder& responder) {
  {
    std::lock_guard lock(mutex_);
    if (open_.size() >= kMost) return false;
  }
  http::Response head;
  head.headers.set("Content-Type", "text/event-stream");
  head.headers.set("Cache-Control", "no-store");
  head.headers.set("X-Accel-Buffering", "no");
  add_security_headers(head);
  auto stream = responder.stream(std::move(head), true);
  if (!stream) return true;
  stream->offer("retry: 2000\n\n");
  auto subscription =
      workspace.subscribe_live([stream](const std::shared_ptr<const LiveMessage>& message) {
        // One that fell behind is ended: its browser comes back and asks for the recent ones.
        if (!stream->offer(frame(*message))) stream->close();
      });
  std::lock_guard lock(mutex_);
  open_.push_back({std::move(stream), std::move(subscription)});
  return true;
}

void LiveStreams::tend() {
  std::unique_lock lock(mutex_);
  for (int looks = 0; !changed_.wait_for(lock, kLook, [&] { return ending_; }); ++looks) {
    std::list<Open> gone;
    for (auto it = open_.begin(); it != open_.end();) {
      auto next = std::next(it);
      if (looks % kLooksPerWord == 0) it->stream->offer(": here\n\n");
      if (!it->stream->open()) gone.splice(gone.end(), open_, it);
      it = next;
    }
    // Unsubscribing may wait for a message that is being passed on.
    lock.unlock();
    gone.clear();
    lock.lock();
  }
}

}  // namespace viaggio::api
