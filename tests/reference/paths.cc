// docs/semantics/paths.md.
#include <algorithm>

#include "sequences.h"

namespace viaggio::reference {
namespace {

struct Options {
  int depth = 5;
  std::size_t top = 50;
  bool customers = false, times = false;
  bool from_end = false;
};
// A node of a layer, or, without a label, the rest of it.
struct Place {
  int step = 0;  // 0 is layer 0; read from the end step 1 is layer -1
  std::optional<std::string> label;
  auto operator<=>(const Place&) const = default;
};
struct NodeCount {
  int entries = 0, starts = 0, ends = 0, before = 0, after = 0;
  std::set<std::string> customers;
};
struct EdgeCount {
  int transitions = 0;
  std::set<std::string> customers;
  std::vector<Micros> times;
};
// Where a sequence's node stands in the answer.
struct Visit {
  Place place;
  bool starts = false, ends = false, before = false, after = false;
  Micros time = 0;
};

std::vector<Visit> visits_of(const Options& options, const Sequence& sequence) {
  std::vector<Visit> out;  // by step
  const auto n = static_cast<int>(sequence.nodes.size());
  for (int step = 0; step < std::min(n, options.depth); ++step) {
    const int at = options.from_end ? n - 1 - step : step;
    const bool last_shown = step == options.depth - 1;
    const Node& node = sequence.nodes[static_cast<std::size_t>(at)];
    Visit v{{step, node.label}, at == 0, at == n - 1, false, false, node.time};
    v.before = options.from_end && last_shown && at > 0;
    v.after = !options.from_end && last_shown && at < n - 1;
    out.push_back(v);
  }
  return out;
}

class Paths {
 public:
  Paths(const Options& options, const std::vector<Sequence>& sequences)
      : options_(options), sequences_(sequences) {
    for (const Sequence& s : sequences) {
      for (const Visit& v : visits_of(options, s)) ++whole_[v.place.step][*v.place.label];
    }
    for (const auto& [step, labels] : whole_) {
      std::vector<std::pair<int, std::string>> ranked;
      for (const auto& [label, n] : labels) ranked.emplace_back(-n, label);
      std::sort(ranked.begin(), ranked.end());
      for (std::size_t r = 0; r < std::min(ranked.size(), options.top); ++r)
        rank_[{step, ranked[r].second}] = r;
    }
    for (const Sequence& s : sequences) count(s);
  }

  json answer() const {
    json out{{"nodes", json::array()}, {"edges", json::array()}, {"sequences", sequences_.size()}};
    int other_nodes = 0, other_entries = 0, other_transitions = 0;
    std::vector<Place> order;
    for (const auto& [place, node] : nodes_) order.push_back(place);
    std::sort(order.begin(), order.end(), [&](const Place& a, const Place& b) {
      return std::pair(layer(a.step), rank(a)) < std::pair(layer(b.step), rank(b));
    });
    for (const Place& place : order) {
      const NodeCount& n = nodes_.at(place);
      const std::size_t merged = place.label ? 0 : whole_.at(place.step).size() - options_.top;
      if (!place.label) {
        other_nodes += static_cast<int>(merged);
        other_entries += n.entries;
      }
      out["nodes"].push_back({{"id", id(place)},
                              {"layer", layer(place.step)},
                              {"label", place.label.value_or("$other")},
                              {"merged", merged},
                              {"entries", n.entries},
                              {"customers", options_.customers ? json(n.customers.size()) : json()},
                              {"starts", n.starts},
                              {"ends", n.ends},
                              {"before", n.before},
                              {"after", n.after}});
    }
    std::vector<std::pair<Place, Place>> edges;
    for (const auto& [edge, e] : edges_) edges.push_back(edge);
    std::sort(edges.begin(), edges.end(), [&](const auto& a, const auto& b) {
      const auto key = [&](const std::pair<Place, Place>& edge) {
        return std::tuple(layer(edge.first.step), -edges_.at(edge).transitions, rank(edge.first),
                          rank(edge.second));
      };
      return key(a) < key(b);
    });
    for (const auto& edge : edges) {
      const EdgeCount& e = edges_.at(edge);
      if (!edge.first.label || !edge.second.label) other_transitions += e.transitions;
      out["edges"].push_back(
          {{"from", id(edge.first)},
           {"to", id(edge.second)},
           {"transitions", e.transitions},
           {"customers", options_.customers ? json(e.customers.size()) : json()},
           {"median_seconds", options_.times ? quantile_seconds(e.times, 5) : json()},
           {"p90_seconds", options_.times ? quantile_seconds(e.times, 9) : json()}});
    }
    out["other"] = {
        {"nodes", other_nodes}, {"entries", other_entries}, {"transitions", other_transitions}};
    return out;
  }

