// Lists of people: from a question to its customers, a page at a time.
#include "engine/people.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/customer_journey.h"
#include "engine/engine.h"
#include "journey/funnel/funnel.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

constexpr std::size_t kLists = 4;  // that are kept for the next page

Error under(Error e, const std::string& path) {
  if (!path.empty()) e.field = e.field.empty() ? path : path + "." + e.field;
  return e;
}

Result<PeopleQuestion> read_stages(const json& question, const json* select) {
  ObjectReader reader(question, "");
  PeopleQuestion out;
  out.kind = PeopleQuestion::Kind::stages;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  out.map.common = std::move(*common);
  auto model = reader.text("model");
  if (!model) return tl::unexpected(model.error());
  out.map.model = model->value_or("");
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  auto selection = map::read_people_selection(*select, "select");
  if (!selection) return tl::unexpected(selection.error());
  if (selection->row) return invalid("select.row", "stages have no rows; ask a map");
  out.select = std::move(*selection);
  return out;
}

Result<PeopleQuestion> read_of_map(const json& question, const json* select) {
  PeopleQuestion out;
  auto read = map::read_map(question);
  if (!read) return tl::unexpected(read.error());
  out.map = std::move(*read);
  auto selection = map::read_people_selection(*select, "select");
  if (!selection) return tl::unexpected(selection.error());
  out.select = std::move(*selection);
  return out;
}

Result<PeopleQuestion> read_of_funnel(const json& question) {
  PeopleQuestion out;
  out.kind = PeopleQuestion::Kind::funnel;
  auto read = journey::read_funnel(question);
  if (!read) return tl::unexpected(read.error());
  if (!read->people) return invalid("people", "is missing: which step, reached or dropped?");
  out.funnel = std::move(*read);
  // All of them, and nothing else.
  out.funnel->people->limit = static_cast<std::size_t>(-1);
  out.funnel->breakdown.reset();
  out.funnel->interval.reset();
  return out;
}

Result<PeopleQuestion> read_of_value(const json& question) {
  PeopleQuestion out;
  out.kind = PeopleQuestion::Kind::value;
  auto read = journey::read_value(question);
  if (!read) return tl::unexpected(read.error());
  if (!read->people)
    return invalid("people", "is missing: of which segment, or of which r and fm?");
  out.value = std::move(*read);
  return out;
}

Result<PeopleQuestion> read_of_retention(const json& question) {
  PeopleQuestion out;
  out.kind = PeopleQuestion::Kind::retention;
  auto read = journey::read_retention(question);
  if (!read) return tl::unexpected(read.error());
  if (!read->people) return invalid("people", "is missing: which cohort and period?");
  out.retention = std::move(*read);
  return out;
}

Result<PeopleQuestion> read_of_paths(const json& question) {
  PeopleQuestion out;
  out.kind = PeopleQuestion::Kind::paths;
  auto read = journey::read_paths(question);
  if (!read) return tl::unexpected(read.error());
  if (!read->people) return invalid("people", "is missing: which node or edge?");
  out.paths = std::move(*read);
  out.session_gap = std::exchange(out.paths->sequences.session_gap, 0);
  return out;
}

Result<PeopleQuestion> read_of_variants(const json& question) {
  PeopleQuestion out;
  out.kind = PeopleQuestion::Kind::variants;
  auto read = journey::read_variants(question);
  if (!read) return tl::unexpected(read.error());
  if (!read->people) return invalid("people", "is missing: which sequence?");
  out.variants = std::move(*read);
  out.session_gap = std::exchange(out.variants->sequences.session_gap, 0);
  return out;
}

