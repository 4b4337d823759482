#include "questions_in_sql/kinds.h"

namespace viaggio::questions_in_sql {

std::string retention(const journey::RetentionQuestion& q, Words& words) {
  if (q.breakdown) words.refuse("a retention by the values of a field is not written in SQL");
  if (q.people) words.refuse("a list of people is not written in SQL");
  const std::string periods = std::to_string(q.periods), unit = words.unit_name();
  std::string out = ",\nstarts AS (SELECT * FROM seen WHERE " + words.condition(q.start) + ")";
  out += ",\nreturns AS (SELECT DISTINCT customer_id, unit FROM seen WHERE " +
         words.condition(q.back) + ")";
  if (q.recurring) {
    out +=
        ",\nbegan AS (  -- in every unit with a start\n  SELECT DISTINCT customer_id, unit FROM "
        "starts WHERE " +
        inside(q.common.range) + "\n)";
  } else {
    out +=
        ",\nbegan AS (  -- in the unit of the first start ever\n  SELECT customer_id, min(unit) "
        "AS unit, min(timestamp) AS timestamp FROM starts GROUP BY customer_id\n  HAVING ";
    std::string within = inside(q.common.range);
    for (std::size_t at = 0; (at = within.find("timestamp ", at)) != std::string::npos; at += 14)
      within.replace(at, 10, "min(starts.timestamp) ");
    out += within + "\n)";
  }
  out += ",\nsizes AS (SELECT unit, count(*) AS size FROM began GROUP BY unit)";
  out += ",\nperiods AS (SELECT unnest(range(0, " + periods + " + 1)) AS period)";
  const std::string apart = "date_diff('" + unit + "', began.unit, returns.unit)";
  const std::string held = q.on_or_after ? apart + " >= period" : apart + " = period";
  out +=
      ",\ncame_back AS (\n  SELECT began.unit, period, count(DISTINCT customer_id) AS customers"
      "\n  FROM began JOIN returns USING (customer_id) JOIN periods ON " +
      held + "\n  WHERE period > 0 GROUP BY began.unit, period\n)";
  out += units_between(words, q.common.range, "began", false);
  const std::string begins = words.start_of("(unit + period * " + words.step() + ")"),
                    ends = words.start_of("(unit + (period + 1) * " + words.step() + ")");
  out += "\nSELECT " + words.start_of("unit") +
         " AS cohort, coalesce(size, 0) AS size, period,\n  CASE period WHEN 0 THEN "
         "coalesce(size, 0) ELSE coalesce(customers, 0) END AS customers,\n  " +
         ends +
         " <= now() AS complete\nFROM units CROSS JOIN periods\nLEFT JOIN sizes USING (unit)\n"
         "LEFT JOIN came_back USING (unit, period)\nWHERE " +
         begins + " <= now()\nORDER BY cohort, period";
  return words.beginning(q.common, true, {}, words.unit_of("timestamp") + " AS unit") + out;
}

std::string lifecycle(const journey::LifecycleQuestion& q, Words& words) {
  const std::string step = words.step();
  std::string out = ",\nactive AS (SELECT DISTINCT customer_id, unit FROM seen WHERE " +
                    words.condition(q.selector) + ")";
  out +=
      ",\nneighbours AS (\n  SELECT unit, lag(unit) OVER mine AS before, lead(unit) OVER mine "
      "AS after\n  FROM active WINDOW mine AS (PARTITION BY customer_id ORDER BY unit)\n)";
  out +=
      ",\nhere AS (\n  SELECT unit,\n    count(*) FILTER (before IS NULL) AS \"new\",\n    "
      "count(*) "
      "FILTER (before = unit - " +
      step +
      ") AS \"returning\",\n    count(*) FILTER (before < unit "
      "- " +
      step + ") AS resurrecting\n  FROM neighbours GROUP BY unit\n)";
  out += ",\ngone AS (\n  SELECT unit + " + step +
         " AS unit, count(*) AS dormant\n  FROM "
         "neighbours WHERE after IS DISTINCT FROM unit + " +
         step + " GROUP BY ALL\n)";
  out += units_between(words, q.common.range, "active", false);
  out +=
      "\nSELECT " + words.start_of("unit") +
      " AS start, coalesce(\"new\", 0) AS \"new\", coalesce(\"returning\", 0) AS \"returning\",\n  "
      "coalesce(resurrecting, 0) AS resurrecting, coalesce(dormant, 0) AS dormant\nFROM units "
      "LEFT JOIN here USING (unit) LEFT JOIN gone USING (unit)\nORDER BY start";
  return words.beginning(q.common, true, {}, words.unit_of("timestamp") + " AS unit") + out;
}

}  // namespace viaggio::questions_in_sql
