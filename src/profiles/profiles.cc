#include "profiles/profiles.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include <simdjson.h>

#include "base/text.h"
#include "profiles/fuzzy_scan.h"

namespace viaggio::profiles {
namespace {

constexpr std::uint32_t kUnknown = 0xFFFFFFFFu;
constexpr std::uint64_t kMagic = 0x5647'5052'4F46'3031ull;
constexpr std::size_t kMaxTraitText = 4096;  // longer values stay in the event

// The digits of a text that looks like a telephone number, else empty.
std::string phone_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
    else if (c != '+' && c != ' ' && c != '-' && c != '.' && c != '/' && c != '(' && c != ')') return {};
  }
  return digits;
}

std::string without_separators(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '-' && c != '.') out += c;
  }
  return out;
}

}  // namespace

std::uint32_t Profiles::intern(std::string_view text) {
  const auto [at, fresh] = string_ids_.try_emplace(std::string(text), static_cast<std::uint32_t>(strings_.size()));
  if (fresh) strings_.push_back(at->first);
  return at->second;
}

std::string_view Profiles::interned(std::uint32_t id) const { return strings_[id]; }

void Profiles::note_event(NodeId node, Micros time, Sequence sequence, std::string_view json) {
  if (json.find("\"traits\"") == std::string_view::npos) return;
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return;
  for (const char* place : {"/context/traits", "/traits"}) {
    simdjson::dom::element traits;
    if (root.at_pointer(place).get(traits) == simdjson::SUCCESS && traits.is_object()) {
      // Minified text, because the parser's own memory is used again below.
      const std::string text = simdjson::minify(traits);
      note_traits(node, time, sequence, text);
      if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return;
    }
  }
}

void Profiles::note_traits(NodeId node, Micros time, Sequence sequence, std::string_view traits_json) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(traits_json.data(), traits_json.size()).get(root) != simdjson::SUCCESS || !root.is_object()) return;
  std::vector<Trait>& list = traits_[node];
  bool named = false;
  for (const auto [key, value] : simdjson::dom::object(root)) {
    const std::string text = simdjson::minify(value);
    if (text.size() > kMaxTraitText || text == "null") continue;
    const std::uint32_t name = intern(key);
    auto at = std::find_if(list.begin(), list.end(), [&](const Trait& t) { return t.name == name; });
    if (at == list.end()) {
      list.push_back({name, intern(text), time, sequence});
    } else if (time > at->time || (time == at->time && sequence >= at->sequence)) {
      *at = {name, intern(text), time, sequence};
    }
    named = named || key == "name" || key == "first_name" || key == "firstName" || key == "last_name" || key == "lastName";
  }
  if (named) index_name(node);
}

void Profiles::index_name(NodeId node) {
  const NodeId one[] = {node};
  const std::string folded = fold_for_search(name(one));
  std::string& known = indexed_name_[node];
  if (folded.empty() || known == folded) return;
  known = folded;
  add_entry(node, EntryKind::name, folded);
}

void Profiles::note_identifier(NodeId node, const Identifier& identifier) {
  if (identifier.type >= IdentifierType::device_id) return;  // nobody searches for these
  add_entry(node, EntryKind::identifier, fold_for_search(identifier.value));
}

void Profiles::note_order(NodeId node, std::string_view order_id) { add_entry(node, EntryKind::order, fold_for_search(order_id)); }

void Profiles::add_entry(NodeId node, EntryKind kind, std::string_view folded) {
  if (folded.empty() || folded.size() > 256) return;
  entries_.push_back({text_.size(), node, kind});
  for (const char c : folded) text_ += c == '\n' ? ' ' : c;
  text_ += '\n';
}

const Profiles::Trait* Profiles::latest(std::span<const NodeId> nodes, std::uint32_t name) const {
  const Trait* best = nullptr;
  for (const NodeId node : nodes) {
    const auto at = traits_.find(node);
    if (at == traits_.end()) continue;
    for (const Trait& t : at->second) {
      if (t.name != name) continue;
      if (best == nullptr || t.time > best->time || (t.time == best->time && t.sequence > best->sequence)) best = &t;
    }
  }
  return best;
}