Result<PeopleQuestion> read_customers(const json& question) {
  ObjectReader reader(question, "");
  PeopleQuestion out;
  out.kind = PeopleQuestion::Kind::customers;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  out.map.common = std::move(*common);
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Result<PeopleQuestion> read_kind(std::size_t kind, const json& question, const json* select) {
  static const json nothing = json::object();
  if (select == nullptr) select = &nothing;
  switch (static_cast<PeopleQuestion::Kind>(kind)) {
    case PeopleQuestion::Kind::map:
      return read_of_map(question, select);
    case PeopleQuestion::Kind::stages:
      return read_stages(question, select);
    case PeopleQuestion::Kind::funnel:
      return read_of_funnel(question);
    case PeopleQuestion::Kind::customers:
      return read_customers(question);
    case PeopleQuestion::Kind::retention:
      return read_of_retention(question);
    case PeopleQuestion::Kind::paths:
      return read_of_paths(question);
    case PeopleQuestion::Kind::variants:
      return read_of_variants(question);
    case PeopleQuestion::Kind::value:
      return read_of_value(question);
  }
  return invalid("kind", "is not known");
}

// Customers with an event inside the range that passes `where`.
Result<std::vector<CustomerId>> with_an_event(const Common& common,
                                              const select::Context& context) {
  auto audience = select::CustomerFilter::compile(common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  auto where = select::EventFilter::compile(common.where, context);
  if (!where) return tl::unexpected(where.error());
  const Micros end = std::min(common.range.to, context.now + 1);
  std::mutex mutex;
  std::vector<CustomerId> found;
  context.snapshot->scan(
      context.threads, [](unsigned, const timeline::CodeSpace& codes) { return codes; },
      [&](const timeline::CodeSpace& codes, const auto& run) {
        if (run.size == 0 || !audience->passes(run.customer)) return;
        bool any = false;
        for (std::uint32_t i = 0; !any && i < run.size && run.time[i] < end; ++i)
          any = run.time[i] >= common.range.from && where->passes(codes, run, i);
        if (!any) return;
        const std::lock_guard lock(mutex);
        found.push_back(run.customer);
      });
  return found;
}

void order_by_id(std::vector<CustomerId>& customers) {
  std::vector<std::pair<std::string, CustomerId>> named;
  named.reserve(customers.size());
  for (const CustomerId c : customers) named.emplace_back(identity::public_id(c), c);
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  customers.clear();
  for (const auto& [id, c] : named) customers.push_back(c);
}

}  // namespace

Result<PeopleQuestion> read_people_question(const json& question, const json* select,
                                            const std::string& path) {
  if (!question.is_object()) return invalid(path, "must be an object: a question with its kind");
  static const std::vector<std::string> kKinds{"map",       "stages", "funnel",   "customers",
                                               "retention", "paths",  "variants", "value"};
  json rest = question;
  std::size_t kind = 0;
  if (const auto at = rest.find("kind"); at != rest.end()) {
    const auto known = at->is_string()
                           ? std::find(kKinds.begin(), kKinds.end(), at->get<std::string>())
                           : kKinds.end();
    if (known == kKinds.end())
      return invalid(
          path + ".kind",
          "must be one of map, stages, funnel, customers, retention, paths, variants, value");
    kind = static_cast<std::size_t>(known - kKinds.begin());
    rest.erase("kind");
  }
  if (select != nullptr && kind >= 2) return invalid("select", "belongs to a map or to stages");
  json inside;
  if (select == nullptr && kind < 2 && rest.contains("select")) {
    inside = rest["select"];
    rest.erase("select");
    select = &inside;
  }
  auto read = read_kind(kind, rest, select);
  if (read) return read;
  const bool of_select = read.error().field.starts_with("select");
  return tl::unexpected(of_select && select != &inside ? read.error() : under(read.error(), path));
}

std::string PeopleCursor::text() const { return epoch + "." + identity::public_id(after); }

Result<PeopleCursor> PeopleCursor::parse(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto after = dot == std::string_view::npos
                         ? std::nullopt
                         : identity::parse_public_id(text.substr(dot + 1));
  if (!after || !Epoch::parse(text.substr(0, dot)))
    return invalid("cursor", "is not a cursor of this list; use the one of an answer");
  return PeopleCursor{std::string(text.substr(0, dot)), *after};
}

Result<People> Engine::people_of(const PeopleQuestion& question, const Scene& scene) {
  People out;
  if (question.kind == PeopleQuestion::Kind::funnel) {
    // The funnel names everyone once; the number is all that is wanted here.
    auto answer = journey::ask_funnel(*question.funnel, scene.context, [&](CustomerId c) {
      out.customers.push_back(c);
      return std::string();
    });
    if (!answer) return tl::unexpected(answer.error());
  } else if (question.kind == PeopleQuestion::Kind::customers) {
    auto found = with_an_event(question.common(), scene.context);
    if (!found) return tl::unexpected(found.error());
    out.customers = std::move(*found);
  } else if (question.kind == PeopleQuestion::Kind::retention) {
    auto found = journey::retention_people(*question.retention, scene.context);
    if (!found) return tl::unexpected(found.error());
    out.customers = std::move(*found);
  } else if (question.kind == PeopleQuestion::Kind::paths) {
    auto found = journey::paths_people(*question.paths, scene.context);
    if (!found) return tl::unexpected(found.error());
    out.customers = std::move(*found);
  } else if (question.kind == PeopleQuestion::Kind::variants) {
    auto found = journey::variants_people(*question.variants, scene.context);
    if (!found) return tl::unexpected(found.error());
    out.customers = std::move(*found);
  } else if (question.kind == PeopleQuestion::Kind::value) {
    auto found = journey::value_people(*question.value, scene.context);
    if (!found) return tl::unexpected(found.error());
    out.customers = std::move(*found);
  } else {
    auto model = stage_model(question.map.model, scene.epoch.revision);
    if (!model) return tl::unexpected(model.error());
    auto found = map::map_people(*model, question.map, question.select, scene.context);
    if (!found) return tl::unexpected(found.error());
    out.customers = std::move(found->customers);
    out.next = std::move(found->next);
    out.stopped_at = std::move(found->stopped_at);
    out.words = std::move(found->words);
  }
  order_by_id(out.customers);
  return out;
}

Result<std::shared_ptr<const People>> Engine::people_list(
    const std::string& name, const Scene& scene, const std::function<Result<People>()>& ask) {
  const std::string key = scene.epoch.text() + " " + name;
  {
    const std::lock_guard lock(people_mutex_);
    for (const auto& [known, list] : people_) {
      if (known == key) return list;
    }
  }
  auto people = ask();
  if (!people) return tl::unexpected(people.error());
  auto list = std::make_shared<const People>(std::move(*people));
  const std::lock_guard lock(people_mutex_);
  people_.emplace_front(key, list);
  if (people_.size() > kLists) people_.pop_back();
  return list;
}

Engine::PeoplePage Engine::page_of(const People& people, const PeopleCursor& cursor,
                                   std::size_t limit, const Scene& scene) {
  const auto& all = people.customers;
  PeoplePage page;
  auto at = all.begin();
  if (cursor.after != kNoCustomer) {
    const std::string after = identity::public_id(cursor.after);
    at = std::upper_bound(all.begin(), all.end(), after, [](const std::string& a, CustomerId c) {
      return a < identity::public_id(c);
    });
  }
  for (; at != all.end() && page.customers.size() < limit; ++at) page.customers.push_back(*at);
  if (at != all.end()) page.cursor = PeopleCursor{scene.epoch.text(), *(at - 1)}.text();
  return page;
}

namespace {

json write_places(const std::vector<map::NextPlace>& places) {
  json out = json::array();
  for (const auto& n : places) {
    out.push_back({{n.is_stage ? "stage" : "row", n.id},
                   {"label", {{"it", n.label.it}, {"en", n.label.en}}},
                   {"customers", n.customers},
                   {"share", n.share}});
  }
  return out;
}

json write_words(const std::vector<map::Words>& words) {
  json out = json::array();
  for (const auto& w : words) out.push_back({{"text", w.text}, {"value", w.value}});
  return out;
}

// Equal steps in a row are drawn as one, so more are told than a strip shows.
constexpr std::size_t kMostSteps = 40;

// The last steps of a customer, with their stage when the question has a model.
json write_journey(const select::Context& context, CustomerId customer,
                   const journey::StageModel* model) {
  const CustomerJourney j = journey_of(context, customer);
  CustomerStays s;
  if (model != nullptr) s = stays_of(*model, context, customer);
  json steps = json::array();
  const std::size_t from = j.sequences.size() > kMostSteps ? j.sequences.size() - kMostSteps : 0;
  for (std::size_t k = from; k < j.sequences.size(); ++k) {
    const auto& t = context.classes->touchpoints[context.classes->touchpoint[j.kinds[k].first]];
    json stage = nullptr;
    if (k < s.stay_of.size() && s.stay_of[k] != journey::kNoStay)
      stage = model->stages[s.stays[static_cast<std::size_t>(s.stay_of[k])].stage].id;
    steps.push_back({{"touchpoint", t.id},
                     {"icon", t.icon},
                     {"label", {{"it", t.label.it}, {"en", t.label.en}}},
                     {"timestamp", format_time(j.times[k])},
                     {"stage", stage}});
  }
  return steps;
}

}  // namespace

Result<std::string> Engine::people(std::string_view text) {
  const auto started = std::chrono::steady_clock::now();
  const json body = json::parse(text, nullptr, false);
  ObjectReader reader(body, "");
  const json* question = reader.find("question");
  if (question == nullptr) return invalid("question", "is missing: of which question?");
  const json* select = reader.find("select");
  auto limit = reader.integer("limit", 1, 1000);
  if (!limit) return tl::unexpected(limit.error());
  auto cursor = reader.text("cursor");
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  auto read = read_people_question(*question, select, "question");
  if (!read) return tl::unexpected(read.error());
  Common common = read->common();
  PeopleCursor after;
  if (*cursor) {
    auto parsed = PeopleCursor::parse(**cursor);
    if (!parsed) return tl::unexpected(parsed.error());
    after = std::move(*parsed);
    if (!common.as_of.empty() && common.as_of != after.epoch)
      return invalid("cursor", "belongs to another epoch than as_of");
    common.as_of = after.epoch;
  }
  auto scene = prepared_scene(common, read->session_gap);
  if (!scene) return tl::unexpected(under(scene.error(), "question"));
  const std::string name = question->dump() + (select == nullptr ? "" : select->dump());
  auto list = people_list(name, **scene, [&] { return people_of(*read, **scene); });
  if (!list)
    return tl::unexpected(
        list.error().field.starts_with("select") ? list.error() : under(list.error(), "question"));
  std::optional<journey::StageModel> model;
  if (read->has_model()) {
    auto known = stage_model(read->map.model, (*scene)->epoch.revision);
    if (known) model = std::move(*known);
  }
  const PeoplePage page =
      page_of(**list, after, static_cast<std::size_t>(limit->value_or(100)), **scene);
  json out{{"total", (*list)->customers.size()},
           {"next", write_places((*list)->next)},
           {"stopped_at", write_places((*list)->stopped_at)},
           {"words", write_words((*list)->words)},
           {"cursor", page.cursor.empty() ? json(nullptr) : json(page.cursor)},
           {"epoch", (*scene)->epoch.text()},
           {"customers", json::array()}};
  const std::shared_lock lock(world_->mutex);
  for (const CustomerId c : page.customers) {
    std::vector<NodeId> nodes;
    for (const auto& n : world_->identity.nodes_of(c)) nodes.push_back(n.id);
    out["customers"].push_back(
        {{"customer_id", identity::public_id(c)},
         {"name", world_->profiles.name(nodes)},
         {"journey", write_journey((*scene)->context, c, model ? &*model : nullptr)}});
  }
  out["elapsed_ms"] =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace viaggio::engine
