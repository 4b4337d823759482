#include "identity/decider.h"

#include <algorithm>

#include "base/text.h"

namespace viaggio::identity {
namespace {

bool is_sign_out(const EventKind& kind, const Policy& policy) {
  if (kind.type != EventType::track || kind.name.empty()) return false;
  const auto same = [&](const std::string& word) {
    return word.size() == kind.name.size() && to_lower_ascii(word) == to_lower_ascii(kind.name);
  };
  return std::any_of(policy.sign_out_events.begin(), policy.sign_out_events.end(), same);
}

}  // namespace

LedgerEntry& Decider::emit(LedgerOp op, LinkRule rule, NodeId a, NodeId b, std::uint64_t ref,
                           Micros at) {
  LedgerEntry e;
  e.id = state_.next_id;
  e.sequence = sequence_;
  e.time = now_;
  e.op = op;
  e.rule = rule;
  e.a = a;
  e.b = b;
  e.ref = ref;
  e.at = at;
  e.actor = actor_;
  entries_.push_back(std::move(e));
  state_.apply(entries_.back());
  return entries_.back();
}

Decision Decider::finish(NodeId owner, NodeId device) {
  Decision out;
  out.owner = owner;
  out.device = device;
  out.entries = std::move(entries_);
  out.change = std::move(state_.pending);
  state_.pending = {};
  state_.first_without_events = kNoNode;
  return out;
}

// --- Events

NodeId Decider::node_for(const Identifier& identifier) {
  if (const auto known = state_.nodes.find(identifier.type, identifier.value)) return *known;
  LedgerEntry e;
  e.id = state_.next_id;
  e.sequence = sequence_;
  e.time = now_;
  e.op = LedgerOp::node;
  e.a = static_cast<NodeId>(state_.nodes.size());
  e.identifier = identifier;
  e.actor = actor_;
  state_.apply(e);
  entries_.push_back(std::move(e));
  return entries_.back().a;
}

// alias(previous -> user): an anonymous id is a device used by that user; a known user_id can be
// joined only under a secret key.
void Decider::add_alias(const IncomingEvent& event, bool secret, std::vector<Identifier>& accepted,
                        Named& named) {
  if (event.kind.type != EventType::alias || is_blocked(event.previous_id, policy_)) return;
  if (accepted.empty() || accepted[0].type != IdentifierType::user_id) return;
  const std::string previous(trim(event.previous_id));
  if (previous == accepted[0].value) return;
  named.alias_of = state_.nodes.find(IdentifierType::user_id, previous);
  named.alias_allowed = secret;
  if (!named.alias_of) accepted.push_back({IdentifierType::anonymous_id, previous});
}

Decider::Named Decider::name(const IncomingEvent& event, bool secret) {
  std::vector<Identifier> accepted;
  for (const Identifier& i : event.identifiers) {
    if (is_blocked(i.value, policy_)) continue;
    if (std::find(accepted.begin(), accepted.end(), i) == accepted.end()) accepted.push_back(i);
  }
  const auto by_priority = [](const Identifier& x, const Identifier& y) { return x.type < y.type; };
  std::stable_sort(accepted.begin(), accepted.end(), by_priority);
  Named named;
  add_alias(event, secret, accepted, named);
  // The event's device is what an alias names, else its anonymous id, else its device id.
  const auto add_device = [&](const Identifier& i) {
    const NodeId node = node_for(i);
    if (std::find(named.devices.begin(), named.devices.end(), node) == named.devices.end()) {
      named.devices.push_back(node);
    }
  };
  for (const Identifier& i : accepted) {
    if (!is_device(i.type)) named.plain.push_back(node_for(i));
  }
  if (!accepted.empty() && is_device(accepted.back().type) && event.kind.type == EventType::alias) {
    add_device(accepted.back());
  }
  for (const auto type : {IdentifierType::anonymous_id, IdentifierType::device_id}) {
    for (const Identifier& i : accepted) {
      if (i.type == type) add_device(i);
    }
  }
  return named;
}

Decision Decider::event(const IncomingEvent& event, bool secret) {
  state_.first_without_events = static_cast<NodeId>(state_.nodes.size());
  const Named named = name(event, secret);
  if (named.plain.empty() && named.devices.empty()) return finish(kNoNode, kNoNode);
  const NodeId device = named.devices.empty() ? kNoNode : named.devices[0];
  const NodeId owner = named.plain.empty() ? device : named.plain[0];
  if (!named.plain.empty()) connect(named.plain);
  if (named.alias_of) connect_alias(owner, *named.alias_of, named.alias_allowed);
  if (device == kNoNode) return finish(owner, device);

  const std::uint32_t d = state_.nodes.device(device);
  if (owner == device) {
    state_.devices.saw_anonymous(d, event.time);
  } else if (names_a_person(state_.nodes.type(owner))) {
    place_user(d, event.time, owner);
    state_.observe(d, event.time, owner);
    share_if_crowded(d, event.time, owner);
  } else {
    attach_device(d, event.time, owner);
  }
  for (std::size_t i = 1; i < named.devices.size(); ++i) {
    const NodeId mine = owner == device ? state_.devices.owner_at(d, event.time) : owner;
    attach_device(state_.nodes.device(named.devices[i]), event.time, mine);
  }
  if (is_sign_out(event.kind, policy_) && event.time < kNever) place_sign_out(d, event.time + 1);
  return finish(owner, device);
}

// --- Identifiers seen together

// All identifiers of an event are linked to its first. What cannot be is demoted, the lowest
// priority first, until the rest can.
void Decider::connect(std::vector<NodeId> nodes) {
  drop_undone(nodes);
  while (const auto type = exceeded(nodes, Uniqueness::kept)) demote(nodes, *type);
  const NodeId owner = nodes[0];
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    if (state_.records.pair(owner, nodes[i]).linked == PairHistory::Linked::active) continue;
    // What a person joined beyond the limits must not be held together by links of the rules.
    if (state_.same(owner, nodes[i]) && over_limit(owner)) continue;
    link(owner, nodes[i], LinkRule::same_event);
  }
}

