// docs/semantics/map.md.
#include <algorithm>
#include <cmath>
#include <set>

#include "counted_stays.h"

namespace viaggio::reference {
namespace {

constexpr const char* kKinds[] = {"enter", "forward", "skip", "back", "loop", "lost"};

double money(double v) { return std::nearbyint(v * 10000.0) / 10000.0; }

std::optional<double> feeling(const Event& e) {
  const auto number = [&](const char* key) {
    return e.properties.is_object() && e.properties.contains(key) ? number_of(e.properties[key])
                                                                  : std::nullopt;
  };
  const auto within = [](std::optional<double> v, double low, double high) {
    return v && *v >= low && *v <= high;
  };
  if (e.name == "Survey Answered") {
    const auto v = number("score");
    const std::string kind = e.properties.value("kind", "");
    if (kind == "nps" && within(v, 0, 10)) return *v <= 6.5 ? (*v - 6.5) / 3.25 : (*v - 6.5) / 1.75;
    if (kind == "csat" && within(v, 1, 5)) return *v - 3;
    if (kind == "ces" && within(v, 1, 7)) return (*v - 4) * 2 / 3;
    return std::nullopt;
  }
  if (e.name == "Review Posted" || e.name == "Product Reviewed") {
    const auto v = number("rating");
    return within(v, 1, 5) ? std::optional<double>(*v - 3) : std::nullopt;
  }
  const auto v = number("sentiment");
  return within(v, -1, 1) ? std::optional<double>(*v * 2) : std::nullopt;
}

json emotion_of(const std::vector<double>& values) {
  if (values.empty()) return nullptr;
  const double n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (double v : values) sum += v;
  const double mean = sum / n;
  for (double v : values) squares += (v - mean) * (v - mean);
  const double half = values.size() == 1 ? 0 : 1.96 * std::sqrt(squares / (n - 1)) / std::sqrt(n);
  return {{"mean", mean},
          {"n", values.size()},
          {"low", std::max(-2.0, mean - half)},
          {"high", std::min(2.0, mean + half)}};
}

struct Cell {
  std::set<std::string> customers;
  int events = 0, losses = 0;
  std::int64_t value = 0;
  std::set<const Stay*> stays;
  std::vector<double> feelings;
};

class Map {
 public:
  Map(const Ask& ask, const CountedStays& counted, bool by_channel)
      : ask_(ask), counted_(counted), by_channel_(by_channel) {
    for (std::size_t s = 0; s < model().stages.size(); ++s) count_stage(static_cast<int>(s));
    for (const Stay& stay : counted.all) count_cells(stay);
    for (std::size_t s = model().stages.size(); s-- > 0;) weigh(s);
  }

  json answer() const {
    json out{
        {"stages", stages_}, {"flows", flows()}, {"cells", json::array()}, {"rows", json::array()}};
    std::map<std::string, Cell> rows;
    std::map<std::string, double> importance;
    std::map<std::string, int> touching;
    for (const auto& [key, cell] : cells_) {
      const auto& [stage, row] = key;
      json c = cell_json(stage, cell);
      c["stage"] = model().stages[static_cast<std::size_t>(stage)].id;
      c["row"] = row;
      Cell& sum = rows[row];
      sum.customers.insert(cell.customers.begin(), cell.customers.end());
      sum.events += cell.events;
      sum.losses += cell.losses;
      sum.feelings.insert(sum.feelings.end(), cell.feelings.begin(), cell.feelings.end());
      importance[row] += c["importance"].get<double>();
      touching[row] += static_cast<int>(cell.stays.size());
      out["cells"].push_back(c);
    }
    if (rows.empty()) return out;
    std::vector<std::size_t> traffic;
    std::vector<double> drops;
    const auto drop = [&](const std::string& row) {
      return touching[row] == 0 ? 0.0 : static_cast<double>(rows[row].losses) / touching[row];
    };
    for (const auto& [row, sum] : rows) {
      traffic.push_back(sum.customers.size());
      drops.push_back(drop(row));
    }
    for (const auto& [row, sum] : rows) {
      const bool busy = sum.customers.size() >= quantile(traffic, 5);
      const json mood = emotion_of(sum.feelings);
      json reason;
      if (busy && drop(row) > quantile(drops, 5))
        reason = "drop_off";
      else if (busy && !mood.is_null() && sum.feelings.size() >= 10 && mood["mean"] < 0)
        reason = "feeling";
      out["rows"].push_back({{"id", row},
                             {"customers", sum.customers.size()},
                             {"events", sum.events},
                             {"importance", importance[row]},
                             {"critical", !reason.is_null()},
                             {"reason", reason}});
    }
    std::stable_sort(out["rows"].begin(), out["rows"].end(), [](const json& a, const json& b) {
      if (a["importance"] != b["importance"]) return a["importance"] > b["importance"];
      return a["customers"] > b["customers"];
    });
    return out;
  }

 private:
  const Model& model() const { return counted_.model; }
  std::string row_of(const Event& e) const { return by_channel_ ? e.channel : e.touchpoint; }
  bool old(const Stay& s) const { return s.start + model().window < ask_.end; }
  bool moved_on(const Stay& s) const {
    return s.how == End::forward && s.end - s.start <= model().window;
  }

  void count_stage(int stage) {
    int entered = 0, before = 0, here = 0, forward = 0, back = 0, lost = 0;
    for (const Stay* s : counted_.stays) {
      if (s->stage != stage) continue;
      (s->start >= ask_.from ? entered : before) += 1;
      (s->how == End::open      ? here
       : s->how == End::forward ? forward
       : s->how == End::back    ? back
                                : lost) += 1;
    }
    stages_.push_back({{"id", model().stages[static_cast<std::size_t>(stage)].id},
                       {"entered", entered},
                       {"before", before},
                       {"here_now", here},
                       {"forward", forward},
                       {"back", back},
                       {"lost", lost},
                       {"value", 0}});
    value_.push_back(0);
  }

