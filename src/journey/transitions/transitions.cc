#include "journey/transitions/transitions.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/durations.h"
#include "base/parallel.h"
#include "select/sequence_walker.h"
#include "timeline/session_view.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Node;
using select::Sequence;
using timeline::CodeSpace;

namespace {

constexpr Node kDenseNodes = 1024;  // up to here a table of all pairs is small enough

struct Edge {
  std::uint64_t transitions = 0, customers = 0;
  CustomerId last = kNoCustomer;
  Durations times;
};

struct NodeCount {
  std::uint64_t count = 0, starts = 0, ends = 0;
};

struct Plan {
  const TransitionsQuestion* question = nullptr;
  select::SequencePlan sequences;
  bool dense = true;
  bool quick = false;  // the kinds say all of a node, so that pairs of them can be counted at once
};

// One thread's counts of sequences, one after the other.
template <bool kTimes>
class Tally {
 public:
  explicit Tally(const Plan& plan) : counts(plan.sequences.nodes.labels.size()) {
    if (plan.dense) edges.resize(counts.size() * counts.size());
  }

  void sequence(const Sequence& s) {
    ++counts[s.nodes[0]].starts;
    ++counts[s.nodes[0]].count;
    for (std::uint32_t k = 1; k < s.size; ++k) {
      Edge& edge = edge_of(s.nodes[k - 1], s.nodes[k]);
      ++edge.transitions;
      edge.customers += edge.last != s.customer ? 1 : 0;
      edge.last = s.customer;
      if constexpr (kTimes) edge.times.add(s.times[k] - s.times[k - 1]);
      ++counts[s.nodes[k]].count;
    }
    ++counts[s.nodes[s.size - 1]].ends;
  }

  std::vector<NodeCount> counts;
  std::vector<Edge> edges;                         // dense
  std::unordered_map<std::uint64_t, Edge> sparse;  // otherwise

 private:
  Edge& edge_of(Node from, Node to) {
    return edges.empty() ? sparse[std::uint64_t{from} << 32 | to]
                         : edges[std::size_t{from} * counts.size() + to];
  }
};

template <bool kTimes>
class Worker {
 public:
  explicit Worker(const Plan& plan)
      : tally(plan), plan_(plan), nodes_(tally.counts.size()), walker_(plan.sequences, tally) {
    if (!plan.quick) return;
    const std::size_t side = nodes_ + 1;
    steps_.resize(side * side, 0);
    if (!plan.question->customers) return;
    people_.resize(side * side, 0);
    last_.resize(side * side, kNoCustomer);
  }
  void prepare(const CodeSpace& codes) {
    walker_.prepare(codes);
    if (!plan_.quick) return;
    const select::SequencePlan& sequences = plan_.sequences;
    const auto none = static_cast<Node>(nodes_);
    own_.assign(codes.size, none);
    of_entry_.assign(codes.size, none);
    inherits_.assign(codes.size, 0);
    for (std::uint32_t c = 0; c < codes.size; ++c) {
      const KindId kind = codes.kind(c);
      const Node node = sequences.nodes.of_code[sequences.field.own_code(kind)];
      if (node != select::kNoNodeHere) of_entry_[c] = node;
      if (sequences.meaning[kind] == 0) continue;
      own_[c] = of_entry_[c];
      inherits_[c] = sequences.field.inherits(kind) ? 1 : 0;
    }
  }

  template <class RunT>
  void customer(const RunT& run) {
    const select::SequencePlan& plan = plan_.sequences;
    if (!plan_.quick ||
        (plan.by_session() && (run.breaks == nullptr || run.session_gap != plan.gap ||
                               (run.mixed && !sessions_end())))) {
      walker_.customer(run);
    } else if (plan.audience.passes(run.customer)) {
      walk_by_kind(run, run.customer, 0, run.size, plan.holds_all, run.mixed);
    }
  }

  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    const select::SequencePlan& sequences = plan_.sequences;
    if (!plan_.quick || (sequences.by_session() && s.block->session_gap() != sequences.gap)) {
      walker_.slice(s);
      return;
    }
    if (s.block->latest() < sequences.from || s.block->earliest() >= sequences.until) return;
    const bool whole = s.block->earliest() >= sequences.from && s.block->latest() < sequences.until;
    s.each_live([&](std::uint32_t c) {
      const CustomerId customer_id = s.block->customer_ids()[c];
      if (!sequences.audience.passes(customer_id)) return;
      if (sequences.by_session() && s.is_mixed(c) && !sessions_end()) {
        walker_.customer(s.block->template run<Code>(c));
      } else {
        walk_by_kind(s, customer_id, s.offsets[c], s.offsets[c + 1], whole, s.is_mixed(c));
      }
    });
  }