Value Profiles::trait(std::span<const NodeId> nodes, std::string_view name) const {
  const std::size_t dot = name.find('.');
  const auto id = string_ids_.find(std::string(name.substr(0, dot)));
  if (id == string_ids_.end()) return {};
  const Trait* t = latest(nodes, id->second);
  if (t == nullptr) return {};
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element e;
  const std::string text(interned(t->value));
  if (parser.parse(text).get(e) != simdjson::SUCCESS) return {};
  if (dot != std::string_view::npos) {
    std::string pointer = "/" + std::string(name.substr(dot + 1));
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    if (e.at_pointer(pointer).get(e) != simdjson::SUCCESS) return {};
  }
  Value out;
  auto one = [&](simdjson::dom::element v) {
    switch (v.type()) {
      case simdjson::dom::element_type::STRING: out.push_back(Scalar::of(std::string_view(v))); break;
      case simdjson::dom::element_type::BOOL: out.push_back(Scalar::of(bool(v))); break;
      case simdjson::dom::element_type::NULL_VALUE: break;
      case simdjson::dom::element_type::OBJECT:
      case simdjson::dom::element_type::ARRAY: out.push_back(Scalar::of(std::string_view(simdjson::minify(v)))); break;
      default: out.push_back(Scalar::of(double(v))); break;
    }
  };
  if (e.is_array()) {
    for (const auto item : simdjson::dom::array(e)) one(item);
  } else {
    one(e);
  }
  return out;
}

std::string Profiles::traits_json(std::span<const NodeId> nodes) const {
  std::vector<std::uint32_t> names;
  for (const NodeId node : nodes) {
    const auto at = traits_.find(node);
    if (at == traits_.end()) continue;
    for (const Trait& t : at->second) names.push_back(t.name);
  }
  std::sort(names.begin(), names.end(), [&](std::uint32_t a, std::uint32_t b) { return interned(a) < interned(b); });
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string out = "{";
  for (const std::uint32_t name : names) {
    if (out.size() > 1) out += ',';
    out += '"';
    for (const char c : interned(name)) {
      if (c == '"' || c == '\\') out += '\\';
      if (static_cast<unsigned char>(c) < 0x20) continue;
      out += c;
    }
    out += "\":";
    out += interned(latest(nodes, name)->value);
  }
  return out + "}";
}

std::string Profiles::name(std::span<const NodeId> nodes) const {
  auto text = [&](std::string_view key) {
    const Value v = trait(nodes, key);
    return v.empty() ? std::string() : v.front().text;
  };
  if (std::string whole = text("name"); !whole.empty()) return whole;
  auto either = [&](std::string_view a, std::string_view b) {
    std::string v = text(a);
    return v.empty() ? text(b) : v;
  };
  const std::string first = either("first_name", "firstName"), last = either("last_name", "lastName");
  return first.empty() ? last : (last.empty() ? first : first + " " + last);
}

std::vector<Profiles::Hit> Profiles::search(std::string_view raw, std::size_t limit) const {
  const std::string query = fold_for_search(trim(raw));
  std::vector<Hit> hits;
  if (query.empty()) return hits;
  std::unordered_map<NodeId, int> best;
  auto note = [&](std::uint64_t position, int score, bool names_only) {
    const auto at = std::upper_bound(entries_.begin(), entries_.end(), position, [](std::uint64_t p, const Entry& e) { return p < e.from; });
    if (at == entries_.begin()) return;
    const Entry& entry = *(at - 1);
    if (names_only && entry.kind != EntryKind::name) return;
    const auto [known, fresh] = best.try_emplace(entry.node, score);
    if (!fresh) known->second = std::min(known->second, score);
  };
  auto exact = [&](std::string_view needle, int score) {
    for (std::size_t p = text_.find(needle); p != std::string::npos && best.size() < limit * 8; p = text_.find(needle, p + 1)) {
      const bool word = text_[p - 1] == '\n' || text_[p - 1] == ' ';
      note(p, word ? score : score + 1, false);
    }
  };
  exact(query, 0);
  // Words in another order: "rossi anna" finds "anna rossi".
  if (const std::size_t space = query.find(' '); space != std::string::npos) exact(query.substr(space + 1) + " " + query.substr(0, space), 0);
  // A telephone number in any spelling: the national part decides.
  std::string digits = phone_digits(query);
  if (digits.starts_with("00")) digits.erase(0, 2);
  if (digits.size() >= 5 && digits != query) exact(digits, 1);
  if (digits.size() >= 8 && digits.starts_with("39")) exact(digits.substr(2), 1);
  if (const std::string compact = without_separators(query); compact != query && compact.size() >= 4 && digits.empty()) exact(compact, 1);
  if (best.size() < limit && digits.empty() && query.size() >= 4 && query.find('@') == std::string::npos) {
    const unsigned errors = query.size() >= 8 ? 2 : 1;
    fuzzy_scan(text_, query, errors, limit * 8, [&](std::uint64_t position, unsigned wrong) { note(position, 1 + static_cast<int>(wrong), true); });
  }
  for (const auto& [node, score] : best) hits.push_back({node, score});
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score != b.score ? a.score < b.score : a.node < b.node; });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

