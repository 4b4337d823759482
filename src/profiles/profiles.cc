#include "profiles/profiles.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>

#include "base/json_numbers.h"
#include "base/text.h"

namespace viaggio::profiles {
namespace {

constexpr std::uint64_t kMagic = 0x5647'5052'4F46'3032ull;
constexpr std::size_t kMaxTraitText = 4096;  // longer values stay in the event

std::string quote(std::string_view text) {
  static const char* const kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20) {
      out += "\\u00";
      out += kHex[u >> 4];
      out += kHex[u & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool names_a_person(std::string_view key) {
  return key == "name" || key == "first_name" || key == "firstName" || key == "last_name" ||
         key == "lastName";
}

void append_scalar(simdjson::dom::element v, Value& out) {
  switch (v.type()) {
    case simdjson::dom::element_type::STRING:
      out.push_back(Scalar::of(std::string_view(v)));
      break;
    case simdjson::dom::element_type::BOOL:
      out.push_back(Scalar::of(bool(v)));
      break;
    case simdjson::dom::element_type::NULL_VALUE:
      break;
    case simdjson::dom::element_type::OBJECT:
    case simdjson::dom::element_type::ARRAY:
      out.push_back(Scalar::of(std::string_view(simdjson::minify(v))));
      break;
    default:
      out.push_back(Scalar::of(double(v)));
      break;
  }
}

// A number beyond a machine word is read as text, and spoils nothing beside it.
bool parse(simdjson::dom::parser& parser, std::string_view json, simdjson::dom::element& out) {
  if (parser.parse(json.data(), json.size()).get(out) == simdjson::SUCCESS) return true;
  const std::string readable = quote_large_numbers(json);
  return parser.parse(readable.data(), readable.size()).get(out) == simdjson::SUCCESS;
}

Value value_of(std::string_view json, std::string_view path) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element e;
  if (!parse(parser, json, e)) return {};
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    simdjson::dom::object object;
    if (e.get(object) != simdjson::SUCCESS ||
        object.at_key(path.substr(0, dot)).get(e) != simdjson::SUCCESS)
      return {};
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  Value out;
  simdjson::dom::array array;
  if (e.get(array) == simdjson::SUCCESS) {
    for (const auto item : array) append_scalar(item, out);
  } else {
    append_scalar(e, out);
  }
  return out;
}

void put_word(std::string& out, std::uint64_t v) {
  out.append(reinterpret_cast<const char*>(&v), 8);
}
void put_text(std::string& out, std::string_view s) {
  put_word(out, s.size());
  out.append(s);
}

// Reads words and texts; after the first that is not there, everything is zero and good() is false.
class Input {
 public:
  explicit Input(std::string_view rest) : rest_(rest) {}
  bool good() const { return good_; }
  std::uint64_t word() {
    const std::string_view b = bytes(8);
    std::uint64_t v = 0;
    if (good_) std::memcpy(&v, b.data(), 8);
    return v;
  }
  std::string_view text() { return bytes(word()); }

 private:
  std::string_view bytes(std::uint64_t n) {
    if (!good_ || n > rest_.size()) {
      good_ = false;
      return {};
    }
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

// --- noting
// ---------------------------------------------------------------------------------------

void Profiles::note_event(NodeId node, Micros time, Sequence sequence, std::string_view json) {
  if (json.find("\"traits\"") == std::string_view::npos) return;
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (!parse(parser, json, root)) return;
  std::vector<std::string> found;  // as text: what is read next uses another parser's memory
  for (const char* place : {"/context/traits", "/traits"}) {
    simdjson::dom::element traits;
    if (root.at_pointer(place).get(traits) == simdjson::SUCCESS && traits.is_object())
      found.push_back(simdjson::minify(traits));
  }
  for (const std::string& traits : found) note_traits(node, time, sequence, traits);
}

void Profiles::note_traits(NodeId node, Micros time, Sequence sequence,
                           std::string_view traits_json) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (!parse(parser, traits_json, root) || root.get(object) != simdjson::SUCCESS) return;
  bool named = false;
  for (const auto [key, value] : object) {
    const std::string text = simdjson::minify(value);
    if (text.size() > kMaxTraitText || text == "null") continue;
    put(node, quote(key), text, time, sequence);
    named = named || names_a_person(key);
  }
  if (named) index_name(node);
}

void Profiles::put(NodeId node, std::string_view quoted_name, std::string_view value, Micros time,
                   Sequence sequence) {
  std::vector<Trait>& list = traits_[node];
  const std::uint32_t name = names_.intern(quoted_name);
  const auto at =
      std::find_if(list.begin(), list.end(), [&](const Trait& t) { return t.name == name; });
  if (at == list.end()) {
    list.push_back({name, values_.intern(value), time, sequence});
  } else if (time > at->time || (time == at->time && sequence >= at->sequence)) {
    *at = {name, values_.intern(value), time, sequence};
  }
}

void Profiles::index_name(NodeId node) {
  const NodeId one[] = {node};
  index_.set_name(node, fold_for_search(given_name(one)));
}

void Profiles::note_identifier(NodeId node, const Identifier& identifier) {
  // Nobody searches for these.
  if (identifier.type == IdentifierType::device_id ||
      identifier.type == IdentifierType::anonymous_id ||
      identifier.type == IdentifierType::cookie_xd ||
      identifier.type == IdentifierType::push_token) {
    return;
  }
  index_.add_code(node, CodeKind::identifier, fold_for_search(identifier.value));
}

void Profiles::note_order(NodeId node, std::string_view order_id) {
  index_.add_code(node, CodeKind::order, fold_for_search(order_id));
}

void Profiles::forget(NodeId node) {
  traits_.erase(node);
  index_.forget(node);
}

// --- reading
// --------------------------------------------------------------------------------------

const Profiles::Trait* Profiles::current(std::span<const NodeId> nodes, std::uint32_t name) const {
  const Trait* best = nullptr;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto at = traits_.find(nodes[i]);
    if (at == traits_.end()) continue;
    for (const Trait& t : at->second) {
      if (t.name != name) continue;
      if (i == 0) return &t;  // the survivor's
      if (best == nullptr || t.time > best->time ||
          (t.time == best->time && t.sequence > best->sequence))
        best = &t;
    }
  }
  return best;
}

Value Profiles::trait(std::span<const NodeId> nodes, std::string_view name) const {
  std::string_view path;
  for (;;) {
    if (const auto id = names_.find(quote(name))) {
      if (const Trait* t = current(nodes, *id)) return value_of(values_.at(t->value), path);
    }
    if (!path.empty()) return {};
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos || dot + 1 == name.size()) return {};
    path = name.substr(dot + 1);
    name = name.substr(0, dot);
  }
}

std::string Profiles::traits_json(std::span<const NodeId> nodes) const {
  std::vector<std::uint32_t> names;
  for (const NodeId node : nodes) {
    const auto at = traits_.find(node);
    if (at == traits_.end()) continue;
    for (const Trait& t : at->second) names.push_back(t.name);
  }
  std::sort(names.begin(), names.end(),
            [&](std::uint32_t a, std::uint32_t b) { return names_.at(a) < names_.at(b); });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string out = "{";
  for (const std::uint32_t name : names) {
    if (out.size() > 1) out += ',';
    out += names_.at(name);
    out += ':';
    out += values_.at(current(nodes, name)->value);
  }
  return out + "}";
}

std::string Profiles::text_of(std::span<const NodeId> nodes, std::string_view name) const {
  const Value v = trait(nodes, name);
  return v.empty() ? std::string() : std::string(trim(v.front().text));
}

std::string Profiles::given_name(std::span<const NodeId> nodes) const {
  if (std::string whole = text_of(nodes, "name"); !whole.empty()) return whole;
  const auto either = [&](std::string_view a, std::string_view b) {
    std::string v = text_of(nodes, a);
    return v.empty() ? text_of(nodes, b) : v;
  };
  const std::string first = either("first_name", "firstName"),
                    last = either("last_name", "lastName");
  return first.empty() || last.empty() ? first + last : first + " " + last;
}

std::string Profiles::name(std::span<const NodeId> nodes) const {
  if (std::string given = given_name(nodes); !given.empty()) return given;
  const std::string email = text_of(nodes, "email");
  return email.substr(0, email.find('@'));
}

std::vector<Profiles::Hit> Profiles::search(std::string_view text, std::size_t limit) const {
  if (limit == 0) return {};
  return index_.search(fold_for_search(text.substr(0, 200)), limit);
}

void Profiles::clear() { *this = Profiles(); }

std::size_t Profiles::memory_bytes() const {
  std::size_t n = names_.memory_bytes() + values_.memory_bytes() + index_.memory_bytes();
  for (const auto& [node, list] : traits_) n += 56 + list.capacity() * sizeof(Trait);
  return n;
}

// --- checkpoint
// -----------------------------------------------------------------------------------

// magic, sequence | texts of names | texts of values in use | nodes with traits | names | codes |
// hash
Status Profiles::save(const std::string& file, Sequence upto) const {
  std::string out;
  put_word(out, kMagic);
  put_word(out, upto);
  put_word(out, names_.size());
  for (std::uint32_t i = 0; i < names_.size(); ++i) put_text(out, names_.at(i));
  // Values that no node holds any more, erased ones too, stay behind.
  std::vector<std::uint32_t> number(values_.size(), 0), used;
  for (const auto& [node, list] : traits_) {
    for (const Trait& t : list) {
      if (number[t.value] != 0) continue;
      used.push_back(t.value);
      number[t.value] = static_cast<std::uint32_t>(used.size());
    }
  }
  put_word(out, used.size());
  for (const std::uint32_t v : used) put_text(out, values_.at(v));
  put_word(out, traits_.size());
  for (const auto& [node, list] : traits_) {
    put_word(out, std::uint64_t{node} << 32 | list.size());
    for (const Trait& t : list) {
      put_word(out, std::uint64_t{t.name} << 32 | (number[t.value] - 1));
      put_word(out, static_cast<std::uint64_t>(t.time));
      put_word(out, t.sequence);
    }
  }
  std::string part;
  std::uint64_t count = 0;
  index_.each_name([&](NodeId node, const std::string& text) {
    put_word(part, node);
    put_text(part, text);
    ++count;
  });
  put_word(out, count);
  out += part;
  part.clear();
  count = 0;
  index_.each_code([&](NodeId node, CodeKind kind, std::string_view text) {
    put_word(part, std::uint64_t{node} << 8 | static_cast<std::uint64_t>(kind));
    put_text(part, text);
    ++count;
  });
  put_word(out, count);
  out += part;
  put_word(out, hash64(out));
  std::ofstream stream(file + ".new", std::ios::binary | std::ios::trunc);
  stream.write(out.data(), static_cast<std::streamsize>(out.size()));
  stream.close();
  if (!stream || std::rename((file + ".new").c_str(), file.c_str()) != 0) {
    return internal_error("cannot write " + file + "; is the disk full?", "profiles_write");
  }
  return {};
}

Result<Sequence> Profiles::load(const std::string& file) {
  clear();
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) return Sequence{0};
  std::string in(static_cast<std::size_t>(std::max<std::streamoff>(stream.tellg(), 0)), '\0');
  stream.seekg(0);
  stream.read(in.data(), static_cast<std::streamsize>(in.size()));
  bool good = static_cast<bool>(stream) && in.size() >= 24;
  if (good) {
    std::uint64_t sum = 0;
    std::memcpy(&sum, in.data() + in.size() - 8, 8);
    in.resize(in.size() - 8);
    good = sum == hash64(in) && read(in);
  }
  if (!good) {
    clear();
    return internal_error(file + " is damaged; it will be rebuilt from the event log",
                          "profiles_damaged");
  }
  return loaded_;
}

bool Profiles::read(std::string_view text) {
  Input in(text);
  if (in.word() != kMagic) return false;
  loaded_ = in.word();
  for (std::uint64_t n = in.word(); in.good() && n > 0; --n) names_.intern(in.text());
  for (std::uint64_t n = in.word(); in.good() && n > 0; --n) values_.intern(in.text());
  for (std::uint64_t n = in.word(); in.good() && n > 0; --n) {
    const std::uint64_t head = in.word();
    std::vector<Trait>& list = traits_[static_cast<NodeId>(head >> 32)];
    for (std::uint64_t k = head & 0xFFFFFFFFu; in.good() && k > 0; --k) {
      const std::uint64_t both = in.word(), time = in.word(), sequence = in.word();
      const Trait t{static_cast<std::uint32_t>(both >> 32), static_cast<std::uint32_t>(both),
                    static_cast<Micros>(time), sequence};
      if (t.name >= names_.size() || t.value >= values_.size()) return false;
      list.push_back(t);
    }
    list.shrink_to_fit();
  }
  for (std::uint64_t n = in.word(); in.good() && n > 0; --n) {
    const auto node = static_cast<NodeId>(in.word());
    index_.set_name(node, in.text());
  }
  for (std::uint64_t n = in.word(); in.good() && n > 0; --n) {
    const std::uint64_t head = in.word();
    index_.add_code(static_cast<NodeId>(head >> 8),
                    (head & 0xFF) != 0 ? CodeKind::order : CodeKind::identifier, in.text());
  }
  return in.good();
}

}  // namespace viaggio::profiles