  // Adds what walk() counted to the tally. Whoever comes to a node and does not go on ends there.
  void finish() {
    if (!plan_.quick) return;
    const std::size_t n = nodes_, side = n + 1;
    for (std::size_t from = 0; from < side; ++from) {
      for (std::size_t to = 0; to < side; ++to) {
        const std::uint64_t k = steps_[from * side + to];
        if (k == 0 || to == n) continue;
        tally.counts[to].ends += k;
        if (from != n) tally.counts[from].ends -= k;
        if (from == n) {
          tally.counts[to].starts += k;
          tally.counts[to].count += k;
        } else if (from != to || !plan_.sequences.question.collapse_repeats) {
          tally.counts[to].count += k;
          tally.edges[from * n + to].transitions += k;
          if (!people_.empty()) tally.edges[from * n + to].customers += people_[from * side + to];
        }
      }
    }
  }

  Tally<kTimes> tally;

 private:
  // `columns` of a slice or a run; `whole`: all of [first, end) lies in the range; `mixed`: its
  // sessions interleave.
  template <class Columns>
  void walk_by_kind(const Columns& columns, CustomerId customer, std::uint32_t first,
                    std::uint32_t end, bool whole, bool mixed) {
    const select::SequencePlan& plan = plan_.sequences;
    std::uint32_t i = first;
    if (!whole) {
      const Micros* const last = columns.time + end;
      i = static_cast<std::uint32_t>(std::lower_bound(columns.time + i, last, plan.from) -
                                     columns.time);
      end = static_cast<std::uint32_t>(std::lower_bound(columns.time + i, last, plan.until) -
                                       columns.time);
    }
    const auto walk_as = [&]<bool kInherits, bool kPeople>() {
      if (mixed && plan.by_session()) {
        walk_interleaved<kInherits, kPeople>(columns, customer, first, i, end);
      } else {
        walk<kInherits, kPeople>(columns, customer, i, end);
      }
    };
    const bool people = plan_.question->customers;
    if (plan.field.source() == select::Field::Source::channel) {
      people ? walk_as.template operator()<true, true>()
             : walk_as.template operator()<true, false>();
    } else {
      people ? walk_as.template operator()<false, true>()
             : walk_as.template operator()<false, false>();
    }
  }

  // Counts pairs of neighbours, with one more row for "begins" and one more column for what is no
  // node. Neither can be predicted, so nothing branches on them.
  template <bool kInherits, bool kPeople, class Columns>
  void walk(const Columns& s, CustomerId customer, std::uint32_t i, std::uint32_t end) {
    const bool by_session = plan_.sequences.by_session();
    std::size_t row = begin();
    for (; i < end; ++i) {
      row = by_session && s.begins_session(i) ? begin() : row;
      row = step<kPeople>(row, node_of<kInherits>(s, i), customer);
    }
  }

  // The same where sessions go on after others have begun: each open one has its own row. Those
  // that began before the range are told from [first, i).
  template <bool kInherits, bool kPeople, class Columns>
  void walk_interleaved(const Columns& s, CustomerId customer, std::uint32_t first, std::uint32_t i,
                        std::uint32_t end) {
    open_.clear();
    for (std::uint32_t k = first; k < end; ++k) {
      std::size_t* const row = row_of_session(s.device[k], s.time[k]);
      if (k >= i) *row = step<kPeople>(*row, node_of<kInherits>(s, k), customer);
    }
  }

  // The row of the session that an event belongs to; sessions that ended are forgotten.
  std::size_t* row_of_session(NodeId device, Micros time) {
    alone_ = begin();
    if (device == kNoNode) return &alone_;
    for (std::size_t o = 0; o < open_.size();) {
      if (time - open_[o].last > plan_.sequences.gap) {
        open_[o] = open_.back();
        open_.pop_back();
      } else if (open_[o].device == device) {
        open_[o].last = time;
        return &open_[o].row;
      } else {
        ++o;
      }
    }
    return &open_.emplace_back(OpenSession{device, time, begin()}).row;
  }

  // Those that the sender names may go on for ever, so that too many would be open at once.
  bool sessions_end() const { return plan_.sequences.gap != timeline::kOneSession; }
  std::size_t begin() const { return nodes_ * (nodes_ + 1); }
  template <bool kInherits, class Columns>
  Node node_of(const Columns& s, std::uint32_t i) const {
    const auto code = s.kind[i];
    return kInherits && inherits_[code] != 0 ? of_entry_[s.entry[i]] : own_[code];
  }
  // Counts the pair; the answer is the row of what comes next.
  template <bool kPeople>
  std::size_t step(std::size_t row, Node node, CustomerId customer) {
    const std::size_t pair = row + node;
    ++steps_[pair];
    if constexpr (kPeople) {
      people_[pair] += last_[pair] != customer ? 1 : 0;
      last_[pair] = customer;
    }
    return node == nodes_ ? row : node * (nodes_ + 1);
  }

