// docs/semantics/variants.md.
#include <algorithm>

#include "sequences.h"

namespace viaggio::reference {
namespace {

constexpr std::size_t kMostDeviations = 100;

struct Step {
  std::vector<std::string> labels;
  bool optional = false, repeat = false;
  bool takes(const std::string& label) const {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
  }
  std::string name() const {
    std::string out;
    for (const std::string& l : labels) out += (out.empty() ? "" : " / ") + l;
    return out;
  }
};
using Labels = std::vector<std::string>;

struct Options {
  std::optional<Selector> goal;
  std::size_t limit = 100;
  std::vector<Step> design;  // empty: none
};

enum Kind { kSkipped, kInserted, kWrongOrder };
const std::vector<std::string> kKinds = {"skipped", "inserted", "wrong_order"};
using Deviation = std::pair<Kind, std::string>;

// ---- Conformance ----

// Do the nodes from `node` on match the steps from `step` on?
bool replays(const Labels& nodes, const std::vector<Step>& design, std::size_t node,
             std::size_t step) {
  if (step == design.size()) return node == nodes.size();
  const Step& s = design[step];
  if (s.optional && replays(nodes, design, node, step + 1)) return true;
  for (std::size_t taken = 1; node + taken <= nodes.size(); ++taken) {
    if (!s.takes(nodes[node + taken - 1])) break;
    if (replays(nodes, design, node + taken, step + 1)) return true;
    if (!s.repeat) break;
  }
  return false;
}

class Alignment {
 public:
  Alignment(const Labels& nodes, const std::vector<Step>& design)
      : nodes_(nodes), design_(design) {}

  std::vector<Deviation> deviations() {
    std::vector<std::size_t> skipped, inserted;
    Place p;
    while (p.node < nodes_.size() || p.step < design_.size()) {
      for (const Move& m : moves(p)) {
        if (m.cost + cost(m.to) != cost(p)) continue;
        if (m.cost == 1 && m.to.step > p.step) skipped.push_back(p.step);
        if (m.cost == 1 && m.to.node > p.node) inserted.push_back(p.node);
        p = m.to;
        break;
      }
    }
    std::vector<Deviation> out;
    for (std::size_t node : inserted) {
      const auto pair = std::find_if(skipped.begin(), skipped.end(), [&](std::size_t step) {
        return design_[step].takes(nodes_[node]);
      });
      out.emplace_back(pair == skipped.end() ? kInserted : kWrongOrder, nodes_[node]);
      if (pair != skipped.end()) skipped.erase(pair);
    }
    for (std::size_t step : skipped) out.emplace_back(kSkipped, design_[step].name());
    return out;
  }

 private:
  struct Place {
    std::size_t node = 0, step = 0;  // done
    bool matched = false;            // the last step done was done by a match
    auto operator<=>(const Place&) const = default;
  };
  struct Move {
    Place to;
    int cost = 0;
  };
  // In the order of preference.
  std::vector<Move> moves(const Place& p) const {
    std::vector<Move> out;
    const bool node = p.node < nodes_.size(), step = p.step < design_.size();
    if (node && step && design_[p.step].takes(nodes_[p.node]))
      out.push_back({{p.node + 1, p.step + 1, true}, 0});
    if (node && p.step > 0 && p.matched && design_[p.step - 1].repeat &&
        design_[p.step - 1].takes(nodes_[p.node]))
      out.push_back({{p.node + 1, p.step, true}, 0});
    if (step) out.push_back({{p.node, p.step + 1, false}, design_[p.step].optional ? 0 : 1});
    if (node) out.push_back({{p.node + 1, p.step, p.matched}, 1});
    return out;
  }
  // The least cost from here to the end.
  int cost(const Place& p) {
    if (p.node == nodes_.size() && p.step == design_.size()) return 0;
    if (const auto known = known_.find(p); known != known_.end()) return known->second;
    int best = 1 << 20;
    for (const Move& m : moves(p)) best = std::min(best, m.cost + cost(m.to));
    return known_[p] = best;
  }

