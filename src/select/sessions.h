#pragma once
// Which session each event of a run is in (docs/semantics/sessions.md): numbers from 0 in order of
// the session's first event; made of all journey events of the customer, before any filter.
#include <cstdint>
#include <vector>

#include "timeline/run.h"

namespace viaggio::select {

class Sessions {
 public:
  explicit Sessions(Micros gap) : gap_(gap) {}
  // Fills `of` for the first `size` events of a run.
  template <class RunT>
  void assign(const RunT& run, std::uint32_t size) {
    of.resize(size);
    open_.clear();
    count = 0;
    for (std::uint32_t i = 0; i < size; ++i) of[i] = place(run.device[i], run.time[i]);
  }
  std::vector<std::uint32_t> of;
  std::uint32_t count = 0;

 private:
  struct Open {
    NodeId device;
    Micros last;
    std::uint32_t session;
  };
  std::uint32_t place(NodeId device, Micros time) {
    if (device == kNoNode) return count++;
    for (Open& o : open_) {
      if (o.device != device) continue;
      if (time - o.last > gap_) o.session = count++;
      o.last = time;
      return o.session;
    }
    open_.push_back({device, time, count});
    return count++;
  }
  Micros gap_;
  std::vector<Open> open_;
};

}  // namespace viaggio::select