  // "LAYER:LABEL" or "LAYER".
  Result<Place> read_id(const std::string& text, const std::string& field) const {
    const auto colon = text.find(':');
    const int step = std::abs(std::atoi(text.substr(0, colon).c_str()));
    if (step >= options_.depth) return invalid(field, "is of a layer that is not shown");
    if (colon == std::string::npos) return Place{step, std::nullopt};
    return Place{step, text.substr(colon + 1)};
  }
  bool is_at(const Place& wanted, const Place& visited) const {
    if (wanted.step != visited.step) return false;
    return wanted.label ? wanted.label == visited.label : !shown(visited).label;
  }

 private:
  Place shown(const Place& place) const {
    return rank_.count({place.step, *place.label}) != 0 ? place : Place{place.step, std::nullopt};
  }
  std::size_t rank(const Place& place) const {
    return place.label ? rank_.at({place.step, *place.label}) : options_.top;
  }
  int layer(int step) const { return options_.from_end ? -step : step; }
  std::string id(const Place& place) const {
    return std::to_string(layer(place.step)) + (place.label ? ":" + *place.label : "");
  }
  void count(const Sequence& s) {
    const auto visits = visits_of(options_, s);
    for (std::size_t i = 0; i < visits.size(); ++i) {
      const Visit& v = visits[i];
      NodeCount& n = nodes_[shown(v.place)];
      ++n.entries;
      n.starts += v.starts;
      n.ends += v.ends;
      n.before += v.before;
      n.after += v.after;
      n.customers.insert(s.customer);
      if (i == 0) continue;
      const Visit& from = options_.from_end ? v : visits[i - 1];
      const Visit& to = options_.from_end ? visits[i - 1] : v;
      EdgeCount& e = edges_[{shown(from.place), shown(to.place)}];
      ++e.transitions;
      e.customers.insert(s.customer);
      e.times.push_back(to.time - from.time);
    }
  }

  const Options& options_;
  const std::vector<Sequence>& sequences_;
  std::map<int, std::map<std::string, int>> whole_;  // entries of all labels, by step
  std::map<std::pair<int, std::string>, std::size_t> rank_;
  std::map<Place, NodeCount> nodes_;
  std::map<std::pair<Place, Place>, EdgeCount> edges_;
};

bool is_state(const Visit& v, std::size_t state) {
  return state == 0 || (state == 1 && v.starts) || (state == 2 && v.ends) ||
         (state == 3 && v.before) || (state == 4 && v.after);
}

Result<json> people(const json& wanted, const Options& options, const Paths& paths,
                    const std::vector<Sequence>& sequences) {
  ObjectReader reader(wanted, "people");
  auto limit = reader.integer("limit", 1, 10'000);
  if (!limit) return tl::unexpected(limit.error());
  auto state = reader.choice("state", {"any", "starts", "ends", "before", "after"});
  if (!state) return tl::unexpected(state.error());
  std::map<std::string, Place> places;
  for (const char* field : {"node", "from", "to"}) {
    auto text = reader.text(field);
    if (!text) return tl::unexpected(text.error());
    if (!*text) continue;
    auto place = paths.read_id(**text, reader.at(field));
    if (!place) return tl::unexpected(place.error());
    places[field] = *place;
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  std::set<std::string> names;
  for (const Sequence& s : sequences) {
    const auto visits = visits_of(options, s);
    for (std::size_t i = 0; i < visits.size(); ++i) {
      if (places.count("node") != 0) {
        if (paths.is_at(places["node"], visits[i].place) && is_state(visits[i], state->value_or(0)))
          names.insert(s.customer);
        continue;
      }
      if (i == 0) continue;
      const Visit& from = options.from_end ? visits[i] : visits[i - 1];
      const Visit& to = options.from_end ? visits[i - 1] : visits[i];
      if (paths.is_at(places["from"], from.place) && paths.is_at(places["to"], to.place))
        names.insert(s.customer);
    }
  }
  return limited(names, *limit);
}

}  // namespace

Result<json> answer_paths(const Ask& ask, ObjectReader& question) {
  auto sequence = read_sequence_options(ask, question);
  if (!sequence) return tl::unexpected(sequence.error());
  Options options;
  options.from_end = sequence->end && !sequence->start;
  auto depth = question.integer("depth", 1, 20);
  if (!depth) return tl::unexpected(depth.error());
  options.depth = static_cast<int>(depth->value_or(sequence->start && sequence->end ? 20 : 5));
  auto top = question.integer("top", 1, 200);
  if (!top) return tl::unexpected(top.error());
  options.top = static_cast<std::size_t>(top->value_or(50));
  if (const json* include = question.find("include")) {
    for (const json& what : *include) {
      if (what == "times")
        options.times = true;
      else if (what == "customers")
        options.customers = true;
      else
        return invalid("include", "must be a list of customers and times");
    }
  }
  const json* wanted = question.find("people");
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());
  const auto sequences = sequences_of(ask, *sequence);
  const Paths paths(options, sequences);
  json out = paths.answer();
  if (wanted != nullptr) {
    auto names = people(*wanted, options, paths, sequences);
    if (!names) return tl::unexpected(names.error());
    out["people"] = std::move(*names);
  }
  return out;
}

}  // namespace viaggio::reference