void Profiles::clear() { *this = Profiles(); }

std::size_t Profiles::memory_bytes() const {
  std::size_t n = text_.capacity() + entries_.capacity() * sizeof(Entry);
  for (const auto& [node, list] : traits_) n += 48 + list.capacity() * sizeof(Trait);
  for (const auto& s : strings_) n += 2 * (s.size() + 40);
  return n;
}

Status Profiles::save(const std::string& file, Sequence upto) const {
  std::string out;
  auto word = [&](std::uint64_t v) { out.append(reinterpret_cast<const char*>(&v), 8); };
  auto text = [&](std::string_view s) {
    word(s.size());
    out.append(s);
  };
  word(kMagic);
  word(upto);
  word(strings_.size());
  for (const auto& s : strings_) text(s);
  word(traits_.size());
  for (const auto& [node, list] : traits_) {
    word(std::uint64_t{node} << 32 | list.size());
    out.append(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(Trait));
  }
  text(text_);
  word(entries_.size());
  for (const Entry& e : entries_) {
    word(e.from);
    word(std::uint64_t{e.node} << 8 | static_cast<std::uint64_t>(e.kind));
  }
  word(hash64(out));
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
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Sequence{0};
  const std::string in((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  std::size_t at = 0;
  bool ok = in.size() >= 24;
  std::uint64_t sum = 0;
  if (ok) std::memcpy(&sum, in.data() + in.size() - 8, 8);
  ok = ok && sum == hash64(std::string_view(in).substr(0, in.size() - 8));
  auto word = [&] {
    std::uint64_t v = 0;
    if (at + 8 > in.size()) ok = false;
    else std::memcpy(&v, in.data() + at, 8);
    at += 8;
    return v;
  };
  auto text = [&] {
    const std::uint64_t n = word();
    if (!ok || n > in.size() - at) {
      ok = false;
      return std::string();
    }
    std::string s = in.substr(at, n);
    at += n;
    return s;
  };
  ok = ok && word() == kMagic;
  const Sequence upto = ok ? word() : 0;
  for (std::uint64_t n = ok ? word() : 0; ok && n > 0; --n) intern(text());
  for (std::uint64_t n = ok ? word() : 0; ok && n > 0; --n) {
    const std::uint64_t head = word();
    std::vector<Trait> list(head & 0xFFFFFFFFu);
    if (list.size() * sizeof(Trait) > in.size() - at) {
      ok = false;
      break;
    }
    std::memcpy(list.data(), in.data() + at, list.size() * sizeof(Trait));
    at += list.size() * sizeof(Trait);
    traits_[static_cast<NodeId>(head >> 32)] = std::move(list);
  }
  if (ok) text_ = text();
  for (std::uint64_t n = ok ? word() : 0; ok && n > 0; --n) {
    const std::uint64_t from = word(), rest = word();
    entries_.push_back({from, static_cast<NodeId>(rest >> 8), static_cast<EntryKind>(rest & 0xFF)});
  }
  if (!ok) {
    clear();
    return internal_error(file + " is damaged; it will be rebuilt from the event log", "profiles_damaged");
  }
  for (const Entry& e : entries_) {
    if (e.kind == EntryKind::name) indexed_name_[e.node] = text_.substr(e.from, text_.find('\n', e.from) - e.from);
  }
  return upto;
}

}  // namespace viaggio::profiles
