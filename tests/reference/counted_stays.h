#pragma once
// The stays that a question counts, shared by stages and map. Only tests link it.
#include <optional>
#include <string>
#include <vector>

#include "questions.h"

namespace viaggio::reference {

struct CountedStays {
  Model model;
  std::vector<Stay> all;           // of the subjects that count, over the whole history before end
  std::vector<const Stay*> stays;  // of these, in the range
  Micros from = 0, end = 0;
};
Result<CountedStays> count_stays(const Ask& ask, const std::string& model_id);

struct Flow {
  enum Kind { enter, forward, skip, back, loop, lost };
  int from = kNowhere, to = kNowhere;
  int kind = enter;
  int transitions = 0, customers = 0;
  std::vector<Micros> durations;
};
// By from (nowhere first), to (nowhere last), kind.
std::vector<Flow> flows_of(const CountedStays& counted);
json place(const Model& model, int stage);

}  // namespace viaggio::reference
