#include "questions_in_sql/questions_in_sql.h"

#include <nlohmann/json.hpp>

#include "questions_in_sql/kinds.h"

namespace viaggio::questions_in_sql {

using nlohmann::json;

namespace {

// Hours of the wall that do not begin with those of UTC: twice in the year an hour is cut.
bool whole_hours(const Zone& zone) {
  constexpr Micros kFirst = 0, kLast = 70 * 365 * kDay;
  for (Micros t = kFirst; t < kLast; t += 30 * kDay) {
    if (zone.floor(t, CalendarUnit::hour) % kHour != 0) return false;
  }
  return true;
}

template <class Question, class Write>
Result<Written> written(const Result<Question>& q, const std::string& timezone, CalendarUnit unit,
                        Write write) {
  if (!q) return tl::unexpected(q.error());
  auto zone = Zone::find(q->common.timezone.empty() ? timezone : q->common.timezone);
  if (!zone) return tl::unexpected(zone.error());
  std::string name = zone->name();
  Words words(unit == CalendarUnit::hour && whole_hours(*zone) ? "UTC" : name, unit);
  if (unit == CalendarUnit::hour && !whole_hours(*zone))
    words.refuse("hours of " + name + " do not begin with those of UTC");
  Written out;
  out.sql = write(*q, words);
  out.reason = words.reason();
  if (!out.reason.empty()) out.sql.clear();
  return out;
}

bool has_facts(const json& question) {
  if (!question.is_object() || !question.contains("series") || !question["series"].is_array())
    return false;
  for (const json& s : question["series"]) {
    if (s.is_object() && s.contains("fact")) return true;
  }
  return false;
}

}  // namespace

Result<Written> write(std::string_view kind, const json& question, const std::string& timezone) {
  if (kind == "trend") {
    if (has_facts(question)) return Written{"", "facts without a person are not in the open copy"};
    const auto q = journey::read_trend(question);
    return written(q, timezone, q ? q->interval : CalendarUnit::day, trend);
  }
  if (kind == "retention") {
    const auto q = journey::read_retention(question);
    return written(q, timezone, q ? q->unit : CalendarUnit::day, retention);
  }
  if (kind == "lifecycle") {
    const auto q = journey::read_lifecycle(question);
    return written(q, timezone, q ? q->unit : CalendarUnit::day, lifecycle);
  }
  if (kind == "transitions")
    return written(journey::read_transitions(question), timezone, CalendarUnit::day, transitions);
  if (kind == "funnel")
    return written(journey::read_funnel(question), timezone, CalendarUnit::day, funnel);
  for (const char* known : {"map", "stages", "paths", "variants", "attribution", "value"}) {
    if (kind == known) return Written{"", "this kind of question is not written in SQL"};
  }
  return fail(ErrorKind::not_found, "unknown_question",
              "there is no question '" + std::string(kind.substr(0, 40)) + "'");
}

}  // namespace viaggio::questions_in_sql
