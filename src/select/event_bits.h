#pragma once
// What the events of some whole customers mean, a bit for each event and meaning, made from their
// kinds alone: a question then goes from one event that matters to the next, 64 at a time, without
// looking at those between. Bits stand in the order of the events, the first event of the stretch
// is bit 0. One thread's working memory.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace viaggio::select {

class EventBits {
 public:
  static constexpr std::uint32_t kAtOnce = 1u << 13;  // events that a core keeps close

  // For each code its meanings, a bit each; `meanings` is how many there are, at most 64.
  void prepare(const std::uint64_t* by_code, std::uint32_t codes, unsigned meanings) {
    meanings_ = meanings;
    tables_.resize((meanings + 7) / 8);
    for (std::size_t g = 0; g < tables_.size(); ++g) {
      tables_[g].resize(codes);
      for (std::uint32_t c = 0; c < codes; ++c)
        tables_[g][c] = static_cast<std::uint8_t>(by_code[c] >> (8 * g));
    }
  }

  // The events [from, to) of a column of kinds.
  template <class Code>
  void fill(const Code* kind, std::uint32_t from, std::uint32_t to) {
    const std::uint32_t n = to - from;
    words_ = (n + 63) / 64;
    stride_ = words_ + 1;  // a word of zeros after the last, for window()
    if (bits_.size() < stride_ * meanings_) bits_.resize(stride_ * meanings_);
    if (bytes_.size() < words_ * 64) bytes_.resize(words_ * 64);
    for (std::size_t g = 0; g < tables_.size(); ++g) {
      const std::uint8_t* const table = tables_[g].data();
      std::uint8_t* const bytes = bytes_.data();
      for (std::uint32_t i = 0; i < n; ++i) bytes[i] = table[kind[from + i]];
      std::memset(bytes + n, 0, words_ * 64 - n);
      for (unsigned m = 0; m < 8 && 8 * g + m < meanings_; ++m) {
        std::uint64_t* const out = bits_.data() + (8 * g + m) * stride_;
        for (std::size_t w = 0; w < words_; ++w) out[w] = bits_of(bytes + 64 * w, m);
        out[words_] = 0;
      }
    }
  }

  // Bits of the 64 events from event `first` of the stretch on; those past its end are 0.
  std::uint64_t window(unsigned meaning, std::uint32_t first) const {
    const std::uint64_t* const w = bits_.data() + meaning * stride_ + first / 64;
    const unsigned shift = first % 64;
    return w[0] >> shift | (w[1] << 1) << (63 - shift);
  }
  // The first event of [from, to) with the meaning; `to` where there is none.
  std::uint32_t first(unsigned meaning, std::uint32_t from, std::uint32_t to) const {
    for (; from < to; from += 64) {
      const std::uint64_t bits = window(meaning, from);
      if (bits != 0) return std::min(to, from + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
    return to;
  }
  bool any(unsigned meaning, std::uint32_t from, std::uint32_t to) const {
    return first(meaning, from, to) != to;
  }
  std::uint32_t count(unsigned meaning, std::uint32_t from, std::uint32_t to) const {
    std::uint32_t n = 0;
    for (; from < to; from += 64) {
      std::uint64_t bits = window(meaning, from);
      if (to - from < 64) bits &= (std::uint64_t{1} << (to - from)) - 1;
      n += static_cast<std::uint32_t>(std::popcount(bits));
    }
    return n;
  }

  // Whole customers of a slice, as many at once as a core keeps close: stretch(c, next) for
  // customers [c, next), whose events are filled in.
  template <class Slice, class Stretch>
  void stretches(const Slice& s, Stretch&& stretch) {
    for (std::uint32_t c = s.from, next = c; c < s.to; c = next) {
      while (next < s.to && (next == c || s.offsets[next + 1] - s.offsets[c] <= kAtOnce)) ++next;
      fill(s.kind, s.offsets[c], s.offsets[next]);
      stretch(c, next);
    }
  }

 private:
  // Bit m of each of 64 bytes.
  static std::uint64_t bits_of(const std::uint8_t* bytes, unsigned m) {
    std::uint64_t out = 0;
#if defined(__SSE2__)
    for (unsigned k = 0; k < 4; ++k) {
      const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * k));
      const auto sign = _mm_sll_epi16(v, _mm_cvtsi32_si128(static_cast<int>(7 - m)));
      out |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(sign)))
             << (16 * k);
    }
#else
    for (unsigned k = 0; k < 8; ++k) {
      std::uint64_t v = 0;
      for (unsigned b = 0; b < 8; ++b) v |= std::uint64_t{bytes[8 * k + b]} << (8 * b);
      // The wanted bits, one in each byte, gathered in the highest byte.
      v = ((v >> m) & 0x0101010101010101u) * 0x0102040810204080u;
      out |= (v >> 56) << (8 * k);
    }
#endif
    return out;
  }

  unsigned meanings_ = 0;
  std::size_t words_ = 0, stride_ = 0;
  std::vector<std::vector<std::uint8_t>> tables_;  // by code, for 8 meanings each
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace viaggio::select
