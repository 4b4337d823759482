#include "journey/transitions/transitions.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/durations.h"
#include "base/parallel.h"
#include "select/event_filter.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Answer;
using select::Field;
using timeline::CodeSpace;

namespace {

using Node = std::uint32_t;
constexpr Node kNone = 0xFFFFFFFFu;
constexpr Node kDenseNodes = 1024;  // up to here a table of all pairs is small enough

struct Edge {
  std::uint64_t transitions = 0, customers = 0;
  CustomerId last = kNoCustomer;
  Durations times;
};

struct NodeCount {
  std::uint64_t count = 0, starts = 0, ends = 0;
};

// Field codes with the same text are one node.
struct Nodes {
  std::vector<std::string> labels;
  std::vector<Node> of_code;
  Node add(const std::string& label) {
    const auto [at, fresh] = index.try_emplace(label, static_cast<Node>(labels.size()));
    if (fresh) labels.push_back(label);
    return at->second;
  }
  std::map<std::string, Node> index;
};

Nodes nodes_of(const Field& field) {
  Nodes nodes;
  nodes.of_code.resize(field.size(), kNone);
  for (select::Code c = 0; c < field.size(); ++c) {
    if (!field.value(c).empty()) nodes.of_code[c] = nodes.add(display(field.value(c)));
  }
  return nodes;
}

struct Plan {
  const TransitionsQuestion* question = nullptr;
  Field field;
  Nodes nodes;
  select::EventFilter where;
  select::CustomerFilter audience;
  std::vector<Node> node_of_kind;  // when the field is known by the kind alone
  std::vector<std::uint8_t> where_of_kind;
  Micros gap = 0;
  Micros from = 0, end = 0;
  bool dense = true;
};

class Worker {
 public:
  Worker(const Plan& plan, const select::Context& context) : plan_(plan), context_(context) {
    counts.resize(plan.nodes.labels.size());
    if (!plan.dense) return;
    edges.resize(counts.size() * counts.size());
    const std::size_t side = counts.size() + 1;
    steps_.resize(side * side, 0);
    if (!plan.question->customers) return;
    people_.resize(side * side, 0);
    last_.resize(side * side, kNoCustomer);
  }
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    node_by_code_.resize(codes.size);
    inherits_.resize(codes.size);
    unsure_ = false;
    const bool table = plan_.field.source() == Field::Source::kind ||
                       plan_.field.source() == Field::Source::channel;
    for (std::uint32_t c = 0; table && c < codes.size; ++c) {
      const KindId kind = codes.kind(c);
      node_by_code_[c] = plan_.nodes.of_code[plan_.field.own_code(kind)];
      inherits_[c] = plan_.field.inherits(kind) ? 1 : 0;
      unsure_ = unsure_ || plan_.where_of_kind[kind] == 2;
    }
    quick_ = table && !unsure_ && plan_.dense && !plan_.question->times;
    if (!plan_.node_of_kind.empty())
      node_ = timeline::by_code(codes, plan_.node_of_kind, scratch_node_);
    where_ = timeline::by_code(codes, plan_.where_of_kind, scratch_where_);
  }

  template <class RunT>
  void customer(const RunT& run) {
    if (!plan_.audience.passes(run.customer)) return;
    open_.clear();
    customer_ = run.customer;
    const bool by_session = plan_.question->by_session;
    Open whole;
    for (std::uint32_t i = 0; i < run.size; ++i) {
      const Micros t = run.time[i];
      if (t >= plan_.end) break;
      const Node node = t < plan_.from ? kNone : node_at(run, i);
      if (!by_session) {
        if (node != kNone) visit(whole, node, t);
        continue;
      }
      if (run.device[i] == kNoNode) {
        if (node != kNone) {
          Open alone;
          visit(alone, node, t);
          leave(alone);
        }
        continue;
      }
      Open& session = session_of(run.device[i], t);
      if (node != kNone) visit(session, node, t);
    }
    if (!by_session) leave(whole);
    for (Open& o : open_) leave(o);
  }

