#pragma once
// Counts of sequences, exact whatever their length: found by a hash, told apart by comparing them.
// A sequence is kept as bytes, each node in as many as the number of labels needs, the high byte
// first: the order of bytes is the order of labels.
// A VariantTable is one thread's until it is only read.
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "select/sequences.h"

namespace viaggio::journey {

using Bytes = std::span<const std::uint8_t>;

// Nodes to bytes and back.
class NodeBytes {
 public:
  explicit NodeBytes(std::size_t labels)
      : width_(labels <= 1u << 8    ? 1
               : labels <= 1u << 16 ? 2
                                    : 4) {}
  std::size_t size_of(std::size_t nodes) const { return nodes * width_; }
  // Needs size_of(nodes) bytes.
  void write(std::span<const select::Node> nodes, std::uint8_t* to) const;
  void read(Bytes bytes, std::vector<select::Node>& to) const;

 private:
  std::size_t width_;
};

class VariantTable {
 public:
  struct Entry {
    std::uint64_t hash = 0, count = 0;
    std::uint64_t at = 0;  // of its bytes
    std::uint32_t size = 0, mark = 0;
  };
  // Of this table alone: it may differ from one machine and release to another.
  static std::uint64_t hash(Bytes bytes);

  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & mask_]);
  }
  // The entry, made when it is not there.
  Entry& add(std::uint64_t hash, Bytes bytes);
  // Null: not there.
  const Entry* find(std::uint64_t hash, Bytes bytes) const;

  std::vector<Entry>& entries() { return entries_; }
  const std::vector<Entry>& entries() const { return entries_; }
  Bytes bytes(const Entry& e) const { return {bytes_.data() + e.at, e.size}; }

 private:
  static std::uint64_t tag(std::uint64_t hash) { return hash >> 26 << 32; }
  bool is(std::uint64_t slot, std::uint64_t hash, Bytes bytes) const {
    if (((slot ^ tag(hash)) >> 32) != 0) return false;
    const Entry& e = entries_[(slot & 0xFFFFFFFFu) - 1];
    return e.hash == hash && e.size == bytes.size() &&
           std::memcmp(bytes_.data() + e.at, bytes.data(), bytes.size()) == 0;
  }
  void grow();
  std::vector<std::uint64_t> slots_;  // the tag of a hash above the entry's number + 1; 0: free
  std::uint64_t mask_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::uint8_t> bytes_;
};

// Multiplies and folds 16 bytes at a time, in loads of one size: most sequences are short.
inline std::uint64_t VariantTable::hash(Bytes bytes) {
  __extension__ using Wide = unsigned __int128;
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  const auto load = [](auto word, const std::uint8_t* from) -> std::uint64_t {
    std::memcpy(&word, from, sizeof word);
    return word;
  };
  const std::uint8_t* p = bytes.data();
  std::size_t n = bytes.size();
  std::uint64_t h = n ^ 0x9E3779B97F4A7C15ull, a = 0, b = 0;
  for (; n > 16; p += 16, n -= 16)
    h = mix(load(std::uint64_t{}, p) ^ 0xA0761D6478BD642Full, load(std::uint64_t{}, p + 8) ^ h);
  // The last words overlap what was read before.
  if (n >= 8 || bytes.size() > 16) {
    const std::uint8_t* const end = p + n;
    a = load(std::uint64_t{}, bytes.size() > 16 ? end - 16 : p);
    b = load(std::uint64_t{}, end - 8);
  } else if (n >= 4) {
    a = load(std::uint32_t{}, p);
    b = load(std::uint32_t{}, p + n - 4);
  } else if (n > 0) {
    a = std::uint64_t{p[0]} << 16 | std::uint64_t{p[n / 2]} << 8 | p[n - 1];
  }
  return mix(mix(a ^ 0xE7037ED1A0B428DBull, b ^ h) ^ 0x8EBC6AF09C88C6E3ull, 0x589965CC75374CC3ull);
}

// By the first bits of the hash, so that threads can join their tables without meeting.
inline constexpr std::size_t kVariantParts = 64;
struct VariantCounts {
  std::vector<VariantTable> parts = std::vector<VariantTable>(kVariantParts);
  VariantTable& part(std::uint64_t hash) { return parts[hash >> 58]; }
  const VariantTable& part(std::uint64_t hash) const { return parts[hash >> 58]; }
};

}  // namespace viaggio::journey
