#include "questions_in_sql/kinds.h"

namespace viaggio::questions_in_sql {

using select::SequenceQuestion;

std::string transitions(const journey::TransitionsQuestion& q, Words& words) {
  const SequenceQuestion& s = q.sequences;
  if (s.session_gap != 0) words.refuse("the open copy has the workspace's sessions, no others");
  if (s.unit != SequenceQuestion::Unit::session && s.unit != SequenceQuestion::Unit::customer)
    words.refuse("only sessions and customers are written in SQL");
  const std::string unit = s.unit == SequenceQuestion::Unit::session ? "session" : "customer_id";
  const std::string node = words.as_text(s.node);
  std::string out = ",\nnodes AS (\n  SELECT *, lag(node) OVER (PARTITION BY " + unit +
                    " ORDER BY timestamp, sequence) AS node_before\n  FROM seen WHERE node IS NOT "
                    "NULL\n)";
  out += ",\nplaces AS (";
  if (s.collapse_repeats) out += "  -- equal neighbours are one";
  out +=
      "\n  SELECT *, lead(node) OVER mine AS next, lag(node) OVER mine AS previous,\n    "
      "date_diff('microsecond', timestamp, lead(timestamp) OVER mine) AS pause\n  FROM nodes";
  if (s.collapse_repeats) out += " WHERE node IS DISTINCT FROM node_before";
  out += "\n  WINDOW mine AS (PARTITION BY " + unit + " ORDER BY timestamp, sequence)\n)";
  out +=
      ",\nmoves AS (  -- from nothing: a sequence begins; to nothing: it ends\n  SELECT node AS "
      "\"from\", next AS \"to\", pause, customer_id FROM places\n  UNION ALL\n  SELECT NULL, "
      "node, NULL, customer_id FROM places WHERE previous IS NULL\n)";
  out += "\nSELECT \"from\", \"to\", count(*) AS transitions";
  if (q.customers) out += ", count(DISTINCT customer_id) AS customers";
  if (q.times)
    out += ",\n  " + quantile("pause", 5) + " / 1000000.0 AS median_seconds,\n  " +
           quantile("pause", 9) + " / 1000000.0 AS p90_seconds";
  out += "\nFROM moves GROUP BY \"from\", \"to\"\nORDER BY transitions DESC, \"from\", \"to\"";
  return words.beginning(q.common, true, q.common.range, node + " AS node") + out;
}

}  // namespace viaggio::questions_in_sql
