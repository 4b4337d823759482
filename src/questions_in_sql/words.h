#pragma once
// What all questions need in SQL: names, instants, calendar units, filters and selectors, and the
// named parts (CTEs) that a query begins with. What cannot be said exactly is noted as a reason.
// One object writes one question.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/question.h"

namespace viaggio::questions_in_sql {

std::string text_literal(std::string_view text);  // 'it''s'
std::string name_literal(std::string_view name);  // "a name"
std::string instant(Micros t);                    // TIMESTAMPTZ '...'
std::string microseconds(Micros d);               // INTERVAL '...' MICROSECONDS

// Both are conditions on the column `timestamp`; "true" where nothing is cut.
std::string inside(const Range& range);

class Words {
 public:
  Words(std::string zone, CalendarUnit unit) : zone_(std::move(zone)), unit_(unit) {}

  // The first reason counts.
  void refuse(std::string reason);
  const std::string& reason() const { return reason_; }

  std::string condition(const Filters& filters);
  std::string condition(const Selector& selector);
  // The column that holds the value of a field, or of a list of JSON values.
  std::string column(const std::string& field, bool& list);
  // An expression for the field's value as text, null without one.
  std::string as_text(const std::string& field);
  // An expression for the list of the field's numbers.
  std::string numbers(const std::string& field);

  // Local time, as of a clock on the wall.
  std::string unit_of(const std::string& instant) const;
  std::string start_of(const std::string& unit) const;  // the instant at which the unit begins
  std::string step() const;                             // INTERVAL 1 DAY
  std::string unit_name() const;                        // day

  // "WITH journey AS (...), seen AS (...)": the events that the question sees. `extra`: further
  // columns of `seen`. Call it after all conditions: they say which columns are needed.
  std::string beginning(const Common& common, bool owned, const Range& range,
                        const std::string& extra);

 private:
  std::string condition(const Filter& filter);
  std::string test(const Filter& filter, const std::string& text, const std::string& word,
                   const std::string& number, bool* negated) const;
  std::string zone_;
  CalendarUnit unit_;
  std::string reason_;
  std::map<std::string, std::string> fields_;  // column: expression
};

}  // namespace viaggio::questions_in_sql
