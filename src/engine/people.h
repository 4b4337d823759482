#pragma once
// Which customers a question is about: lists of people and saved audiences
// (docs/semantics/audiences.md). Plain values; no threads.
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "journey/funnel/question.h"
#include "journey/paths/paths.h"
#include "journey/retention/retention.h"
#include "journey/value/value.h"
#include "journey/variants/variants.h"
#include "map/map.h"

namespace viaggio::engine {

struct PeopleQuestion {
  enum class Kind { map, stages, funnel, customers, retention, paths, variants, value };
  Kind kind = Kind::map;
  map::MapQuestion map;         // map and stages; of the others only `common`
  map::PeopleSelection select;  // map and stages
  std::optional<journey::FunnelQuestion> funnel;
  std::optional<journey::RetentionQuestion> retention;
  std::optional<journey::PathsQuestion> paths;
  std::optional<journey::VariantsQuestion> variants;
  std::optional<journey::ValueQuestion> value;
  Micros session_gap = 0;  // that the question asks for; 0: the workspace's
  const Common& common() const {
    if (funnel) return funnel->common;
    if (retention) return retention->common;
    if (paths) return paths->common;
    if (value) return value->common;
    return variants ? variants->common : map.common;
  }
  bool has_model() const { return kind == Kind::map || kind == Kind::stages; }
};

struct People {
  std::vector<CustomerId> customers;  // ordered by customer_id, the text
  std::vector<map::NextPlace> next;   // map and stages
  std::vector<map::NextPlace> stopped_at;
  std::vector<map::Words> words;
};

// A question with its `kind`, and what was selected of its answer. `path` is where the question
// stands, for errors; `select` null: it stands inside the question.
Result<PeopleQuestion> read_people_question(const nlohmann::json& question,
                                            const nlohmann::json* select, const std::string& path);

// A place in a list of people, bound to the epoch of the list: "EPOCH.CUSTOMER".
struct PeopleCursor {
  std::string epoch;
  CustomerId after = kNoCustomer;
  std::string text() const;
  static Result<PeopleCursor> parse(std::string_view text);
};

}  // namespace viaggio::engine
