#include "journey/paths/paths.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "journey/paths/tally.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Node;
using select::Sequence;

namespace {

constexpr std::size_t kMaxCells = std::size_t{1} << 24;
constexpr const char* kOther = "$other";

// The nodes of a sequence from the side it is read from.
template <bool kFromEnd>
std::uint32_t index_of(const Sequence& s, std::uint32_t layer) {
  return kFromEnd ? s.size - 1 - layer : layer;
}

// How often each node is in each layer.
template <bool kFromEnd>
class Counter {
 public:
  Counter(std::uint32_t depth, std::size_t nodes)
      : counts(depth * nodes, 0), depth_(depth), nodes_(nodes) {}
  void sequence(const Sequence& s) {
    const std::uint32_t layers = std::min(s.size, depth_);
    for (std::uint32_t l = 0; l < layers; ++l)
      ++counts[l * nodes_ + s.nodes[index_of<kFromEnd>(s, l)]];
  }
  std::vector<std::uint64_t> counts;

 private:
  std::uint32_t depth_;
  std::size_t nodes_;
};

template <bool kFromEnd, bool kCustomers, bool kTimes>
class Teller {
 public:
  explicit Teller(const PathLayers& layers) : tally(layers, kCustomers, kTimes), layers_(layers) {}

  void sequence(const Sequence& s) {
    const std::uint32_t shown = std::min(s.size, layers_.depth);
    std::uint32_t index = index_of<kFromEnd>(s, 0);
    Place before = layers_.place(0, s.nodes[index]);
    ++tally.first[before];
    meet(tally.at(0, before), s.customer);
    for (std::uint32_t l = 1; l < shown; ++l) {
      const std::uint32_t last = std::exchange(index, index_of<kFromEnd>(s, l));
      const Place place = layers_.place(l, s.nodes[index]);
      const std::size_t edge = tally.edge(l, before, place);
      ++tally.transitions[edge];
      if constexpr (kCustomers) {
        tally.edge_customers[edge] += tally.last_on_edge[edge] != s.customer ? 1 : 0;
        tally.last_on_edge[edge] = s.customer;
      }
      if constexpr (kTimes)
        tally.times[edge].add(kFromEnd ? s.times[last] - s.times[index]
                                       : s.times[index] - s.times[last]);
      meet(tally.at(l, place), s.customer);
      before = place;
    }
    auto& over = s.size > layers_.depth ? tally.cut : tally.ended;
    ++over[tally.at(shown - 1, before)];
  }

  PathTally tally;

 private:
  void meet(std::size_t at, CustomerId customer) {
    if constexpr (kCustomers) {
      tally.node_customers[at] += tally.last_at_node[at] != customer ? 1 : 0;
      tally.last_at_node[at] = customer;
    }
  }
  const PathLayers& layers_;
};

// A node of a layer, or all of the layer that are not shown.
struct Spot {
  std::uint32_t layer = 0;  // from the side paths are read from
  bool others = false;
  Node node = select::kNoNodeHere;  // kNoNodeHere: of a label that does not occur
};

// Those whose sequence is at one spot, or goes from the one before it to this one.
struct Target {
  Spot spot;
  std::optional<Spot> before;
  PathsPeople::State state = PathsPeople::State::any;
  bool needs_layers() const { return spot.others || (before && before->others); }
};

template <bool kFromEnd>
class Finder {
 public:
  Finder(const PathLayers& layers, const Target& target) : layers_(layers), target_(target) {}
  void sequence(const Sequence& s) {
    if (s.size <= target_.spot.layer || !is_counted(s)) return;
    if (people.empty() || people.back() != s.customer) people.push_back(s.customer);
  }
  std::vector<CustomerId> people;

