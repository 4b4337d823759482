// Saved audiences: the question is kept, never the list, and asked again at the epoch of whoever
// uses it (docs/semantics/audiences.md).
#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/customer_summary.h"
#include "engine/engine.h"
#include "engine/people.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

constexpr const char* kType = "audiences";
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxChain = 16;  // audiences within audiences

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

bool good_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

// "Carrello da telefono!" -> "carrello-da-telefono".
std::string slug(std::string_view name) {
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
  return out.empty() ? "audience" : out;
}

struct Draft {
  std::string name;
  json question;
  PeopleQuestion people;
};

// A question of kind "people" is one with its select beside it.
Result<PeopleQuestion> read_stored(const json& question, const std::string& path) {
  if (!question.is_object() || question.value("kind", json()) != "people")
    return read_people_question(question, nullptr, path);
  ObjectReader reader(question, path);
  reader.find("kind");
  const json* inner = reader.find("question");
  if (inner == nullptr) return invalid(path + ".question", "is missing: of which question?");
  const json* select = reader.find("select");
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return read_people_question(*inner, select, path + ".question");
}

Result<Draft> read_draft(std::string_view body, std::string_view id) {
  const json j = json::parse(body, nullptr, false);
  if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
  ObjectReader reader(j, "");
  Draft d;
  auto named = reader.text("id");
  if (!named) return tl::unexpected(named.error());
  if (*named && **named != id) return invalid("id", "must be the one of the address");
  auto name = reader.text("name");
  if (!name) return tl::unexpected(name.error());
  d.name = name->value_or("");
  if (d.name.empty() || d.name.size() > kMaxName)
    return invalid("name", "must be a text of 1 to 200 bytes");
  const json* question = reader.find("question");
  if (question == nullptr) return invalid("question", "is missing: whose people?");
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  auto people = read_stored(*question, "question");
  if (!people) return tl::unexpected(people.error());
  if (!people->common().as_of.empty())
    return invalid("question.as_of", "an audience is asked at the epoch of whoever uses it");
  d.question = *question;
  d.people = std::move(*people);
  return d;
}

std::shared_ptr<const select::CustomerBits> bits_of(const std::vector<CustomerId>& customers) {
  auto bits = std::make_shared<select::CustomerBits>();
  for (const CustomerId c : customers) {
    if (c / 64 >= bits->size()) bits->resize(c / 64 + std::size_t{1}, 0);
    (*bits)[c / 64] |= std::uint64_t{1} << (c % 64);
  }
  return bits;
}

}  // namespace

Result<std::shared_ptr<Scene>> Engine::prepared_scene(const Common& common, Micros session_gap) {
  auto made = scene(common, session_gap);
  if (!made) return tl::unexpected(made.error());
  auto shared = std::make_shared<Scene>(std::move(*made));
  shared->context.customer_column = [this, weak = std::weak_ptr(shared)](const std::string& field) {
    return customer_column(field, weak.lock());
  };
  shared->context.event_column = [this, weak = std::weak_ptr(shared)](const std::string& field) {
    return event_column(field, weak.lock());
  };
  if (!common.audience_id.empty()) {
    std::vector<std::string> chain;
    auto people = audience_people(common.audience_id, *shared, chain);
    if (!people) return tl::unexpected(people.error());
    shared->context.audience = bits_of(people->customers);
  }
  return shared;
}

Result<People> Engine::audience_people(const std::string& id, const Scene& scene,
                                       std::vector<std::string>& chain) {
  if (std::find(chain.begin(), chain.end(), id) != chain.end() || chain.size() >= kMaxChain)
    return fail(ErrorKind::impossible, "audience_cycle",
                "the saved audience '" + id.substr(0, 64) + "' is defined by itself", "audience");
  auto document = catalog_->get(kType, id, scene.epoch.revision);
  if (!document)
    return invalid(
        "audience",
        "there is no saved audience '" + id.substr(0, 64) + "'; give its id or a list of filters",
        "unknown_audience");
  const json stored = json::parse(document->json, nullptr, false);
  auto question = read_stored(stored.value("question", json()), "question");
  if (!question) return tl::unexpected(question.error());
  chain.push_back(id);
  auto people = people_at(*question, scene, chain);
  chain.pop_back();
  if (people || people.error().code == "audience_cycle") return people;
  return fail(ErrorKind::impossible, "audience_broken",
              "the saved audience '" + id + "' cannot be asked any more: " + people.error().field +
                  " " + people.error().detail,
              "audience");
}

Result<People> Engine::people_at(const PeopleQuestion& question, const Scene& scene,
                                 std::vector<std::string>& chain) {
  Scene own = scene;
  own.context.audience.reset();
  if (!question.common().audience_id.empty()) {
    auto inner = audience_people(question.common().audience_id, scene, chain);
    if (!inner) return inner;
    own.context.audience = bits_of(inner->customers);
  }
  // An audience has the sessions of its own question, not of the one that names it.
  if (own.session_gap != question.session_gap) {
    const auto settings = settings_at(own.epoch.revision);
    if (!settings) return tl::unexpected(settings.error());
    if (auto ok = choose_sessions(own, *settings, question.session_gap); !ok)
      return tl::unexpected(ok.error());
  }
  return people_of(question, own);
}

Result<std::string> Engine::audience_view(const catalog::Document& document, const Scene& scene) {
  json out = json::parse(document.json, nullptr, false);
  std::vector<std::string> chain;
  auto people = audience_people(document.id, scene, chain);
  out["customers"] = people ? json(people->customers.size()) : json(nullptr);
  if (!people) out["error"] = {{"code", people.error().code}, {"detail", people.error().detail}};
  out["epoch"] = scene.epoch.text();
  return dump(out);
}

