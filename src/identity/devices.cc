#include "identity/devices.h"

#include <algorithm>

#include "identity/checkpoint.h"
#include "identity/nodes.h"

namespace viaggio::identity {
namespace {
using Tenures = DeviceHistory::Tenures;
using Marks = DeviceHistory::Marks;
constexpr std::size_t kTenuresScanned = 256;
constexpr Position kEnd{kNever, kNoNode};
}  // namespace

std::uint32_t Devices::add(NodeId base) {
  if (devices_.size() == devices_.capacity()) {
    devices_.reserve(devices_.size() + devices_.size() / 4 + 64);
  }
  devices_.push_back({kBeforeAllTime, nullptr, base});
  return static_cast<std::uint32_t>(devices_.size() - 1);
}

DeviceHistory& Devices::ensure_history(std::uint32_t device) {
  auto& history = devices_[device].history;
  if (!history) {
    history = std::make_unique<DeviceHistory>();
    history->base = devices_[device].base;
    history->tenures.insert(history->tenures.end(),
                            Tenure{kBeforeAllTime, kNoNode, history->base, kNoNode});
  }
  return *history;
}

bool Devices::precedes(Position a, Position b) const {
  if (a.time != b.time) return a.time < b.time;
  if (a.user == b.user) return false;
  if (a.user == kNoNode) return true;
  if (b.user == kNoNode) return false;
  if (nodes_.type(a.user) != nodes_.type(b.user)) return nodes_.type(a.user) > nodes_.type(b.user);
  return nodes_.value(a.user) < nodes_.value(b.user);
}

Tenures::Cursor Devices::tenure_at(const DeviceHistory& h, Position p) const {
  const auto after =
      h.tenures.partition_point([&](const Tenure& t) { return !precedes(p, t.position()); });
  return h.tenures.has_previous(after) ? h.tenures.previous(after) : h.tenures.end();
}

Tenures::Cursor Devices::tenure_at_time(const DeviceHistory& h, Micros time) const {
  const auto after = h.tenures.partition_point([&](const Tenure& t) { return t.start <= time; });
  return h.tenures.has_previous(after) ? h.tenures.previous(after) : h.tenures.end();
}

Position Devices::end_of(const DeviceHistory& h, Tenures::Cursor tenure) const {
  const auto following = h.tenures.next(tenure);
  return h.tenures.is_end(following) ? kEnd : h.tenures.at(following).position();
}

Neighbours Devices::around(const DeviceHistory& h, Tenures::Cursor tenure, Position p) const {
  Neighbours out;
  const Position start = h.tenures.at(tenure).position(), end = end_of(h, tenure);
  auto at = h.marks.partition_point([&](const Mark& m) { return precedes(m.position(), p); });
  if (h.marks.has_previous(at)) {
    const Position before = h.marks.at(h.marks.previous(at)).position();
    if (!precedes(before, start)) out.before = before.user;
  }
  if (!h.marks.is_end(at)) {
    const Position after = h.marks.at(at).position();
    if (precedes(after, end)) {
      out.after = after.user;
      out.after_position = after;
    }
  }
  return out;
}

bool Devices::has_mark(const DeviceHistory& h, Position p) const {
  const auto at = h.marks.partition_point([&](const Mark& m) { return precedes(m.position(), p); });
  return !h.marks.is_end(at) && !precedes(p, h.marks.at(at).position());
}

bool Devices::add_mark(DeviceHistory& h, Position p) {
  const auto at = h.marks.partition_point([&](const Mark& m) { return precedes(m.position(), p); });
  if (!h.marks.is_end(at) && !precedes(p, h.marks.at(at).position())) return false;
  h.marks.insert(at, Mark(p));
  return true;
}

NodeId Devices::user_of(const DeviceHistory& h, Tenures::Cursor tenure) const {
  const Position start = h.tenures.at(tenure).position(), end = end_of(h, tenure);
  auto at = h.marks.partition_point([&](const Mark& m) { return precedes(m.position(), start); });
  if (!h.marks.is_end(at) && h.marks.at(at).user == kNoNode &&
      h.marks.at(at).position().time == start.time) {
    at = h.marks.next(at);  // the sign-out that begins it
  }
  if (h.marks.is_end(at) || !precedes(h.marks.at(at).position(), end)) return kNoNode;
  return h.marks.at(at).user;
}

bool Devices::attended(const DeviceHistory& h, Tenures::Cursor tenure, Micros t) const {
  const Position start = h.tenures.at(tenure).position(), end = end_of(h, tenure);
  const auto mine = [&](Marks::Cursor at) {
    const Position p = h.marks.at(at).position();
    return p.user != kNoNode && !precedes(p, start) && precedes(p, end) &&
           (p.time > t ? p.time - t : t - p.time) <= kSessionGap;
  };
  const auto after = h.marks.partition_point([&](const Mark& m) { return m.position().time <= t; });
  return (!h.marks.is_end(after) && mine(after)) ||
         (h.marks.has_previous(after) && mine(h.marks.previous(after)));
}

NodeId Devices::owner_at(std::uint32_t device, Micros t) const {
  const DeviceHistory* h = history(device);
  if (h == nullptr) return base(device);
  const auto at = tenure_at_time(*h, t);
  if (h->tenures.is_end(at)) return h->base;
  const Tenure& tenure = h->tenures.at(at);
  if (t < h->shared_from || tenure.unattended == kNoNode) return tenure.node;
  if (attended(*h, at, t) || user_of(*h, at) == kNoNode) return tenure.node;
  return tenure.unattended;
}

std::optional<Devices::Presence> Devices::presence(const DeviceHistory& h,
                                                   Tenures::Cursor tenure) const {
  const Position start = h.tenures.at(tenure).position(), end = end_of(h, tenure);
  auto first =
      h.marks.partition_point([&](const Mark& m) { return precedes(m.position(), start); });
  if (!h.marks.is_end(first) && h.marks.at(first).user == kNoNode) first = h.marks.next(first);
  if (h.marks.is_end(first)) return std::nullopt;
  const Position seen = h.marks.at(first).position();
  if (!precedes(seen, end) || nodes_.type(seen.user) > IdentifierType::crm_id) return std::nullopt;
  const auto past =
      h.marks.partition_point([&](const Mark& m) { return precedes(m.position(), end); });
  return Presence{seen.user, seen.time, h.marks.at(h.marks.previous(past)).position().time};
}

// Is this the latest tenure, of someone who was here shortly before and within the window? Then
// whoever the window holds now it held when the last other person came, and that was looked at.
bool Devices::returned(const DeviceHistory& h, Tenures::Cursor tenure, Micros since) const {
  if (!h.tenures.is_end(h.tenures.next(tenure))) return false;
  const auto now = presence(h, tenure);
  auto at = tenure;
  for (int n = 0; now && n < 8 && h.tenures.has_previous(at); ++n) {
    at = h.tenures.previous(at);
    const auto before = presence(h, at);
    if (before && before->user == now->user) return before->last >= since;
  }
  return false;
}

Micros Devices::shared_since(const DeviceHistory& h, Position mark, std::uint32_t most,
                             Micros window) const {
  if (!h.tenures.more_than(most)) return kNever;
  const Micros t = mark.time;
  if (returned(h, tenure_at(h, mark), t - window)) return kNever;
  auto at = tenure_at_time(h, t);
  for (std::size_t n = 0; n < kTenuresScanned && h.tenures.has_previous(at); ++n) {
    if (h.tenures.at(at).start < t - window) break;
    at = h.tenures.previous(at);
  }
  // A window that newly holds more than `most` ends where someone enters: at a presence's first
  // mark, or at t itself when t's mark completes a window of older marks.
  std::vector<Presence> inside;  // the latest presence of each user still inside the window
  for (std::size_t n = 0; n < 2 * kTenuresScanned && !h.tenures.is_end(at); ++n) {
    if (h.tenures.at(at).start > t + window) break;
    const auto p = presence(h, at);
    at = h.tenures.next(at);
    if (!p) continue;
    const Micros end = p->first <= t && t <= p->last ? t : p->first;
    std::erase_if(inside,
                  [&](const Presence& u) { return u.user == p->user || u.last < end - window; });
    inside.push_back(*p);
    if (end >= t && end <= t + window && inside.size() > most) return end;
  }
  return kNever;
}

std::size_t Devices::memory_bytes() const {
  std::size_t bytes = devices_.capacity() * sizeof(Device);
  for (const Device& d : devices_) {
    if (!d.history) continue;
    bytes += sizeof(DeviceHistory) + d.history->marks.memory_bytes() +
             d.history->tenures.memory_bytes() + 48;  // three allocations' overhead
  }
  return bytes;
}

void Devices::save(CheckpointWriter& out) const {
  std::vector<NodeId> bases, histories;
  std::vector<Micros> last;
  std::vector<std::uint64_t> sizes;  // of each history: marks, tenures
  std::vector<Mark> marks;
  std::vector<Tenure> tenures;
  std::vector<Micros> shared;
  for (std::uint32_t d = 0; d < devices_.size(); ++d) {
    bases.push_back(devices_[d].base);
    last.push_back(devices_[d].last_anonymous);
    const DeviceHistory* h = history(d);
    if (h == nullptr) continue;
    histories.push_back(d);
    shared.push_back(h->shared_from);
    sizes.push_back(h->marks.size());
    sizes.push_back(h->tenures.size());
    h->marks.each([&](const Mark& m) { marks.push_back(m); });
    h->tenures.each([&](const Tenure& t) { tenures.push_back(t); });
  }
  out.array(bases);
  out.array(last);
  out.array(histories);
  out.array(shared);
  out.array(sizes);
  out.array(marks);
  out.array(tenures);
}

bool Devices::load(CheckpointReader& in) {
  std::vector<NodeId> bases, histories;
  std::vector<Micros> last, shared;
  std::vector<std::uint64_t> sizes;
  std::vector<Mark> marks;
  std::vector<Tenure> tenures;
  in.array(bases);
  in.array(last);
  in.array(histories);
  in.array(shared);
  in.array(sizes);
  in.array(marks);
  in.array(tenures);
  if (!in.good() || last.size() != bases.size() || shared.size() != histories.size() ||
      sizes.size() != 2 * histories.size()) {
    return false;
  }
  devices_.clear();
  devices_.reserve(bases.size());
  for (std::size_t d = 0; d < bases.size(); ++d) devices_.push_back({last[d], nullptr, bases[d]});
  std::size_t mark = 0, tenure = 0;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    if (histories[i] >= devices_.size() || sizes[2 * i] > marks.size() - mark ||
        sizes[2 * i + 1] > tenures.size() - tenure) {
      return false;
    }
    auto h = std::make_unique<DeviceHistory>();
    h->base = bases[histories[i]];
    h->shared_from = shared[i];
    for (std::uint64_t n = 0; n < sizes[2 * i]; ++n) h->marks.insert(h->marks.end(), marks[mark++]);
    for (std::uint64_t n = 0; n < sizes[2 * i + 1]; ++n) {
      h->tenures.insert(h->tenures.end(), tenures[tenure++]);
    }
    devices_[histories[i]].history = std::move(h);
  }
  return true;
}

}  // namespace viaggio::identity
