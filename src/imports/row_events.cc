#include "imports/row_events.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/text.h"
#include "formats/json_text.h"
#include "imports/row_ordinals.h"

namespace viaggio::imports {

namespace {

using files::is_null;
using formats::append_quoted;

constexpr std::size_t kNoSlot = static_cast<std::size_t>(-1);

// A column that the mapping names; cells of one row are looked up by slot.
struct BoundValue {
  std::string key;  // the member's name, quoted, with its colon
  std::size_t slot = kNoSlot;
  const ColumnValue* value = nullptr;
  bool price = false, quantity = false;
};

struct BoundCondition {
  std::size_t slot = kNoSlot;
  const Condition* condition = nullptr;
};

struct BoundRule {
  const Rule* rule = nullptr;
  std::vector<BoundCondition> when;
  std::vector<BoundValue> properties;
};

struct Refused {
  std::string code, field, detail;
};

// What the rows of one event have in common so far.
struct Group {
  std::uint64_t line = 0;
  std::string key;
  Micros time = 0;
  const BoundRule* rule = nullptr;
  std::string event;
  std::vector<std::string> ids, properties, traits,
      context;        // JSON of each value, empty = none yet
  std::string lines;  // JSON of the line items, separated by commas
  formats::LineTotal total;

  void reset() {  // keeps the memory
    line = 0;
    for (auto* values : {&ids, &properties, &traits, &context}) {
      for (std::string& value : *values) value.clear();
    }
    lines.clear();
    total = {};
  }
};

class Mapper final : public RowEvents {
 public:
  Mapper(const Mapping& mapping, std::string source, const Zone& zone, Micros now, bool json)
      : m_(mapping),
        source_(std::move(source)),
        zone_(zone),
        now_(format_time(now)),
        now_micros_(now),
        json_(json) {}

  Status bind(const std::vector<std::string>& columns) {
    columns_ = &columns;
    time_slot_ = slot(m_.time_column);
    event_slot_ = slot(m_.event_column);
    for (const auto& [type, value] : m_.identifiers) {
      ids_.push_back(bound(std::string(to_string(type)), value));
      id_types_.push_back(type);
    }
    for (const NamedValue& v : m_.properties) properties_.push_back(bound(v));
    for (const NamedValue& v : m_.traits) traits_.push_back(bound(v));
    for (const NamedValue& v : m_.context) context_.push_back(bound(v));
    for (const NamedValue& v : m_.line) line_.push_back(bound(v));
    for (const std::string& name : m_.group_by) group_.push_back(slot(name));
    for (const std::string& name : m_.key) key_.push_back(slot(name));
    for (const Rule& rule : m_.rules) {
      BoundRule& out = rules_.emplace_back();
      out.rule = &rule;
      for (const Condition& c : rule.when) out.when.push_back({slot(c.column), &c});
      for (const NamedValue& v : rule.properties) out.properties.push_back(bound(v));
    }
    if (!missing_.empty()) {
      std::string have;
      for (const std::string& name : columns) have += (have.empty() ? "" : ", ") + name;
      return invalid("mapping", "the table has no column " + missing_ + "; it has: " + have,
                     "missing_column");
    }
    cells_.resize(slots_.size());
    return {};
  }

  void add(const files::RowBatch& batch, const Output& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      current_ = Current{batch.lines[row], batch.texts[row]};
      if (!load(batch, row)) {
        reject(out, {"invalid_json", "", "the line is no JSON object"});
        continue;
      }
      add_row(out);
    }
  }

  void finish(const Output& out) override {
    for (Group& group : groups_) emit(group, out);
    groups_.clear();
    open_.clear();
  }

 private:
  struct Current {
    std::uint64_t line = 0;
    std::string_view text;
  };

