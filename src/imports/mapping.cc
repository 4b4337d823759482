#include "imports/mapping.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>
#include <toml++/toml.h>

namespace viaggio::imports {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Reads members of one object, each with its path for errors; finish() refuses unknown ones.
class Members {
 public:
  Members(const ordered_json& object, std::string path) : object_(object), path_(std::move(path)) {
    if (!object_.is_object()) error_ = wrong("", "must be a table");
  }

  const ordered_json* find(const std::string& name) {
    known_.insert(name);
    if (!object_.is_object()) return nullptr;
    const auto it = object_.find(name);
    return it == object_.end() || it->is_null() ? nullptr : &*it;
  }

  void text(const std::string& name, std::string& out) {
    if (const auto* v = find(name)) {
      if (v->is_string())
        out = v->get<std::string>();
      else
        set(wrong(name, "must be a text"));
    }
  }
  void flag(const std::string& name, bool& out) {
    if (const auto* v = find(name)) {
      if (v->is_boolean())
        out = v->get<bool>();
      else
        set(wrong(name, "must be true or false"));
    }
  }
  void texts(const std::string& name, std::vector<std::string>& out) {
    const auto* v = find(name);
    if (!v) return;
    if (v->is_string()) return void(out = {v->get<std::string>()});
    if (!v->is_array()) return set(wrong(name, "must be a list of texts"));
    for (const auto& entry : *v) {
      if (!entry.is_string()) return set(wrong(name, "must be a list of texts"));
      out.push_back(entry.get<std::string>());
    }
  }
  void pairs(const std::string& name, std::vector<std::pair<std::string, std::string>>& out) {
    const auto* v = find(name);
    if (!v) return;
    if (!v->is_object()) return set(wrong(name, "must be a table of texts"));
    for (const auto& [key, value] : v->items()) {
      if (!value.is_string()) return set(wrong(name + "." + key, "must be a text"));
      out.emplace_back(key, value.get<std::string>());
    }
  }
  template <class E, std::size_t N>
  void choice(const std::string& name, const std::array<std::pair<const char*, E>, N>& values,
              E& out) {
    std::string text;
    this->text(name, text);
    if (text.empty()) return;
    std::string all;
    for (const auto& [label, value] : values) {
      if (text == label) return void(out = value);
      all += all.empty() ? label : std::string(", ") + label;
    }
    set(wrong(name, "must be one of " + all));
  }

  std::string at(const std::string& name) const {
    return path_.empty() ? name : name.empty() ? path_ : path_ + "." + name;
  }
  Error wrong(const std::string& name, const std::string& what) const {
    return Error{ErrorKind::invalid, "invalid_mapping", at(name) + " " + what, at(name)};
  }
  void set(Error error) {
    if (!error_) error_ = std::move(error);
  }
  void take(const Status& status) {
    if (!status) set(status.error());
  }
  Status finish() {
    if (!error_ && object_.is_object()) {
      for (const auto& [key, value] : object_.items()) {
        if (!known_.count(key)) {
          error_ = wrong(key, "is not a member of a mapping");
          break;
        }
      }
    }
    if (error_) return tl::unexpected(*error_);
    return {};
  }

