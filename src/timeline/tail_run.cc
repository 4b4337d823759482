#include "timeline/tail_run.h"

namespace viaggio::timeline {
namespace {

// The columns of the piece, to be written; the order is TailRef::view's.
struct Columns {
  Columns(std::byte* memory, std::uint32_t room) {
    const auto next = [&]<class T>(T*& column) {
      column = reinterpret_cast<T*>(memory);
      memory += std::size_t{room} * sizeof(T);
    };
    next(time);
    next(kind);
    next(entry);
    next(value);
    next(sequence);
    next(device);
    next(breaks);
  }
  Micros* time = nullptr;
  KindId* kind = nullptr;
  KindId* entry = nullptr;
  std::int64_t* value = nullptr;
  Sequence* sequence = nullptr;
  NodeId* device = nullptr;
  std::uint8_t* breaks = nullptr;
};

}  // namespace

TailRun::TailRun(Micros session_gap, std::uint32_t room)
    : room_(room), session_gap_(session_gap), memory_(new std::byte[room * kBytesAnEvent]) {}

TailRun::TailRun(const std::vector<Event>& events, Micros session_gap, std::uint32_t spare)
    : TailRun(session_gap, static_cast<std::uint32_t>(events.size()) + spare) {
  if (session_gap == kNoSessions) {
    for (const Event& e : events) append(e);
    return;
  }
  SessionMarks marks(session_gap);
  for (const Event& e : events) put(e, marks.next(e.device, e.time, e.kind));
  mixed_ = marks.mixed();
}

void TailRun::put(const Event& e, SessionMarks::Mark mark) {
  const Columns c(memory_.get(), room_);
  c.time[size_] = e.time;
  c.kind[size_] = e.kind;
  c.entry[size_] = mark.entry;
  c.value[size_] = e.value;
  c.sequence[size_] = e.sequence;
  c.device[size_] = e.device;
  c.breaks[size_] = mark.breaks ? 1 : 0;
  ++size_;
}

Event TailRun::at(std::uint32_t i) const {
  const Columns c(memory_.get(), room_);
  return {c.time[i], c.sequence[i], c.value[i], c.kind[i], c.device[i]};
}

void TailRun::copy(std::uint32_t size, std::vector<Event>& out) const {
  for (std::uint32_t i = 0; i < size; ++i) out.push_back(at(i));
}

// The session is that of the last event of the same device, if it is near.
void TailRun::append(const Event& e) {
  SessionMarks::Mark mark{e.kind, true};
  if (e.device != kNoNode && session_gap_ != kNoSessions) {
    const Columns c(memory_.get(), room_);
    std::uint32_t i = size_;
    while (i > 0 && c.device[i - 1] != e.device) --i;
    if (i > 0 && e.time - c.time[i - 1] <= session_gap_) {
      mark = {c.entry[i - 1], i != size_};
      mixed_ = mixed_ || i != size_;
    }
  }
  put(e, mark);
}

}  // namespace viaggio::timeline
