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

// By the first bits of the hash, so that threads can join their tables without meeting.
inline constexpr std::size_t kVariantParts = 64;
struct VariantCounts {
  std::vector<VariantTable> parts = std::vector<VariantTable>(kVariantParts);
  VariantTable& part(std::uint64_t hash) { return parts[hash >> 58]; }
  const VariantTable& part(std::uint64_t hash) const { return parts[hash >> 58]; }
};

}  // namespace viaggio::journey
