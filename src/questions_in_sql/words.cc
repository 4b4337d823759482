#include "questions_in_sql/words.h"

#include <charconv>

namespace viaggio::questions_in_sql {
namespace {

constexpr const char* kNumber = "'[+]?-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?'";

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

std::string number_of_text(const std::string& text) {
  return "CASE WHEN regexp_full_match(" + text + ", " + kNumber + ") THEN TRY_CAST(ltrim(" + text +
         ", '+') AS DOUBLE) END";
}

// As text where no number can be meant: null for numbers.
std::string word_of(const std::string& json) {
  return "CASE WHEN json_type(" + json + ") IN ('VARCHAR', 'BOOLEAN') THEN nfc_normalize(" +
         "json_extract_string(" + json + ", '$')) WHEN json_type(" + json +
         ") = 'OBJECT' THEN error('an object has no text here') END";
}

// Numbers are written in their shortest form, 100000 as 1e+05: those that would differ from what
// was sent are an error.
std::string text_of(const std::string& json) {
  const std::string raw = "json_extract_string(" + json + ", '$')";
  return "CASE WHEN json_type(" + json + ") IN ('VARCHAR', 'BOOLEAN') THEN nfc_normalize(" + raw +
         ") WHEN json_type(" + json + ") <> 'OBJECT' AND regexp_full_match(" + raw +
         ", '-?(0|[1-9][0-9]{0,14})([.][0-9]{0,8}[1-9])?') AND NOT regexp_matches(" + raw +
         ", '00000$|0[.]000') THEN " + raw + " ELSE error('a value without a plain text') END";
}

std::string number_of(const std::string& json) {
  return "CASE json_type(" + json + ") WHEN 'VARCHAR' THEN " +
         number_of_text("json_extract_string(" + json + ", '$')") +
         " WHEN 'BOOLEAN' THEN NULL WHEN 'OBJECT' THEN NULL ELSE CAST(" + json + " AS DOUBLE) END";
}

// The values of one step of a path: none, one, or the elements of an array.
std::string elements(const std::string& json) {
  return "CASE coalesce(json_type(" + json +
         "), 'NULL') WHEN 'NULL' THEN CAST([] AS JSON[]) "
         "WHEN 'ARRAY' THEN list_filter(json_extract(" +
         json +
         ", '$[*]'), lambda v: "
         "CASE json_type(v) WHEN 'ARRAY' THEN error('an array in an array') "
         "ELSE json_type(v) <> 'NULL' END) ELSE [" +
         json + "] END";
}

std::string number_literal(double v) {
  char buffer[40];
  const auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, v);
  return ec == std::errc() ? "CAST('" + std::string(buffer, end) + "' AS DOUBLE)" : "NULL";
}

const char* sign(Op op) {
  switch (op) {
    case Op::gt:
      return " > ";
    case Op::gte:
      return " >= ";
    case Op::lt:
      return " < ";
    case Op::lte:
      return " <= ";
    default:
      return " = ";
  }
}

// Equal, or in order: numbers as numbers, all else as text.
std::string compared(const Scalar& s, const char* sign, const std::string& text,
                     const std::string& number) {
  double v = 0;
  if (as_number(s, v)) return "(" + number + ")" + sign + number_literal(v);
  const std::string as_text = "(" + text + ")" + sign + text_literal(s.text);
  return std::string_view(sign) == " = " ? as_text
                                         : "((" + number + ") IS NULL AND " + as_text + ")";
}

}  // namespace

std::string text_literal(std::string_view text) { return quoted(text, '\''); }
std::string name_literal(std::string_view name) { return quoted(name, '"'); }
std::string instant(Micros t) { return "TIMESTAMPTZ '" + format_time(t) + "'"; }
std::string microseconds(Micros d) { return "INTERVAL '" + std::to_string(d) + " microseconds'"; }

std::string inside(const Range& range) {
  std::string out;
  if (range.from != Range{}.from) out = "timestamp >= " + instant(range.from);
  if (range.to != Range{}.to)
    out += (out.empty() ? "" : " AND ") + ("timestamp < " + instant(range.to));
  return out.empty() ? "true" : out;
}

void Words::refuse(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
}

std::string Words::column(const std::string& field, bool& list) {
  list = false;
  for (const char* plain : {"name", "type", "source", "channel", "touchpoint"}) {
    if (field == plain) return plain;
  }
  const bool property = field.starts_with("properties."), context = field.starts_with("context.");
  if (!property && !context) {
    refuse("the open copy does not hold " + field + " as of now for each event");
    return "NULL";
  }
  if (field.find_first_of("\"\\'*?#[]") != std::string::npos) {
    refuse("SQL has no path to " + field);
    return "NULL";
  }
  list = true;
  std::string of = property ? "properties" : "context", expression;
  std::size_t at = of.size() + 1;
  for (;;) {
    const std::size_t dot = field.find('.', at);
    const std::string key = field.substr(at, dot == std::string::npos ? dot : dot - at);
    const std::string path = "'$.\"" + key + "\"'";
    expression = expression.empty()
                     ? elements("json_extract(" + of + ", " + path + ")")
                     : "flatten(list_transform(" + expression +
                           ", lambda o: " + elements("json_extract(o, " + path + ")") + "))";
    if (dot == std::string::npos) break;
    at = dot + 1;
  }
  fields_[field] = expression;
  return name_literal(field);
}