 private:
  const ordered_json& object_;
  std::string path_;
  std::set<std::string> known_;
  std::optional<Error> error_;
};

constexpr std::array<std::pair<const char*, ValueType>, 3> kTypes = {
    {{"text", ValueType::text}, {"number", ValueType::number}, {"boolean", ValueType::boolean}}};
constexpr std::array<std::pair<const char*, formats::DecimalMark>, 3> kDecimals = {
    {{"automatic", formats::DecimalMark::automatic},
     {"point", formats::DecimalMark::point},
     {"comma", formats::DecimalMark::comma}}};

// "Column", or { column = "...", type = "number", decimal = "comma" }, or { constant = "..." }.
Status read_value(const ordered_json& value, const std::string& path, ColumnValue& out) {
  if (value.is_string()) {
    out.column = value.get<std::string>();
    return {};
  }
  Members m(value, path);
  m.text("column", out.column);
  if (const auto* constant = m.find("constant")) {
    out.constant = constant->is_string() ? constant->get<std::string>() : constant->dump();
    if (constant->is_number()) out.type = ValueType::number;
    if (constant->is_boolean()) out.type = ValueType::boolean;
  }
  m.choice("type", kTypes, out.type);
  m.choice("decimal", kDecimals, out.decimal);
  m.pairs("map", out.map);
  if (out.column.empty() && out.constant.empty())
    m.set(m.wrong("", "needs a column or a constant"));
  return m.finish();
}

Status read_values(Members& parent, const std::string& name, std::vector<NamedValue>& out) {
  const auto* table = parent.find(name);
  if (!table) return {};
  if (!table->is_object()) return tl::unexpected(parent.wrong(name, "must be a table"));
  for (const auto& [key, value] : table->items()) {
    NamedValue named;
    named.name = key;
    if (auto read = read_value(value, parent.at(name + "." + key), named.value); !read) return read;
    out.push_back(std::move(named));
  }
  return {};
}

Status read_condition(const ordered_json& value, const std::string& path, Condition& out) {
  Members m(value, path);
  m.text("column", out.column);
  struct Operator {
    const char* name;
    Condition::Op op;
  };
  static constexpr Operator kOperators[] = {{"equals", Condition::Op::equals},
                                            {"in", Condition::Op::in},
                                            {"starts_with", Condition::Op::starts_with},
                                            {"contains", Condition::Op::contains}};
  int operators = 0;
  for (const Operator& candidate : kOperators) {
    if (!m.find(candidate.name)) continue;
    m.texts(candidate.name, out.values);
    out.op = candidate.op;
    ++operators;
  }
  bool present = false;
  if (m.find("present")) {
    m.flag("present", present);
    out.op = present ? Condition::Op::present : Condition::Op::absent;
    ++operators;
  }
  if (out.column.empty()) m.set(m.wrong("column", "is missing"));
  if (operators != 1) {
    m.set(m.wrong("", "needs one of equals, in, starts_with, contains, present"));
  }
  return m.finish();
}

Status read_rule(const ordered_json& value, const std::string& path, Rule& out) {
  Members m(value, path);
  if (const auto* when = m.find("when")) {
    const bool list = when->is_array();
    const std::size_t count = list ? when->size() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      Condition condition;
      const std::string at = m.at(list ? "when[" + std::to_string(i) + "]" : "when");
      if (auto read = read_condition(list ? (*when)[i] : *when, at, condition); !read) return read;
      out.when.push_back(std::move(condition));
    }
  } else {
    m.set(m.wrong("when", "is missing"));
  }
  m.text("event", out.event);
  m.flag("skip", out.skip);
  m.flag("negate", out.negate);
  m.flag("products", out.products);
  if (m.find("total")) {
    out.total.emplace();
    m.text("total", *out.total);
  }
  m.take(read_values(m, "properties", out.properties));
  return m.finish();
}

Status read_table_options(Members& root, Mapping& out) {
  static constexpr std::array<std::pair<const char*, files::Format>, 5> kFormats = {
      {{"automatic", files::Format::automatic},
       {"csv", files::Format::csv},
       {"jsonl", files::Format::jsonl},
       {"parquet", files::Format::parquet},
       {"xes", files::Format::xes}}};
  static constexpr std::array<std::pair<const char*, files::Encoding>, 5> kEncodings = {
      {{"automatic", files::Encoding::automatic},
       {"utf-8", files::Encoding::utf8},
       {"windows-1252", files::Encoding::windows_1252},
       {"utf-16le", files::Encoding::utf16_le},
       {"utf-16be", files::Encoding::utf16_be}}};
  root.choice("format", kFormats, out.table.format);
  const auto* table = root.find("table");
  if (!table) return {};
  Members m(*table, "table");
  std::string separator;
  m.text("separator", separator);
  if (separator.size() > 1)
    m.set(m.wrong("separator", "must be one character"));
  else if (!separator.empty())
    out.table.separator = separator[0];
  m.flag("header", out.table.header);
  m.choice("encoding", kEncodings, out.table.encoding);
  return m.finish();
}

Status read_time(Members& root, Mapping& out) {
  const auto* time = root.find("time");
  if (!time) return {};
  if (time->is_string()) {
    out.time_column = time->get<std::string>();
    return {};
  }
  Members m(*time, "time");
  m.text("column", out.time_column);
  m.text("timezone", out.timezone);
  std::string format;
  m.text("format", format);
  if (!format.empty() && !parse_time_format(format, out.time_format)) {
    m.set(m.wrong("format",
                  "must be automatic, iso, day_month_year, month_day_year, epoch_seconds "
                  "or epoch_milliseconds"));
  }
  return m.finish();
}

Status read_event(Members& root, Mapping& out) {
  static constexpr std::array<std::pair<const char*, EventType>, 4> kEventTypes = {
      {{"track", EventType::track},
       {"page", EventType::page},
       {"screen", EventType::screen},
       {"identify", EventType::identify}}};
  const auto* event = root.find("event");
  if (!event) return {};
  if (event->is_string()) {
    out.event = event->get<std::string>();
    return {};
  }
  Members m(*event, "event");
  m.choice("type", kEventTypes, out.type);
  m.text("name", out.event);
  m.text("column", out.event_column);
  m.pairs("map", out.event_map);
  return m.finish();
}

void read_into(Members& root, Mapping& out) {
  static constexpr std::array<const char*, 6> kTables = {"products", "stores", "campaigns",
                                                         "contents", "orders", "facts"};
  root.text("into", out.into);
  const bool known = std::find(kTables.begin(), kTables.end(), out.into) != kTables.end();
  if (!out.into.empty() && !known)
    root.set(root.wrong("into", "must be products, stores, campaigns, contents, orders or facts"));
}

