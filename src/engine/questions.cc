// Questions: from JSON text to the module that answers, at one epoch.
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "engine/fact_series.h"
#include "journey/attribution/attribution.h"
#include "journey/funnel/funnel.h"
#include "journey/paths/paths.h"
#include "journey/retention/retention.h"
#include "journey/stages/fold.h"
#include "journey/stages/stages.h"
#include "journey/transitions/transitions.h"
#include "journey/trend/trend.h"
#include "journey/value/value.h"
#include "journey/variants/variants.h"
#include "map/map.h"

namespace viaggio::engine {

using nlohmann::json;

Result<std::shared_ptr<const classify::Classification>> Engine::classification(
    catalog::Revision revision, std::uint32_t kinds) {
  const std::lock_guard lock(classification_mutex_);
  if (classification_ && classified_revision_ == revision && classification_->kinds.size() >= kinds)
    return classification_;
  if (!rules_ || classified_revision_ != revision) {
    auto document = catalog_->get("touchpoints", "registry", revision);
    const json text =
        document ? json::parse(document->json, nullptr, false) : classify::Rules::defaults();
    auto rules = classify::Rules::read(text);
    if (!rules) return tl::unexpected(rules.error());
    rules_ = std::make_shared<const classify::Rules>(std::move(*rules));
  }
  classification_ = rules_->classify(world_->kinds.list(world_->kinds.size()));
  classified_revision_ = revision;
  return classification_;
}

Result<Scene> Engine::scene(const Common& common, Micros session_gap) {
  Scene s;
  Sequence end = 0;
  {
    // Under the lock no commit is half way: sequence, identity and snapshot belong together.
    const std::shared_lock lock(world_->mutex);
    end = world_->log->next_sequence() - 1;
    s.context.snapshot = world_->timeline->snapshot();
  }
  s.epoch = {end, catalog_->revision(), now_micros()};
  if (!common.as_of.empty()) {
    auto epoch = Epoch::parse(common.as_of);
    if (!epoch) return tl::unexpected(epoch.error());
    if (epoch->sequence > end || epoch->revision > s.epoch.revision)
      return invalid("as_of", "is not an epoch of this workspace: it lies ahead");
    s.epoch = *epoch;
    if (epoch->sequence != end) {
      const std::lock_guard lock(past_mutex_);
      if (!past_ || past_->upto != epoch->sequence) {
        auto past = build_past(*world_, epoch->sequence, sealed_gap_);
        if (!past) return tl::unexpected(past.error());
        past_ = *past;
      }
      s.past = past_;
      s.context.snapshot = past_->timeline->snapshot();
    }
  }
  auto classes = classification(s.epoch.revision, s.context.snapshot->kinds());
  if (!classes) return tl::unexpected(classes.error());
  s.context.classes = *classes;
  s.context.columns = world_->columns.get();
  s.context.now = s.epoch.clock;
  const auto settings = settings_at(s.epoch.revision);
  if (!settings) return tl::unexpected(settings.error());
  auto zone = Zone::find(common.timezone.empty() ? settings->timezone : common.timezone);
  if (!zone) return tl::unexpected(zone.error());
  s.context.zone = *zone;
  if (auto ok = choose_sessions(s, *settings, session_gap); !ok) return tl::unexpected(ok.error());
  return s;
}

Status Engine::choose_sessions(Scene& s, const Settings& settings, Micros session_gap) {
  if (!s.sealed) s.sealed = s.context.snapshot;
  s.context.snapshot = s.sealed;
  s.session_gap = session_gap;
  timeline::SessionRule rule;
  rule.gap = session_gap != 0 ? session_gap : settings.session_gap;
  s.context.session_gap = rule.gap;
  const std::string& field = settings.session_id_field;
  if (rule.gap == sealed_gap_ && field.empty()) return {};
  if (!field.empty()) {
    auto column = world_->columns->column(field, s.context.snapshot->upto());
    if (!column) return tl::unexpected(column.error());
    rule.id = [column = *column](Sequence sequence) { return column->code(sequence); };
  }
  rule.name = std::to_string(rule.gap) + " " + field;
  auto view = session_views_.view(s.context.snapshot, rule, s.context.threads);
  if (!view) return tl::unexpected(view.error());
  s.context.snapshot = *view;
  s.context.session_gap = timeline::kOneSession;
  return {};
}

namespace {

// The scene outlives the question it is asked for; its columns are made when a filter names them.
Result<std::shared_ptr<const select::CustomerColumn>> trait_column(
    const std::string& trait, const identity::Identity& identity,
    const profiles::Profiles& profiles, const timeline::Snapshot& snapshot) {
  auto column = std::make_shared<select::CustomerColumn>();
  std::map<std::string, select::Code> codes;
  std::vector<CustomerId> customers;
  snapshot.scan(
      1, [](unsigned, const timeline::CodeSpace&) { return 0; },
      [&](int, const auto& run) {
        if (run.size != 0) customers.push_back(run.customer);
      });
  for (const CustomerId c : customers) {
    std::vector<NodeId> nodes;
    for (const auto& n : identity.nodes_of(c)) nodes.push_back(n.id);
    Value v = profiles.trait(nodes, trait);
    if (v.empty()) continue;
    std::string key;
    for (const Scalar& e : v)
      key += static_cast<char>('0' + static_cast<int>(e.type)) + e.text + '\0';
    const auto [at, fresh] =
        codes.try_emplace(key, static_cast<select::Code>(column->values.size()));
    if (fresh) column->values.push_back(std::move(v));
    if (c >= column->codes.size()) column->codes.resize(c + std::size_t{1}, 0);
    column->codes[c] = at->second;
  }
  return std::shared_ptr<const select::CustomerColumn>(std::move(column));
}

}  // namespace

Result<std::shared_ptr<const select::CustomerColumn>> Engine::customer_column(
    const std::string& field, const std::shared_ptr<Scene>& scene) {
  if (field.starts_with("traits.")) {
    const std::string trait = field.substr(7);
    if (scene->past)
      return trait_column(trait, scene->past->identity, scene->past->profiles,
                          *scene->context.snapshot);
    const std::shared_lock lock(world_->mutex);
    return trait_column(trait, world_->identity, world_->profiles, *scene->context.snapshot);
  }
  auto model = stage_model(field.substr(6), scene->epoch.revision);
  if (!model) return tl::unexpected(model.error());
  return journey::current_stages(*model, scene->context);
}

Result<std::shared_ptr<const select::Column>> Engine::event_column(
    const std::string& field, const std::shared_ptr<Scene>& scene) {
  auto model = stage_model(field.substr(6), scene->epoch.revision);
  if (!model) return tl::unexpected(model.error());
  return journey::stage_at_event(*model, scene->context);
}

Result<journey::StageModel> Engine::stage_model(const std::string& id,
                                                std::optional<catalog::Revision> as_of) const {
  auto document = stage_model_document(id.empty() ? "five-phases" : id, as_of);
  if (!document) return tl::unexpected(document.error());
  return journey::read_stage_model(json::parse(document->json, nullptr, false));
}

namespace {

json parse_question(std::string_view text) { return json::parse(text, nullptr, false); }

}  // namespace

Result<std::string> Engine::query(std::string_view kind, std::string_view text) {
  const auto started = std::chrono::steady_clock::now();
  const json question = parse_question(text);
  if (question.is_discarded()) return invalid("", "the question is not JSON", "invalid_json");
  if (!question.is_object())
    return invalid("", "the question must be a JSON object", "invalid_argument");
  if (kind == "people") return people(text);

  auto with_scene = [&](const Common& common, auto&& ask,
                        Micros session_gap = 0) -> Result<std::string> {
    auto made = prepared_scene(common, session_gap);
    if (!made) return tl::unexpected(made.error());
    const std::shared_ptr<Scene> shared = std::move(*made);
    Result<json> answer = ask(*shared);
    if (!answer) return tl::unexpected(answer.error());
    json out = std::move(*answer);
    out["epoch"] = shared->epoch.text();
    out["elapsed_ms"] =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started)
            .count();
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
  };
  if (kind == "funnel") {
    auto q = journey::read_funnel(question);
    if (!q) return tl::unexpected(q.error());
    return with_scene(q->common, [&](Scene& s) {
      return journey::ask_funnel(*q, s.context, identity::public_id);
    });
  }
  if (kind == "transitions") {
    auto q = journey::read_transitions(question);
    if (!q) return tl::unexpected(q.error());
    const Micros gap = std::exchange(q->sequences.session_gap, 0);  // the scene's sessions have it
    return with_scene(
        q->common, [&](Scene& s) { return journey::ask_transitions(*q, s.context); }, gap);
  }
  if (kind == "trend") {
    json events = question;
    auto facts = take_fact_series(events);
    if (!facts) return tl::unexpected(facts.error());
    auto q = journey::read_trend(events);
    if (!q) return tl::unexpected(q.error());
    return with_scene(q->common, [&](Scene& s) {
      return facts->empty() ? journey::ask_trend(*q, s.context)
                            : ask_trend_with_facts(*q, *facts, *catalog_, s.context);
    });
  }
  if (kind == "retention") {
    auto q = journey::read_retention(question);
    if (!q) return tl::unexpected(q.error());
    return with_scene(q->common, [&](Scene& s) {
      return journey::ask_retention(*q, s.context, identity::public_id);
    });
  }
  if (kind == "lifecycle") {
    auto q = journey::read_lifecycle(question);
    if (!q) return tl::unexpected(q.error());
    return with_scene(q->common, [&](Scene& s) { return journey::ask_lifecycle(*q, s.context); });
  }
  if (kind == "attribution") {
    auto q = journey::read_attribution(question);
    if (!q) return tl::unexpected(q.error());
    return with_scene(q->common, [&](Scene& s) { return journey::ask_attribution(*q, s.context); });
  }
  if (kind == "paths") {
    auto q = journey::read_paths(question);
    if (!q) return tl::unexpected(q.error());
    const Micros gap = std::exchange(q->sequences.session_gap, 0);
    return with_scene(
        q->common, [&](Scene& s) { return journey::ask_paths(*q, s.context, identity::public_id); },
        gap);
  }
  if (kind == "variants") {
    auto q = journey::read_variants(question);
    if (!q) return tl::unexpected(q.error());
    const Micros gap = std::exchange(q->sequences.session_gap, 0);
    return with_scene(
        q->common,
        [&](Scene& s) { return journey::ask_variants(*q, s.context, identity::public_id); }, gap);
  }
  if (kind == "value") {
    auto q = journey::read_value(question);
    if (!q) return tl::unexpected(q.error());
    return with_scene(q->common, [&](Scene& s) {
      return journey::ask_value(*q, s.context, identity::public_id);
    });
  }
  if (kind == "stages") {
    ObjectReader reader(question, "");
    auto common = read_common(reader);
    if (!common) return tl::unexpected(common.error());
    auto id = reader.text("model");
    if (!id) return tl::unexpected(id.error());
    if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
    return with_scene(*common, [&](Scene& s) -> Result<json> {
      auto model = stage_model(id->value_or(""), s.epoch.revision);
      if (!model) return tl::unexpected(model.error());
      auto out = journey::ask_stages(*model, *common, s.context);
      if (out) (*out)["model"] = model->id;
      return out;
    });
  }
  if (kind == "map") {
    auto q = map::read_map(question);
    if (!q) return tl::unexpected(q.error());
    return with_scene(q->common, [&](Scene& s) -> Result<json> {
      auto model = stage_model(q->model, s.epoch.revision);
      if (!model) return tl::unexpected(model.error());
      std::map<std::string, double> reach;
      catalog::FactFilter filter;
      if (q->common.range.from != std::numeric_limits<Micros>::min())
        filter.from = s.context.zone.date(q->common.range.from);
      if (q->common.range.to != std::numeric_limits<Micros>::max())
        filter.to = s.context.zone.date(q->common.range.to);
      if (auto facts = catalog_->facts(filter)) {
        for (const auto& f : *facts) {
          if (f.measure != "cost" && f.measure != "stock") reach[f.measure] += f.value;
        }
      }
      auto out =
          map::ask_map(*model, *q, s.context,
                       std::vector<std::pair<std::string, double>>(reach.begin(), reach.end()));
      if (out) {
        (*out)["model"] = model->id;
        const auto settings = settings_at(s.epoch.revision);
        (*out)["currency"] = settings ? settings->currency : "";
      }
      return out;
    });
  }
  return fail(ErrorKind::not_found, "unknown_question",
              "there is no question '" + std::string(kind.substr(0, 40)) +
                  "'; ask map, funnel, stages, transitions, paths, variants, trend, retention, "
                  "lifecycle, attribution or value");
}

}  // namespace viaggio::engine
