#pragma once
// The feeling that an event carries, on -2..+2: answers to surveys, stars, sentiment; and the sums
// of many. Feelings is immutable after making and thread-safe.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "map/rows.h"
#include "select/event_filter.h"

namespace viaggio::map {

// Answers by value, so that the mean does not depend on the order they came in.
struct FeelingCounts {
  std::map<double, std::uint64_t> by_value;
  void add(double value) { ++by_value[value]; }
  void add(const FeelingCounts& other) {
    for (const auto& [value, n] : other.by_value) by_value[value] += n;
  }
};
struct FeelingSummary {
  std::uint64_t n = 0;
  double mean = 0, low = 0, high = 0;
};
std::optional<FeelingSummary> summarize(const FeelingCounts& counts);

class Feelings {
 public:
  // Adds rows that answers are about but no event has.
  static Result<Feelings> make(const select::Context& context, bool touchpoint_rows, Rows& rows);

  bool possible(KindId kind) const { return role_[kind] != Role::none; }
  // NaN: none.
  double value(KindId kind, Sequence sequence) const;
  double as_sent(KindId kind, Sequence sequence) const;
  Row row(Row own, Sequence sequence) const;
  std::string words(Sequence sequence) const;  // what was written beside the answer; often empty

 private:
  enum class Role : std::uint8_t { none, survey, review, other };
  struct Numbers {
    std::optional<select::Field> field;
    std::vector<double> by_code;
    double at(Sequence sequence) const;
  };
  static Status load(Numbers& into, const std::string& field, const select::Context& context);
  std::vector<Role> role_;
  Numbers score_, rating_, sentiment_;
  std::optional<select::Field> survey_kind_, touchpoint_;
  std::vector<std::uint8_t> survey_by_code_;
  std::vector<Row> row_by_code_;
  std::vector<select::Field> words_;
};

}  // namespace viaggio::map
