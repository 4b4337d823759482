#pragma once
// A sorted sequence in blocks of at most 512 elements: appending is as dense as a vector, inserting
// in the middle costs one block and not the whole sequence, so that history arriving backwards on
// one busy device stays cheap. Order is the caller's. Not thread-safe.
#include <cstddef>
#include <utility>
#include <vector>

namespace viaggio::identity {

template <class T>
class SortedChunks {
 public:
  struct Cursor {
    std::size_t chunk = 0, index = 0;
    bool operator==(const Cursor&) const = default;
  };

  std::size_t size() const { return size_; }
  Cursor end() const { return {chunks_.size(), 0}; }
  bool is_end(Cursor c) const { return c.chunk >= chunks_.size(); }
  const T& at(Cursor c) const { return chunks_[c.chunk][c.index]; }
  T& at(Cursor c) { return chunks_[c.chunk][c.index]; }

  Cursor next(Cursor c) const {
    if (c.index + 1 < chunks_[c.chunk].size()) return {c.chunk, c.index + 1};
    return {c.chunk + 1, 0};
  }
  bool has_previous(Cursor c) const { return c.index > 0 || (c.chunk > 0 && !chunks_.empty()); }
  Cursor previous(Cursor c) const {
    if (c.index > 0) return {c.chunk, c.index - 1};
    return {c.chunk - 1, chunks_[c.chunk - 1].size() - 1};
  }

  // The first element of which before(element) is false; before must be true, then false, along the
  // sequence.
  template <class Before>
  Cursor partition_point(const Before& before) const {
    std::size_t low = 0, high = chunks_.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (before(chunks_[middle].back())) low = middle + 1;
      else high = middle;
    }
    if (low == chunks_.size()) return end();
    const std::vector<T>& chunk = chunks_[low];
    std::size_t first = 0, last = chunk.size() - 1;
    while (first < last) {
      const std::size_t middle = (first + last) / 2;
      if (before(chunk[middle])) first = middle + 1;
      else last = middle;
    }
    return {low, first};
  }

  // Inserts before the cursor.
  void insert(Cursor c, T value) {
    ++size_;
    if (is_end(c)) {
      if (chunks_.empty() || chunks_.back().size() >= kMost) chunks_.emplace_back();
      chunks_.back().push_back(std::move(value));
      return;
    }
    if (chunks_[c.chunk].size() >= kMost) c = split(c);
    std::vector<T>& chunk = chunks_[c.chunk];
    chunk.insert(chunk.begin() + static_cast<std::ptrdiff_t>(c.index), std::move(value));
  }

  void erase(Cursor c) {
    std::vector<T>& chunk = chunks_[c.chunk];
    chunk.erase(chunk.begin() + static_cast<std::ptrdiff_t>(c.index));
    --size_;
    if (chunk.empty()) chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(c.chunk));
  }

  template <class Each>
  void each(const Each& each) const {
    for (const auto& chunk : chunks_) {
      for (const T& value : chunk) each(value);
    }
  }

  std::size_t memory_bytes() const {
    std::size_t bytes = chunks_.capacity() * sizeof(chunks_[0]);
    for (const auto& chunk : chunks_) bytes += chunk.capacity() * sizeof(T);
    return bytes;
  }

 private:
  static constexpr std::size_t kMost = 512;

  Cursor split(Cursor c) {
    std::vector<T>& chunk = chunks_[c.chunk];
    const std::size_t half = chunk.size() / 2;
    std::vector<T> upper(chunk.begin() + static_cast<std::ptrdiff_t>(half), chunk.end());
    chunk.resize(half);
    chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(c.chunk) + 1, std::move(upper));
    if (c.index <= half) return c;
    return {c.chunk + 1, c.index - half};
  }

  std::vector<std::vector<T>> chunks_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace viaggio::identity
