#include "model/question.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace viaggio {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxFilters = 1000;
constexpr int kMaxDepth = 20;
const std::vector<std::string> kOps = {
    "eq",    "neq", "in",  "not_in", "contains", "not_contains", "starts_with",
    "regex", "gt",  "gte", "lt",     "lte",      "exists",       "not_exists"};

Result<Scalar> read_scalar(const json& v, const std::string& path) {
  if (v.is_string()) return Scalar::of(std::string_view(v.get_ref<const std::string&>()));
  if (v.is_boolean()) return Scalar::of(v.get<bool>());
  if (v.is_number()) return Scalar::of(v.get<double>());
  return invalid(path, "must be a text, a number, true or false");
}

Result<Filters> read_filters_deep(const json& array, const std::string& path, int depth);

Result<Filter> read_filter(const json& object, const std::string& path, int depth) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  Filter filter;
  filter.path = path;
  if (const json* any = reader.find("any")) {
    if (!any->is_array() || any->empty())
      return invalid(reader.at("any"), "must be a list of filters that is not empty");
    for (std::size_t i = 0; i < any->size(); ++i) {
      const json& item = (*any)[i];
      const std::string at = reader.at("any") + "[" + std::to_string(i) + "]";
      auto group = read_filters_deep(item.is_array() ? item : json::array({item}),
                                     item.is_array() ? at : reader.at("any"), depth + 1);
      if (!group) return tl::unexpected(group.error());
      filter.any.push_back(std::move(*group));
    }
    if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
    return filter;
  }
  auto field = reader.text("field");
  if (!field) return tl::unexpected(field.error());
  if (!*field || (*field)->empty()) return invalid(reader.at("field"), "is missing");
  filter.field = **field;
  auto op = reader.choice("op", kOps);
  if (!op) return tl::unexpected(op.error());
  if (!*op) return invalid(reader.at("op"), "is missing");
  filter.op = static_cast<Op>(**op);
  const json* value = reader.find("value");
  const bool wants_none = filter.op == Op::exists || filter.op == Op::not_exists;
  const bool wants_list = filter.op == Op::in || filter.op == Op::not_in;
  if (!wants_none && value == nullptr) return invalid(reader.at("value"), "is missing");
  if (wants_list) {
    if (!value->is_array())
      return invalid(reader.at("value"), "must be a list for 'in' and 'not_in'");
    for (const json& v : *value) {
      auto s = read_scalar(v, reader.at("value"));
      if (!s) return tl::unexpected(s.error());
      filter.values.push_back(std::move(*s));
    }
  } else if (!wants_none) {
    auto s = read_scalar(*value, reader.at("value"));
    if (!s) return tl::unexpected(s.error());
    filter.values.push_back(std::move(*s));
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return filter;
}

Result<Filters> read_filters_deep(const json& array, const std::string& path, int depth) {
  if (!array.is_array()) return invalid(path, "must be a list of filters");
  if (array.size() > kMaxFilters) return invalid(path, "has more than 1000 filters");
  if (depth > kMaxDepth) return invalid(path, "is nested too deeply");
  Filters out;
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto f = read_filter(array[i], path + "[" + std::to_string(i) + "]", depth);
    if (!f) return tl::unexpected(f.error());
    out.push_back(std::move(*f));
  }
  return out;
}

}  // namespace

ObjectReader::ObjectReader(const json& object, std::string path)
    : object_(object), path_(std::move(path)) {}

Status ObjectReader::status() const {
  if (object_.is_object()) return {};
  return invalid(path_, path_.empty() ? "the question must be a JSON object" : "must be an object");
}

const json* ObjectReader::find(const char* field) {
  asked_.insert(field);
  const auto at = object_.find(field);
  return at == object_.end() || at->is_null() ? nullptr : &*at;
}

Result<std::optional<std::string>> ObjectReader::text(const char* field) {
  const json* v = find(field);
  if (v == nullptr) return std::optional<std::string>();
  if (!v->is_string()) return invalid(at(field), "must be a text");
  return std::optional<std::string>(v->get<std::string>());
}

Result<std::optional<bool>> ObjectReader::boolean(const char* field) {
  const json* v = find(field);
  if (v == nullptr) return std::optional<bool>();
  if (!v->is_boolean()) return invalid(at(field), "must be true or false");
  return std::optional<bool>(v->get<bool>());
}

Result<std::optional<std::int64_t>> ObjectReader::integer(const char* field, std::int64_t low,
                                                          std::int64_t high) {
  const json* v = find(field);
  if (v == nullptr) return std::optional<std::int64_t>();
  const bool fits = v->is_number_integer() &&
                    !(v->is_number_unsigned() &&
                      v->get<std::uint64_t>() >
                          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) &&
                    v->get<std::int64_t>() >= low && v->get<std::int64_t>() <= high;
  if (!fits) {
    return invalid(at(field), "must be a whole number from " + std::to_string(low) + " to " +
                                  std::to_string(high));
  }
  return std::optional<std::int64_t>(v->get<std::int64_t>());
}