  void count_cells(const Stay& stay) {
    const bool in_range =
        std::find(counted_.stays.begin(), counted_.stays.end(), &stay) != counted_.stays.end();
    std::string last_row;
    for (const Event* e : stay.events) {
      const std::string row = row_of(*e);
      if (!row.empty()) last_row = row;
      if (!ask_.sees(*e)) continue;
      value_[static_cast<std::size_t>(stay.stage)] += e->value.value_or(0);
      std::string felt_row = row;
      if (!by_channel_ && e->properties.contains("touchpoint") &&
          e->properties["touchpoint"].is_string())
        felt_row = e->properties["touchpoint"];
      if (const auto v = feeling(*e); v && !felt_row.empty())
        cells_[{stay.stage, felt_row}].feelings.push_back(*v);
      if (row.empty()) continue;
      Cell& cell = cells_[{stay.stage, row}];
      ++cell.events;
      cell.customers.insert(stay.customer);
      cell.value += e->value.value_or(0);
      cell.stays.insert(&stay);
    }
    if (in_range && stay.how == End::lost && !last_row.empty())
      ++cells_[{stay.stage, last_row}].losses;
  }

  std::optional<double> rate(int stage, Micros from, Micros to, int* n = nullptr) const {
    int all = 0, moved = 0;
    for (const Stay& s : counted_.all) {
      if (s.stage != stage || s.start < from || s.start >= to || !old(s)) continue;
      ++all;
      moved += moved_on(s);
    }
    if (n != nullptr) *n = all;
    if (all == 0) return std::nullopt;
    return static_cast<double>(moved) / all;
  }

  // Later stages first: the worth of a stage needs that of the next.
  void weigh(std::size_t s) {
    const int stage = static_cast<int>(s);
    json& j = stages_[s];
    j["value"] = static_cast<double>(value_[s]) / 10000.0;
    worth_.resize(model().stages.size());
    gain_.resize(model().stages.size());
    const int stays = j["entered"].get<int>() + j["before"].get<int>();
    const double mine = stays == 0 ? 0 : j["value"].get<double>() / stays;
    if (s + 1 == model().stages.size()) {
      worth_[s] = std::max(0.0, mine);
      return;
    }
    const auto actual = rate(stage, ask_.from, ask_.end);
    worth_[s] = std::max(0.0, mine + actual.value_or(0) * worth_[s + 1]);
    if (!actual) return;
    double benchmark = *actual;
    if (model().stages[s].target) {
      benchmark = *model().stages[s].target;
    } else if (ask_.has_from) {
      const Micros length = ask_.end - ask_.from;
      for (int k = 1; k <= 6; ++k) {
        int n = 0;
        const auto r = rate(stage, ask_.from - k * length, ask_.from - (k - 1) * length, &n);
        if (n >= 10) benchmark = std::max(benchmark, *r);
      }
    }
    gain_[s] = std::max(0.0, benchmark - *actual) * worth_[s + 1];
  }

  json cell_json(int stage, const Cell& cell) const {
    const bool last = static_cast<std::size_t>(stage) + 1 == model().stages.size();
    int n = 0, moved = 0, other_n = 0, other_moved = 0;
    for (const Stay* s : counted_.stays) {
      if (s->stage != stage || !old(*s)) continue;
      const bool touched = cell.stays.count(s) != 0;
      (touched ? n : other_n) += 1;
      (touched ? moved : other_moved) += moved_on(*s);
    }
    const json to_next = last ? json() : share(moved, n);
    double importance = 0;
    if (!to_next.is_null() && other_n > 0) {
      importance = static_cast<double>(cell.customers.size()) *
                   std::abs(to_next.get<double>() - share(other_moved, other_n).get<double>());
    }
    return {{"customers", cell.customers.size()},
            {"events", cell.events},
            {"stays", cell.stays.size()},
            {"to_next", to_next},
            {"to_next_n", last ? 0 : n},
            {"importance", importance},
            {"emotion", emotion_of(cell.feelings)},
            {"value", static_cast<double>(cell.value) / 10000.0},
            {"at_stake", money(cell.losses * gain_[static_cast<std::size_t>(stage)])}};
  }

  json flows() const {
    json out = json::array();
    for (const Flow& f : flows_of(counted_)) {
      const json to = f.to == kClosed ? json() : place(model(), f.to);
      out.push_back({{"from", place(model(), f.from)},
                     {"to", to},
                     {"kind", kKinds[f.kind]},
                     {"customers", f.customers},
                     {"transitions", f.transitions},
                     {"median_seconds", quantile_seconds(f.durations, 5)}});
    }
    return out;
  }

  const Ask& ask_;
  const CountedStays& counted_;
  bool by_channel_;
  json stages_ = json::array();
  std::vector<std::int64_t> value_;
  std::map<std::pair<int, std::string>, Cell> cells_;
  std::vector<double> worth_, gain_;
};

}  // namespace

Result<json> answer_map(const Ask& ask, ObjectReader& question) {
  auto id = question.text("model");
  if (!id) return tl::unexpected(id.error());
  if (!*id) return invalid("model", "is missing");
  auto rows = question.choice("rows", {"touchpoint", "channel"});
  if (!rows) return tl::unexpected(rows.error());
  question.find("compare");
  question.find("persona");
  if (auto ok = question.finish(); !ok) return tl::unexpected(ok.error());
  auto counted = count_stays(ask, **id);
  if (!counted) return tl::unexpected(counted.error());
  return Map(ask, *counted, rows->value_or(0) == 1).answer();
}

}  // namespace viaggio::reference
