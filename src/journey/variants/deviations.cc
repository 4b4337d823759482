#include "journey/variants/deviations.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "base/parallel.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Node;
using Entry = VariantTable::Entry;

namespace {

constexpr std::size_t kListed = 100;

struct Seen {
  std::uint64_t sequences = 0, occurrences = 0;
};

// How often each thing is in a list; the list is sorted.
template <class T, class Each>
void each_run(std::vector<T>& list, Each&& each) {
  std::sort(list.begin(), list.end());
  for (std::size_t i = 0, next = 0; i < list.size(); i = next) {
    while (next < list.size() && list[next] == list[i]) ++next;
    each(list[i], static_cast<std::uint64_t>(next - i));
  }
}

// One thread's.
struct Review {
  explicit Review(const Design& d) : design(d), aligner(d) {}

  void add(std::uint64_t count, const std::vector<Node>& nodes) {
    total += count;
    const auto deviations = aligner.align(nodes);
    if (deviations.empty()) replayed += count;
    // Two steps with the same labels are one deviation.
    names.clear();
    for (const Deviation& d : deviations) names.push_back(name_of(d));
    each_run(names, [&](const auto& name, std::uint64_t times) {
      Seen& seen = deviated[name];
      seen.sequences += count;
      seen.occurrences += count * times;
    });
    visited = nodes;
    each_run(visited, [&](Node node, std::uint64_t times) {
      if (times < 2) return;
      Seen& seen = looped[node];
      seen.sequences += count;
      seen.occurrences += count * (times - 1);
    });
  }
  using Name = std::pair<DeviationKind, std::string>;
  Name name_of(const Deviation& d) const {
    return {d.kind,
            d.kind == DeviationKind::skipped ? design.label(d.what) : design.node_label(d.what)};
  }

  const Design& design;
  Aligner aligner;
  std::vector<Name> names;
  std::vector<Node> visited;
  std::uint64_t total = 0, replayed = 0;
  std::map<Name, Seen> deviated;
  std::map<Node, Seen> looped;
};

template <class Map>
void join(Map& into, const Map& from) {
  for (const auto& [key, seen] : from) {
    into[key].sequences += seen.sequences;
    into[key].occurrences += seen.occurrences;
  }
}

// The keys by frequency; equal ones in the order of their map.
template <class Map>
auto ranked(const Map& seen) {
  std::vector<const typename Map::value_type*> out;
  for (const auto& one : seen) out.push_back(&one);
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
    return a->second.sequences != b->second.sequences
               ? a->second.sequences > b->second.sequences
               : a->second.occurrences > b->second.occurrences;
  });
  return out;
}

json write(const Seen& seen, std::uint64_t total, json out) {
  out["sequences"] = seen.sequences;
  out["occurrences"] = seen.occurrences;
  out["share"] = static_cast<double>(seen.sequences) / static_cast<double>(total);
  return out;
}

std::size_t beyond(std::size_t all) { return all > kListed ? all - kListed : 0; }

}  // namespace

Status can_align(const VariantCounts& counts, const NodeBytes& nodes, const Design& design) {
  constexpr std::size_t kMostCells = std::size_t{1} << 28;
  std::size_t longest = 0;
  for (const VariantTable& table : counts.parts) {
    for (const Entry& e : table.entries()) longest = std::max<std::size_t>(longest, e.size);
  }
  if (longest / nodes.size_of(1) * design.size() <= kMostCells) return {};
  return invalid("design",
                 "is too long for the longest sequence; ask by session, narrow the range or leave "
                 "out steps",
                 "too_long");
}

json conformance(const VariantCounts& counts, const NodeBytes& nodes, const Design& design,
                 const select::SequencePlan& plan, const select::Context& context) {
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Review>> reviews(threads);
  parallel_for(kVariantParts, threads, [&](std::size_t p, unsigned worker) {
    auto& review = reviews[worker];
    if (!review) review = std::make_unique<Review>(design);
    std::vector<Node> sequence;
    for (const Entry& e : counts.parts[p].entries()) {
      if (context.is_cancelled()) return;
      nodes.read(counts.parts[p].bytes(e), sequence);
      review->add(e.count, sequence);
    }
  });
  Review all(design);
  for (const auto& review : reviews) {
    if (!review) continue;
    all.total += review->total;
    all.replayed += review->replayed;
    join(all.deviated, review->deviated);
    join(all.looped, review->looped);
  }
  json out{{"replayed", all.replayed},
           {"fitness", all.total == 0 ? json(nullptr)
                                      : json(static_cast<double>(all.replayed) /
                                             static_cast<double>(all.total))},
           {"deviations", json::array()},
           {"other_deviations", beyond(all.deviated.size())},
           {"loops", json::array()},
           {"other_loops", beyond(all.looped.size())}};
  for (const auto* one : ranked(all.deviated)) {
    if (out["deviations"].size() == kListed) break;
    out["deviations"].push_back(
        write(one->second, all.total,
              {{"kind", deviation_names()[static_cast<std::size_t>(one->first.first)]},
               {"label", one->first.second}}));
  }
  for (const auto* one : ranked(all.looped)) {
    if (out["loops"].size() == kListed) break;
    out["loops"].push_back(
        write(one->second, all.total, {{"label", plan.nodes.labels[one->first]}}));
  }
  return out;
}

namespace {

bool is_chosen(const DeviatingChoice& choice, Review& review, const std::vector<Node>& nodes) {
  if (choice.loop) {
    const auto visits = std::count_if(nodes.begin(), nodes.end(), [&](Node n) {
      return review.design.node_label(n) == *choice.loop;
    });
    return visits > 1;
  }
  const auto deviations = review.aligner.align(nodes);
  if (choice.conforms) return deviations.empty() == *choice.conforms;
  return std::any_of(deviations.begin(), deviations.end(), [&](const Deviation& d) {
    const auto name = review.name_of(d);
    return name.first == choice.deviation->kind && name.second == choice.deviation->label;
  });
}

}  // namespace

void mark_deviating(VariantCounts& counts, const NodeBytes& nodes, const Design& design,
                    const DeviatingChoice& choice, const select::Context& context) {
  parallel_for(kVariantParts, context.threads, [&](std::size_t p, unsigned) {
    Review review(design);
    std::vector<Node> sequence;
    VariantTable& table = counts.parts[p];
    for (Entry& e : table.entries()) {
      if (context.is_cancelled()) return;
      nodes.read(table.bytes(e), sequence);
      e.mark = is_chosen(choice, review, sequence) ? 1 : 0;
    }
  });
}

}  // namespace viaggio::journey