  // Sealed customers. Where their sessions do not interleave, the bits that tell sessions apart are
  // enough: neither times nor devices are read.
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (s.block->latest() < plan_.from || s.block->earliest() >= plan_.end) return;
    if (!quick_ || (plan_.question->by_session && s.block->session_gap() != plan_.gap)) {
      for (std::uint32_t c = s.from; c < s.to; ++c) {
        if (!s.is_struck(c)) customer(s.block->template run<Code>(c));
      }
      return;
    }
    const bool inherits = plan_.field.source() == Field::Source::channel;
    if (plan_.question->customers) {
      inherits ? walk<true, true>(s) : walk<false, true>(s);
    } else {
      inherits ? walk<true, false>(s) : walk<false, false>(s);
    }
  }

  // What walk() counted, as counts and edges.
  void finish() {
    const std::size_t n = counts.size(), side = n + 1;
    if (!plan_.dense) return;
    for (std::size_t from = 0; from < side; ++from) {
      for (std::size_t to = 0; to < side; ++to) {
        const std::uint64_t k = steps_[from * side + to];
        if (k == 0 || (from == n && to == n)) continue;
        if (to == n) {
          counts[from].ends += k;
        } else if (from == n) {
          counts[to].starts += k;
          counts[to].count += k;
        } else if (from != to || !plan_.question->collapse_repeats) {
          counts[to].count += k;
          edges[from * n + to].transitions += k;
          if (!people_.empty()) edges[from * n + to].customers += people_[from * side + to];
        }
      }
    }
  }

  std::vector<NodeCount> counts;
  std::vector<Edge> edges;                         // dense
  std::unordered_map<std::uint64_t, Edge> sparse;  // otherwise

 private:
  struct Open {
    NodeId device = kNoNode;
    Node node = kNone;
    Micros last = 0;       // of any event: sessions do not depend on filters
    Micros node_time = 0;  // of the first of equal neighbours
  };

  // Counts pairs of neighbours, with one more row for "begins" and one more column for "ends".
  template <bool kInherits, bool kPeople, class Code>
  void walk(const timeline::Slice<Code>& s) {
    const auto none = static_cast<Node>(counts.size());
    const std::size_t side = counts.size() + 1;
    const bool by_session = plan_.question->by_session;
    const bool whole = s.block->earliest() >= plan_.from && s.block->latest() < plan_.end;
    for (std::uint32_t c = s.from; c < s.to; ++c) {
      if (s.is_struck(c)) continue;
      const CustomerId customer_id = s.block->customer_ids()[c];
      if (!plan_.audience.passes(customer_id)) continue;
      if (by_session && s.is_mixed(c)) {
        customer(s.block->template run<Code>(c));
        continue;
      }
      std::uint32_t i = s.offsets[c], end = s.offsets[c + 1];
      if (!whole) {
        const Micros* const last = s.time + end;
        i = static_cast<std::uint32_t>(std::lower_bound(s.time + i, last, plan_.from) - s.time);
        end = static_cast<std::uint32_t>(std::lower_bound(s.time + i, last, plan_.end) - s.time);
      }
      Node before = none;
      for (; i < end; ++i) {
        const Code code = s.kind[i];
        const std::uint64_t begins = by_session ? s.begins_session(i) : 0;
        steps_[before * side + none] += begins;
        before = begins != 0 ? none : before;
        if (where_[code] == 0) continue;
        const Node node = node_by_code_[kInherits && inherits_[code] != 0 ? s.entry[i] : code];
        if (node == kNone) continue;
        const std::size_t step = before * side + node;
        ++steps_[step];
        if constexpr (kPeople) {
          people_[step] += last_[step] != customer_id ? 1 : 0;
          last_[step] = customer_id;
        }
        before = node;
      }
      ++steps_[before * side + none];
    }
  }

  template <class RunT>
  Node node_at(const RunT& run, std::uint32_t i) const {
    const auto code = run.kind[i];
    const std::uint8_t w = where_[code];
    if (w == 0 || (w == 2 && !plan_.where.passes(codes_, run, i))) return kNone;
    if (node_ != nullptr) return node_[code];
    return plan_.nodes.of_code[plan_.field.code(codes_.kind(code), codes_.kind(run.entry[i]),
                                                run.sequence(i), run.customer)];
  }

  Open& session_of(NodeId device, Micros t) {
    for (Open& o : open_) {
      if (o.device != device) continue;
      if (t - o.last > plan_.gap) {
        leave(o);
        o.node = kNone;
      }
      o.last = t;
      return o;
    }
    open_.push_back({device, kNone, t, 0});
    return open_.back();
  }

  void visit(Open& o, Node node, Micros t) {
    if (o.node == kNone) {
      ++counts[node].starts;
    } else if (plan_.question->collapse_repeats && o.node == node) {
      return;
    } else {
      Edge& edge = plan_.dense ? edges[std::size_t{o.node} * counts.size() + node]
                               : sparse[std::uint64_t{o.node} << 32 | node];
      ++edge.transitions;
      if (edge.last != customer_) {
        edge.last = customer_;
        ++edge.customers;
      }
      if (plan_.question->times) edge.times.add(t - o.node_time);
    }
    ++counts[node].count;
    o.node = node;
    o.node_time = t;
  }

  void leave(const Open& o) {
    if (o.node != kNone) ++counts[o.node].ends;
  }

  const Plan& plan_;
  const select::Context& context_;
  CodeSpace codes_;
  std::vector<Node> scratch_node_;
  const Node* node_ = nullptr;
  std::vector<std::uint8_t> scratch_where_;
  const std::uint8_t* where_ = nullptr;
  std::vector<Open> open_;
  CustomerId customer_ = kNoCustomer;
  // Of walk():
  std::vector<std::uint64_t> steps_, people_;  // by node before, then node
  std::vector<CustomerId> last_;
  std::vector<Node> node_by_code_;
  std::vector<std::uint8_t> inherits_;  // by code: the session's first event says the node
  bool unsure_ = false, quick_ = false;
};