  std::size_t slot(const std::string& column) {
    if (column.empty()) return kNoSlot;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slot_names_[i] == column) return i;
    }
    std::size_t index = 0;
    if (!json_) {
      const auto it = std::find(columns_->begin(), columns_->end(), column);
      if (it == columns_->end()) {
        if (missing_.empty()) missing_ = column;
        return kNoSlot;
      }
      index = static_cast<std::size_t>(it - columns_->begin());
    }
    slots_.push_back(index);
    slot_names_.push_back(column);
    return slots_.size() - 1;
  }

  BoundValue bound(const NamedValue& named) { return bound(named.name, named.value); }
  // `value` is the mapping's own: it is used for as long as rows come.
  BoundValue bound(const std::string& name, const ColumnValue& value) {
    BoundValue out;
    append_quoted(out.key, name);
    out.key += ':';
    out.slot = slot(value.column);
    out.value = &value;
    out.price = name == "price";
    out.quantity = name == "quantity";
    return out;
  }

  // The cells that the mapping uses, trimmed.
  bool load(const files::RowBatch& batch, std::size_t row) {
    if (!json_) {
      for (std::size_t i = 0; i < slots_.size(); ++i) {
        const std::string_view cell = batch.cell(row, slots_[i]);
        cells_[i] = is_null(cell) ? cell : trim(cell);
      }
      hash_row(batch, row);
      return true;
    }
    const std::string_view text = batch.cell(row, 0);
    if (!text.starts_with("{") || !formats::is_valid_json(text)) return false;
    strings_.clear();
    for (std::size_t i = 0; i < slots_.size(); ++i) cells_[i] = json_cell(text, slot_names_[i]);
    row_text_ = text;
    return true;
  }

  std::string_view json_cell(std::string_view object, std::string_view path) {
    std::string_view value = object;
    while (!path.empty()) {
      const std::size_t dot = path.find('.');
      value = formats::member(value, path.substr(0, dot));
      path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
    if (value.empty() || value == "null") return {};
    if (value.front() != '"') return value;
    return trim(strings_.emplace_back(formats::unquote(value)));
  }

  bool all_empty(const std::vector<std::size_t>& slots) const {
    return std::all_of(slots.begin(), slots.end(),
                       [&](std::size_t s) { return cells_[s].empty(); });
  }

  void hash_row(const files::RowBatch& batch, std::size_t row) {
    if (!all_empty(key_) || !group_.empty()) return;
    row_text_.clear();
    for (std::size_t c = 0; c < batch.columns; ++c) {
      const std::string_view cell = batch.cell(row, c);
      if (!is_null(cell)) row_text_.append(trim(cell));
      row_text_ += '\x1f';
    }
  }

  std::string joined(const std::vector<std::size_t>& slots) const {
    std::string out;
    for (const std::size_t s : slots) out.append(cells_[s]).append("\x1f");
    return out;
  }

  std::string row_id() {
    // A row with nothing in its key is not the same row as another such one.
    if (!all_empty(key_)) return imports::row_id(source_, joined(key_));
    const std::uint32_t ordinal = ordinals_.next(hash64(row_text_));
    return imports::row_id(source_, row_text_ + std::to_string(ordinal));
  }

  static bool holds(const Condition& c, std::string_view cell) {
    switch (c.op) {
      case Condition::Op::present:
        return !cell.empty();
      case Condition::Op::absent:
        return cell.empty();
      case Condition::Op::equals:
      case Condition::Op::in:
        return std::find(c.values.begin(), c.values.end(), cell) != c.values.end();
      case Condition::Op::starts_with:
        return std::any_of(c.values.begin(), c.values.end(),
                           [&](const std::string& v) { return cell.starts_with(v); });
      case Condition::Op::contains:
        return std::any_of(c.values.begin(), c.values.end(), [&](const std::string& v) {
          return cell.find(v) != std::string_view::npos;
        });
    }
    return false;
  }

  const BoundRule* rule_of_row() const {
    for (const BoundRule& rule : rules_) {
      if (std::all_of(rule.when.begin(), rule.when.end(), [&](const BoundCondition& c) {
            return holds(*c.condition, cells_[c.slot]);
          })) {
        return &rule;
      }
    }
    return nullptr;
  }

  bool event_name(const BoundRule* rule, std::string& out) const {
    if (rule && !rule->rule->event.empty()) {
      out = rule->rule->event;
    } else if (event_slot_ != kNoSlot) {
      out = cells_[event_slot_];
      for (const auto& [from, to] : m_.event_map) {
        if (from == out) {
          out = to;
          break;
        }
      }
    } else {
      out = m_.event;
    }
    return !out.empty();
  }

  bool row_time(Micros& out, Refused& refused) {
    if (time_slot_ == kNoSlot) {
      out = now_micros_;
      return true;
    }
    const std::string_view text = cells_[time_slot_];
    if (text == last_time_text_ && !text.empty()) {
      out = last_time_;
      return true;
    }
    auto time = parse_table_time(text, m_.time_format, zone_);
    if (!time) {
      refused = {"invalid_time", m_.time_column, time.error().detail};
      return false;
    }
    last_time_text_ = text;
    out = last_time_ = *time;
    return true;
  }

  // Appends the value as JSON; nothing for an empty cell. False when it is not of its type.
  bool append_value(std::string& out, const BoundValue& bound, bool negate,
                    Refused& refused) const {
    const ColumnValue& v = *bound.value;
    std::string_view cell =
        bound.slot == kNoSlot ? std::string_view(v.constant) : cells_[bound.slot];
    if (cell.empty()) return true;
    for (const auto& [from, to] : v.map) {
      if (from == cell) {
        cell = to;
        break;
      }
    }
    switch (v.type) {
      case ValueType::text:
        append_quoted(out, cell);
        return true;
      case ValueType::number: {
        auto number = formats::plain_decimal(cell, v.decimal);
        if (!number) {
          refused = {"invalid_number", v.column,
                     "'" + std::string(cell.substr(0, 40)) + "' is no number"};
          return false;
        }
        if (negate) flip_sign(*number);
        out += *number;
        return true;
      }
      case ValueType::boolean: {
        const std::string word = to_lower_ascii(cell);
        for (const char* yes : {"1", "true", "yes", "y", "si", "s\xC3\xAC", "vero", "x"}) {
          if (word == yes) return out += "true", true;
        }
        for (const char* no : {"0", "false", "no", "n", "falso"}) {
          if (word == no) return out += "false", true;
        }
        refused = {"invalid_boolean", v.column,
                   "'" + std::string(cell.substr(0, 40)) + "' is neither yes nor no"};
        return false;
      }
    }
    return true;
  }

  static void flip_sign(std::string& number) {
    if (number.front() == '-')
      number.erase(0, 1);
    else if (number.find_first_of("123456789") != std::string::npos)
      number.insert(0, 1, '-');
  }

  // Fills what is still empty; the first row that has a value gives it.
  bool fill(std::vector<std::string>& values, const std::vector<BoundValue>& bound,
            Refused& refused, std::size_t from = 0) const {
    if (values.size() < from + bound.size()) values.resize(from + bound.size());
    for (std::size_t i = 0; i < bound.size(); ++i) {
      std::string& value = values[from + i];
      if (value.empty() && !append_value(value, bound[i], false, refused)) return false;
    }
    return true;
  }

  bool add_line(Group& group, Refused& refused) const {
    const Rule* rule = group.rule ? group.rule->rule : nullptr;
    const bool unused = rule && !rule->products && rule->total && rule->total->empty();
    if (line_.empty() || unused) return true;
    const bool negate = rule && rule->negate;
    std::string line = "{";
    std::string price, quantity;
    for (const BoundValue& value : line_) {
      std::string json;
      if (!append_value(json, value, negate && value.quantity, refused)) return false;
      if (json.empty()) continue;
      if (value.price) price = json;
      if (value.quantity) quantity = json;
      if (line.size() > 1) line += ',';
      line.append(value.key).append(json);
    }
    line += '}';
    if (!price.empty() && !group.total.add(price, quantity.empty() ? "1" : quantity)) {
      refused = {"invalid_number", "price", "price and quantity are too large"};
      return false;
    }
    if (!group.lines.empty()) group.lines += ',';
    group.lines += line;
    return true;
  }

  bool fill_group(Group& group, Micros time, Refused& refused) const {
    group.time = group.line == 0 ? time : std::min(group.time, time);
    return fill(group.ids, ids_, refused) && fill(group.properties, properties_, refused) &&
           (!group.rule ||
            fill(group.properties, group.rule->properties, refused, properties_.size())) &&
           fill(group.traits, traits_, refused) && fill(group.context, context_, refused);
  }

  void add_row(const Output& out) {
    Refused refused;
    Micros time = 0;
    const BoundRule* rule = rule_of_row();
    if (rule && rule->rule->skip) return;
    if (!m_.into.empty()) return add_table_row(out);
    if (!row_time(time, refused)) return reject(out, std::move(refused));
    if (group_.empty()) {
      single_.reset();
      single_.rule = rule;
      if (!begin(single_, refused) || !fill_group(single_, time, refused) ||
          !add_line(single_, refused)) {
        return reject(out, std::move(refused));
      }
      single_.line = current_.line;
      write(single_, row_id(), out, std::string(current_.text));
      return;
    }
    if (all_empty(group_)) {
      return reject(out, {"missing_field", m_.group_by.front(),
                          "the row has nothing in the columns that rows are grouped by"});
    }
    std::string key = joined(group_);
    auto [it, fresh] = open_.try_emplace(key, groups_.size());
    if (fresh) {
      if (m_.grouped_rows_adjacent && !groups_.empty()) {
        for (Group& group : groups_) emit(group, out);
        groups_.clear();
        open_.clear();
        it = open_.try_emplace(key, 0).first;
      }
      Group& group = groups_.emplace_back();
      group.rule = rule;
      group.key = std::move(key);
      if (!begin(group, refused)) {
        groups_.pop_back();
        open_.erase(it);
        return reject(out, std::move(refused));
      }
    }
    Group& group = groups_[it->second];
    // A bad row of a group is left out and reported; the rest of the group stands.
    if (!fill_group(group, time, refused) || !add_line(group, refused)) {
      return reject(out, std::move(refused));
    }
    if (group.line == 0) group.line = current_.line;
  }

  // The row as its table takes it: its properties and, of a mapping with a time, the day.
  void add_table_row(const Output& out) {
    Refused refused;
    single_.reset();
    if (!fill(single_.properties, properties_, refused)) return reject(out, std::move(refused));
    RowMessage row{current_.line, "{", std::string(current_.text)};
    if (time_slot_ != kNoSlot) {
      Micros time = 0;
      if (!row_time(time, refused)) return reject(out, std::move(refused));
      row.json += "\"day\":";
      append_quoted(row.json, zone_.date(time));
    }
    append_members(row.json, properties_, single_.properties);
    row.json += '}';
    out.message(std::move(row));
  }

  bool begin(Group& group, Refused& refused) const {
    if (m_.type != EventType::track || event_name(group.rule, group.event)) return true;
    refused = {"missing_field", m_.event_column.empty() ? "event" : m_.event_column,
               "the row gives no name of an event"};
    return false;
  }

  void emit(Group& group, const Output& out) {
    if (group.line == 0) return;  // none of its rows was sound
    std::string shown = group.key;
    std::replace(shown.begin(), shown.end(), '\x1f', ' ');
    write(group, imports::row_id(source_, group.key), out, std::string(trim(shown)));
  }

  static void append_members(std::string& out, const std::vector<BoundValue>& bound,
                             const std::vector<std::string>& values, std::size_t from = 0) {
    for (std::size_t i = 0; i < bound.size(); ++i) {
      if (values[from + i].empty()) continue;
      if (out.back() != '{') out += ',';
      out.append(bound[i].key).append(values[from + i]);
    }
  }

  void append_properties(std::string& out, const Group& group) const {
    out += ",\"properties\":{";
    append_members(out, properties_, group.properties);
    const Rule* rule = group.rule ? group.rule->rule : nullptr;
    if (rule) append_members(out, group.rule->properties, group.properties, properties_.size());
    const std::string& total = rule && rule->total ? *rule->total : m_.total;
    const bool products = !rule || rule->products;
    const auto comma = [&] {
      if (out.back() != '{') out += ',';
    };
    if (!total.empty() && !group.total.empty()) {
      if (const auto money = group.total.money()) {
        comma();
        append_quoted(out, total);
        out.append(":").append(formats::format_money(*money));
      }
    }
    if (!m_.currency.empty()) {
      comma();
      out += "\"currency\":";
      append_quoted(out, m_.currency);
    }
    if (products && !group.lines.empty()) {
      comma();
      out.append("\"products\":[").append(group.lines).append("]");
    }
    out += '}';
  }

  // E-mail and phone go where identifiers are looked for: the traits; other ids are external ids.
  void append_context(std::string& out, const Group& group) const {
    std::string traits = "{", external, context = "{";
    append_members(context, context_, group.context);
    append_members(traits, traits_, group.traits);
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const std::string& value = group.ids[i];
      if (value.empty()) continue;
      switch (id_types_[i]) {
        case IdentifierType::user_id:
        case IdentifierType::anonymous_id:
          break;
        case IdentifierType::email:
        case IdentifierType::phone:
          traits.append(traits.size() > 1 ? "," : "").append(ids_[i].key).append(value);
          break;
        default:
          external.append(external.empty() ? "" : ",").append("{\"id\":").append(value);
          external.append(",\"type\":\"").append(to_string(id_types_[i])).append("\"}");
      }
    }
    traits += '}';
    if (traits.size() > 2) {
      context.append(context.size() > 1 ? "," : "").append("\"traits\":").append(traits);
    }
    if (!external.empty()) {
      context.append(context.size() > 1 ? "," : "").append("\"externalIds\":[").append(external);
      context += ']';
    }
    context += '}';
    if (context.size() > 2) out.append(",\"context\":").append(context);
  }

  void write(const Group& group, std::string id, const Output& out, std::string text) {
    RowMessage message;
    message.line = group.line;
    message.text = std::move(text);
    std::string& json = message.json;
    json.reserve(group.lines.size() + 512);
    json.append("{\"type\":\"").append(to_string(m_.type)).append("\",\"messageId\":\"").append(id);
    if (group.time != written_time_ || written_text_.empty()) {  // rows of one moment are common
      written_time_ = group.time;
      written_text_ = format_time(group.time);
    }
    json.append("\",\"timestamp\":\"").append(written_text_).append("\"");
    if (m_.type == EventType::track) {
      json += ",\"event\":";
      append_quoted(json, group.event);
    }
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (group.ids[i].empty()) continue;
      if (id_types_[i] == IdentifierType::user_id) json.append(",\"userId\":").append(group.ids[i]);
      if (id_types_[i] == IdentifierType::anonymous_id) {
        json.append(",\"anonymousId\":").append(group.ids[i]);
      }
    }
    append_properties(json, group);
    append_context(json, group);
    json += '}';
    out.message(std::move(message));
  }

  void reject(const Output& out, Refused refused) const {
    out.rejected({current_.line, std::move(refused.code), std::move(refused.field),
                  std::move(refused.detail), std::string(current_.text)});
  }

  const Mapping& m_;
  std::string source_;
  Zone zone_;
  std::string now_;
  Micros now_micros_;
  bool json_;
  const std::vector<std::string>* columns_ = nullptr;
  std::vector<std::size_t> slots_;  // slot -> column
  std::vector<std::string> slot_names_;
  std::string missing_;
  std::size_t time_slot_ = kNoSlot, event_slot_ = kNoSlot;
  std::vector<BoundValue> ids_, properties_, traits_, context_, line_;
  std::vector<IdentifierType> id_types_;
  std::vector<std::size_t> group_, key_;
  std::deque<BoundRule> rules_;

  Current current_;
  std::vector<std::string_view> cells_;
  std::deque<std::string> strings_;
  std::string row_text_;
  std::string last_time_text_;
  Micros last_time_ = 0;
  std::string written_text_;
  Micros written_time_ = 0;
  RowOrdinals ordinals_;
  Group single_;
  std::deque<Group> groups_;                           // in order of first appearance
  std::unordered_map<std::string, std::size_t> open_;  // key -> place in groups_
};

}  // namespace

std::string row_id(std::string_view source, std::string_view row) {
  static const char* const kHex = "0123456789abcdef";
  std::string out = "row-";
  for (const std::uint64_t seed : {0x76696167ull, 0x67696f31ull}) {
    std::uint64_t h = hash64(row, hash64(source, seed));
    for (int i = 0; i < 16; ++i, h >>= 4) out += kHex[h & 15];
  }
  return out;
}

Result<std::unique_ptr<RowEvents>> RowEvents::create(const Mapping& mapping, std::string source,
                                                     const Zone& zone, Micros now,
                                                     const files::TableReader& table) {
  auto mapper = std::make_unique<Mapper>(mapping, std::move(source), zone, now,
                                         files::gives_json(table.format()));
  if (auto bound = mapper->bind(table.columns()); !bound) return tl::unexpected(bound.error());
  return std::unique_ptr<RowEvents>(std::move(mapper));
}

}  // namespace viaggio::imports