 private:
  bool is_at(const Sequence& s, const Spot& spot) const {
    const Node node = s.nodes[index_of<kFromEnd>(s, spot.layer)];
    return spot.others ? layers_.place(spot.layer, node) == layers_.others() : node == spot.node;
  }
  bool is_counted(const Sequence& s) const {
    using State = PathsPeople::State;
    const std::uint32_t l = target_.spot.layer;
    if (!is_at(s, target_.spot)) return false;
    if (target_.before) return is_at(s, *target_.before);
    // Read from the end, what comes further away lies before.
    const bool first = l == 0, last = s.size == l + 1;
    const bool cut = l + 1 == layers_.depth && s.size > layers_.depth;
    switch (target_.state) {
      case State::any:
        return true;
      case State::starts:
        return kFromEnd ? last : first;
      case State::ends:
        return kFromEnd ? first : last;
      case State::before:
        return kFromEnd && cut;
      case State::after:
        return !kFromEnd && cut;
    }
    return false;
  }
  const PathLayers& layers_;
  const Target& target_;
};

template <bool kFromEnd>
PathLayers choose_layers(const PathsQuestion& q, const select::SequencePlan& plan,
                         const select::Context& context) {
  const auto nodes = static_cast<std::uint32_t>(plan.nodes.labels.size());
  if (nodes <= q.top) return PathLayers::choose(q.depth, q.top, nodes, {});
  const auto counters = select::scan_sequences<false>(
      plan, context, [&] { return std::make_unique<Counter<kFromEnd>>(q.depth, nodes); });
  std::vector<std::uint64_t> counts(std::size_t{q.depth} * nodes, 0);
  for (const auto& counter : counters) {
    for (std::size_t i = 0; counter && i < counts.size(); ++i) counts[i] += counter->counts[i];
  }
  return PathLayers::choose(q.depth, q.top, nodes, counts);
}

template <bool kFromEnd, bool kCustomers, bool kTimes>
PathTally count(const PathLayers& layers, const select::SequencePlan& plan,
                const select::Context& context) {
  using Tell = Teller<kFromEnd, kCustomers, kTimes>;
  auto tellers =
      select::scan_sequences<kTimes>(plan, context, [&] { return std::make_unique<Tell>(layers); });
  PathTally all(layers, kCustomers, kTimes);
  for (auto& teller : tellers) {
    if (teller) all.add(teller->tally);
  }
  return all;
}

template <bool kFromEnd>
PathTally count(const PathsQuestion& q, const PathLayers& layers, const select::SequencePlan& plan,
                const select::Context& context) {
  if (q.customers)
    return q.times ? count<kFromEnd, true, true>(layers, plan, context)
                   : count<kFromEnd, true, false>(layers, plan, context);
  return q.times ? count<kFromEnd, false, true>(layers, plan, context)
                 : count<kFromEnd, false, false>(layers, plan, context);
}

// A question over its context, and what it counted.
struct Told {
  const PathsQuestion& q;
  const select::SequencePlan& plan;
  const PathLayers& layers;
  const PathTally& tally;

  int layer(std::uint32_t l) const {
    return q.from_end() ? -static_cast<int>(l) : static_cast<int>(l);
  }
  std::string id(std::uint32_t l, Place p) const {
    const std::string number = std::to_string(layer(l));
    return p == layers.others() ? number : number + ":" + label(l, p);
  }
  const std::string& label(std::uint32_t l, Place p) const {
    return plan.nodes.labels[layers.shown[l][p]];
  }
  std::uint64_t entries(std::uint32_t l, Place p) const {
    if (l == 0) return tally.first[p];
    std::uint64_t sum = 0;
    for (Place before = 0; before < layers.places; ++before)
      sum += tally.transitions[tally.edge(l, before, p)];
    return sum;
  }
  // The places of a layer in the order they are listed: those with entries, all others last.
  std::vector<Place> ranked(std::uint32_t l) const {
    std::vector<std::pair<std::uint64_t, Place>> some;
    for (Place p = 0; p < layers.shown[l].size(); ++p) {
      if (const std::uint64_t n = entries(l, p); n != 0) some.emplace_back(n, p);
    }
    std::sort(some.begin(), some.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first
                                : layers.shown[l][a.second] < layers.shown[l][b.second];
    });
    std::vector<Place> out;
    for (const auto& [n, p] : some) out.push_back(p);
    if (entries(l, layers.others()) != 0) out.push_back(layers.others());
    return out;
  }
};

json write_node(const Told& t, std::uint32_t l, Place p) {
  const bool others = p == t.layers.others();
  const std::size_t at = t.tally.at(l, p);
  const std::uint64_t first = l == 0 ? t.tally.first[p] : 0;
  const std::uint64_t ended = t.tally.ended[at], cut = t.tally.cut[at];
  const bool from_end = t.q.from_end();
  return {{"id", t.id(l, p)},
          {"layer", t.layer(l)},
          {"label", others ? kOther : t.label(l, p)},
          {"merged", others ? t.layers.merged[l] : 0},
          {"entries", t.entries(l, p)},
          {"customers", t.q.customers ? json(t.tally.node_customers[at]) : json(nullptr)},
          {"starts", from_end ? ended : first},
          {"ends", from_end ? first : ended},
          {"before", from_end ? cut : 0},
          {"after", from_end ? 0 : cut}};
}

