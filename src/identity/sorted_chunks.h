#pragma once
// A sorted sequence in blocks of at most 512 elements: appending is as dense as a vector, inserting
// in the middle costs one block and not the whole sequence, so that history arriving backwards on
// one busy device stays cheap. A short sequence is one vector and little else. Order is the
// caller's. Not thread-safe.
#include <cstddef>
#include <memory>
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

  std::size_t size() const {
    std::size_t total = 0;
    for (std::size_t i = 0; i < chunks(); ++i) total += chunk(i).size();
    return total;
  }
  bool more_than(std::size_t n) const {
    return chunks() > 1 || (chunks() == 1 && chunk(0).size() > n);
  }
  Cursor begin() const { return {0, 0}; }
  Cursor end() const { return {chunks(), 0}; }
  bool is_end(Cursor c) const { return c.chunk >= chunks(); }
  const T& at(Cursor c) const { return chunk(c.chunk)[c.index]; }
  T& at(Cursor c) { return chunk(c.chunk)[c.index]; }

  Cursor next(Cursor c) const {
    if (c.index + 1 < chunk(c.chunk).size()) return {c.chunk, c.index + 1};
    return {c.chunk + 1, 0};
  }
  bool has_previous(Cursor c) const { return c.index > 0 || c.chunk > 0; }
  Cursor previous(Cursor c) const {
    if (c.index > 0) return {c.chunk, c.index - 1};
    return {c.chunk - 1, chunk(c.chunk - 1).size() - 1};
  }

  // The first element of which before(element) is false; before must be true, then false, along the
  // sequence.
  template <class Before>
  Cursor partition_point(const Before& before) const {
    std::size_t low = 0, high = chunks();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (before(chunk(middle).back()))
        low = middle + 1;
      else
        high = middle;
    }
    if (low == chunks()) return end();
    const std::vector<T>& found = chunk(low);
    std::size_t first = 0, last = found.size() - 1;
    while (first < last) {
      const std::size_t middle = (first + last) / 2;
      if (before(found[middle]))
        first = middle + 1;
      else
        last = middle;
    }
    return {low, first};
  }

  // Inserts before the cursor.
  void insert(Cursor c, T value) {
    if (is_end(c)) {
      std::vector<T>& last = last_with_room();
      last.insert(last.end(), std::move(value));
      return;
    }
    if (chunk(c.chunk).size() >= kMost) c = split(c);
    std::vector<T>& into = chunk(c.chunk);
    make_room(into);
    into.insert(into.begin() + static_cast<std::ptrdiff_t>(c.index), std::move(value));
  }

  void erase(Cursor c) {
    std::vector<T>& from = chunk(c.chunk);
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(c.index));
    if (from.empty() && many_) many_->erase(many_->begin() + static_cast<std::ptrdiff_t>(c.chunk));
  }

  template <class Each>
  void each(const Each& each) const {
    for (std::size_t i = 0; i < chunks(); ++i) {
      for (const T& value : chunk(i)) each(value);
    }
  }

  std::size_t memory_bytes() const {  // beyond the object itself
    std::size_t bytes = one_.capacity() * sizeof(T);
    if (!many_) return bytes;
    for (const auto& chunk : *many_) bytes += chunk.capacity() * sizeof(T) + sizeof chunk;
    return bytes;
  }

 private:
  static constexpr std::size_t kMost = 512;

  std::size_t chunks() const { return many_ ? many_->size() : one_.empty() ? 0 : 1; }
  const std::vector<T>& chunk(std::size_t i) const { return many_ ? (*many_)[i] : one_; }
  std::vector<T>& chunk(std::size_t i) { return many_ ? (*many_)[i] : one_; }

  static void make_room(std::vector<T>& in) {
    if (in.size() == in.capacity()) in.reserve(in.size() + in.size() / 2 + 1);
  }
  void become_many() {
    if (many_) return;
    many_ = std::make_unique<std::vector<std::vector<T>>>();
    if (!one_.empty()) many_->push_back(std::move(one_));
    one_ = {};
  }
  std::vector<T>& last_with_room() {
    if (!many_ && one_.size() >= kMost) become_many();
    if (many_ && (many_->empty() || many_->back().size() >= kMost)) many_->emplace_back();
    std::vector<T>& last = many_ ? many_->back() : one_;
    make_room(last);
    return last;
  }
  Cursor split(Cursor c) {
    become_many();
    std::vector<T>& full = chunk(c.chunk);
    const std::size_t half = full.size() / 2;
    std::vector<T> upper(full.begin() + static_cast<std::ptrdiff_t>(half), full.end());
    full.resize(half);
    many_->insert(many_->begin() + static_cast<std::ptrdiff_t>(c.chunk) + 1, std::move(upper));
    if (c.index <= half) return c;
    return {c.chunk + 1, c.index - half};
  }

  std::vector<T> one_;                                 // all of it, while it fits ...
  std::unique_ptr<std::vector<std::vector<T>>> many_;  // ... else these; none is empty
};

}  // namespace viaggio::identity
