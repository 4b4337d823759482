#pragma once
// How many rows equal to this one were there before? One counter per distinct row hash, in one flat
// table (16 bytes a row, at most half full). Hash 0 counts like any other. One thread.
#include <cstdint>
#include <vector>

namespace viaggio::imports {

class RowOrdinals {
 public:
  // 1 for the first row with this hash, then 2, 3 ...
  std::uint32_t next(std::uint64_t hash) {
    if (used_ * 2 >= slots_.size()) grow();
    Slot& slot = find(hash);
    if (slot.count == 0) {
      slot.hash = hash;
      ++used_;
    }
    return ++slot.count;
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t count = 0;  // 0 = free
  };

  Slot& find(std::uint64_t hash) {
    std::size_t i = hash & (slots_.size() - 1);
    while (slots_[i].count != 0 && slots_[i].hash != hash) i = (i + 1) & (slots_.size() - 1);
    return slots_[i];
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 1024 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.count != 0) find(slot.hash) = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace viaggio::imports