Result<Plan> make_plan(const TransitionsQuestion& q, const select::Context& context) {
  Plan plan;
  plan.question = &q;
  auto field = Field::resolve(q.node, "node", context);
  if (!field) return tl::unexpected(field.error());
  plan.field = std::move(*field);
  plan.nodes = nodes_of(plan.field);
  auto where = select::EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  const std::size_t kinds = context.classes->kinds.size();
  plan.where_of_kind.resize(kinds);
  for (KindId k = 0; k < kinds; ++k)
    plan.where_of_kind[k] = static_cast<std::uint8_t>(plan.where.by_kind()[k]);
  if (plan.field.source() == Field::Source::kind) {
    plan.node_of_kind.resize(kinds);
    for (KindId k = 0; k < kinds; ++k)
      plan.node_of_kind[k] = plan.nodes.of_code[plan.field.code_of_kind(k)];
  }
  plan.gap = q.session_gap != 0 ? q.session_gap : context.session_gap;
  plan.from = q.common.range.from;
  plan.end = std::min(q.common.range.to, context.now + 1);
  plan.dense = plan.nodes.labels.size() <= kDenseNodes;
  return plan;
}

void add_edge(Edge& into, Edge& from) {
  into.transitions += from.transitions;
  into.customers += from.customers;
  into.times.take(from.times);
}

}  // namespace

