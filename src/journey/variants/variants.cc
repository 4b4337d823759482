#include "journey/variants/variants.h"

#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "base/durations.h"
#include "base/parallel.h"
#include "journey/variants/deviations.h"
#include "journey/variants/variant_table.h"
#include "select/sequence_walker.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Sequence;
using Entry = VariantTable::Entry;

namespace {

// Sequences as bytes, some at a time, so that the table's memory is on its way when they are looked
// up: look(hash, bytes, sequence) for each, later.
class Encoder {
 public:
  explicit Encoder(const NodeBytes& nodes) : nodes_(nodes) {}
  template <class Prefetch, class Look>
  void add(const Sequence& s, Prefetch&& prefetch, Look&& look) {
    const std::size_t at = used_, size = nodes_.size_of(s.size);
    used_ += size;
    if (bytes_.size() < used_) bytes_.resize(2 * used_);
    nodes_.write({s.nodes, s.size}, bytes_.data() + at);
    const std::uint64_t hash = VariantTable::hash({bytes_.data() + at, size});
    prefetch(hash);
    waiting_.push_back({hash, at, size, s});
    if (waiting_.size() == kAtOnce) flush(look);
  }
  template <class Look>
  void flush(Look&& look) {
    for (const Waiting& w : waiting_) look(w.hash, Bytes(bytes_.data() + w.at, w.size), w.sequence);
    waiting_.clear();
    used_ = 0;
  }

 private:
  static constexpr std::size_t kAtOnce = 64;
  struct Waiting {
    std::uint64_t hash;
    std::size_t at, size;
    Sequence sequence;  // its nodes and times are gone by then
  };
  const NodeBytes& nodes_;
  std::vector<std::uint8_t> bytes_;
  std::size_t used_ = 0;
  std::vector<Waiting> waiting_;
};

class Counter {
 public:
  explicit Counter(const NodeBytes& nodes) : encoder_(nodes) {}
  void sequence(const Sequence& s) {
    encoder_.add(
        s, [&](std::uint64_t hash) { counts.part(hash).prefetch(hash); },
        [&](std::uint64_t hash, Bytes bytes, const Sequence&) {
          ++counts.part(hash).add(hash, bytes).count;
        });
  }
  void finish() {
    encoder_.flush([&](std::uint64_t hash, Bytes bytes, const Sequence&) {
      ++counts.part(hash).add(hash, bytes).count;
    });
  }
  VariantCounts counts;

 private:
  Encoder encoder_;
};

VariantCounts count(const select::SequencePlan& plan, const NodeBytes& nodes,
                    const select::Context& context) {
  const auto counters = select::scan_sequences<false>(
      plan, context, [&] { return std::make_unique<Counter>(nodes); });
  VariantCounts all;
  for (const auto& counter : counters) {
    if (counter) counter->finish();
  }
  parallel_for(kVariantParts, context.threads, [&](std::size_t p, unsigned) {
    VariantTable& into = all.parts[p];
    for (const auto& counter : counters) {
      if (!counter) continue;
      VariantTable from = std::move(counter->counts.parts[p]);
      if (into.entries().empty()) {
        into = std::move(from);
        continue;
      }
      for (const Entry& e : from.entries()) into.add(e.hash, from.bytes(e)).count += e.count;
    }
  });
  return all;
}

struct Ranked {
  const VariantTable* table = nullptr;
  const Entry* entry = nullptr;
  Bytes bytes() const { return table->bytes(*entry); }
};

// The order of the answer.
bool goes_before(const Ranked& a, const Ranked& b) {
  if (a.entry->count != b.entry->count) return a.entry->count > b.entry->count;
  const Bytes x = a.bytes(), y = b.bytes();
  const int compared = std::memcmp(x.data(), y.data(), std::min(x.size(), y.size()));
  return compared != 0 ? compared < 0 : x.size() < y.size();
}

std::vector<Ranked> most_frequent(const VariantCounts& counts, std::size_t limit,
                                  unsigned threads) {
  std::vector<std::vector<Ranked>> best(kVariantParts);
  parallel_for(kVariantParts, threads, [&](std::size_t p, unsigned) {
    const VariantTable& table = counts.parts[p];
    auto& heap = best[p];  // its first is the last in order
    for (const Entry& e : table.entries()) {
      const Ranked ranked{&table, &e};
      if (heap.size() == limit) {
        if (!goes_before(ranked, heap.front())) continue;
        std::pop_heap(heap.begin(), heap.end(), goes_before);
        heap.pop_back();
      }
      heap.push_back(ranked);
      std::push_heap(heap.begin(), heap.end(), goes_before);
    }
  });
  std::vector<Ranked> all;
  for (const auto& heap : best) all.insert(all.end(), heap.begin(), heap.end());
  const std::size_t shown = std::min(limit, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown), all.end(),
                    goes_before);
  all.resize(shown);
  return all;
}