void Decider::drop_undone(std::vector<NodeId>& nodes) {
  const NodeId owner = nodes[0];
  for (std::size_t i = nodes.size() - 1; i > 0; --i) {
    if (state_.records.pair(owner, nodes[i]).linked != PairHistory::Linked::undone) continue;
    refuse(owner, nodes[i], LinkRule::undone_before);
    nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// Drops one identifier: silently if a customer may have several of its type; identifiers of which a
// customer has one go last, and what they then still contradict is for people to decide.
void Decider::demote(std::vector<NodeId>& nodes, IdentifierType type) {
  std::size_t dropped = nodes.size() - 1;
  const auto unique = [&](NodeId n) {
    return policy_.types[static_cast<std::size_t>(state_.nodes.type(n))].limit == 1;
  };
  while (dropped > 0 && unique(nodes[dropped])) --dropped;
  const bool silent = dropped > 0;
  if (!silent) dropped = nodes.size() - 1;
  const NodeId owner = nodes[0], node = nodes[dropped];
  nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(dropped));
  if (state_.same(owner, node)) return;
  if (silent) return refuse(owner, node, refusal(type));
  raise_conflict(owner, node, refusal(type), standing_link(node));
}

void Decider::connect_alias(NodeId user, NodeId previous, bool allowed) {
  const PairHistory pair = state_.records.pair(user, previous);
  if (pair.linked == PairHistory::Linked::active) return;
  if (!allowed) return refuse(user, previous, LinkRule::uniqueness);
  if (pair.linked == PairHistory::Linked::undone)
    return refuse(user, previous, LinkRule::undone_before);
  if (const auto type = exceeded({user, previous}, Uniqueness::waived)) {
    return refuse(user, previous, refusal(*type));
  }
  link(user, previous, LinkRule::alias);
}

// A device that an event names beside its own, or with a receipt, token or cookie only: joined if
// nothing speaks against it; it has no say in who is signed in.
void Decider::attach_device(std::uint32_t device, Micros time, NodeId owner) {
  const DeviceHistory* h = state_.devices.history(device);
  if (h != nullptr && time >= h->shared_from) return;
  try_link(owner, state_.devices.owner_at(device, time), LinkRule::same_event);
}

// --- Tenures

NodeId Decider::begin_tenure(std::uint32_t device, Position start, bool sign_out) {
  const NodeId node = static_cast<NodeId>(state_.nodes.size());
  move_tenure(device, node, start, sign_out);
  return node;
}

void Decider::move_tenure(std::uint32_t device, NodeId tenure, Position start, bool sign_out) {
  std::uint64_t begins = start.time == kBeforeAllTime || !sign_out ? 0 : kBeginsWithSignOut;
  if (start.user != kNoNode) begins = kBeginsWithUser + start.user;
  emit(LedgerOp::tenure, LinkRule::none, tenure, state_.devices.base(device), begins, start.time);
}

void Decider::give_tenure(NodeId tenure, NodeId user, NodeId like) {
  if (like != kNoNode && state_.records.pair(like, user).linked == PairHistory::Linked::undone) {
    return refuse(tenure, user, LinkRule::undone_before);
  }
  try_link(tenure, user, LinkRule::device_user);
}

// A mark changes its own tenure and at most the two that follow.
Micros Decider::end_of_change(const DeviceHistory& h, Position mark) const {
  auto at = state_.devices.tenure_at(h, mark);
  for (int n = 0; n < 2 && !h.tenures.is_end(at); ++n) at = h.tenures.next(at);
  return h.tenures.is_end(at) ? kNever : h.tenures.at(at).start;
}

void Decider::place_user(std::uint32_t device, Micros time, NodeId user) {
  DeviceHistory& h = state_.devices.ensure_history(device);
  const Position p{time, user};
  if (state_.devices.has_mark(h, p)) return;
  const auto at = state_.devices.tenure_at(h, p);
  if (h.tenures.is_end(at)) return;
  const Tenure tenure = h.tenures.at(at);
  const Neighbours near = state_.devices.around(h, at, p);
  const NodeId holder = near.before != kNoNode ? near.before : near.after;
  if (holder == user) return;
  if (holder == kNoNode) return give_tenure(tenure.node, user, kNoNode);
  std::optional<Tenure> following;
  if (const auto next = h.tenures.next(at); !h.tenures.is_end(next)) following = h.tenures.at(next);

  if (near.before != kNoNode && near.after != kNoNode) {
    // The holder, then this user, then the holder again; the last first, so that only the holder is
    // told of a loss.
    give_tenure(begin_tenure(device, near.after_position, false), holder, tenure.node);
    give_tenure(begin_tenure(device, p, false), user, kNoNode);
  } else if (near.before == kNoNode) {
    // This user came before the holder: the beginning is this user's.
    move_tenure(device, tenure.node, near.after_position, false);
    give_tenure(begin_tenure(device, tenure.position(), tenure.start != kBeforeAllTime), user,
                kNoNode);
  } else if (following && following->start_user == user) {
    move_tenure(device, following->node, p, false);
  } else {
    give_tenure(begin_tenure(device, p, false), user, kNoNode);
  }
  if (h.shared_from != kNever)
    give_unattended(device, state_.devices.tenure_at(h, p), end_of_change(h, p));
}

void Decider::place_sign_out(std::uint32_t device, Micros time) {
  DeviceHistory& h = state_.devices.ensure_history(device);
  const Position p{time, kNoNode};
  if (state_.devices.has_mark(h, p)) return;
  const auto at = state_.devices.tenure_at(h, p);
  if (h.tenures.is_end(at)) return;
  const Tenure tenure = h.tenures.at(at);
  const Neighbours near = state_.devices.around(h, at, p);
  std::optional<Tenure> following;
  if (const auto next = h.tenures.next(at); !h.tenures.is_end(next)) following = h.tenures.at(next);

  if (near.before != kNoNode && near.after != kNoNode) {
    give_tenure(begin_tenure(device, p, true), near.after, tenure.node);
  } else if (near.after != kNoNode) {
    move_tenure(device, tenure.node, p, true);
    begin_tenure(device, tenure.position(), tenure.start != kBeforeAllTime);
  } else if (near.before != kNoNode && following && following->start_user != kNoNode) {
    move_tenure(device, following->node, p, true);
  } else {
    begin_tenure(device, p, true);
  }
  if (h.shared_from != kNever)
    give_unattended(device, state_.devices.tenure_at(h, p), end_of_change(h, p));
}

void Decider::share_if_crowded(std::uint32_t device, Micros time, NodeId user) {
  if (policy_.shared_after == 0 || state_.nodes.type(user) > IdentifierType::crm_id) return;
  DeviceHistory& h = *state_.devices.history(device);
  if (time >= h.shared_from) return;
  const auto at = state_.devices.tenure_at(h, {time, user});
  const bool latest = h.tenures.is_end(h.tenures.next(at));
  // Seen again at the end of the own tenure: no window gained a person.
  if (latest && state_.devices.around(h, at, {time, user}).before == user) return;
  const Micros from =
      state_.devices.shared_since(h, {time, user}, policy_.shared_after, policy_.shared_window);
  if (from >= h.shared_from) return;
  const Micros until = h.shared_from;  // later tenures have theirs
  emit(LedgerOp::shared, LinkRule::none, h.base, kNoNode, 0, from);
  give_unattended(device, state_.devices.tenure_at_time(h, from), until);
}

// Every tenure of a shared device that reaches into the shared time gets a node of its own for what
// nobody signed in did. Looks at those that begin at or before `until`.
void Decider::give_unattended(std::uint32_t device, DeviceHistory::Tenures::Cursor first,
                              Micros until) {
  DeviceHistory& h = *state_.devices.history(device);
  if (!h.tenures.is_end(first) && h.tenures.has_previous(first)) first = h.tenures.previous(first);
  std::vector<NodeId> lacking;
  for (; !h.tenures.is_end(first) && h.tenures.at(first).start <= until;
       first = h.tenures.next(first)) {
    const Tenure& tenure = h.tenures.at(first);
    const bool reaches = state_.devices.end_of(h, first).time > h.shared_from;
    if (reaches && tenure.unattended == kNoNode) lacking.push_back(tenure.node);
  }
  for (const NodeId tenure : lacking) {
    emit(LedgerOp::shared, LinkRule::none, h.base, static_cast<NodeId>(state_.nodes.size()), tenure,
         h.shared_from);
  }
}

// --- Links and refusals

std::optional<IdentifierType> Decider::exceeded(const std::vector<NodeId>& nodes,
                                                Uniqueness u) const {
  std::vector<NodeId> labels;
  for (const NodeId n : nodes) {
    const NodeId label = state_.components.label(n);
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
  }
  if (labels.size() < 2) return std::nullopt;
  for (std::size_t t = 0; t < kCountedTypes; ++t) {
    const std::uint32_t limit = policy_.types[t].limit;
    if (limit == 0 || (limit == 1 && u == Uniqueness::waived)) continue;
    std::uint32_t values = 0, holders = 0;
    for (const NodeId label : labels) {
      const std::uint32_t held = state_.components.values_in(label, t);
      values += held;
      holders += held > 0 ? 1u : 0u;
    }
    if (holders > 1 && values > std::min(limit, kMostCounted - 1)) {
      return static_cast<IdentifierType>(t);
    }
  }
  return std::nullopt;
}

bool Decider::over_limit(NodeId node) const {
  const NodeId label = state_.components.label(node);
  for (std::size_t t = 0; t < kCountedTypes; ++t) {
    const std::uint32_t limit = policy_.types[t].limit;
    if (limit != 0 && state_.components.values_in(label, t) > limit) return true;
  }
  return false;
}

LinkRule Decider::refusal(IdentifierType type) const {
  return policy_.types[static_cast<std::size_t>(type)].limit == 1 ? LinkRule::uniqueness
                                                                  : LinkRule::limit;
}

bool Decider::try_link(NodeId a, NodeId b, LinkRule rule) {
  if (a == b) return false;
  const PairHistory pair = state_.records.pair(a, b);
  if (pair.linked == PairHistory::Linked::active) return true;
  if (pair.linked == PairHistory::Linked::undone) {
    refuse(a, b, LinkRule::undone_before);
    return false;
  }
  if (state_.same(a, b) && over_limit(a)) return true;
  if (const auto type = exceeded({a, b}, Uniqueness::kept)) {
    refuse(a, b, refusal(*type));
    return false;
  }
  link(a, b, rule);
  return true;
}

void Decider::link(NodeId a, NodeId b, LinkRule rule) {
  const std::vector<std::uint64_t> settled = conflicts_between(a, b);
  emit(LedgerOp::link, rule, a, b);
  for (const std::uint64_t id : settled) {
    const auto at = state_.records.find(id);
    emit(LedgerOp::resolve, rule, state_.records.a(*at), state_.records.b(*at), id);
  }
}

void Decider::refuse(NodeId a, NodeId b, LinkRule rule) {
  const PairHistory pair = state_.records.pair(a, b);
  if (pair.refused && pair.refused_rule == rule) return;  // recorded once, not at every event
  if (pair.in_conflict) return;
  const bool by_limit = rule == LinkRule::uniqueness || rule == LinkRule::limit;
  emit(LedgerOp::refuse, rule, a, b, by_limit ? standing_link(b) : pair.link_id);
}

void Decider::raise_conflict(NodeId a, NodeId b, LinkRule rule, std::uint64_t because) {
  const PairHistory pair = state_.records.pair(a, b);
  if (pair.in_conflict || pair.conflict_closed) return;
  emit(LedgerOp::conflict, rule, a, b, because);
}

// The link by which b already belongs to somebody: its newest active one.
std::uint64_t Decider::standing_link(NodeId b) const {
  const LedgerRecords& records = state_.records;
  std::size_t looked = 0;
  for (RecordIndex at = records.newest_of(b); at != kNoRecord && looked < 64;
       at = records.after(at, b), ++looked) {
    if (records.active_link(at)) return records.entry(at).id;
  }
  return 0;
}

// Open conflicts that joining the components of a and b would settle. Walks the smaller component.
std::vector<std::uint64_t> Decider::conflicts_between(NodeId a, NodeId b) const {
  std::vector<std::uint64_t> out;
  const LedgerRecords& records = state_.records;
  if (records.open_conflicts().empty() || state_.same(a, b)) return out;
  const Components& c = state_.components;
  const bool a_smaller = c.nodes_in(c.label(a)) < c.nodes_in(c.label(b));
  const NodeId inside = a_smaller ? a : b, outside = a_smaller ? b : a;
  c.each_node(inside, [&](NodeId node) {
    records.each_of(node, [&](RecordIndex at) {
      if (records.open_conflict(at) && state_.same(records.other(at, node), outside)) {
        out.push_back(records.entry(at).id);
      }
    });
  });
  std::sort(out.begin(), out.end());
  return out;
}

// --- Administrative acts

Status Decider::may_merge(CustomerId a, CustomerId b) const {
  for (const auto& [customer, field] : {std::pair{a, "a"}, std::pair{b, "b"}}) {
    if (customer >= state_.nodes.size()) {
      return fail(ErrorKind::not_found, "not_found", "there is no such customer", field);
    }
  }
  const NodeId x = state_.customer(a), y = state_.customer(b);
  if (x == y) {
    return fail(ErrorKind::conflict, "already_merged", "the two are one customer already", "b");
  }
  if (const auto type = exceeded({x, y}, Uniqueness::waived)) {
    const auto limit = policy_.types[static_cast<std::size_t>(*type)].limit;
    return fail(ErrorKind::impossible, "limit_exceeded",
                "together they would have more than " + std::to_string(limit) + " values of " +
                    std::string(to_string(*type)),
                "b");
  }
  return {};
}

Result<Decision> Decider::merge(CustomerId a, CustomerId b) {
  if (auto may = may_merge(a, b); !may) return tl::unexpected(may.error());
  link(state_.customer(a), state_.customer(b), LinkRule::manual);
  return finish(kNoNode, kNoNode);
}

// Refusals of which an end lies in the component and that could not be joined now.
std::vector<std::uint64_t> Decider::blocked_refusals(NodeId in_component_of) const {
  std::vector<std::uint64_t> out;
  const LedgerRecords& records = state_.records;
  state_.components.each_node(in_component_of, [&](NodeId node) {
    records.each_of(node, [&](RecordIndex at) {
      if (records.op(at) != LedgerOp::refuse) return;
      const LedgerEntry e = records.entry(at);
      if (e.rule != LinkRule::uniqueness && e.rule != LinkRule::limit) return;
      if (exceeded({e.a, e.b}, Uniqueness::kept)) out.push_back(e.id);
    });
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Status Decider::may_undo(std::uint64_t link_id) const {
  const auto at = state_.records.find(link_id);
  if (!at) {
    return fail(ErrorKind::not_found, "not_found", "the ledger has no such link", "link_id");
  }
  if (state_.records.op(*at) != LedgerOp::link) {
    return fail(ErrorKind::conflict, "not_a_link", "this ledger entry is not a link", "link_id");
  }
  if (!state_.records.active_link(*at)) {
    return fail(ErrorKind::conflict, "already_undone", "this link was undone before", "link_id");
  }
  return {};
}

Result<Decision> Decider::undo(std::uint64_t link_id) {
  if (auto may = may_undo(link_id); !may) return tl::unexpected(may.error());
  const LedgerEntry undone = state_.records.entry(*state_.records.find(link_id));
  const std::vector<std::uint64_t> blocked = blocked_refusals(undone.a);
  emit(LedgerOp::undo, undone.rule, undone.a, undone.b, link_id);
  if (state_.same(undone.a, undone.b)) return finish(kNoNode, kNoNode);
  for (const std::uint64_t id : blocked) {
    const LedgerEntry refused = state_.records.entry(*state_.records.find(id));
    if (state_.same(refused.a, refused.b) || exceeded({refused.a, refused.b}, Uniqueness::kept)) {
      continue;
    }
    raise_conflict(refused.a, refused.b, refused.rule, id);
  }
  return finish(kNoNode, kNoNode);
}

Result<Decision> Decider::dismiss(std::uint64_t conflict_id) {
  const auto at = state_.records.find(conflict_id);
  if (!at || state_.records.op(*at) != LedgerOp::conflict) {
    return fail(ErrorKind::not_found, "not_found", "the ledger has no such conflict",
                "conflict_id");
  }
  if (!state_.records.open_conflict(*at)) {
    return fail(ErrorKind::conflict, "already_resolved", "this conflict was closed before",
                "conflict_id");
  }
  emit(LedgerOp::resolve, LinkRule::manual, state_.records.a(*at), state_.records.b(*at),
       conflict_id);
  return finish(kNoNode, kNoNode);
}

}  // namespace viaggio::identity
