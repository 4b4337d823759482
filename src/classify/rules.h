#pragma once
// The rules that give every event its channel and its touchpoint: ordered, the first that passes
// wins. A rule's filters ask fields of the event's kind: name, type, source, referrer,
// referrer_type, utm_source, utm_medium, utm_campaign, click_id, store, sales_channel, device, web
// ("true"/"false"). Immutable after reading; thread-safe.
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "classify/classification.h"
#include "classify/comparison.h"
#include "model/question.h"

namespace viaggio::classify {

class Rules {
 public:
  // {"touchpoints","channels"?,"rules","channel_rules"} as GET /api/touchpoints answers it.
  static Result<Rules> read(const nlohmann::json& document);
  // The registry and the rules that ship.
  static nlohmann::json defaults();

  std::shared_ptr<const Classification> classify(const std::vector<const EventKind*>& kinds) const;

 private:
  struct Test {
    std::string (*part)(const EventKind&) = nullptr;
    Comparison comparison;
    std::vector<std::vector<Test>> any;
  };
  struct Rule {
    std::vector<Test> tests;
    std::uint16_t result = 0;
  };
  static Result<std::vector<Test>> compile(const Filters& filters);
  static bool passes(const std::vector<Test>& tests, const EventKind& kind);
  static std::uint16_t first(const std::vector<Rule>& rules, const EventKind& kind,
                             std::uint16_t otherwise);

  std::vector<Touchpoint> touchpoints_;
  std::vector<Channel> channels_;
  std::vector<Rule> touchpoint_rules_, channel_rules_;
};

}  // namespace viaggio::classify
