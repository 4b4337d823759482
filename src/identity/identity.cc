#include "identity/identity.h"

#include <algorithm>
#include <unordered_map>

#include "identity/checkpoint.h"
#include "identity/decider.h"
#include "identity/state.h"

namespace viaggio::identity {
namespace {
constexpr std::uint64_t kMagic = 0x594449'4F474741ull;  // tells an identity checkpoint
constexpr std::uint64_t kVersion = 1;

bool by_priority(const IdentifiedNode& x, const IdentifiedNode& y) {
  return x.identifier.type != y.identifier.type ? x.identifier.type < y.identifier.type
                                                : x.id < y.id;
}
}  // namespace

struct Identity::Impl {
  explicit Impl(Policy p) : policy(std::move(p)), state(std::make_unique<State>()) {}
  Policy policy;
  std::unique_ptr<State> state;
};

Identity::Identity(Policy policy) : impl_(std::make_unique<Impl>(std::move(policy))) {}
Identity::~Identity() = default;
Identity::Identity(Identity&&) noexcept = default;
Identity& Identity::operator=(Identity&&) noexcept = default;

void Identity::set_policy(Policy policy) { impl_->policy = std::move(policy); }

Decision Identity::decide(const IncomingEvent& event, Sequence sequence, Micros now, bool secret) {
  return Decider(*impl_->state, impl_->policy, sequence, now, {}).event(event, secret);
}

Result<Decision> Identity::merge(CustomerId a, CustomerId b, Sequence sequence, Micros now,
                                 const std::string& actor) {
  return Decider(*impl_->state, impl_->policy, sequence, now, actor).merge(a, b);
}

Result<Decision> Identity::undo(std::uint64_t link_id, Sequence sequence, Micros now,
                                const std::string& actor) {
  return Decider(*impl_->state, impl_->policy, sequence, now, actor).undo(link_id);
}

Result<Decision> Identity::dismiss(std::uint64_t conflict_id, Sequence sequence, Micros now,
                                   const std::string& actor) {
  return Decider(*impl_->state, impl_->policy, sequence, now, actor).dismiss(conflict_id);
}

Result<Identity::NodeSet> Identity::merged(CustomerId a, CustomerId b) const {
  const Decider decider(*impl_->state, impl_->policy, 0, 0, {});
  if (auto may = decider.may_merge(a, b); !may) return tl::unexpected(may.error());
  NodeSet out = nodes_of(a);
  const NodeSet more = nodes_of(b);
  out.insert(out.end(), more.begin(), more.end());
  std::sort(out.begin(), out.end(), by_priority);
  return out;
}

Result<std::vector<Identity::NodeSet>> Identity::apart_without(std::uint64_t link_id) const {
  const State& s = *impl_->state;
  const Decider decider(*impl_->state, impl_->policy, 0, 0, {});
  if (auto may = decider.may_undo(link_id); !may) return tl::unexpected(may.error());
  const RecordIndex link = *s.records.find(link_id);
  const NodeId a = s.records.a(link);
  const std::vector<NodeId> side = s.side_of(a, s.records.b(link), link_id);
  if (side.empty()) return std::vector<NodeSet>{nodes_of(a)};
  std::vector<NodeSet> out(2);
  for (const NodeId n : side) out[0].push_back(node(n));
  for (const NodeId n : s.rest_of(a, side)) out[1].push_back(node(n));
  for (NodeSet& set : out) std::sort(set.begin(), set.end(), by_priority);
  // The one that keeps the customer's name comes first.
  if (by_priority(out[1].front(), out[0].front())) std::swap(out[0], out[1]);
  return out;
}

void Identity::apply(const LedgerEntry& entry) { impl_->state->apply(entry); }
void Identity::observe(const EventHeader& header) { impl_->state->observe(header); }

Change Identity::take_changes() {
  Change out = std::move(impl_->state->pending);
  impl_->state->pending = {};
  return out;
}

NodeId Identity::node_of(const EventHeader& header) const {
  return impl_->state->owner_of(header.node, header.time);
}

CustomerId Identity::customer_of(const EventHeader& header) const {
  return customer_of_node(node_of(header));
}

CustomerId Identity::customer_of_node(NodeId node) const {
  return node < impl_->state->nodes.size() ? impl_->state->customer(node) : kNoCustomer;
}

std::optional<NodeId> Identity::find(const Identifier& identifier) const {
  return impl_->state->nodes.find(identifier.type, identifier.value);
}

std::optional<CustomerId> Identity::find_customer(const Identifier& identifier) const {
  const auto node = find(identifier);
  if (!node) return std::nullopt;
  return customer_of_node(impl_->state->owner_of(*node, kNever));
}

IdentifiedNode Identity::node(NodeId id) const {
  IdentifiedNode out;
  const State& s = *impl_->state;
  if (id >= s.nodes.size()) return out;
  out.id = id;
  out.identifier.type = s.nodes.type(id);
  out.tenure = is_device(out.identifier.type);
  const NodeId named = out.tenure ? s.devices.base(s.nodes.device(id)) : id;
  out.identifier.value = s.nodes.value(named);
  if (out.tenure) out.tenure_from = s.tenure_start(id);
  return out;
}

std::vector<IdentifiedNode> Identity::nodes_of(CustomerId customer) const {
  std::vector<IdentifiedNode> out;
  if (customer >= node_count()) return out;
  impl_->state->components.each_node(customer, [&](NodeId n) { out.push_back(node(n)); });
  std::sort(out.begin(), out.end(), by_priority);
  return out;
}

std::vector<Identity::SharedValue> Identity::shared_values(std::uint32_t customers,
                                                           std::size_t limit) const {
  const State& s = *impl_->state;
  // A pair is refused once, so each refusal is another customer. The refused end is `b`.
  std::unordered_map<NodeId, std::uint32_t> refused;
  for (RecordIndex at = 0; at < s.records.size(); ++at) {
    if (s.records.op(at) != LedgerOp::refuse) continue;
    const LinkRule rule = s.records.rule(at);
    if (rule != LinkRule::uniqueness && rule != LinkRule::limit) continue;
    const NodeId b = s.records.b(at);
    const IdentifierType type = s.nodes.type(b);
    if (is_device(type) || type <= IdentifierType::crm_id) continue;
    ++refused[b];
  }
  std::vector<std::pair<NodeId, std::uint32_t>> wanted;
  for (const auto& [n, times] : refused) {
    if (times + 1 > customers && !is_blocked(s.nodes.value(n), impl_->policy))
      wanted.emplace_back(n, times + 1);
  }
  std::sort(wanted.begin(), wanted.end(), [](const auto& x, const auto& y) {
    return x.second != y.second ? x.second > y.second : x.first < y.first;
  });
  if (wanted.size() > limit) wanted.resize(limit);
  std::vector<SharedValue> out;
  for (const auto& [n, times] : wanted) out.push_back({node(n), times});
  return out;
}

std::vector<LedgerEntry> Identity::links_of(CustomerId customer) const {
  std::vector<LedgerEntry> out;
  if (customer >= node_count()) return out;
  const State& s = *impl_->state;
  std::vector<RecordIndex> found;
  s.components.each_node(customer, [&](NodeId n) {
    s.records.each_of(n, [&](RecordIndex at) { found.push_back(at); });
  });
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  for (const RecordIndex at : found) out.push_back(s.records.entry(at));
  return out;
}

bool Identity::link_active(std::uint64_t link_id) const {
  const auto at = impl_->state->records.find(link_id);
  return at && impl_->state->records.active_link(*at);
}

bool Identity::conflict_open(std::uint64_t conflict_id) const {
  const auto at = impl_->state->records.find(conflict_id);
  return at && impl_->state->records.open_conflict(*at);
}

std::vector<LedgerEntry> Identity::conflicts(std::size_t limit) const {
  std::vector<LedgerEntry> out;
  const LedgerRecords& records = impl_->state->records;
  for (const std::uint64_t id : records.open_conflicts()) {
    if (out.size() >= limit) break;
    if (const auto at = records.find(id)) out.push_back(records.entry(*at));
  }
  return out;
}

std::optional<Micros> Identity::shared_since(NodeId device) const {
  const State& s = *impl_->state;
  if (device >= s.nodes.size() || !is_device(s.nodes.type(device))) return std::nullopt;
  const DeviceHistory* h = s.devices.history(s.nodes.device(device));
  if (h == nullptr || h->shared_from == kNever) return std::nullopt;
  return h->shared_from;
}

std::size_t Identity::node_count() const { return impl_->state->nodes.size(); }
std::size_t Identity::customer_count() const { return impl_->state->components.count(); }
std::uint64_t Identity::next_ledger_id() const { return impl_->state->next_id; }

std::size_t Identity::memory_bytes() const {
  const State& s = *impl_->state;
  return s.nodes.memory_bytes() + s.components.memory_bytes() + s.devices.memory_bytes() +
         s.records.memory_bytes();
}

Status Identity::save(const std::string& file, Sequence upto) const {
  CheckpointWriter out(file);
  out.number(kMagic);
  out.number(kVersion);
  out.number(upto);
  impl_->state->save(out);
  return out.finish();
}

Result<Sequence> Identity::load(const std::string& file) {
  if (auto sound = CheckpointReader::verify(file); !sound) return tl::unexpected(sound.error());
  CheckpointReader in(file);
  const std::uint64_t magic = in.number(), version = in.number();
  if (magic == kMagic && version > kVersion) {
    return fail(ErrorKind::unsupported, "newer_format",
                "the identity checkpoint was written by a newer version");
  }
  const Sequence upto = in.number();
  auto state = std::make_unique<State>();
  if (magic != kMagic || !state->load(in)) {
    return internal_error(
        "the identity checkpoint " + file + " is damaged; rebuild it from the log",
        "checkpoint_damaged");
  }
  impl_->state = std::move(state);
  return upto;
}

}  // namespace viaggio::identity