  const Labels& nodes_;
  const std::vector<Step>& design_;
  std::map<Place, int> known_;
};

// ---- What is known of a sequence ----

struct Way {
  std::string customer;
  Labels labels;
  Micros duration = 0;
  bool converted = false, conforms = false;
  std::int64_t value = 0;  // 1/10,000
  std::vector<Deviation> deviations;
  std::map<std::string, int> visits;
};

Way way_of(const Ask& ask, const Options& options, const Sequence& s) {
  Way way;
  way.customer = s.customer;
  for (const Node& n : s.nodes) {
    way.labels.push_back(n.label);
    ++way.visits[n.label];
  }
  way.duration = s.last_node - s.first_node;
  for (const Event* e : s.events) {
    if (!options.goal || !matches(ask.fields, *e, *options.goal)) continue;
    way.converted = true;
    way.value += e->value.value_or(0);
  }
  if (!options.design.empty()) {
    way.conforms = replays(way.labels, options.design, 0, 0);
    way.deviations = Alignment(way.labels, options.design).deviations();
  }
  return way;
}

double money(std::int64_t v) { return static_cast<double>(v) / 10'000.0; }

struct Variant {
  Labels labels;
  std::vector<const Way*> ways;
  int conversions() const {
    return static_cast<int>(
        std::count_if(ways.begin(), ways.end(), [](const Way* w) { return w->converted; }));
  }
  std::int64_t value() const {
    std::int64_t sum = 0;
    for (const Way* w : ways) sum += w->value;
    return sum;
  }
};

std::vector<Variant> variants_of(const std::vector<Way>& ways) {
  std::map<Labels, Variant> by_labels;
  for (const Way& w : ways) {
    by_labels[w.labels].labels = w.labels;
    by_labels[w.labels].ways.push_back(&w);
  }
  std::vector<Variant> out;
  for (auto& [labels, v] : by_labels) out.push_back(std::move(v));
  std::stable_sort(out.begin(), out.end(), [](const Variant& a, const Variant& b) {
    return a.ways.size() > b.ways.size();
  });
  return out;
}

// ---- The answer ----

struct Occurrences {
  int sequences = 0, occurrences = 0;
};

// By sequences, then occurrences, descending, then key; the first 100, and how many follow.
template <class Key, class Show>
json listed(const std::map<Key, Occurrences>& all, std::size_t total, json& more, Show show) {
  std::vector<std::pair<Key, Occurrences>> order(all.begin(), all.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(-a.second.sequences, -a.second.occurrences) <
           std::pair(-b.second.sequences, -b.second.occurrences);
  });
  more = order.size() - std::min(order.size(), kMostDeviations);
  order.resize(std::min(order.size(), kMostDeviations));
  json out = json::array();
  for (const auto& [key, n] : order) {
    json one = show(key);
    one["sequences"] = n.sequences;
    one["occurrences"] = n.occurrences;
    one["share"] = share(n.sequences, static_cast<std::int64_t>(total));
    out.push_back(one);
  }
  return out;
}

json conformance(const std::vector<Way>& ways) {
  std::int64_t replayed = 0;
  std::map<Deviation, Occurrences> deviations;
  std::map<std::string, Occurrences> loops;
  for (const Way& w : ways) {
    replayed += w.conforms;
    for (const Deviation& d : std::set<Deviation>(w.deviations.begin(), w.deviations.end()))
      ++deviations[d].sequences;
    for (const Deviation& d : w.deviations) ++deviations[d].occurrences;
    for (const auto& [label, visits] : w.visits) {
      if (visits < 2) continue;
      ++loops[label].sequences;
      loops[label].occurrences += visits - 1;
    }
  }
  json out{{"replayed", replayed},
           {"fitness", share(replayed, static_cast<std::int64_t>(ways.size()))}};
  out["deviations"] =
      listed(deviations, ways.size(), out["other_deviations"], [](const Deviation& d) {
        return json{{"kind", kKinds[d.first]}, {"label", d.second}};
      });
  out["loops"] = listed(loops, ways.size(), out["other_loops"], [](const std::string& label) {
    return json{{"label", label}};
  });
  return out;
}

json answer_of(const Options& options, const std::vector<Way>& ways,
               const std::vector<Variant>& variants) {
  const auto total = static_cast<std::int64_t>(ways.size());
  json out{{"variants", json::array()}, {"total", total}, {"distinct", variants.size()}};
  std::int64_t so_far = 0, other = 0, other_variants = 0, other_conversions = 0, other_value = 0;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const Variant& v = variants[i];
    const auto count = static_cast<std::int64_t>(v.ways.size());
    if (i >= options.limit) {
      ++other_variants;
      other += count;
      other_conversions += v.conversions();
      other_value += v.value();
      continue;
    }
    so_far += count;
    std::vector<Micros> durations;
    for (const Way* w : v.ways) durations.push_back(w->duration);
    json row{{"sequence", v.labels},
             {"count", count},
             {"share", share(count, total)},
             {"cumulative_share", share(so_far, total)},
             {"median_seconds", quantile_seconds(durations, 5)},
             {"conversions", options.goal ? json(v.conversions()) : json()},
             {"value", options.goal ? json(money(v.value())) : json()}};
    if (!options.design.empty()) row["conforms"] = v.ways.front()->conforms;
    out["variants"].push_back(row);
  }
  out["other"] = {{"variants", other_variants},
                  {"count", other},
                  {"share", total == 0 ? json(0) : share(other, total)},
                  {"conversions", options.goal ? json(other_conversions) : json()},
                  {"value", options.goal ? json(money(other_value)) : json()}};
  if (!options.design.empty()) out["conformance"] = conformance(ways);
  return out;
}

bool is_selected(const json& wanted, const Way& w, const std::set<Labels>& others) {
  if (wanted.contains("sequence")) return wanted["sequence"] == json(w.labels);
  if (wanted.contains("other")) return others.count(w.labels) != 0;
  if (wanted.contains("converted")) return wanted["converted"] == w.converted;
  if (wanted.contains("conforms")) return wanted["conforms"] == w.conforms;
  if (wanted.contains("loop")) {
    const auto visits = w.visits.find(wanted["loop"].get<std::string>());
    return visits != w.visits.end() && visits->second >= 2;
  }
  return std::any_of(w.deviations.begin(), w.deviations.end(), [&](const Deviation& d) {
    return wanted["deviation"]["kind"] == kKinds[d.first] &&
           wanted["deviation"]["label"] == d.second;
  });
}

Result<Options> read_options(const Ask& ask, ObjectReader& question) {
  Options options;
  if (const json* goal = question.find("goal")) {
    auto selector = read_checked(ask, *goal, "goal");
    if (!selector) return tl::unexpected(selector.error());
    options.goal = *selector;
  }
  auto limit = question.integer("limit", 1, 10'000);
  if (!limit) return tl::unexpected(limit.error());
  options.limit = static_cast<std::size_t>(limit->value_or(100));
  const json* design = question.find("design");
  if (design == nullptr) return options;
  if (!design->is_array() || design->empty() || design->size() > 100)
    return invalid("design", "must be a list of 1 to 100 steps");
  for (const json& step : *design) {
    Step s;
    if (step.is_string()) {
      s.labels = {step};
    } else if (step.contains("node")) {
      s.labels = {step["node"]};
    } else {
      s.labels = step["any_of"].get<Labels>();
    }
    if (step.is_object()) {
      s.optional = step.value("optional", false);
      s.repeat = step.value("repeat", false);
    }
    options.design.push_back(s);
  }
  return options;
}

}  // namespace

Result<json> answer_variants(const Ask& ask, ObjectReader& question) {
  auto sequence = read_sequence_options(ask, question);
  if (!sequence) return tl::unexpected(sequence.error());
  auto options = read_options(ask, question);
  if (!options) return tl::unexpected(options.error());
  const json* wanted = question.find("people");
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());
  if (wanted != nullptr && wanted->contains("converted") && !options->goal)
    return invalid("people.converted", "needs a goal");
  for (const char* member : {"conforms", "deviation", "loop"}) {
    if (wanted != nullptr && wanted->contains(member) && options->design.empty())
      return invalid("people", "needs a design");
  }
  std::vector<Way> ways;
  for (const Sequence& s : sequences_of(ask, *sequence)) ways.push_back(way_of(ask, *options, s));
  const auto variants = variants_of(ways);
  json out = answer_of(*options, ways, variants);
  if (wanted == nullptr) return out;
  std::set<Labels> others;
  for (std::size_t i = options->limit; i < variants.size(); ++i) others.insert(variants[i].labels);
  std::set<std::string> names;
  for (const Way& w : ways) {
    if (is_selected(*wanted, w, others)) names.insert(w.customer);
  }
  const json* limit = wanted->contains("limit") ? &(*wanted)["limit"] : nullptr;
  out["people"] =
      limited(names, limit == nullptr ? std::nullopt : std::optional(limit->get<std::int64_t>()));
  return out;
}

}  // namespace viaggio::reference
