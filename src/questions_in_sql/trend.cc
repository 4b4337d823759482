#include "questions_in_sql/kinds.h"

namespace viaggio::questions_in_sql {

using journey::Measure;

std::string quantile(const std::string& value, unsigned tenths) {
  return "list(" + value + " ORDER BY " + value + ")[(count(" + value + ") * " +
         std::to_string(tenths) + " + 9) // 10]";
}

std::string units_between(const Words& words, const Range& range, const std::string& of,
                          bool also_without_any) {
  const bool begins = range.from != Range{}.from, ends = range.to != Range{}.to;
  const std::string first = begins ? words.unit_of(instant(range.from)) : "earliest";
  std::string last = "latest";
  if (ends)
    last = words.unit_of("least(" + instant(range.to) + " - INTERVAL 1 microsecond, now())");
  if (!ends && begins && also_without_any) last = "coalesce(latest, " + first + ")";
  std::string out = ",\nunits AS (  -- gaps included\n  SELECT unnest(generate_series(" + first +
                    ",\n    " + last + ", " + words.step() +
                    ")) AS unit\n  FROM (SELECT min(unit) AS earliest, max(unit) AS latest FROM " +
                    of + ")";
  if (begins) out += "\n  WHERE " + instant(range.from) + " <= now()";
  if (begins && ends) out += " AND " + instant(range.from) + " < " + instant(range.to);
  return out + "\n)";
}

namespace {

std::string measured(const journey::TrendSeries& s) {
  const std::string v = s.field == "value" ? "value" : "number";
  switch (s.measure) {
    case Measure::events:
      return "count(*)";
    case Measure::customers:
      return "count(DISTINCT customer_id)";
    case Measure::sum:
      return "sum(" + v + ")";
    case Measure::mean:
      return "CAST(sum(" + v + ") AS DOUBLE) / count(" + v + ")";
    case Measure::median:
      return quantile(v, 5);
    case Measure::p90:
      return quantile(v, 9);
    case Measure::min:
      return "min(" + v + ")";
    case Measure::max:
      return "max(" + v + ")";
  }
  return {};
}

// Sums of decimals are exact; a number that is none is an error rather than nearly right.
std::string exact(const std::string& number) {
  const std::string decimal = "CAST(" + number + " AS DECIMAL(38, 10))";
  return "CASE WHEN CAST(" + decimal + " AS DOUBLE) = " + number + " THEN " + decimal +
         " ELSE error('a number with more than 10 decimals') END";
}

}  // namespace

std::string trend(const journey::TrendQuestion& q, Words& words) {
  if (q.breakdown) words.refuse("a trend by the values of a field is not written in SQL");
  std::string parts, all, shown, joined;
  for (std::size_t i = 0; i < q.series.size(); ++i) {
    const journey::TrendSeries& s = q.series[i];
    const std::string n = std::to_string(i + 1);
    const bool numbers = s.measure > Measure::customers && s.field != "value";
    parts += ",\nseries_" + n + " AS (\n  SELECT * FROM seen WHERE " + words.condition(s.selector) +
             "\n)";
    std::string of = "series_" + n;
    if (numbers) {
      parts += ",\nnumbers_" + n + " AS (\n  SELECT unit, unnest(" + words.numbers(s.field) +
               ") AS raw FROM series_" + n + "\n)";
      of = "(SELECT unit, " + exact("raw") + " AS number FROM numbers_" + n + ")";
    }
    parts += ",\ncounted_" + n + " AS (\n  SELECT unit, " + measured(s) + " AS number\n  FROM " +
             of + " GROUP BY unit\n)";
    all += (i == 0 ? "" : " UNION ALL ") + ("SELECT unit FROM series_" + n);
    const bool zero = s.measure <= Measure::sum;
    const std::string column = "counted_" + n + ".number";
    shown += ",\n  " + (zero ? "coalesce(" + column + ", 0)" : column) + " AS " +
             name_literal(journey::label_of(s.label, s.selector));
    joined += "\nLEFT JOIN counted_" + n + " USING (unit)";
  }
  const std::string begin =
      words.beginning(q.common, false, q.common.range, words.unit_of("timestamp") + " AS unit");
  return begin + parts + units_between(words, q.common.range, "(" + all + ")", true) + "\nSELECT " +
         words.start_of("unit") + " AS start" + shown + "\nFROM units" + joined +
         "\nORDER BY start";
}

}  // namespace viaggio::questions_in_sql