struct ListedEdge {
  std::uint32_t layer = 0;  // that it leads to, from the side it is read from
  Place before = 0, place = 0;
  std::uint64_t transitions = 0;
  std::size_t from_rank = 0, to_rank = 0;
};

std::vector<ListedEdge> edges_to(const Told& t, std::uint32_t l, const std::vector<Place>& before,
                                 const std::vector<Place>& here) {
  std::vector<ListedEdge> out;
  const bool from_end = t.q.from_end();
  for (std::size_t b = 0; b < before.size(); ++b) {
    for (std::size_t h = 0; h < here.size(); ++h) {
      const std::uint64_t n = t.tally.transitions[t.tally.edge(l, before[b], here[h])];
      if (n != 0) out.push_back({l, before[b], here[h], n, from_end ? h : b, from_end ? b : h});
    }
  }
  std::sort(out.begin(), out.end(), [](const ListedEdge& a, const ListedEdge& b) {
    if (a.transitions != b.transitions) return a.transitions > b.transitions;
    return a.from_rank != b.from_rank ? a.from_rank < b.from_rank : a.to_rank < b.to_rank;
  });
  return out;
}

json write_edges(const Told& t, const std::vector<ListedEdge>& edges, unsigned threads) {
  struct Lasted {
    json median, p90;
  };
  std::vector<Lasted> lasted(edges.size());
  parallel_for(t.q.times ? edges.size() : 0, threads, [&](std::size_t e, unsigned) {
    const Durations* const times[] = {
        &t.tally.times[t.tally.edge(edges[e].layer, edges[e].before, edges[e].place)]};
    const unsigned percents[] = {50, 90};
    const auto found = quantiles(times, percents);
    if (found.empty()) return;
    lasted[e].median = static_cast<double>(found[0]) / 1e6;
    lasted[e].p90 = static_cast<double>(found[1]) / 1e6;
  });
  json out = json::array();
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const ListedEdge& edge = edges[e];
    std::string from = t.id(edge.layer - 1, edge.before), to = t.id(edge.layer, edge.place);
    if (t.q.from_end()) std::swap(from, to);
    const std::size_t at = t.tally.edge(edge.layer, edge.before, edge.place);
    out.push_back({{"from", from},
                   {"to", to},
                   {"transitions", edge.transitions},
                   {"customers", t.q.customers ? json(t.tally.edge_customers[at]) : json(nullptr)},
                   {"median_seconds", lasted[e].median},
                   {"p90_seconds", lasted[e].p90}});
  }
  return out;
}

json write(const Told& t, unsigned threads) {
  json out{{"nodes", json::array()}, {"sequences", 0}};
  std::vector<std::vector<Place>> places;
  for (std::uint32_t l = 0; l < t.layers.depth; ++l) places.push_back(t.ranked(l));
  std::vector<ListedEdge> edges;
  std::uint64_t merged = 0, entries = 0, transitions = 0, sequences = 0;
  const Place others = t.layers.others();
  // Layers from left to right, whichever side paths are read from.
  for (std::uint32_t k = 0; k < t.layers.depth; ++k) {
    const std::uint32_t l = t.q.from_end() ? t.layers.depth - 1 - k : k;
    for (const Place p : places[l]) {
      out["nodes"].push_back(write_node(t, l, p));
      if (p == others) {
        merged += t.layers.merged[l];
        entries += t.entries(l, p);
      }
    }
    if (l == 0) continue;
    for (const ListedEdge& e : edges_to(t, l, places[l - 1], places[l])) {
      if (e.before == others || e.place == others) transitions += e.transitions;
      edges.push_back(e);
    }
  }
  for (const std::uint64_t n : t.tally.first) sequences += n;
  out["sequences"] = sequences;
  out["edges"] = write_edges(t, edges, threads);
  out["other"] = {{"nodes", merged}, {"entries", entries}, {"transitions", transitions}};
  return out;
}

