#include "base/durations.h"

#include <algorithm>
#include <bit>

namespace viaggio {
namespace {

// Buckets in ascending order of value: for each bit length 512 buckets by the bits that follow the
// highest. Negative values come first, by the complement.
constexpr unsigned kFollowing = 9;
constexpr std::size_t kSide = 65u << kFollowing;

std::size_t magnitude(std::uint64_t v) {
  const auto length = static_cast<unsigned>(std::bit_width(v));
  if (length <= kFollowing) return v;  // small values stand for themselves
  const std::uint64_t following =
      (v >> (length - 1 - kFollowing)) & ((std::uint64_t{1} << kFollowing) - 1);
  return (static_cast<std::size_t>(length) << kFollowing) + following;
}

std::size_t bucket(std::int64_t v) {
  return v >= 0 ? kSide + magnitude(static_cast<std::uint64_t>(v))
                : kSide - 1 - magnitude(static_cast<std::uint64_t>(~v));
}

std::size_t rank_of(std::uint64_t n, unsigned percent) {
  const std::uint64_t rank = (n * percent + 99) / 100;  // ceil
  return rank == 0 ? 0 : rank - 1;
}

constexpr std::uint64_t kFew = 1u << 14;  // below, counting costs more than it saves

using Lists = std::span<const Durations* const>;

template <class Each>
void each_piece(Lists lists, Each&& each) {
  for (const Durations* list : lists) list->each_piece(each);
}

std::vector<std::int64_t> of_few(Lists lists, std::span<const unsigned> percents) {
  std::vector<std::int64_t> all, out;
  each_piece(lists, [&](auto piece) { all.insert(all.end(), piece.begin(), piece.end()); });
  for (const unsigned percent : percents) {
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(rank_of(all.size(), percent));
    std::nth_element(all.begin(), at, all.end());
    out.push_back(*at);
  }
  return out;
}

}  // namespace

void Durations::grow() {
  constexpr std::size_t kSmall = 16, kLarge = std::size_t{1} << 16;
  const std::size_t room =
      pieces_.empty() ? kSmall : std::clamp(2 * pieces_.back().size, kSmall, kLarge);
  pieces_.push_back({std::make_unique_for_overwrite<std::int64_t[]>(room), room});
  next_ = pieces_.back().values.get();
  end_ = next_ + room;
}

// The last piece grows no more.
void Durations::close() {
  if (next_ == nullptr) return;
  pieces_.back().size = static_cast<std::size_t>(next_ - pieces_.back().values.get());
  next_ = end_ = nullptr;
}

void Durations::take(Durations& other) {
  close();
  other.close();
  for (Piece& piece : other.pieces_) {
    if (piece.size != 0) pieces_.push_back(std::move(piece));
  }
  other.pieces_.clear();
}

std::vector<std::int64_t> quantiles(Lists lists, std::span<const unsigned> percents) {
  std::uint64_t n = 0;
  for (const Durations* list : lists) n += list->size();
  if (n == 0) return {};
  if (n <= kFew) return of_few(lists, percents);
  std::vector<std::uint32_t> counts(2 * kSide, 0);
  each_piece(lists, [&](auto piece) {
    for (const std::int64_t v : piece) ++counts[bucket(v)];
  });
  struct Wanted {
    std::size_t bucket = 0;
    std::uint64_t rank = 0;  // in the bucket, from 0
  };
  std::vector<Wanted> wanted;
  std::vector<std::uint8_t> near(2 * kSide, 0);
  for (const unsigned percent : percents) {
    std::uint64_t rank = rank_of(n, percent);
    std::size_t b = 0;
    while (rank >= counts[b]) rank -= counts[b++];
    wanted.push_back({b, rank});
    near[b] = 1;
  }
  std::vector<std::vector<std::int64_t>> close(percents.size());
  each_piece(lists, [&](auto piece) {
    for (const std::int64_t v : piece) {
      const std::size_t b = bucket(v);
      if (near[b] == 0) continue;
      for (std::size_t w = 0; w < wanted.size(); ++w) {
        if (wanted[w].bucket == b) close[w].push_back(v);
      }
    }
  });
  std::vector<std::int64_t> out;
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    const auto at = close[w].begin() + static_cast<std::ptrdiff_t>(wanted[w].rank);
    std::nth_element(close[w].begin(), at, close[w].end());
    out.push_back(*at);
  }
  return out;
}

}  // namespace viaggio
