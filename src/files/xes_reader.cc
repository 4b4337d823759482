#include "files/xes_reader.h"

#include <algorithm>
#include <unordered_map>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

namespace viaggio::files {

namespace {

using nlohmann::json;

constexpr int kDeepest = 32;  // attributes of attributes
constexpr std::size_t kShownBytes = 2000;
constexpr std::size_t kRowsAtOnce = 1000;  // at least, unless a trace ends

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.rfind(':') + 1);
}

std::string json_text(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_number(const char* text) {
  const json number = json::parse(text, nullptr, false);
  return number.is_number();
}

// The attributes of a trace or an event as members of a JSON object. Those of attributes follow
// theirs as "key/inner"; a key that comes again is numbered.
class Members {
 public:
  explicit Members(std::string prefix) : prefix_(std::move(prefix)) {}

  // False: nested too deeply.
  bool add(const pugi::xml_node& owner) { return add_all(owner, prefix_, 0); }
  std::string text;  // "a":1,"b":2

 private:
  static bool is_attribute(const pugi::xml_node& node) {
    static constexpr std::string_view kTypes[] = {"string",  "date", "int",  "float",
                                                  "boolean", "id",   "list", "container"};
    return std::find(std::begin(kTypes), std::end(kTypes), local_name(node)) != std::end(kTypes);
  }

  bool add_all(const pugi::xml_node& owner, const std::string& prefix, int depth) {
    if (depth > kDeepest) return false;
    for (const pugi::xml_node& node : owner.children()) {
      if (local_name(node) == "values" && !add_all(node, prefix, depth + 1)) return false;
      if (!is_attribute(node)) continue;
      const std::string key = prefix + node.attribute("key").value();
      if (const pugi::xml_attribute value = node.attribute("value")) add_member(key, node, value);
      if (node.first_child() && !add_all(node, key + "/", depth + 1)) return false;
    }
    return true;
  }

  void add_member(const std::string& key, const pugi::xml_node& node,
                  const pugi::xml_attribute& value) {
    if (!text.empty()) text += ',';
    const int times = ++seen_[key];
    text += json_text(times == 1 ? key : key + "_" + std::to_string(times)) + ":";
    const std::string_view type = local_name(node), written = value.value();
    const bool is_boolean = type == "boolean" && (written == "true" || written == "false");
    const bool plain =
        is_boolean || ((type == "int" || type == "float") && is_number(value.value()));
    text += plain ? std::string(written) : json_text(written);
  }

  std::string prefix_;
  std::unordered_map<std::string, int> seen_;
};

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Result<bool> XesReader::next(RowBatch& batch) {
  batch.clear();
  batch.columns = 1;
  while (batch.rows() < kRowsAtOnce && batch.bad.size() < kRowsAtOnce) {
    XmlPieces::Piece piece;
    auto more = pieces_.next(piece);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    take(batch, piece);
  }
  return batch.rows() != 0 || !batch.bad.empty();
}

void XesReader::take(RowBatch& batch, const XmlPieces::Piece& piece) {
  const std::string text =
      is_utf8(piece.text) ? std::string(piece.text) : windows_1252_to_utf8(piece.text);
  const auto refuse = [&](std::uint64_t line, const char* code, std::string detail) {
    batch.bad.push_back({line, code, std::move(detail), text.substr(0, kShownBytes)});
  };
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (piece.whole ? !parsed : whole_) {
    const auto at = static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0));
    return refuse(piece.line + lines_in(std::string_view(text).substr(0, at)), "not_xml",
                  piece.whole ? parsed.description() : "the file ends inside of this element");
  }
  const pugi::xml_node root = document.document_element();
  std::vector<pugi::xml_node> events;
  Members trace("case:");
  if (local_name(root) == "event") {
    events.push_back(root);
  } else {
    if (!trace.add(root))
      return refuse(piece.line, "nested_too_deeply", "attributes in attributes");
    for (const pugi::xml_node& node : root.children()) {
      if (local_name(node) == "event") events.push_back(node);
    }
  }
  if (!piece.whole && !events.empty()) events.pop_back();  // cut in the middle, perhaps
  std::uint64_t line = piece.line;
  std::size_t counted = 0;
  for (const pugi::xml_node& event : events) {
    const auto at = static_cast<std::size_t>(event.offset_debug());
    line += lines_in(std::string_view(text).substr(counted, at - counted));
    counted = at;
    Members own("");
    if (!own.add(event)) {
      refuse(line, "nested_too_deeply", "attributes in attributes");
      continue;
    }
    const char* const comma = trace.text.empty() || own.text.empty() ? "" : ",";
    std::string row = "{" + trace.text + comma + own.text + "}";
    if (row.size() > row_bytes_) {
      refuse(line, "row_too_long",
             "the event is longer than " + std::to_string(row_bytes_) + " bytes");
      continue;
    }
    const std::string_view kept = batch.recoded.emplace_back(std::move(row));
    batch.cells.push_back(kept);
    batch.texts.push_back(kept);
    batch.lines.push_back(line);
  }
}

}  // namespace viaggio::files
