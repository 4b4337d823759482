#pragma once
// One customer's events in the tail: columns with room to grow. Events beyond a reader's size are
// invisible to it, so appending in order needs no copy. The columns stand in one piece of memory,
// those that questions read most first, because a question visits many tails and waits for memory
// at each.
#include <memory>
#include <vector>

#include "timeline/run.h"

namespace viaggio::timeline {

class TailRun {
 public:
  // A gap for events in no order, each a session of its own.
  static constexpr Micros kNoSessions = -1;

  TailRun(Micros session_gap, std::uint32_t room);
  // `events` in order, with room for `spare` more.
  TailRun(const std::vector<Event>& events, Micros session_gap, std::uint32_t spare);

  static constexpr std::size_t kBytesAnEvent = sizeof(Micros) + 2 * sizeof(KindId) +
                                               sizeof(std::int64_t) + sizeof(Sequence) +
                                               sizeof(NodeId) + 1;

  std::uint32_t size() const { return size_; }
  std::uint32_t room() const { return room_; }
  bool full() const { return size_ == room_; }
  Event at(std::uint32_t i) const;
  void copy(std::uint32_t size, std::vector<Event>& out) const;
  // After the last event, in order; there must be room.
  void append(const Event& e);

 private:
  friend struct TailRef;
  void put(const Event& e, SessionMarks::Mark mark);
  std::uint32_t size_ = 0, room_ = 0;
  bool mixed_ = false;
  Micros session_gap_;
  std::unique_ptr<std::byte[]> memory_;  // the columns, one after another; see TailRef::view()
};

// The events that a tail holds now.
struct TailRef {
  TailRef(CustomerId of, std::shared_ptr<const TailRun> in)
      : customer(of),
        size(in->size_),
        room(in->room_),
        mixed(in->mixed_),
        session_gap(in->session_gap_),
        columns(in->memory_.get()),
        run(std::move(in)) {}

  CustomerId customer;
  std::uint32_t size, room;
  bool mixed;
  Micros session_gap;
  const std::byte* columns;
  std::shared_ptr<const TailRun> run;

  // Some visits before view() is used.
  void prefetch() const {
    const Run<KindId> r = view();
    __builtin_prefetch(r.time);
    __builtin_prefetch(r.kind);
    __builtin_prefetch(r.kind + 64 / sizeof(KindId));
    __builtin_prefetch(r.entry);
    __builtin_prefetch(r.breaks);
  }
  Run<KindId> view() const {
    Run<KindId> r;
    r.customer = customer;
    r.size = size;
    r.mixed = mixed;
    r.session_gap = session_gap;
    const std::byte* at = columns;
    const auto next = [&]<class T>(const T*& column) {
      column = reinterpret_cast<const T*>(at);
      at += std::size_t{room} * sizeof(T);
    };
    next(r.time);
    next(r.kind);
    next(r.entry);
    next(r.plain_values);
    next(r.wide_sequences);
    next(r.device);
    next(r.breaks);
    return r;
  }
};

}  // namespace viaggio::timeline
