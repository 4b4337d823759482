#include "filters.h"

#include <charconv>
#include <cmath>
#include <regex>

#include <re2/re2.h>

#include "base/text.h"

namespace viaggio::reference {
namespace {

void walk(const json& node, const std::string& path, std::vector<json>& out) {
  if (node.is_null()) return;
  if (node.is_array()) {
    for (const json& element : node) walk(element, path, out);
    return;
  }
  if (path.empty()) {
    out.push_back(node);
    return;
  }
  if (!node.is_object()) return;
  const auto dot = path.find('.');
  const auto at = node.find(path.substr(0, dot));
  if (at != node.end())
    walk(*at, dot == std::string::npos ? std::string() : path.substr(dot + 1), out);
}

bool starts(const std::string& text, const std::string& prefix) {
  return text.rfind(prefix, 0) == 0;
}

json json_of(const Scalar& s) {
  if (s.type == Scalar::Type::boolean) return s.boolean;
  if (s.type == Scalar::Type::number) return s.number;
  return s.text;
}

bool same(const json& a, const json& b) {
  const auto x = number_of(a), y = number_of(b);
  if (x && y) return *x == *y;
  return text_of_value(a) == text_of_value(b);
}

// <0, 0, >0, or nothing when they have no order.
std::optional<int> order(const json& a, const json& b) {
  const auto x = number_of(a), y = number_of(b);
  if (x.has_value() != y.has_value()) return std::nullopt;
  if (x) return *x < *y ? -1 : *x > *y ? 1 : 0;
  return text_of_value(a).compare(text_of_value(b));
}

bool positive(Op op, const json& v, const std::vector<json>& wanted) {
  const json w = wanted.empty() ? json() : wanted.front();
  switch (op) {
    case Op::exists:
      return true;
    case Op::eq:
      return same(v, w);
    case Op::in:
      for (const json& one : wanted) {
        if (same(v, one)) return true;
      }
      return false;
    case Op::contains:
      return text_of_value(v).find(text_of_value(w)) != std::string::npos;
    case Op::starts_with:
      return starts(text_of_value(v), text_of_value(w));
    case Op::regex:
      return RE2::PartialMatch(text_of_value(v), RE2(text_of_value(w)));
    case Op::gt: {
      const auto c = order(v, w);
      return c && *c > 0;
    }
    case Op::gte: {
      const auto c = order(v, w);
      return c && *c >= 0;
    }
    case Op::lt: {
      const auto c = order(v, w);
      return c && *c < 0;
    }
    case Op::lte: {
      const auto c = order(v, w);
      return c && *c <= 0;
    }
    default:
      return false;
  }
}

}  // namespace

std::string nfc(const std::string& text) { return to_nfc(text); }

std::optional<double> number_of(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  static const std::regex kNumber(R"([+]?-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)");
  const std::string text = value.get<std::string>();
  if (!std::regex_match(text, kNumber)) return std::nullopt;
  const double v = std::strtod(text.c_str() + (text[0] == '+' ? 1 : 0), nullptr);
  if (!std::isfinite(v)) return std::nullopt;
  return v;
}

std::string text_of_value(const json& value) {
  if (value.is_string()) return nfc(value.get<std::string>());
  if (value.is_number()) {
    char buf[40];
    const auto end = std::to_chars(buf, buf + sizeof buf, value.get<double>()).ptr;
    return std::string(buf, end);
  }
  return value.dump();
}

bool known_field(const Fields& fields, const std::string& field) {
  if (field == "name" || field == "type" || field == "source" || field == "channel" ||
      field == "touchpoint")
    return true;
  for (const char* prefix : {"properties.", "context.", "traits.", "event.traits."}) {
    if (starts(field, prefix) && field.size() > std::string(prefix).size()) return true;
  }
  return starts(field, "stage.") && fields.stage_ids.count(field.substr(6)) != 0;
}

std::vector<json> values_of(const Fields& fields, const Event& event, const std::string& field) {
  const auto text = [](const std::string& s) {
    return s.empty() ? std::vector<json>() : std::vector<json>{s};
  };
  std::vector<json> out;
  if (field == "name") return text(event.name);
  if (field == "type") return text(event.type);
  if (field == "source") return text(event.source);
  if (field == "channel") return text(event.channel);
  if (field == "touchpoint") return text(event.touchpoint);
  if (starts(field, "properties.")) walk(event.properties, field.substr(11), out);
  if (starts(field, "context.")) walk(event.context, field.substr(8), out);
  if (starts(field, "event.traits.")) walk(event.traits, field.substr(13), out);
  if (starts(field, "traits.") && !event.customer.empty()) {
    walk(json(fields.snapshot->customers.at(event.customer).traits), field.substr(7), out);
  }
  if (starts(field, "stage.")) {
    const auto at = event.stage.find(field.substr(6));
    if (at != event.stage.end())
      out.push_back(fields.stage_ids.at(at->first)[static_cast<std::size_t>(at->second)]);
  }
  return out;
}

std::optional<std::string> single_value(const Fields& fields, const Event& event,
                                        const std::string& field) {
  const auto values = values_of(fields, event, field);
  if (values.empty()) return std::nullopt;
  std::string out;
  for (const json& v : values) out += (out.empty() ? "" : ", ") + text_of_value(v);
  return out;
}

bool holds(const Fields& fields, const Event& event, const Filter& filter) {
  if (!filter.any.empty()) {
    for (const Filters& group : filter.any) {
      if (holds(fields, event, group)) return true;
    }
    return false;
  }
  std::vector<json> wanted;
  for (const Scalar& s : filter.values) wanted.push_back(json_of(s));
  Op op = filter.op;
  bool negate = true;
  if (op == Op::neq)
    op = Op::eq;
  else if (op == Op::not_in)
    op = Op::in;
  else if (op == Op::not_contains)
    op = Op::contains;
  else if (op == Op::not_exists)
    op = Op::exists;
  else
    negate = false;
  bool any = false;
  for (const json& v : values_of(fields, event, filter.field)) any = any || positive(op, v, wanted);
  return any != negate;
}

bool holds(const Fields& fields, const Event& event, const Filters& filters) {
  for (const Filter& f : filters) {
    if (!holds(fields, event, f)) return false;
  }
  return true;
}

bool matches(const Fields& fields, const Event& event, const Selector& selector) {
  bool named = selector.all;
  for (const std::string& name : selector.events) named = named || nfc(name) == event.name;
  return named && holds(fields, event, selector.where);
}

Status check(const Fields& fields, const Filters& filters) {
  for (const Filter& f : filters) {
    for (const Filters& group : f.any) {
      if (auto ok = check(fields, group); !ok) return ok;
    }
    if (!f.any.empty()) continue;
    if (!known_field(fields, f.field) && starts(f.field, "stage."))
      return invalid(f.path + ".field", "there is no such stage model", "unknown_stage_model");
    if (!known_field(fields, f.field))
      return invalid(f.path + ".field", "is not a known field", "unknown_field");
    if (f.op == Op::regex && !RE2(f.values.front().text, RE2::Quiet).ok())
      return invalid(f.path + ".value", "is no regular expression");
  }
  return {};
}

}  // namespace viaggio::reference