Result<select::SequencePlan> make_plan(const PathsQuestion& q, const select::Context& context) {
  auto plan = select::SequencePlan::make(q.sequences, q.common, std::nullopt, context);
  if (plan && plan->nodes.labels.size() * q.depth > kMaxCells)
    return invalid("node",
                   "has too many values to be counted at this depth; choose another, exclude "
                   "events or filter with where",
                   "too_many_nodes");
  return plan;
}

// From "LAYER:LABEL" or "LAYER".
Result<Spot> read_spot(const std::string& id, const std::string& path, const PathsQuestion& q,
                       const select::SequencePlan& plan) {
  const std::size_t colon = id.find(':');
  const std::string number = id.substr(0, colon);
  for (std::uint32_t l = 0; l < q.depth; ++l) {
    if (std::to_string(q.from_end() ? -static_cast<int>(l) : static_cast<int>(l)) != number)
      continue;
    if (colon == std::string::npos) return Spot{l, true, select::kNoNodeHere};
    const auto node = plan.nodes.find(id.substr(colon + 1));
    return Spot{l, false, node.value_or(select::kNoNodeHere)};
  }
  return invalid(path, "is no node of this answer: write LAYER:LABEL, or LAYER for all others");
}

Result<Target> read_target(const PathsQuestion& q, const select::SequencePlan& plan) {
  const PathsPeople& people = *q.people;
  auto spot = read_spot(people.node, people.to ? "people.from" : "people.node", q, plan);
  if (!spot) return tl::unexpected(spot.error());
  if (!people.to) return Target{*spot, std::nullopt, people.state};
  auto to = read_spot(*people.to, "people.to", q, plan);
  if (!to) return tl::unexpected(to.error());
  if (q.from_end()) std::swap(*spot, *to);
  if (to->layer != spot->layer + 1)
    return invalid("people.to", "is not in the layer after that of from");
  return Target{*to, *spot, PathsPeople::State::any};
}

template <bool kFromEnd>
std::vector<CustomerId> find_people(const PathLayers& layers, const Target& target,
                                    const select::SequencePlan& plan,
                                    const select::Context& context) {
  const auto finders = select::scan_sequences<false>(
      plan, context, [&] { return std::make_unique<Finder<kFromEnd>>(layers, target); });
  std::vector<CustomerId> out;
  for (const auto& finder : finders) {
    if (finder) out.insert(out.end(), finder->people.begin(), finder->people.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

PathLayers layers_of(const PathsQuestion& q, const select::SequencePlan& plan,
                     const select::Context& context) {
  return q.from_end() ? choose_layers<true>(q, plan, context)
                      : choose_layers<false>(q, plan, context);
}

std::vector<CustomerId> people_at(const PathsQuestion& q, const Target& target,
                                  const PathLayers& layers, const select::SequencePlan& plan,
                                  const select::Context& context) {
  return q.from_end() ? find_people<true>(layers, target, plan, context)
                      : find_people<false>(layers, target, plan, context);
}

}  // namespace

Result<json> ask_paths(const PathsQuestion& q, const select::Context& context,
                       const std::function<std::string(CustomerId)>& name) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  Target target;
  if (q.people) {
    auto read = read_target(q, *plan);
    if (!read) return tl::unexpected(read.error());
    target = *read;
  }
  const PathLayers layers = layers_of(q, *plan, context);
  const PathTally tally = q.from_end() ? count<true>(q, layers, *plan, context)
                                       : count<false>(q, layers, *plan, context);
  json out = write(Told{q, *plan, layers, tally}, context.threads);
  if (!q.people) return out;
  std::vector<std::string> ids;
  for (const CustomerId c : people_at(q, target, layers, *plan, context)) ids.push_back(name(c));
  std::sort(ids.begin(), ids.end());
  if (ids.size() > q.people->limit) ids.resize(q.people->limit);
  out["people"] = std::move(ids);
  return out;
}

Result<std::vector<CustomerId>> paths_people(const PathsQuestion& q,
                                             const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  auto target = read_target(q, *plan);
  if (!target) return tl::unexpected(target.error());
  PathLayers layers;
  layers.depth = q.depth;
  if (target->needs_layers()) layers = layers_of(q, *plan, context);
  return people_at(q, *target, layers, *plan, context);
}

}  // namespace viaggio::journey