Result<std::string> Engine::audiences() {
  auto scene = prepared_scene(Common{});
  if (!scene) return tl::unexpected(scene.error());
  auto list = catalog_->list(kType, (*scene)->epoch.revision);
  if (!list) return tl::unexpected(list.error());
  std::string out = "{\"audiences\":[";
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto one = audience_view((*list)[i], **scene);
    if (!one) return one;
    out += (i == 0 ? "" : ",") + *one;
  }
  return out + "]}";
}

Result<catalog::Document> Engine::audience(std::string_view id) {
  auto document = catalog_->get(kType, id);
  if (!document)
    return fail(ErrorKind::not_found, "unknown_audience", "there is no such saved audience", "id");
  auto scene = prepared_scene(Common{});
  if (!scene) return tl::unexpected(scene.error());
  auto view = audience_view(*document, **scene);
  if (!view) return tl::unexpected(view.error());
  document->json = std::move(*view);
  return document;
}

Result<catalog::Document> Engine::create_audience(std::string_view body) {
  auto draft = read_draft(body, "");
  if (!draft) return tl::unexpected(draft.error());
  const std::lock_guard lock(audiences_mutex_);
  const std::string base = slug(draft->name);
  std::string id = base;
  for (int n = 2; catalog_->get(kType, id); ++n) id = base + "-" + std::to_string(n);
  return store_audience(id, body, "");
}

Result<catalog::Document> Engine::put_audience(std::string_view id, std::string_view body,
                                               std::string_view if_match) {
  if (!good_id(id)) return invalid("id", "must be 1 to 64 characters of a-z, 0-9 and -");
  const std::lock_guard lock(audiences_mutex_);
  return store_audience(std::string(id), body, if_match);
}

Result<catalog::Document> Engine::store_audience(const std::string& id, std::string_view body,
                                                 std::string_view if_match) {
  auto draft = read_draft(body, id);
  if (!draft) return tl::unexpected(draft.error());
  // Asked once now, so that a question that cannot work is refused here and not by its users.
  auto scene = prepared_scene(Common{});
  if (!scene) return tl::unexpected(scene.error());
  std::vector<std::string> chain{id};
  auto people = people_at(draft->people, **scene, chain);
  if (!people) {
    Error e = people.error();
    e.field = e.field.empty() ? "question" : "question." + e.field;
    return tl::unexpected(std::move(e));
  }
  json text{{"id", id}, {"name", draft->name}, {"question", draft->question}};
  text["saved"] = {{"customers", people->customers.size()}, {"epoch", (*scene)->epoch.text()}};
  if (const auto known = catalog_->get(kType, id)) {
    const json before = json::parse(known->json, nullptr, false);
    if (before["name"] == text["name"] && before["question"] == text["question"]) text = before;
  }
  auto put = catalog_->put(kType, id, dump(text), if_match);
  if (!put) return put;
  text["customers"] = people->customers.size();
  text["epoch"] = Epoch{(*scene)->epoch.sequence, put->revision, (*scene)->epoch.clock}.text();
  put->json = dump(text);
  return put;
}

Status Engine::remove_audience(std::string_view id, std::string_view if_match) {
  const std::lock_guard lock(audiences_mutex_);
  if (!catalog_->get(kType, id))
    return fail(ErrorKind::not_found, "unknown_audience", "there is no such saved audience", "id");
  auto list = catalog_->list(kType);
  if (!list) return tl::unexpected(list.error());
  for (const auto& d : *list) {
    const json stored = json::parse(d.json, nullptr, false);
    auto question = read_stored(stored.value("question", json()), "question");
    if (d.id != id && question && question->common().audience_id == id)
      return fail(ErrorKind::conflict, "audience_in_use",
                  "the saved audience '" + d.id + "' is defined by it; change that one first");
  }
  auto removed = catalog_->remove(kType, id, if_match);
  if (!removed) return tl::unexpected(removed.error());
  return {};
}

Result<std::string> Engine::audience_customers(std::string_view id, std::size_t limit,
                                               std::string_view cursor) {
  Common common;
  PeopleCursor after;
  if (!cursor.empty()) {
    auto parsed = PeopleCursor::parse(cursor);
    if (!parsed) return tl::unexpected(parsed.error());
    after = std::move(*parsed);
    common.as_of = after.epoch;
  }
  auto scene = prepared_scene(common);
  if (!scene) {
    Error e = scene.error();
    if (e.field == "as_of") e.field = "cursor";
    return tl::unexpected(std::move(e));
  }
  auto list = people_list("audience " + std::string(id), **scene, [&] {
    std::vector<std::string> chain;
    return audience_people(std::string(id), **scene, chain);
  });
  if (!list) {
    Error e = list.error();
    if (e.code == "unknown_audience") e = {ErrorKind::not_found, e.code, e.detail, "id"};
    return tl::unexpected(std::move(e));
  }
  const PeoplePage page = page_of(**list, after, limit, **scene);
  json out{{"total", (*list)->customers.size()},
           {"epoch", (*scene)->epoch.text()},
           {"cursor", page.cursor.empty() ? json(nullptr) : json(page.cursor)},
           {"customers", json::array()}};
  auto model = stage_model("", (*scene)->epoch.revision);
  const std::shared_lock lock(world_->mutex);
  for (const CustomerId c : page.customers)
    out["customers"].push_back(
        customer_summary(*world_, (*scene)->context, model ? &*model : nullptr, c));
  return dump(out);
}

}  // namespace viaggio::engine
