#pragma once
// The identity nodes: their identifiers (text stored once, in a compact arena) and the index from
// identifier to node. A device or anonymous id has a base node, which is also its first tenure;
// further tenures are nodes without a text of their own. Numbers are dense and never reused.
// Not thread-safe for writing.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace viaggio::identity {

class CheckpointWriter;
class CheckpointReader;

constexpr bool is_device(IdentifierType type) {
  return type == IdentifierType::device_id || type == IdentifierType::anonymous_id;
}
// Identifiers that say who is signed in on a device. The others (receipts, push tokens,
// cross-domain cookies) point to a customer but never end or begin a tenure.
constexpr bool names_a_person(IdentifierType type) { return type <= IdentifierType::social_handle; }

// Grows a vector by a quarter, not by half or double: at tens of millions of nodes slack is memory.
template <class T>
void push_frugally(std::vector<T>& to, T value) {
  if (to.size() == to.capacity()) to.reserve(to.size() + to.size() / 4 + 64);
  to.push_back(value);
}

class Nodes {
 public:
  std::size_t size() const { return types_.size(); }
  NodeId add(const Identifier& identifier);
  NodeId add_tenure(std::uint32_t device, IdentifierType type, Micros start);
  std::optional<NodeId> find(IdentifierType type, std::string_view value) const;

  IdentifierType type(NodeId node) const { return static_cast<IdentifierType>(types_[node] & 15u); }
  bool is_later_tenure(NodeId node) const { return (types_[node] & kTenure) != 0; }
  // The text of a node that has one: not of a later tenure.
  std::string value(NodeId node) const;
  Micros tenure_start(NodeId tenure) const;
  void set_tenure_start(NodeId tenure, Micros start);
  // Which device a device's nodes belong to.
  std::uint32_t device(NodeId node) const { return devices_[node]; }
  void set_device(NodeId node, std::uint32_t device) { devices_[node] = device; }

  std::size_t memory_bytes() const;
  void save(CheckpointWriter& out) const;
  bool load(CheckpointReader& in);

 private:
  static constexpr std::uint8_t kTenure = 16;
  static constexpr std::size_t kBlockBytes = 1u << 20;  // arena block
  struct Slot {
    std::uint32_t tag;  // the hash's upper half: decides the place and most comparisons
    NodeId node;
  };

  NodeId append(std::uint8_t type, std::uint32_t offset);
  std::uint32_t store(std::string_view bytes);
  const char* bytes_at(std::uint32_t offset) const;
  bool equals(NodeId node, IdentifierType type, std::string_view encoded) const;
  void place(Slot slot);
  void grow_index();

  std::vector<std::uint8_t> types_;
  std::vector<std::uint32_t> offsets_;  // into the arena, in units of 4 bytes
  std::vector<std::uint32_t> devices_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_used_ = kBlockBytes;
  std::vector<Slot> index_;
  std::size_t indexed_ = 0;
};

}  // namespace viaggio::identity