// What is told of the listed variants and, last, of all others.
struct Measures {
  explicit Measures(std::size_t listed)
      : times(listed), conversions(listed + 1, 0), value(listed + 1, 0) {}
  std::vector<Durations> times;
  std::vector<std::uint64_t> conversions;
  std::vector<std::int64_t> value;
};

class Measurer {
 public:
  Measurer(const VariantTable& listed, const NodeBytes& nodes)
      : measures(listed.entries().size()), listed_(listed), encoder_(nodes) {}
  void sequence(const Sequence& s) {
    Sequence told = s;
    told.last -= s.times[0];  // its duration, once the times are gone
    encoder_.add(
        told, [](std::uint64_t) {},
        [&](std::uint64_t hash, Bytes bytes, const Sequence& of) { add(hash, bytes, of); });
  }
  void finish() {
    encoder_.flush(
        [&](std::uint64_t hash, Bytes bytes, const Sequence& of) { add(hash, bytes, of); });
  }
  Measures measures;

 private:
  void add(std::uint64_t hash, Bytes bytes, const Sequence& s) {
    const Entry* entry = listed_.find(hash, bytes);
    const std::size_t at = entry == nullptr ? measures.times.size() : entry->mark;
    if (entry != nullptr) measures.times[at].add(s.last);
    measures.conversions[at] += s.converted ? 1 : 0;
    measures.value[at] += s.value;
  }
  const VariantTable& listed_;
  Encoder encoder_;
};

Measures measure(const VariantTable& listed, const select::SequencePlan& plan,
                 const NodeBytes& nodes, const select::Context& context) {
  const auto measurers = select::scan_sequences<true>(
      plan, context, [&] { return std::make_unique<Measurer>(listed, nodes); });
  Measures all(listed.entries().size());
  for (const auto& m : measurers) {
    if (!m) continue;
    m->finish();
    for (std::size_t v = 0; v < all.times.size(); ++v) all.times[v].take(m->measures.times[v]);
    for (std::size_t v = 0; v < all.value.size(); ++v) {
      all.conversions[v] += m->measures.conversions[v];
      all.value[v] += m->measures.value[v];
    }
  }
  return all;
}

// The listed ones, marked with their rank.
VariantTable table_of(const std::vector<Ranked>& listed) {
  VariantTable out;
  for (std::size_t r = 0; r < listed.size(); ++r) {
    Entry& e = out.add(listed[r].entry->hash, listed[r].bytes());
    e.mark = static_cast<std::uint32_t>(r);
  }
  return out;
}

double money(std::int64_t value) { return static_cast<double>(value) / 1e4; }
double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

struct Told {
  const VariantsQuestion& q;
  const select::SequencePlan& plan;
  const NodeBytes& nodes;
  const VariantCounts& counts;
  const std::vector<Ranked>& listed;
  std::uint64_t total = 0, distinct = 0;
};

