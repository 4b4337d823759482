#include "classify/kinds.h"

#include <mutex>

namespace viaggio::classify {
namespace {

std::string key_of(const EventKind& k) {
  std::string key;
  key += static_cast<char>(static_cast<int>(k.type) * 2 + (k.web ? 1 : 0));
  for (const std::string* part :
       {&k.name, &k.source, &k.referrer_host, &k.utm_source, &k.utm_medium, &k.utm_campaign,
        &k.click_id, &k.store, &k.sales_channel, &k.device}) {
    key += std::to_string(part->size());
    key += ':';
    key += *part;
  }
  return key;
}

}  // namespace

KindId KindTable::intern(const EventKind& kind, bool& fresh) {
  const std::string key = key_of(kind);
  const std::unique_lock lock(mutex_);
  const auto [at, inserted] = ids_.try_emplace(key, static_cast<KindId>(kinds_.size()));
  fresh = inserted;
  if (inserted) kinds_.push_back(kind);
  return at->second;
}

void KindTable::restore(KindId id, const EventKind& kind) {
  const std::unique_lock lock(mutex_);
  if (id != kinds_.size()) return;  // already there
  ids_.emplace(key_of(kind), id);
  kinds_.push_back(kind);
}

EventKind KindTable::at(KindId id) const {
  const std::shared_lock lock(mutex_);
  return kinds_[id];
}

std::uint32_t KindTable::size() const {
  const std::shared_lock lock(mutex_);
  return static_cast<std::uint32_t>(kinds_.size());
}

std::vector<const EventKind*> KindTable::list(std::uint32_t count) const {
  const std::shared_lock lock(mutex_);
  std::vector<const EventKind*> out;
  out.reserve(count);
  for (std::uint32_t i = 0; i < count && i < kinds_.size(); ++i) out.push_back(&kinds_[i]);
  return out;
}

}  // namespace viaggio::classify