std::string Words::as_text(const std::string& field) {
  bool list = false;
  const std::string c = column(field, list);
  if (!list) return c;
  return "CASE WHEN len(" + c + ") > 0 THEN array_to_string(list_transform(" + c +
         ", lambda v: " + text_of("v") + "), ', ') END";
}

std::string Words::numbers(const std::string& field) {
  bool list = false;
  const std::string c = column(field, list);
  if (!list) return "list_filter([" + number_of_text(c) + "], lambda n: n IS NOT NULL)";
  return "list_filter(list_transform(" + c + ", lambda v: " + number_of("v") +
         "), lambda n: n IS NOT NULL AND isfinite(n))";
}

std::string Words::test(const Filter& f, const std::string& text, const std::string& word,
                        const std::string& number, bool* negated) const {
  *negated = false;
  switch (f.op) {
    case Op::neq:
      *negated = true;
      [[fallthrough]];
    case Op::eq:
      return compared(f.values[0], " = ", word, number);
    case Op::not_in:
      *negated = true;
      [[fallthrough]];
    case Op::in: {
      std::string out = "false";
      for (const Scalar& s : f.values) out += " OR " + compared(s, " = ", word, number);
      return "(" + out + ")";
    }
    case Op::not_contains:
      *negated = true;
      [[fallthrough]];
    case Op::contains:
      return "contains(" + text + ", " + text_literal(f.values[0].text) + ")";
    case Op::starts_with:
      return "starts_with(" + text + ", " + text_literal(f.values[0].text) + ")";
    case Op::regex:
      return "regexp_matches(" + text + ", " + text_literal(f.values[0].text) + ")";
    case Op::not_exists:
      *negated = true;
      [[fallthrough]];
    case Op::exists:
      return text + " IS NOT NULL";
    default:
      return compared(f.values[0], sign(f.op), word, number);
  }
}

std::string Words::condition(const Filter& f) {
  if (!f.any.empty()) {
    std::string out;
    for (const Filters& group : f.any) out += (out.empty() ? "" : " OR ") + condition(group);
    return "(" + out + ")";
  }
  bool list = false, negated = false;
  const std::string c = column(f.field, list);
  std::string held;
  if (!list) {
    held = "coalesce(" + test(f, c, c, number_of_text(c), &negated) + ", false)";
  } else if (f.op == Op::exists || f.op == Op::not_exists) {
    negated = f.op == Op::not_exists;
    held = "len(" + c + ") > 0";
  } else {
    held = test(f, text_of("v"), word_of("v"), number_of("v"), &negated);
    held = "len(list_filter(" + c + ", lambda v: " + held + ")) > 0";
  }
  return negated ? "NOT (" + held + ")" : held;
}

std::string Words::condition(const Filters& filters) {
  std::string out;
  for (const Filter& f : filters) out += (out.empty() ? "" : " AND ") + condition(f);
  return out.empty() ? "true" : "(" + out + ")";
}

std::string Words::condition(const Selector& s) {
  std::string out;
  if (!s.all) {
    for (const std::string& name : s.events)
      out += (out.empty() ? "" : ", ") + text_literal(Scalar::of(std::string_view(name)).text);
    out = "name IN (" + out + ")";
  }
  if (s.where.empty()) return out.empty() ? "true" : out;
  return (out.empty() ? "" : out + " AND ") + condition(s.where);
}

std::string Words::unit_name() const {
  static const char* const names[] = {"hour", "day", "week", "month"};
  return names[static_cast<int>(unit_)];
}

std::string Words::step() const { return "INTERVAL 1 " + unit_name(); }

std::string Words::unit_of(const std::string& at) const {
  return "date_trunc('" + unit_name() + "', " + at + " AT TIME ZONE " + text_literal(zone_) + ")";
}

std::string Words::start_of(const std::string& unit) const {
  return unit + " AT TIME ZONE " + text_literal(zone_);
}

std::string Words::beginning(const Common& common, bool owned, const Range& range,
                             const std::string& extra) {
  if (!common.as_of.empty()) refuse("the open copy holds what is known now, not as_of then");
  if (!common.audience_id.empty()) refuse("a saved audience is not in the open copy");
  const std::string where = condition(common.where);
  std::string audience;
  if (!common.audience.empty())
    audience =
        "customer_id IN (SELECT customer_id FROM journey WHERE " + condition(common.audience) + ")";
  std::string out =
      "WITH journey AS (  -- what happened, each order once\n"
      "  SELECT sequence, timestamp, customer_id, session, name, type, source, channel, "
      "touchpoint, value";
  for (const auto& [name, expression] : fields_)
    out += ",\n    " + expression + " AS " + name_literal(name);
  out += "\n  FROM events\n  WHERE name IS NOT NULL AND timestamp <= now()";
  if (owned) out += " AND customer_id IS NOT NULL";
  out += "\n),\nseen AS (  -- what the question sees\n  SELECT *";
  if (!extra.empty()) out += ", " + extra;
  out += "\n  FROM journey\n  WHERE " + inside(range);
  if (where != "true") out += "\n    AND " + where;
  if (!audience.empty()) out += "\n    AND " + audience;
  return out + "\n)";
}

}  // namespace viaggio::questions_in_sql