json write_goal(const Told& t, const Measures& m, std::size_t at, json out) {
  out["conversions"] = t.q.goal ? json(m.conversions[at]) : json(nullptr);
  out["value"] = t.q.goal ? json(money(m.value[at])) : json(nullptr);
  return out;
}

json write_variants(const Told& t, const Measures& m, const Design* design, unsigned threads) {
  std::vector<double> medians(t.listed.size());
  parallel_for(t.listed.size(), threads, [&](std::size_t v, unsigned) {
    const Durations* const times[] = {&m.times[v]};
    const unsigned percents[] = {50};
    if (const auto found = quantiles(times, percents); !found.empty())
      medians[v] = static_cast<double>(found[0]) / 1e6;
  });
  std::unique_ptr<Aligner> aligner;
  if (design != nullptr) aligner = std::make_unique<Aligner>(*design);
  json out = json::array();
  std::uint64_t before = 0;
  std::vector<select::Node> nodes;
  for (std::size_t v = 0; v < t.listed.size(); ++v) {
    const Ranked& r = t.listed[v];
    before += r.entry->count;
    t.nodes.read(r.bytes(), nodes);
    json sequence = json::array();
    for (const select::Node n : nodes) sequence.push_back(t.plan.nodes.labels[n]);
    json one{{"sequence", std::move(sequence)},
             {"count", r.entry->count},
             {"share", share(r.entry->count, t.total)},
             {"cumulative_share", share(before, t.total)},
             {"median_seconds", medians[v]}};
    if (aligner) one["conforms"] = aligner->align(nodes).empty();
    out.push_back(write_goal(t, m, v, std::move(one)));
  }
  return out;
}

json write_other(const Told& t, const Measures& m) {
  std::uint64_t listed = 0;
  for (const Ranked& r : t.listed) listed += r.entry->count;
  return write_goal(t, m, t.listed.size(),
                    {{"variants", t.distinct - t.listed.size()},
                     {"count", t.total - listed},
                     {"share", share(t.total - listed, t.total)}});
}

// Those with a sequence that was asked for.
struct Wanted {
  const VariantCounts* marked = nullptr;  // whose mark is 1
  std::vector<std::uint8_t> sequence;     // or this one
  std::optional<bool> converted;          // or those that do, or do not
};

class Finder {
 public:
  Finder(const Wanted& wanted, const NodeBytes& nodes) : wanted_(wanted), nodes_(nodes) {}
  void sequence(const Sequence& s) {
    if (!people.empty() && people.back() == s.customer) return;
    if (is_wanted(s)) people.push_back(s.customer);
  }
  std::vector<CustomerId> people;

 private:
  bool is_wanted(const Sequence& s) {
    if (wanted_.converted) return s.converted == *wanted_.converted;
    bytes_.resize(nodes_.size_of(s.size));
    nodes_.write({s.nodes, s.size}, bytes_.data());
    if (wanted_.marked == nullptr) return bytes_ == wanted_.sequence;
    const std::uint64_t hash = VariantTable::hash(bytes_);
    const Entry* entry = wanted_.marked->part(hash).find(hash, bytes_);
    return entry != nullptr && entry->mark != 0;
  }
  const Wanted& wanted_;
  const NodeBytes& nodes_;
  std::vector<std::uint8_t> bytes_;
};

void mark_all(VariantCounts& counts, std::uint32_t mark) {
  for (VariantTable& table : counts.parts) {
    for (Entry& e : table.entries()) e.mark = mark;
  }
}

void mark_others(VariantCounts& counts, std::size_t limit, unsigned threads) {
  const auto listed = most_frequent(counts, limit, threads);
  mark_all(counts, 1);
  for (const Ranked& r : listed) {
    VariantTable& table = counts.part(r.entry->hash);
    table.entries()[static_cast<std::size_t>(r.entry - table.entries().data())].mark = 0;
  }
}

