#pragma once
// Tiny random worlds and questions: 3 customers, 3 names, times 0..5 days, so that ties are common.
// The same seed gives the same world on every machine.
#include <cstdint>
#include <string>
#include <vector>

namespace viaggio::differential {

struct Question {
  std::string kind, json;  // times and as_of as scripts write them
};
struct TinyWorld {
  std::string setup;  // a script: load, model, touchpoints, merge
  std::vector<Question> questions;
};
TinyWorld make_world(std::uint64_t seed);

}  // namespace viaggio::differential
