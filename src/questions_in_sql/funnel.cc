#include "questions_in_sql/kinds.h"

namespace viaggio::questions_in_sql {

namespace {

void refuse_what_is_not_written(const journey::FunnelQuestion& q, Words& words) {
  if (q.order != journey::FunnelOrder::ordered)
    words.refuse("only a funnel in order is written in SQL, not strict or any");
  if (q.count_by != "customer" && q.count_by != "session")
    words.refuse("only customers and sessions are written in SQL");
  if (!q.exclude.empty()) words.refuse("exclusions are not written in SQL");
  if (!q.hold.empty()) words.refuse("a held value is not written in SQL");
  if (q.occurrence == journey::Occurrence::first_ever)
    words.refuse("the first occurrence ever is not written in SQL");
  if (q.breakdown) words.refuse("a funnel by the values of a field is not written in SQL");
  if (q.interval) words.refuse("a funnel by calendar unit is not written in SQL");
  if (q.people) words.refuse("a list of people is not written in SQL");
  for (const journey::FunnelStep& s : q.steps) {
    // With a window of its own a step may have to wait for a later event: no join says that.
    if (s.window != 0) words.refuse("windows of single steps are not written in SQL");
    if (s.optional) words.refuse("optional steps are not written in SQL");
  }
}

}  // namespace

std::string funnel(const journey::FunnelQuestion& q, Words& words) {
  refuse_what_is_not_written(q, words);
  const std::string unit = q.count_by == "session" ? "session" : "customer_id";
  std::string out = ",\nin_order AS (\n  SELECT *, " + unit +
                    " AS unit, row_number() OVER "
                    "(PARTITION BY " +
                    unit +
                    " ORDER BY timestamp, sequence) AS place\n  FROM "
                    "seen\n)";
  const std::size_t n = q.steps.size();
  for (std::size_t i = 1; i <= n; ++i) {
    out += ",\nstep_" + std::to_string(i) +
           " AS (SELECT unit, place, timestamp FROM in_order "
           "WHERE " +
           words.condition(q.steps[i - 1].selector) + ")";
  }
  out +=
      ",\nattempt_1 AS (  -- every first step inside the range\n  SELECT unit, place AS place_1, "
      "timestamp AS time_1 FROM step_1 WHERE " +
      inside(q.common.range);
  if (q.occurrence == journey::Occurrence::first_matching)
    out += "\n  QUALIFY row_number() OVER (PARTITION BY unit ORDER BY place) = 1";
  out += "\n)";
  for (std::size_t i = 2; i <= n; ++i) {
    const std::string k = std::to_string(i), before = std::to_string(i - 1), s = "step_" + k;
    // A join in order takes null as less than any number: who got no further has no place.
    const std::string after =
        i == 2 ? "place_1" : "coalesce(place_" + before + ", 9000000000000000)";
    const std::string reached = s + ".timestamp <= time_1 + " + microseconds(q.window);
    out += ",\nattempt_" + k + " AS (  -- the first event of step " + k +
           " after that, within the window\n  SELECT attempt_" + before + ".*,\n    CASE WHEN " +
           reached + " THEN " + s + ".place END AS place_" + k + ",\n    CASE WHEN " + reached +
           " THEN " + s + ".timestamp END AS time_" + k + "\n  FROM attempt_" + before +
           " ASOF LEFT JOIN " + s + " ON attempt_" + before + ".unit = " + s + ".unit AND " +
           after + " < " + s + ".place\n)";
  }
  std::string depth, last;
  for (std::size_t i = 1; i <= n; ++i)
    depth += (i == 1 ? "" : " + ") + ("(place_" + std::to_string(i) + " IS NOT NULL)::INTEGER");
  for (std::size_t i = n; i >= 1; --i)
    last += (i == n ? "" : ", ") + ("place_" + std::to_string(i));
  out +=
      ",\nwinners AS (  -- the deepest; of these the first to get there; of these the latest\n  "
      "SELECT * FROM attempt_" +
      std::to_string(n) +
      "\n  QUALIFY row_number() OVER (PARTITION "
      "BY unit ORDER BY " +
      depth + " DESC, coalesce(" + last + "), place_1 DESC) = 1\n)";
  for (std::size_t i = 1; i <= n; ++i) {
    const std::string k = std::to_string(i), before = std::to_string(i - 1);
    out += i == 1 ? "\n" : "\nUNION ALL\n";
    out += "SELECT " + k + " AS step, " +
           text_literal(journey::label_of(q.steps[i - 1].label, q.steps[i - 1].selector)) +
           " AS label, count(place_" + k + ") AS count";
    const std::string took =
        i == 1 ? "" : "date_diff('microsecond', time_" + before + ", time_" + k + ")";
    if (i == 1) {
      out += ",\n  NULL AS median_seconds, NULL AS mean_seconds, NULL AS p90_seconds";
    } else {
      out += ",\n  " + quantile(took, 5) + " / 1000000.0,\n  sum(" + took +
             ") / 1000000.0 / count(" + took + "),\n  " + quantile(took, 9) + " / 1000000.0";
    }
    out += "\nFROM winners";
  }
  return words.beginning(q.common, true, {}, "") + out + "\nORDER BY step";
}

}  // namespace viaggio::questions_in_sql