Status read_group(Members& root, Mapping& out) {
  const auto* group = root.find("group");
  if (!group) return {};
  Members m(*group, "group");
  m.texts("by", out.group_by);
  m.flag("adjacent", out.grouped_rows_adjacent);
  if (out.group_by.empty()) m.set(m.wrong("by", "is missing"));
  return m.finish();
}

Status read_identifiers(Members& root, Mapping& out) {
  std::vector<NamedValue> values;
  if (auto read = read_values(root, "identifiers", values); !read) return read;
  for (NamedValue& value : values) {
    IdentifierType type;
    if (!parse_identifier_type(value.name, type)) {
      return tl::unexpected(root.wrong("identifiers." + value.name, "is no type of identifier"));
    }
    out.identifiers.emplace_back(type, std::move(value.value));
  }
  return {};
}

Result<Mapping> read_root(const ordered_json& root) {
  Mapping out;
  Members m(root, "");
  m.text("id", out.id);
  if (const auto* label = m.find("label")) {
    Members names(*label, "label");
    names.text("it", out.label_it);
    names.text("en", out.label_en);
    m.take(names.finish());
  }
  m.text("source", out.source);
  m.text("timezone", out.timezone);
  read_into(m, out);
  m.take(read_table_options(m, out));
  m.take(read_time(m, out));
  m.take(read_event(m, out));
  if (const auto* rules = m.find("rules")) {
    if (!rules->is_array()) m.set(m.wrong("rules", "must be a list"));
    for (std::size_t i = 0; rules->is_array() && i < rules->size(); ++i) {
      Rule rule;
      m.take(read_rule((*rules)[i], "rules[" + std::to_string(i) + "]", rule));
      out.rules.push_back(std::move(rule));
    }
  }
  m.take(read_identifiers(m, out));
  m.take(read_values(m, "properties", out.properties));
  m.take(read_values(m, "traits", out.traits));
  m.take(read_values(m, "context", out.context));
  m.take(read_group(m, out));
  m.take(read_values(m, "line", out.line));
  m.text("total", out.total);
  m.text("currency", out.currency);
  m.texts("key", out.key);
  if (out.into.empty() && out.type == EventType::track && out.event.empty() &&
      out.event_column.empty() && out.rules.empty()) {
    m.set(m.wrong("event", "is missing: a name, a column, or rules"));
  }
  if (!out.into.empty() && out.properties.empty())
    m.set(m.wrong("properties", "is missing: what goes into the table?"));
  if (!out.timezone.empty() && !Zone::find(out.timezone)) {
    m.set(m.wrong("timezone", "is no time zone such as Europe/Rome"));
  }
  if (auto done = m.finish(); !done) return tl::unexpected(done.error());
  return out;
}

Result<ordered_json> json_of_toml(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const auto& source = parsed.error().source().begin;
    return invalid(
        "mapping",
        "line " + std::to_string(source.line) + ": " + std::string(parsed.error().description()),
        "invalid_toml");
  }
  const auto convert = [](const auto& self, const toml::node& node) -> ordered_json {
    if (const auto* table = node.as_table()) {
      ordered_json out = ordered_json::object();
      for (const auto& [key, value] : *table) out[std::string(key.str())] = self(self, value);
      return out;
    }
    if (const auto* array = node.as_array()) {
      ordered_json out = ordered_json::array();
      for (const auto& value : *array) out.push_back(self(self, value));
      return out;
    }
    if (const auto v = node.value_exact<std::string>()) return *v;
    if (const auto v = node.value_exact<bool>()) return *v;
    if (const auto v = node.value_exact<std::int64_t>()) return *v;
    if (const auto v = node.value_exact<double>()) return *v;
    return nullptr;
  };
  return convert(convert, parsed.table());
}

}  // namespace

Result<Mapping> parse_mapping_json(std::string_view text) {
  const ordered_json root = ordered_json::parse(text, nullptr, false);
  if (root.is_discarded())
    return invalid("mapping", "the mapping is not valid JSON", "invalid_json");
  return read_root(root);
}

Result<Mapping> parse_mapping_toml(std::string_view toml) {
  auto root = json_of_toml(toml);
  if (!root) return tl::unexpected(root.error());
  return read_root(*root);
}

Result<std::string> mapping_toml_to_json(std::string_view toml) {
  auto root = json_of_toml(toml);
  if (!root) return tl::unexpected(root.error());
  return root->dump();
}

Result<Mapping> read_mapping(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(ErrorKind::not_found, "file_not_found", "there is no mapping " + path, "mapping");
  std::ostringstream text;
  text << file.rdbuf();
  return path.ends_with(".json") ? parse_mapping_json(text.str()) : parse_mapping_toml(text.str());
}

}  // namespace viaggio::imports