Result<std::optional<Micros>> ObjectReader::duration(const char* field) {
  auto v = text(field);
  if (!v) return tl::unexpected(v.error());
  if (!*v) return std::optional<Micros>();
  auto d = parse_duration(**v);
  if (!d) return invalid(at(field), d.error().detail);
  return std::optional<Micros>(*d);
}

Result<std::optional<std::size_t>> ObjectReader::choice(const char* field,
                                                        const std::vector<std::string>& names) {
  auto v = text(field);
  if (!v) return tl::unexpected(v.error());
  if (!*v) return std::optional<std::size_t>();
  const auto found = std::find(names.begin(), names.end(), **v);
  if (found != names.end())
    return std::optional<std::size_t>(static_cast<std::size_t>(found - names.begin()));
  std::string list;
  for (const std::string& n : names) list += (list.empty() ? "" : ", ") + n;
  return invalid(at(field), "must be one of " + list);
}

Status ObjectReader::finish() const {
  for (const auto& [name, value] : object_.items()) {
    if (asked_.count(name) == 0)
      return invalid(at(name.substr(0, 100)), "is not a known field here", "unknown_field");
  }
  return {};
}

Result<Filters> read_filters(const json& array, const std::string& path) {
  return read_filters_deep(array, path, 0);
}

Result<Selector> read_selector(ObjectReader& object) {
  Selector s;
  auto all = object.boolean("all");
  if (!all) return tl::unexpected(all.error());
  auto event = object.text("event");
  if (!event) return tl::unexpected(event.error());
  const json* any = object.find("any_of");
  const int given = (*all ? 1 : 0) + (*event ? 1 : 0) + (any != nullptr ? 1 : 0);
  if (given == 0) return invalid(object.at("event"), "is missing: give event, any_of or all");
  if (given > 1) return invalid(object.at("event"), "give only one of event, any_of and all");
  if (*all) {
    if (!**all) return invalid(object.at("all"), "can only be true");
    s.all = true;
  }
  if (*event) s.events.push_back(**event);
  if (any != nullptr) {
    if (!any->is_array() || any->empty())
      return invalid(object.at("any_of"), "must be a list of event names that is not empty");
    for (const json& name : *any) {
      if (!name.is_string()) return invalid(object.at("any_of"), "must be a list of event names");
      s.events.push_back(name.get<std::string>());
    }
  }
  if (const json* where = object.find("where")) {
    auto filters = read_filters(*where, object.at("where"));
    if (!filters) return tl::unexpected(filters.error());
    s.where = std::move(*filters);
  }
  return s;
}

Result<Selector> read_selector(const json& object, const std::string& path) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  auto s = read_selector(reader);
  if (!s) return s;
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return s;
}

Result<Range> read_range(const json& object, const std::string& path) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  Range range;
  for (const bool from : {true, false}) {
    auto text = reader.text(from ? "from" : "to");
    if (!text) return tl::unexpected(text.error());
    if (!*text) continue;
    auto t = parse_time(**text);
    if (!t) return invalid(reader.at(from ? "from" : "to"), t.error().detail);
    (from ? range.from : range.to) = *t;
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  if (range.from > range.to) return invalid(reader.at("to"), "is before from");
  return range;
}

Result<std::optional<Breakdown>> read_breakdown(ObjectReader& question) {
  const json* object = question.find("breakdown");
  if (object == nullptr) return std::nullopt;
  ObjectReader reader(*object, "breakdown");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  Breakdown out;
  auto by = reader.text("by");
  if (!by) return tl::unexpected(by.error());
  if (!*by) return invalid("breakdown.by", "is missing");
  out.by = **by;
  auto limit = reader.integer("limit", 1, 10'000);
  if (!limit) return tl::unexpected(limit.error());
  out.limit = static_cast<std::size_t>(limit->value_or(25));
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Result<Common> read_common(ObjectReader& question) {
  Common common;
  auto as_of = question.text("as_of");
  if (!as_of) return tl::unexpected(as_of.error());
  common.as_of = as_of->value_or("");
  if (*as_of && common.as_of.empty())
    return invalid("as_of", "is empty; leave it out to ask about now");
  auto zone = question.text("timezone");
  if (!zone) return tl::unexpected(zone.error());
  common.timezone = zone->value_or("");
  if (const json* range = question.find("range")) {
    auto r = read_range(*range, question.at("range"));
    if (!r) return tl::unexpected(r.error());
    common.range = *r;
  }
  if (const json* where = question.find("where")) {
    auto f = read_filters(*where, question.at("where"));
    if (!f) return tl::unexpected(f.error());
    common.where = std::move(*f);
  }
  if (const json* audience = question.find("audience")) {
    if (audience->is_string()) {
      common.audience_id = audience->get<std::string>();
      if (common.audience_id.empty())
        return invalid("audience", "is empty; leave it out to ask about everybody");
    } else {
      auto f = read_filters(*audience, question.at("audience"));
      if (!f) return tl::unexpected(f.error());
      common.audience = std::move(*f);
    }
  }
  return common;
}

}  // namespace viaggio
