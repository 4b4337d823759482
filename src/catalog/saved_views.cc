#include "catalog/saved_views.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "model/question.h"

namespace viaggio::catalog {

using nlohmann::json;

namespace {

struct KindName {
  const char *type, *unknown, *what;
};
constexpr std::array<KindName, 3> kKinds{{{"reports", "unknown_report", "report"},
                                          {"dashboards", "unknown_dashboard", "dashboard"},
                                          {"annotations", "unknown_annotation", "annotation"}}};

constexpr std::size_t kMaxBody = 64 << 10;
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxNote = 500;
constexpr std::size_t kMaxTiles = 24;

const KindName& name_of(SavedKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

bool good_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

// "Da telefono, ottobre!" -> "da-telefono-ottobre".
std::string slug(std::string_view name, std::string_view otherwise) {
  std::string out;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (plain && out.size() < 48)
      out += lower;
    else if (!plain && !out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? std::string(otherwise) : out;
}

// Deep nesting is refused while reading: writing it out again would climb as deep.
Result<json> parse(std::string_view body) {
  if (body.size() > kMaxBody) return invalid("", "the body must be at most 64 KB", "too_large");
  bool deep = false;
  json j = json::parse(
      body,
      [&deep](int depth, json::parse_event_t, json&) {
        deep = deep || depth > kMaxDepth;
        return !deep;
      },
      false);
  if (deep) return invalid("", "must not be nested deeper than 32 levels", "too_deep");
  if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  return j;
}

// A text that says something.
Result<std::string> said(ObjectReader& reader, const char* field, std::size_t most) {
  auto text = reader.text(field);
  if (!text) return tl::unexpected(text.error());
  const std::string value = text->value_or("");
  if (value.find_first_not_of(" \t\r\n") == std::string::npos || value.size() > most)
    return invalid(field, "must be a text of 1 to " + std::to_string(most) + " bytes");
  return value;
}

const std::vector<std::string>& pages() {
  static const std::vector<std::string> names{"map",         "funnel",      "trends", "stages",
                                              "transitions", "paths",       "value",  "variants",
                                              "retention",   "attribution", "sql"};
  return names;
}

Result<json> read_report(ObjectReader& reader) {
  auto name = said(reader, "name", kMaxName);
  if (!name) return tl::unexpected(name.error());
  auto page = reader.choice("page", pages());
  if (!page) return tl::unexpected(page.error());
  if (!*page) return invalid("page", "is missing: which page asks the question?");
  const json* question = reader.find("question");
  if (question == nullptr || !question->is_object())
    return invalid("question", "must be an object: what the page asks");
  return json{{"name", *name}, {"page", pages()[**page]}, {"question", *question}};
}

Result<json> read_dashboard(ObjectReader& reader, const Catalog& catalog) {
  auto name = said(reader, "name", kMaxName);
  if (!name) return tl::unexpected(name.error());
  const json* reports = reader.find("reports");
  if (reports == nullptr || !reports->is_array() || reports->size() > kMaxTiles)
    return invalid("reports", "must be a list of at most 24 ids of reports");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < reports->size(); ++i) {
    const json& one = (*reports)[i];
    const std::string at = "reports[" + std::to_string(i) + "]";
    if (!one.is_string()) return invalid(at, "must be the id of a report");
    const auto id = one.get<std::string>();
    if (!good_id(id) || !catalog.get("reports", id))
      return invalid(at, "there is no such report", "unknown_report");
    if (!seen.insert(id).second) return invalid(at, "stands there twice");
  }
  return json{{"name", *name}, {"reports", *reports}};
}

Result<json> read_annotation(ObjectReader& reader) {
  auto day = reader.text("day");
  if (!day) return tl::unexpected(day.error());
  const std::string value = day->value_or("");
  const bool shaped = value.size() == 10 && value[4] == '-' && value[7] == '-';
  if (!shaped || !parse_time(value + "T00:00:00Z"))
    return invalid("day", "must be a day such as 2026-11-23");
  auto text = said(reader, "text", kMaxNote);
  if (!text) return tl::unexpected(text.error());
  return json{{"day", value}, {"text", *text}};
}

Result<json> read_draft(SavedKind kind, std::string_view body, std::string_view id,
                        const Catalog& catalog) {
  auto j = parse(body);
  if (!j) return j;
  ObjectReader reader(*j, "");
  auto named = reader.text("id");
  if (!named) return tl::unexpected(named.error());
  if (*named && !id.empty() && **named != id)
    return invalid("id", "must be the one of the address");
  reader.find("changed");  // as read; the present time takes its place
  auto draft = kind == SavedKind::report      ? read_report(reader)
               : kind == SavedKind::dashboard ? read_dashboard(reader, catalog)
                                              : read_annotation(reader);
  if (!draft) return draft;
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return draft;
}

// What is stored, and when it was.
std::string view_of(const Document& document) {
  json j = json::parse(document.json, nullptr, false);
  j["changed"] = format_time(document.time);
  return dump(j);
}

Error unknown(SavedKind kind) {
  const KindName& name = name_of(kind);
  return {ErrorKind::not_found, name.unknown, std::string("there is no such ") + name.what, "id"};
}

}  // namespace

Result<std::string> SavedViews::list(SavedKind kind) const {
  const char* type = name_of(kind).type;
  auto documents = catalog_.list(type);
  if (!documents) return tl::unexpected(documents.error());
  std::string out = std::string("{\"") + type + "\":[";
  for (std::size_t i = 0; i < documents->size(); ++i)
    out += (i == 0 ? "" : ",") + view_of((*documents)[i]);
  return out + "]}";
}

Result<Document> SavedViews::get(SavedKind kind, std::string_view id) const {
  auto document = catalog_.get(name_of(kind).type, id);
  if (!document) {
    if (document.error().kind == ErrorKind::not_found) return tl::unexpected(unknown(kind));
    return document;
  }
  document->json = view_of(*document);
  return document;
}

Result<Document> SavedViews::create(SavedKind kind, std::string_view body) {
  const std::lock_guard lock(mutex_);
  const KindName& name = name_of(kind);
  auto draft = read_draft(kind, body, "", catalog_);
  if (!draft) return tl::unexpected(draft.error());
  const auto words = draft->value(kind == SavedKind::annotation ? "day" : "name", std::string());
  const std::string base = slug(words, name.what);
  std::string id = base;
  for (int n = 2; catalog_.get(name.type, id); ++n) id = base + "-" + std::to_string(n);
  return store(kind, id, std::move(*draft), "");
}

Result<Document> SavedViews::put(SavedKind kind, std::string_view id, std::string_view body,
                                 std::string_view if_match) {
  if (!good_id(id)) return invalid("id", "must be 1 to 64 characters of a-z, 0-9 and -");
  const std::lock_guard lock(mutex_);
  auto draft = read_draft(kind, body, id, catalog_);
  if (!draft) return tl::unexpected(draft.error());
  return store(kind, id, std::move(*draft), if_match);
}

Result<Document> SavedViews::store(SavedKind kind, std::string_view id, json draft,
                                   std::string_view if_match) {
  const KindName& name = name_of(kind);
  draft["id"] = id;
  if (!catalog_.get(name.type, id)) {
    auto known = catalog_.list(name.type);
    if (!known) return tl::unexpected(known.error());
    if (known->size() >= kMostViews)
      return fail(ErrorKind::impossible, "too_many",
                  std::string("there are too many: delete one ") + name.what + " first");
  }
  auto stored = catalog_.put(name.type, id, dump(draft), if_match);
  if (!stored) return stored;
  stored->json = view_of(*stored);
  return stored;
}

Status SavedViews::remove(SavedKind kind, std::string_view id, std::string_view if_match) {
  const std::lock_guard lock(mutex_);
  if (!catalog_.get(name_of(kind).type, id)) return tl::unexpected(unknown(kind));
  auto removed = catalog_.remove(name_of(kind).type, id, if_match);
  if (!removed) return tl::unexpected(removed.error());
  if (kind == SavedKind::report) leave_dashboards(id);
  return {};
}

void SavedViews::leave_dashboards(std::string_view report) {
  const auto dashboards = catalog_.list("dashboards");
  if (!dashboards) return;
  for (const Document& one : *dashboards) {
    json j = json::parse(one.json, nullptr, false);
    json& reports = j["reports"];
    const auto rest = std::remove(reports.begin(), reports.end(), json(report));
    if (rest == reports.end()) continue;
    reports.erase(rest, reports.end());
    static_cast<void>(catalog_.put("dashboards", one.id, dump(j)));
  }
}

}  // namespace viaggio::catalog
