#pragma once
// A stage model: ordered stages, the rules that put someone into them, and how they are left
// (docs/semantics/stages.md). Plain values, read strictly from JSON and written back.
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "model/question.h"

namespace viaggio::journey {

struct StageLabel {
  std::string it, en;
};

struct StageRule {
  Selector event;
  std::uint32_t min = 1;
  std::optional<Selector> after;
  bool return_signal = false;
};

struct Stage {
  std::string id;
  StageLabel label;
  std::vector<StageRule> rules;
  std::optional<Micros> dormancy;
  std::optional<double> target;
  std::string sources_it, sources_en;  // what would show this stage when no data does
  std::string owner;                   // whose stage it is; empty = nobody's
};

enum class StageSubject { relationship, journey };
enum class StageMode { free, forward, recency };

struct StageModel {
  std::string id;
  StageLabel label;
  StageSubject subject = StageSubject::relationship;
  StageMode mode = StageMode::free;
  std::string key;                 // field that tells a customer's parallel journeys apart
  std::optional<Selector> closes;  // what fulfils a journey
  Micros window = 30 * kDay;       // W
  std::vector<Stage> stages;

  Micros patience(std::size_t stage) const { return stages[stage].dormancy.value_or(window); }
};

// At most 32 stages and 64 rules; ids are unique and not empty.
Result<StageModel> read_stage_model(const nlohmann::json& object);

}  // namespace viaggio::journey