  struct OpenSession {
    NodeId device;
    Micros last;
    std::size_t row;
  };
  const Plan& plan_;
  const std::size_t nodes_;
  select::SequenceWalker<kTimes, Tally<kTimes>> walker_;
  // Of walk():
  std::vector<std::uint64_t> steps_, people_;  // by node before, then node
  std::vector<CustomerId> last_;
  std::vector<Node> own_, of_entry_;    // by code: of the event, of the first event of a session
  std::vector<std::uint8_t> inherits_;  // by code: the session's first event says the node
  std::vector<OpenSession> open_;
  std::size_t alone_ = 0;  // the row of an event that is a session of its own
};

Result<Plan> make_plan(const TransitionsQuestion& q, const select::Context& context) {
  auto sequences = select::SequencePlan::make(q.sequences, q.common, std::nullopt, context);
  if (!sequences) return tl::unexpected(sequences.error());
  Plan plan{&q, std::move(*sequences)};
  const auto& meaning = plan.sequences.meaning;
  const bool unsure = std::any_of(meaning.begin(), meaning.end(),
                                  [](select::Meaning m) { return (m & select::kAskEvent) != 0; });
  plan.dense = plan.sequences.nodes.labels.size() <= kDenseNodes;
  plan.quick = plan.sequences.by_table() && !unsure && plan.dense && !q.times;
  return plan;
}

void add_edge(Edge& into, Edge& from) {
  into.transitions += from.transitions;
  into.customers += from.customers;
  into.times.take(from.times);
}

// What all threads counted.
struct Totals {
  std::vector<NodeCount> counts;
  std::map<std::uint64_t, Edge> edges;  // by from << 32 | to
};

template <bool kTimes>
Totals count(const Plan& plan, const select::Context& context) {
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker<kTimes>>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker<kTimes>>(plan);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker<kTimes>* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Worker<kTimes>* w, const auto& run) {
        if (!context.is_cancelled()) w->customer(run);
      });
  const std::size_t n = plan.sequences.nodes.labels.size();
  Totals out;
  out.counts.resize(n);
  for (auto& w : workers) {
    if (!w) continue;
    w->finish();
    auto& tally = w->tally;
    for (std::size_t i = 0; i < n; ++i) {
      out.counts[i].count += tally.counts[i].count;
      out.counts[i].starts += tally.counts[i].starts;
      out.counts[i].ends += tally.counts[i].ends;
    }
    for (std::size_t e = 0; e < tally.edges.size(); ++e) {
      if (tally.edges[e].transitions != 0)
        add_edge(out.edges[std::uint64_t{e / n} << 32 | (e % n)], tally.edges[e]);
    }
    for (auto& [key, edge] : tally.sparse) add_edge(out.edges[key], edge);
  }
  return out;
}

json write_nodes(const std::vector<NodeCount>& counts, const std::vector<std::string>& labels) {
  std::vector<Node> order;
  for (Node i = 0; i < counts.size(); ++i) {
    if (counts[i].count != 0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](Node a, Node b) {
    return counts[a].count != counts[b].count ? counts[a].count > counts[b].count : a < b;
  });
  json out = json::array();
  for (const Node i : order) {
    out.push_back({{"label", labels[i]},
                   {"count", counts[i].count},
                   {"starts", counts[i].starts},
                   {"ends", counts[i].ends}});
  }
  return out;
}

json write_edges(Totals& totals, const TransitionsQuestion& q,
                 const std::vector<std::string>& labels, unsigned threads) {
  std::vector<std::pair<std::uint64_t, Edge*>> list;
  for (auto& [key, edge] : totals.edges) list.emplace_back(key, &edge);
  // Nodes are numbered in the order of their labels.
  std::sort(list.begin(), list.end(), [&](const auto& a, const auto& b) {
    return a.second->transitions != b.second->transitions
               ? a.second->transitions > b.second->transitions
               : a.first < b.first;
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
  json out = json::array();
  for (std::size_t e = 0; e < list.size(); ++e) {
    const auto& [key, edge] = list[e];
    out.push_back({{"from", labels[key >> 32]},
                   {"to", labels[key & 0xFFFFFFFFu]},
                   {"transitions", edge->transitions},
                   {"customers", q.customers ? json(edge->customers) : json(nullptr)},
                   {"median_seconds", lasted[e].median},
                   {"p90_seconds", lasted[e].p90}});
  }
  return out;
}

}  // namespace

Result<TransitionsQuestion> read_transitions(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  TransitionsQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  auto sequences = select::read_sequences(reader);
  if (!sequences) return tl::unexpected(sequences.error());
  q.sequences = std::move(*sequences);
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
  Totals totals = q.times ? count<true>(*plan, context) : count<false>(*plan, context);
  const auto& labels = plan->sequences.nodes.labels;
  json out;
  out["nodes"] = write_nodes(totals.counts, labels);
  out["edges"] = write_edges(totals, q, labels, context.threads);
  return out;
}

}  // namespace viaggio::journey
