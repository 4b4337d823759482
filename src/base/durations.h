#pragma once
// Many durations, collected by several threads, and their exact quantiles. A list grows in pieces
// and takes over the pieces of others, so that values are never copied; quantiles count values by
// magnitude and look closer only at the magnitude that holds the answer, so that nothing is
// reordered. Nearest rank, as base/quantile.h: always a value of the list.
// A list is one thread's until it is only read.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace viaggio {

class Durations {
 public:
  void add(std::int64_t duration) {
    if (next_ == end_) grow();
    *next_++ = duration;
  }
  // Leaves `other` empty.
  void take(Durations& other);

  bool empty() const { return size() == 0; }
  std::uint64_t size() const {
    std::uint64_t n = 0;
    each_piece([&](std::span<const std::int64_t> piece) { n += piece.size(); });
    return n;
  }
  // In no particular order.
  template <class Each>
  void each_piece(Each&& each) const {
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      const Piece& piece = pieces_[p];
      const bool growing = next_ != nullptr && p + 1 == pieces_.size();
      each(std::span<const std::int64_t>(
          piece.values.get(),
          growing ? static_cast<std::size_t>(next_ - piece.values.get()) : piece.size));
    }
  }

 private:
  struct Piece {
    std::unique_ptr<std::int64_t[]> values;
    std::size_t size = 0;  // of the last piece while it grows: its room
  };
  void grow();
  void close();
  std::vector<Piece> pieces_;
  std::int64_t* next_ = nullptr;  // into the last piece, while it grows
  std::int64_t* end_ = nullptr;
};

// The answer to each percentage over all lists; empty when there are no values.
std::vector<std::int64_t> quantiles(std::span<const Durations* const> lists,
                                    std::span<const unsigned> percents);

}  // namespace viaggio
