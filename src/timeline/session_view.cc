#include "timeline/session_view.h"

#include <unordered_map>

#include "base/parallel.h"

namespace viaggio::timeline {

void number_sessions(std::vector<Event>& events, const SessionRule& rule) {
  struct Open {
    Micros last = 0;
    NodeId session = 0;
  };
  std::unordered_map<NodeId, Open> of_device;
  std::unordered_map<std::uint32_t, NodeId> of_id;
  NodeId sessions = 0;
  for (Event& e : events) {
    const std::uint32_t id = rule.id ? rule.id(e.sequence) : 0;
    if (id != 0) {
      const auto [at, fresh] = of_id.try_emplace(id, sessions);
      if (fresh) ++sessions;
      e.device = at->second;
      continue;
    }
    if (e.device == kNoNode) continue;
    const auto [at, fresh] = of_device.try_emplace(e.device);
    if (fresh || e.time - at->second.last > rule.gap) at->second.session = sessions++;
    at->second.last = e.time;
    e.device = at->second.session;
  }
}

namespace {

// Sessions are of one customer: what nobody owns stays as it is.
void renumber(CustomerId customer, std::vector<Event>& events, const SessionRule& rule) {
  if (customer != kNoCustomer) number_sessions(events, rule);
}

Result<std::shared_ptr<const Block>> seen(const Block& block, const SessionRule& rule) {
  BlockBuilder builder(kOneSession);
  builder.reserve(block.events());
  std::vector<Event> events;
  for (std::uint32_t c = 0; c < block.customers(); ++c) {
    events.clear();
    block.copy(c, events);
    renumber(block.customer_ids()[c], events, rule);
    builder.add(block.customer_ids()[c], events);
  }
  return builder.build("");
}

TailRef seen(const TailRef& ref, const SessionRule& rule) {
  std::vector<Event> events;
  ref.run->copy(ref.size, events);
  renumber(ref.customer, events, rule);
  return {ref.customer, std::make_shared<TailRun>(events, kOneSession, 0)};
}

}  // namespace

Result<std::shared_ptr<const Snapshot>> SessionViews::view(
    const std::shared_ptr<const Snapshot>& snapshot, const SessionRule& rule, unsigned threads) {
  const std::lock_guard lock(mutex_);
  if (rule.name != name_) {
    blocks_.clear();
    last_.reset();
    name_ = rule.name;
  }
  if (last_ == snapshot) return last_view_;
  std::vector<Snapshot::Part> parts = snapshot->parts();
  std::vector<Status> done(parts.size());
  std::vector<Known> known(parts.size());
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const auto at = blocks_.find(parts[p].block.get());
    if (at != blocks_.end()) known[p] = at->second;
  }
  parallel_for(parts.size(), threads, [&](std::size_t p, unsigned) {
    Snapshot::Part& part = parts[p];
    if (part.block) {
      if (!known[p].seen) {
        auto made = seen(*part.block, rule);
        if (!made) {
          done[p] = tl::unexpected(made.error());
          return;
        }
        known[p] = {part.block, std::move(*made)};
      }
      part.block = known[p].seen;
    }
    if (part.tail) {
      auto tail = std::make_shared<std::vector<TailRef>>();
      tail->reserve(part.tail->size());
      for (const TailRef& ref : *part.tail) tail->push_back(seen(ref, rule));
      part.tail = std::move(tail);
    }
  });
  for (const Status& s : done) {
    if (!s) return tl::unexpected(s.error());
  }
  blocks_.clear();  // those that were resealed since are not needed any more
  for (const Known& k : known) {
    if (k.sealed) blocks_[k.sealed.get()] = k;
  }
  last_ = snapshot;
  last_view_ =
      std::make_shared<const Snapshot>(snapshot->upto(), snapshot->kinds(), snapshot->earliest(),
                                       snapshot->latest(), std::move(parts));
  return last_view_;
}

}  // namespace viaggio::timeline
