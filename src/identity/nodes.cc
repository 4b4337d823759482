#include "identity/nodes.h"

#include <cstring>

#include "base/text.h"
#include "identity/checkpoint.h"

namespace viaggio::identity {
namespace {

// Stored form of an identifier: a length byte and the bytes; lower-case UUIDs, the usual anonymous
// id, take 16 bytes; 252 marks a two-byte length.
constexpr unsigned char kUuid = 251, kLong = 252;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool encode_uuid(std::string_view text, std::string& out) {
  if (text.size() != 36) return false;
  std::string packed;
  int high = -1;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return false;
    if (dash) continue;
    const int digit = hex_digit(text[i]);
    if (digit < 0) return false;
    if (high < 0) {
      high = digit;
    } else {
      packed.push_back(static_cast<char>(high * 16 + digit));
      high = -1;
    }
  }
  out.push_back(static_cast<char>(kUuid));
  out += packed;
  return true;
}

std::string encode(std::string_view text) {
  std::string out;
  if (encode_uuid(text, out)) return out;
  if (text.size() < kUuid) {
    out.push_back(static_cast<char>(text.size()));
  } else {
    out.push_back(static_cast<char>(kLong));
    out.push_back(static_cast<char>(text.size() & 255u));
    out.push_back(static_cast<char>(text.size() >> 8));
  }
  out += text;
  return out;
}

std::size_t encoded_size(const char* at) {
  const unsigned char first = static_cast<unsigned char>(at[0]);
  if (first == kUuid) return 17;
  if (first < kUuid) return 1u + first;
  return 3u + static_cast<unsigned char>(at[1]) + 256u * static_cast<unsigned char>(at[2]);
}

std::string decode(const char* at) {
  const unsigned char first = static_cast<unsigned char>(at[0]);
  if (first < kUuid) return std::string(at + 1, first);
  if (first == kLong) return std::string(at + 3, encoded_size(at) - 3);
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    const unsigned char byte = static_cast<unsigned char>(at[1 + i]);
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15u]);
  }
  return out;
}

std::uint32_t tag_of(IdentifierType type, std::string_view encoded) {
  return static_cast<std::uint32_t>(hash64(encoded, static_cast<std::uint64_t>(type) + 1) >> 32);
}

std::size_t home(std::uint32_t tag, std::size_t slots) {
  return static_cast<std::size_t>((static_cast<std::uint64_t>(tag) * slots) >> 32);
}

}  // namespace

NodeId Nodes::append(std::uint8_t type, std::uint32_t offset) {
  push_frugally(types_, type);
  push_frugally(offsets_, offset);
  push_frugally(devices_, kNoNode);
  return static_cast<NodeId>(types_.size() - 1);
}

std::uint32_t Nodes::store(std::string_view bytes) {
  const std::size_t needed = (bytes.size() + 3) & ~std::size_t{3};
  if (block_used_ + needed > kBlockBytes) {
    blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
    block_used_ = 0;
  }
  std::memcpy(blocks_.back().get() + block_used_, bytes.data(), bytes.size());
  const std::size_t offset = (blocks_.size() - 1) * kBlockBytes + block_used_;
  block_used_ += needed;
  return static_cast<std::uint32_t>(offset / 4);
}

const char* Nodes::bytes_at(std::uint32_t offset) const {
  const std::size_t byte = std::size_t{offset} * 4;
  return blocks_[byte / kBlockBytes].get() + byte % kBlockBytes;
}

NodeId Nodes::add(const Identifier& identifier) {
  const std::string encoded = encode(identifier.value);
  const NodeId node = append(static_cast<std::uint8_t>(identifier.type), store(encoded));
  if ((indexed_ + 1) * 5 > index_.size() * 4) grow_index();
  place({tag_of(identifier.type, encoded), node});
  ++indexed_;
  return node;
}

NodeId Nodes::add_tenure(std::uint32_t device, IdentifierType type, Micros start) {
  const std::string_view bytes(reinterpret_cast<const char*>(&start), sizeof start);
  const NodeId node =
      append(static_cast<std::uint8_t>(static_cast<unsigned>(type) | kTenure), store(bytes));
  devices_[node] = device;
  return node;
}

Micros Nodes::tenure_start(NodeId tenure) const {
  Micros start = 0;
  std::memcpy(&start, bytes_at(offsets_[tenure]), sizeof start);
  return start;
}

void Nodes::set_tenure_start(NodeId tenure, Micros start) {
  std::memcpy(const_cast<char*>(bytes_at(offsets_[tenure])), &start, sizeof start);
}

std::string Nodes::value(NodeId node) const { return decode(bytes_at(offsets_[node])); }

bool Nodes::equals(NodeId node, IdentifierType wanted, std::string_view encoded) const {
  if (type(node) != wanted) return false;
  const char* at = bytes_at(offsets_[node]);
  return encoded_size(at) == encoded.size() && std::memcmp(at, encoded.data(), encoded.size()) == 0;
}

std::optional<NodeId> Nodes::find(IdentifierType type, std::string_view value) const {
  if (index_.empty()) return std::nullopt;
  const std::string encoded = encode(value);
  const std::uint32_t tag = tag_of(type, encoded);
  for (std::size_t i = home(tag, index_.size());; i = i + 1 == index_.size() ? 0 : i + 1) {
    if (index_[i].node == kNoNode) return std::nullopt;
    if (index_[i].tag == tag && equals(index_[i].node, type, encoded)) return index_[i].node;
  }
}

void Nodes::place(Slot slot) {
  std::size_t i = home(slot.tag, index_.size());
  while (index_[i].node != kNoNode) i = i + 1 == index_.size() ? 0 : i + 1;
  index_[i] = slot;
}

void Nodes::grow_index() {
  std::vector<Slot> old = std::move(index_);
  index_.assign(old.size() + old.size() / 2 + 64, Slot{0, kNoNode});
  for (const Slot& slot : old) {
    if (slot.node != kNoNode) place(slot);
  }
}

std::size_t Nodes::memory_bytes() const {
  return types_.capacity() + offsets_.capacity() * 4 + devices_.capacity() * 4 +
         blocks_.size() * kBlockBytes + index_.capacity() * sizeof(Slot);
}

void Nodes::save(CheckpointWriter& out) const {
  out.array(types_);
  out.array(offsets_);
  out.array(devices_);
  out.number(blocks_.size());
  out.number(block_used_);
  for (const auto& block : blocks_) out.bytes(block.get(), kBlockBytes);
  out.array(index_);
  out.number(indexed_);
}

bool Nodes::load(CheckpointReader& in) {
  in.array(types_);
  in.array(offsets_);
  in.array(devices_);
  const std::uint64_t blocks = in.number();
  block_used_ = in.number();
  if (!in.fits(blocks, kBlockBytes)) return false;
  for (std::uint64_t i = 0; i < blocks; ++i) {
    blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
    in.bytes(blocks_.back().get(), kBlockBytes);
  }
  in.array(index_);
  indexed_ = in.number();
  return in.good() && offsets_.size() == types_.size() && devices_.size() == types_.size() &&
         indexed_ <= types_.size() && (indexed_ == 0 || indexed_ < index_.size());
}

}  // namespace viaggio::identity