Result<TransitionsQuestion> read_transitions(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  TransitionsQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  auto unit = reader.choice("unit", {"session", "customer"});
  if (!unit) return tl::unexpected(unit.error());
  q.by_session = unit->value_or(0) == 0;
  auto gap = reader.duration("session_gap");
  if (!gap) return tl::unexpected(gap.error());
  q.session_gap = gap->value_or(0);
  auto node = reader.text("node");
  if (!node) return tl::unexpected(node.error());
  q.node = node->value_or("name");
  auto collapse = reader.boolean("collapse_repeats");
  if (!collapse) return tl::unexpected(collapse.error());
  q.collapse_repeats = collapse->value_or(true);
  if (const json* include = reader.find("include")) {
    if (!include->is_array())
      return invalid("include", "must be a list of 'customers' and 'times'");
    for (const json& what : *include) {
      if (what == "customers")
        q.customers = true;
      else if (what == "times")
        q.times = true;
      else
        return invalid("include", "must be a list of 'customers' and 'times'");
    }
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

Result<json> ask_transitions(const TransitionsQuestion& q, const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(*plan, context);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Worker* w, const auto& run) {
        if (!context.is_cancelled()) w->customer(run);
      });

  const std::size_t n = plan->nodes.labels.size();
  std::vector<NodeCount> counts(n);
  std::map<std::uint64_t, Edge> edges;
  for (auto& w : workers) {
    if (!w) continue;
    w->finish();
    for (std::size_t i = 0; i < n; ++i) {
      counts[i].count += w->counts[i].count;
      counts[i].starts += w->counts[i].starts;
      counts[i].ends += w->counts[i].ends;
    }
    for (std::size_t e = 0; e < w->edges.size(); ++e) {
      if (w->edges[e].transitions != 0)
        add_edge(edges[std::uint64_t{e / n} << 32 | (e % n)], w->edges[e]);
    }
    for (auto& [key, edge] : w->sparse) add_edge(edges[key], edge);
  }
  const auto& labels = plan->nodes.labels;
  std::vector<Node> order;
  for (Node i = 0; i < n; ++i) {
    if (counts[i].count != 0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](Node a, Node b) {
    return counts[a].count != counts[b].count ? counts[a].count > counts[b].count
                                              : labels[a] < labels[b];
  });
  json out;
  out["nodes"] = json::array();
  for (const Node i : order) {
    out["nodes"].push_back({{"label", labels[i]},
                            {"count", counts[i].count},
                            {"starts", counts[i].starts},
                            {"ends", counts[i].ends}});
  }
  std::vector<std::pair<std::uint64_t, Edge*>> list;
  for (auto& [key, edge] : edges) list.emplace_back(key, &edge);
  std::sort(list.begin(), list.end(), [&](const auto& a, const auto& b) {
    if (a.second->transitions != b.second->transitions)
      return a.second->transitions > b.second->transitions;
    const auto& from_a = labels[a.first >> 32];
    const auto& from_b = labels[b.first >> 32];
    if (from_a != from_b) return from_a < from_b;
    return labels[a.first & 0xFFFFFFFFu] < labels[b.first & 0xFFFFFFFFu];
  });
  struct Lasted {
    json median, p90;
  };
  std::vector<Lasted> lasted(list.size());
  parallel_for(q.times ? list.size() : 0, threads, [&](std::size_t e, unsigned) {
    const Durations* const times[] = {&list[e].second->times};
    const unsigned percents[] = {50, 90};
    const auto found = quantiles(times, percents);
    if (found.empty()) return;
    lasted[e].median = static_cast<double>(found[0]) / 1e6;
    lasted[e].p90 = static_cast<double>(found[1]) / 1e6;
  });
  out["edges"] = json::array();
  for (std::size_t e = 0; e < list.size(); ++e) {
    const auto& [key, edge] = list[e];
    out["edges"].push_back({{"from", labels[key >> 32]},
                            {"to", labels[key & 0xFFFFFFFFu]},
                            {"transitions", edge->transitions},
                            {"customers", q.customers ? json(edge->customers) : json(nullptr)},
                            {"median_seconds", lasted[e].median},
                            {"p90_seconds", lasted[e].p90}});
  }
  return out;
}

}  // namespace viaggio::journey