std::vector<CustomerId> scan_people(const Wanted& wanted, const select::SequencePlan& plan,
                                    const NodeBytes& nodes, const select::Context& context) {
  const auto finders = select::scan_sequences<false>(
      plan, context, [&] { return std::make_unique<Finder>(wanted, nodes); });
  std::vector<CustomerId> out;
  for (const auto& finder : finders) {
    if (finder) out.insert(out.end(), finder->people.begin(), finder->people.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::vector<CustomerId>> find_people(const VariantsQuestion& q,
                                            const select::SequencePlan& plan,
                                            const NodeBytes& nodes,
                                            const select::Context& context) {
  const VariantsPeople& people = *q.people;
  Wanted wanted;
  wanted.converted = people.converted;
  if (people.converted) return scan_people(wanted, plan, nodes, context);
  if (people.sequence) {
    std::vector<select::Node> sequence;
    for (const std::string& label : *people.sequence) {
      const auto node = plan.nodes.find(label);
      if (!node) return std::vector<CustomerId>{};
      sequence.push_back(*node);
    }
    wanted.sequence.resize(nodes.size_of(sequence.size()));
    nodes.write(sequence, wanted.sequence.data());
    return scan_people(wanted, plan, nodes, context);
  }
  VariantCounts counts = count(plan, nodes, context);
  if (people.other) {
    mark_others(counts, q.limit, context.threads);
  } else {
    const Design design(q.design, plan.nodes);
    if (auto ok = can_align(counts, nodes, design); !ok) return tl::unexpected(ok.error());
    mark_deviating(counts, nodes, design, {people.conforms, people.deviation, people.loop},
                   context);
  }
  wanted.marked = &counts;
  return scan_people(wanted, plan, nodes, context);
}

}  // namespace

Result<json> ask_variants(const VariantsQuestion& q, const select::Context& context,
                          const std::function<std::string(CustomerId)>& name) {
  auto plan = select::SequencePlan::make(q.sequences, q.common, q.goal, context);
  if (!plan) return tl::unexpected(plan.error());
  const NodeBytes nodes(plan->nodes.labels.size());
  const VariantCounts counts = count(*plan, nodes, context);
  const auto listed = most_frequent(counts, q.limit, context.threads);
  std::unique_ptr<Design> design;
  if (!q.design.empty()) {
    design = std::make_unique<Design>(q.design, plan->nodes);
    if (auto ok = can_align(counts, nodes, *design); !ok) return tl::unexpected(ok.error());
  }
  Told told{q, *plan, nodes, counts, listed};
  for (const VariantTable& table : counts.parts) {
    told.distinct += table.entries().size();
    for (const Entry& e : table.entries()) told.total += e.count;
  }
  const Measures measures = measure(table_of(listed), *plan, nodes, context);
  json out;
  out["variants"] = write_variants(told, measures, design.get(), context.threads);
  out["other"] = write_other(told, measures);
  out["total"] = told.total;
  out["distinct"] = told.distinct;
  if (design) out["conformance"] = conformance(counts, nodes, *design, *plan, context);
  if (!q.people) return out;
  auto people = find_people(q, *plan, nodes, context);
  if (!people) return tl::unexpected(people.error());
  std::vector<std::string> ids;
  for (const CustomerId c : *people) ids.push_back(name(c));
  std::sort(ids.begin(), ids.end());
  if (ids.size() > q.people->limit) ids.resize(q.people->limit);
  out["people"] = std::move(ids);
  return out;
}

Result<std::vector<CustomerId>> variants_people(const VariantsQuestion& q,
                                                const select::Context& context) {
  auto plan = select::SequencePlan::make(q.sequences, q.common, q.goal, context);
  if (!plan) return tl::unexpected(plan.error());
  return find_people(q, *plan, NodeBytes(plan->nodes.labels.size()), context);
}

}  // namespace viaggio::journey
