#pragma once
// The live journey map: stages by touchpoints, in one pass over everyone's events
// (docs/semantics/map.md). Pure over its Context; thread-safe; the answer does not depend on
// threads. Money is answered in units of the currency; the caller adds `currency`, `epoch` and
// `elapsed_ms`.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "journey/stages/stage_model.h"
#include "model/question.h"
#include "select/context.h"

namespace viaggio::map {

struct MapQuestion {
  Common common;
  std::string model;          // id of the stage model
  bool rows_channel = false;  // rows are channels, not touchpoints
  std::optional<Range> compare_range;
};
Result<MapQuestion> read_map(const nlohmann::json& object);

// `reach`: measures of facts without a person inside the range, shown as they are.
using Reach = std::vector<std::pair<std::string, double>>;
Result<nlohmann::json> ask_map(const journey::StageModel& model, const MapQuestion& question,
                               const select::Context& context, const Reach& reach);

// What was clicked on the map.
struct FlowSelection {
  std::optional<std::string> from, to;
  std::string kind;  // enter | forward | skip | back | loop | lost
};
enum class StayPart { any, entered, before, here_now, forward, back, lost };
struct PeopleSelection {
  std::optional<std::string> stage, row;
  StayPart part = StayPart::any;  // with a stage and no row: which of its stays
  std::optional<FlowSelection> flow;
};
// {"stage"?, "row"?, "flow"?: {"from","to","kind"}, "part"?: "entered"|...|"lost"}; `path` for
// errors.
Result<PeopleSelection> read_people_selection(const nlohmann::json& object,
                                              const std::string& path);

// Where they went next: of a cell or row the next other row, of a stage the next stage.
struct NextPlace {
  bool is_stage = false;
  std::string id;
  journey::StageLabel label;
  std::uint64_t customers = 0;
  double share = 0;  // of all selected customers
};
// What one of them said, without saying who.
struct Words {
  Micros time = 0;
  Sequence sequence = 0;
  std::string text;
  double value = 0;  // the feeling, -2..+2
};
inline constexpr std::size_t kMostWords = 3;

struct MapPeople {
  std::vector<CustomerId> customers;  // ascending
  std::vector<NextPlace> next;        // most customers first
  std::vector<NextPlace> stopped_at;  // of a drop-off or a stage: rows where the lost stays ended
  std::vector<Words> words;           // inside the selection, newest first
};
Result<MapPeople> map_people(const journey::StageModel& model, const MapQuestion& question,
                             const PeopleSelection& selection, const select::Context& context);

}  // namespace viaggio::map
