#pragma once
// The naive answers, one function a question. Written from docs/semantics; only tests link them.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "filters.h"
#include "history.h"

namespace viaggio::reference {

// What every question needs: the events as of its epoch, the common fields, and the stage models.
struct Ask {
  Snapshot* snapshot = nullptr;
  const std::map<std::string, json>* models = nullptr;
  Fields fields;
  Common common;
  Zone zone = Zone::utc();
  Micros from = 0, end = 0;  // [from, end)
  bool has_from = false, has_to = false;
  const std::set<std::string>* saved = nullptr;  // the customers of the saved audience it names
  bool sees(const Event& e) const { return e.time >= from && e.time < end; }
  bool passes(const Event& e) const { return holds(fields, e, common.where); }
  bool in_audience(const Customer& customer) const;
};

Result<json> answer_funnel(const Ask& ask, ObjectReader& question);
Result<json> answer_transitions(const Ask& ask, ObjectReader& question);
Result<json> answer_trend(const Ask& ask, ObjectReader& question);
Result<json> answer_retention(const Ask& ask, ObjectReader& question);
Result<json> answer_lifecycle(const Ask& ask, ObjectReader& question);
Result<json> answer_value(const Ask& ask, ObjectReader& question);
Result<json> answer_attribution(const Ask& ask, ObjectReader& question);
Result<json> answer_paths(const Ask& ask, ObjectReader& question);
Result<json> answer_variants(const Ask& ask, ObjectReader& question);
Result<json> answer_stages(const Ask& ask, ObjectReader& question);
Result<json> answer_map(const Ask& ask, ObjectReader& question);
// The names of the customers behind what was selected of stages or of a map, or, without, of those
// with an event that the question sees.
Result<json> answer_people(const Ask& ask, ObjectReader& question, const json& select);

// ---- Numbers (docs/semantics/order.md) ----
template <class T>
T quantile(std::vector<T> values, std::size_t tenths) {  // nearest rank; values not empty
  std::sort(values.begin(), values.end());
  return values[(values.size() * tenths + 9) / 10 - 1];
}
inline json seconds(Micros t) { return static_cast<double>(t) / 1e6; }
inline json quantile_seconds(const std::vector<Micros>& values, std::size_t tenths) {
  return values.empty() ? json() : seconds(quantile(values, tenths));
}
inline json share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? json() : json(static_cast<double>(part) / static_cast<double>(whole));
}

// ---- Stages ----
struct Rule {
  Selector event;
  int min = 1;
  bool has_after = false;
  Selector after;
  bool return_signal = false;
};
struct Stage {
  std::string id;
  json label;
  std::vector<Rule> rules;
  Micros patience = 0;
  std::optional<double> target;
};
enum class Mode { free, forward, recency };
struct Model {
  std::string id;
  bool journey = false;
  std::string key;
  bool has_closes = false;
  Selector closes;
  Mode mode = Mode::free;
  Micros window = 0;
  std::vector<Stage> stages;
};
Result<Model> read_model(const std::string& id, const json& definition);

inline constexpr int kNowhere = -1;
inline constexpr int kClosed = 1000;
enum class End { open, forward, back, lost };
struct Loop {
  Micros time = 0, duration = 0;
};
struct Stay {
  int subject = 0, stage = 0;
  std::string customer;
  Micros start = 0;
  int entered_from = kNowhere;  // the stage left, or nowhere
  End how = End::open;
  Micros end = 0;
  int to = kNowhere;  // the stage entered, kClosed, or nowhere
  Micros last = 0;
  std::vector<const Event*> events;
  std::vector<Loop> loops;
};
struct Subject {
  std::string customer;
  std::vector<const Event*> events;
  std::vector<const Event*> journey;  // of these, from the opening to the closing
};
struct Fold {
  std::vector<Stay> stays;
  std::vector<Subject> subjects;
  std::map<const Event*, int> stage;  // of the events that count in one
};
// Folds all events before `end`.
Fold fold(const Fields& fields, const Snapshot& snapshot, const Model& model, Micros end);
// Puts the stage of every event into `snapshot` (for stage.MODEL).
void stamp_stages(Snapshot& snapshot, Fields& fields, const std::map<std::string, json>& models);

}  // namespace viaggio::reference
