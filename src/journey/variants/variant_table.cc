#include "journey/variants/variant_table.h"

namespace viaggio::journey {

void NodeBytes::write(std::span<const select::Node> nodes, std::uint8_t* to) const {
  if (width_ == 1) {
    for (const select::Node n : nodes) *to++ = static_cast<std::uint8_t>(n);
    return;
  }
  for (const select::Node n : nodes) {
    for (std::size_t byte = width_; byte-- > 0;) *to++ = static_cast<std::uint8_t>(n >> 8 * byte);
  }
}

void NodeBytes::read(Bytes bytes, std::vector<select::Node>& to) const {
  to.clear();
  for (std::size_t i = 0; i < bytes.size(); i += width_) {
    select::Node n = 0;
    for (std::size_t byte = 0; byte < width_; ++byte) n = n << 8 | bytes[i + byte];
    to.push_back(n);
  }
}

void VariantTable::grow() {
  slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, 0);
  mask_ = slots_.size() - 1;
  for (std::size_t e = 0; e < entries_.size(); ++e) {
    std::uint64_t at = entries_[e].hash & mask_;
    while (slots_[at] != 0) at = (at + 1) & mask_;
    slots_[at] = tag(entries_[e].hash) | (e + 1);
  }
}

VariantTable::Entry& VariantTable::add(std::uint64_t hash, Bytes bytes) {
  if ((entries_.size() + 1) * 2 > slots_.size()) grow();
  std::uint64_t at = hash & mask_;
  for (; slots_[at] != 0; at = (at + 1) & mask_) {
    if (is(slots_[at], hash, bytes)) return entries_[(slots_[at] & 0xFFFFFFFFu) - 1];
  }
  Entry e;
  e.hash = hash;
  e.at = bytes_.size();
  e.size = static_cast<std::uint32_t>(bytes.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  entries_.push_back(e);
  slots_[at] = tag(hash) | entries_.size();
  return entries_.back();
}

const VariantTable::Entry* VariantTable::find(std::uint64_t hash, Bytes bytes) const {
  if (slots_.empty()) return nullptr;
  for (std::uint64_t at = hash & mask_; slots_[at] != 0; at = (at + 1) & mask_) {
    if (is(slots_[at], hash, bytes)) return &entries_[(slots_[at] & 0xFFFFFFFFu) - 1];
  }
  return nullptr;
}

}  // namespace viaggio::journey
