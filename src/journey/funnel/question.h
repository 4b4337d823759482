#pragma once
// The funnel question as asked, read strictly. Plain values.
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "journey/funnel/attempts.h"
#include "model/question.h"

namespace viaggio::journey {

enum class Occurrence { any, first_ever, first_matching };
enum class Touch { first, last, all, step };

struct FunnelStep {
  Selector selector;
  std::string label;
  bool optional = false;
  Micros window = 0;  // 0 = none
};

struct FunnelQuestion {
  Common common;
  std::vector<FunnelStep> steps;
  Micros window = 14 * kDay;
  FunnelOrder order = FunnelOrder::ordered;
  std::string count_by = "customer";
  struct Exclude {
    Selector selector;
    unsigned after_step = 1, before_step = 2;  // numbers in the question
    bool whole_customer = false;
  };
  std::vector<Exclude> exclude;
  std::string hold;
  Occurrence occurrence = Occurrence::any;
  struct GroupBy {
    std::string by;
    std::size_t limit = 25;
    Touch touch = Touch::first;
    unsigned step = 1;
  };
  std::optional<GroupBy> breakdown;
  std::optional<CalendarUnit> interval;
  struct People {
    unsigned step = 1;
    bool dropped = false;
    std::size_t limit = 100;
  };
  std::optional<People> people;
};

Result<FunnelQuestion> read_funnel(const nlohmann::json& question);

// How a step is called: its label, else its event names, else "*".
std::string label_of(const std::string& label, const Selector& selector);

}  // namespace viaggio::journey
