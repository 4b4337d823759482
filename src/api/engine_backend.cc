#include "api/engine_backend.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "api/export_tables.h"
#include "engine/copying.h"
#include "engine/question_in_sql.h"
#include "imports/guess.h"
#include "imports/mapping.h"
#include "imports/shipped.h"

namespace viaggio::api {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

Result<Versioned> versioned(Result<catalog::Document> document) {
  if (!document) return tl::unexpected(document.error());
  return Versioned{document->json, document->etag()};
}

class Subscription final : public LiveSubscription {
 public:
  Subscription(engine::Live& live, LiveSink sink) : live_(live) {
    id_ =
        live_.listen([sink = std::move(sink)](const std::shared_ptr<const engine::LiveMessage>& m) {
          sink(std::make_shared<const LiveMessage>(LiveMessage{m->event, m->data}));
        });
  }
  ~Subscription() override { live_.forget(id_); }

 private:
  engine::Live& live_;
  std::uint64_t id_ = 0;
};

Result<engine::Engine::ExportScope> scope_of(const ExportRequest& r) {
  engine::Engine::ExportScope scope;
  for (const bool from : {true, false}) {
    const std::string& text = from ? r.from : r.to;
    if (text.empty()) continue;
    auto t = parse_time(text);
    if (!t) return invalid(from ? "from" : "to", t.error().detail);
    (from ? scope.range.from : scope.range.to) = *t;
  }
  scope.customer = r.customer;
  if (r.order != "sequence" && r.order != "customer")
    return invalid("order", "must be sequence or customer");
  scope.by_customer = r.order == "customer";
  return scope;
}

}  // namespace

class EngineBackend final : public Backend {
 public:
  EngineBackend(std::unique_ptr<engine::Engine> engine, std::string id)
      : engine_(std::move(engine)), id_(std::move(id)) {}

  engine::Engine& engine() { return *engine_; }

  std::string id() const override { return id_; }
  std::string name() const override { return engine_->settings().name; }
  bool demo() const override { return engine_->settings().demo; }
  std::string language() const override { return engine_->settings().language; }

  std::optional<KeyGrant> check_key(std::string_view key) const override {
    const auto grant = engine_->keys().check(key);
    if (!grant) return std::nullopt;
    return KeyGrant{grant->kind == auth::KeyKind::secret, grant->source};
  }
  Result<std::string> keys() override {
    json out;
    out["keys"] = json::array();
    for (const auto& k : engine_->keys().list()) {
      out["keys"].push_back(
          {{"kind", auth::to_string(k.kind)}, {"key", k.key}, {"source", k.source}});
    }
    return out.dump();
  }
  Result<std::string> create_key(std::string_view body) override {
    const json j = json::parse(body, nullptr, false);
    if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
    for (const char* field : {"kind", "source"}) {
      if (!j.contains(field) || !j[field].is_string()) return invalid(field, "is missing");
    }
    auto kind = auth::parse_key_kind(j["kind"].get<std::string>());
    if (!kind) return tl::unexpected(kind.error());
    auto key = engine_->keys().create(*kind, j["source"].get<std::string>());
    if (!key) return tl::unexpected(key.error());
    return json{{"kind", j["kind"]}, {"source", j["source"]}, {"key", *key}}.dump();
  }

  Result<std::string> health() override { return engine_->health(); }
  std::string metrics() override { return engine_->metrics(); }

  void collect(CollectRequest&& request, CollectDone done) override {
    formats::ParseContext context;
    const auto endpoint = formats::endpoint_of_path("/v1/" + request.endpoint);
    if (!endpoint) {
      done(fail(ErrorKind::not_found, "unknown_endpoint", "there is no such collecting route"));
      return;
    }
    const engine::Settings settings = engine_->settings();
    context.endpoint = *endpoint;
    context.sender = request.secret ? formats::Sender::secret_key : formats::Sender::write_key;
    context.limits = formats::Limits::of(context.sender);
    context.source = request.source;
    context.received_at = now_micros();
    context.received_from = request.remote_ip;
    context.do_not_track = request.dnt;
    context.global_privacy_control = request.gpc;
    context.country = settings.country;
    engine_->collect(request.body, context,
                     [done = std::move(done)](Result<engine::Collected> answer) {
                       if (!answer) {
                         done(tl::unexpected(answer.error()));
                         return;
                       }
                       CollectAnswer out;
                       out.stored = answer->stored;
                       out.duplicates = answer->duplicates;
                       for (auto& r : answer->rejected)
                         out.rejected.push_back({r.index, r.code, r.field, r.detail});
                       done(std::move(out));
                     });
  }

  Result<std::string> query(std::string_view kind, std::string_view question) override {
    return engine_->query(kind, question);
  }
  Result<std::string> sql(std::string_view body) override { return engine_->copying().sql(body); }
  Result<std::string> sql_tables() override { return engine_->copying().tables(); }
  Result<std::string> question_in_sql(std::string_view body) override {
    return engine::question_in_sql(*engine_, body);
  }

  Status export_events(const ExportRequest& request, const Begin& begin) override {
    return export_lines(request, begin, "events", [&](const auto& scope, const auto& sink) {
      return engine_->export_events(scope, sink);
    });
  }
  Status export_customers(const ExportRequest& request, const Begin& begin) override {
    return export_lines(request, begin, "customers", [&](const auto& scope, const auto& sink) {
      return engine_->export_customers(scope, sink);
    });
  }

  Result<std::string> customers(std::string_view search, std::size_t limit,
                                std::string_view cursor) override {
    return engine_->customers(search, limit, cursor);
  }
  Result<std::string> customer(std::string_view id) override { return engine_->customer(id); }
  Result<std::string> timeline(std::string_view id, bool newest_first, std::size_t limit,
                               std::string_view cursor) override {
    return engine_->timeline(id, {limit, cursor, newest_first});
  }
  Result<std::string> identity(std::string_view id) override { return engine_->identity(id); }
  Result<std::string> merge(std::string_view body, std::string_view actor) override {
    return engine_->merge(body, actor);
  }
  Result<std::string> undo_link(std::uint64_t link, std::string_view actor) override {
    return engine_->undo_link(link, actor);
  }
  Result<std::string> preview_merge(std::string_view body) override {
    return engine_->preview_merge(body);
  }
  Result<std::string> preview_undo(std::uint64_t link) override {
    return engine_->preview_undo(link);
  }
  Result<Versioned> identity_policy() override { return versioned(engine_->identity_policy()); }
  Result<Versioned> put_identity_policy(std::string_view body, std::string_view if_match) override {
    return versioned(engine_->put_identity_policy(body, if_match));
  }
  Result<std::string> shared_values(std::size_t customers, std::size_t limit) override {
    return engine_->shared_values(customers, limit);
  }
  Result<std::string> conflicts(std::size_t limit) override { return engine_->conflicts(limit); }
  Result<std::string> dismiss_conflict(std::uint64_t conflict, std::string_view actor) override {
    return engine_->dismiss_conflict(conflict, actor);
  }

  Result<Versioned> settings() override { return versioned(engine_->settings_document()); }
  Result<Versioned> put_settings(std::string_view body, std::string_view if_match) override {
    return versioned(engine_->put_settings(body, if_match));
  }
  Result<std::string> stage_models() override {
    auto list = engine_->stage_models();
    if (!list) return tl::unexpected(list.error());
    std::string out = "{\"models\":[";
    for (std::size_t i = 0; i < list->size(); ++i) out += (i == 0 ? "" : ",") + (*list)[i].json;
    return out + "]}";
  }
  Result<Versioned> stage_model(std::string_view id) override {
    return versioned(engine_->stage_model_document(id));
  }
  Result<Versioned> put_stage_model(std::string_view id, std::string_view body,
                                    std::string_view if_match) override {
    return versioned(engine_->put_stage_model(id, body, if_match));
  }
  Result<Versioned> touchpoints() override { return versioned(engine_->touchpoints()); }
  Result<Versioned> put_touchpoints(std::string_view body, std::string_view if_match) override {
    return versioned(engine_->put_touchpoints(body, if_match));
  }
  Result<std::string> preview_touchpoints(std::string_view body) override {
    return engine_->preview_touchpoints(body);
  }
  Result<std::string> vocabulary() override { return engine_->vocabulary(); }

  Result<std::string> audiences() override { return engine_->audiences(); }
  Result<Versioned> audience(std::string_view id) override {
    return versioned(engine_->audience(id));
  }
  Result<Versioned> create_audience(std::string_view body) override {
    return versioned(engine_->create_audience(body));
  }
  Result<Versioned> put_audience(std::string_view id, std::string_view body,
                                 std::string_view if_match) override {
    return versioned(engine_->put_audience(id, body, if_match));
  }
  Status remove_audience(std::string_view id, std::string_view if_match) override {
    return engine_->remove_audience(id, if_match);
  }
  Result<std::string> audience_customers(std::string_view id, std::size_t limit,
                                         std::string_view cursor) override {
    return engine_->audience_customers(id, limit, cursor);
  }

  Result<std::string> saved_views(catalog::SavedKind kind) override { return saved_.list(kind); }
  Result<Versioned> saved_view(catalog::SavedKind kind, std::string_view id) override {
    return versioned(saved_.get(kind, id));
  }
  Result<Versioned> create_saved_view(catalog::SavedKind kind, std::string_view body) override {
    return versioned(saved_.create(kind, body));
  }
  Result<Versioned> put_saved_view(catalog::SavedKind kind, std::string_view id,
                                   std::string_view body, std::string_view if_match) override {
    return versioned(saved_.put(kind, id, body, if_match));
  }
  Status remove_saved_view(catalog::SavedKind kind, std::string_view id,
                           std::string_view if_match) override {
    return saved_.remove(kind, id, if_match);
  }

  std::unique_ptr<LiveSubscription> subscribe_live(LiveSink sink) override {
    return std::make_unique<Subscription>(engine_->live(), std::move(sink));
  }
  Result<std::string> live_recent(std::size_t limit) override {
    return "{\"events\":" + engine_->live().recent("event", limit) +
           ",\"rejected\":" + engine_->live().recent("rejected", limit) +
           ",\"counters\":" + engine_->live_counters() + "}";
  }

  Result<std::string> preview_import(std::string_view name, std::string_view head) override {
    auto zone = Zone::find(engine_->settings().timezone);
    return imports::guess_mapping(std::string(name), head, zone ? zone->name() : "UTC");
  }
  Result<std::string> start_import(const ImportRequest& r) override {
    const engine::Settings settings = engine_->settings();
    imports::Request request;
    request.path = r.path;
    request.name = r.name;
    request.source = r.source;
    request.timezone = settings.timezone;
    request.country = settings.country;
    request.format = imports::parse_file_format(r.mapping);
    if (request.format == imports::FileFormat::mapped) {
      auto mapping = find_mapping(r.mapping);
      if (!mapping) return tl::unexpected(mapping.error());
      request.mapping = std::move(*mapping);
    }
    return engine_->start_import(request, r.name, true);
  }
  Result<std::string> imports() override { return engine_->imports(); }
  Result<std::string> import_state(std::string_view id) override {
    return engine_->import_state(id);
  }
  Status import_rejected(std::string_view id, const Begin& begin) override {
    auto file = engine_->import_rejected_file(id);
    if (!file) return tl::unexpected(file.error());
    const Sink sink = begin({"text/csv; charset=utf-8", std::string(id) + "-rejected.csv"});
    return fs::exists(*file) ? copy_file(*file, sink) : Status{};
  }
  Result<std::string> mappings() override {
    json out;
    out["mappings"] = json::array();
    auto add = [&](const std::string& id, const std::string& text, const imports::Mapping& m) {
      out["mappings"].push_back({{"id", id},
                                 {"label", {{"it", m.label_it}, {"en", m.label_en}}},
                                 {"mapping", json::parse(text, nullptr, false)}});
    };
    for (const auto& shipped : imports::shipped_mappings()) {
      auto text = imports::mapping_toml_to_json(shipped.toml);
      if (!text) continue;
      auto m = imports::parse_mapping_json(*text);
      if (m) add(std::string(shipped.id), *text, *m);
    }
    auto own = engine_->catalog().list("mapping");
    if (!own) return tl::unexpected(own.error());
    for (const auto& d : *own) {
      auto m = imports::parse_mapping_json(d.json);
      if (m) add(d.id, d.json, *m);
    }
    return out.dump();
  }
  Result<Versioned> put_mapping(std::string_view id, std::string_view body,
                                std::string_view if_match) override {
    auto mapping = imports::parse_mapping_json(body);
    if (!mapping) return tl::unexpected(mapping.error());
    return versioned(engine_->catalog().put("mapping", id, body, if_match));
  }

  Result<std::string> table(std::string_view name) override {
    const auto& known = catalog::reference_tables();
    if (std::none_of(known.begin(), known.end(), [&](const auto& t) { return t.name == name; }))
      return fail(ErrorKind::not_found, "unknown_table", "there is no such table");
    auto rows = engine_->catalog().rows(name);
    if (!rows) return tl::unexpected(rows.error());
    return catalog::rows_json(*rows);
  }
  Result<std::string> put_table(std::string_view name, std::string_view body) override {
    auto rows = catalog::parse_rows(name, body);
    if (!rows) return tl::unexpected(rows.error());
    if (auto ok = engine_->catalog().upsert_rows(name, *rows); !ok)
      return tl::unexpected(ok.error());
    return json{{"stored", rows->size()}}.dump();
  }
  Result<std::string> add_facts(std::string_view body) override {
    auto facts = catalog::parse_facts(body);
    if (!facts) return tl::unexpected(facts.error());
    if (auto ok = engine_->catalog().upsert_facts(*facts); !ok) return tl::unexpected(ok.error());
    return json{{"stored", facts->size()}}.dump();
  }

  std::string upload_folder() const override {
    const std::string folder = engine_->folder() + "/uploads";
    std::error_code ec;
    fs::create_directories(folder, ec);
    return folder;
  }

 private:
  Result<imports::Mapping> find_mapping(const std::string& id) {
    if (auto own = engine_->catalog().get("mapping", id))
      return imports::parse_mapping_json(own->json);
    for (const auto& shipped : imports::shipped_mappings()) {
      if (shipped.id == id) return imports::parse_mapping_toml(shipped.toml);
    }
    return invalid("mapping",
                   "there is no mapping '" + id.substr(0, 60) + "'; see GET /api/mappings",
                   "unknown_mapping");
  }

  template <class Lines>
  Status export_lines(const ExportRequest& request, const Begin& begin, const std::string& name,
                      Lines&& lines) {
    auto scope = scope_of(request);
    if (!scope) return tl::unexpected(scope.error());
    if (request.format == "jsonl") {
      std::optional<Sink> sink;
      const Status done = lines(*scope, [&](std::string_view piece) {
        if (!sink) sink = begin({"application/x-ndjson", name + ".jsonl"});
        return (*sink)(piece);
      });
      if (done && !sink) begin({"application/x-ndjson", name + ".jsonl"});
      return done;
    }
    if (request.format != "csv" && request.format != "parquet")
      return invalid("format", "must be jsonl, csv or parquet");
    return export_table(request.format, name, upload_folder(),
                        name == "events" ? event_columns() : customer_columns(), begin,
                        [&](const Sink& sink) { return lines(*scope, sink); });
  }

  std::unique_ptr<engine::Engine> engine_;
  catalog::SavedViews saved_{engine_->catalog()};
  const std::string id_;
};

Workspaces::~Workspaces() = default;

Status Workspaces::add(engine::Options options, const std::string& id) {
  auto engine = engine::Engine::open(options);
  if (!engine) return tl::unexpected(engine.error());
  backends_.push_back(std::make_unique<EngineBackend>(std::move(*engine), id));
  return {};
}

Result<std::unique_ptr<Workspaces>> Workspaces::open(engine::Options first) {
  std::unique_ptr<Workspaces> out(new Workspaces);
  out->folder_ = first.folder;
  while (out->folder_.size() > 1 && out->folder_.back() == '/') out->folder_.pop_back();
  if (auto ok = out->add(first, "main"); !ok) return tl::unexpected(ok.error());
  // Workspaces made earlier from this one are opened again.
  for (int n = 2; fs::exists(out->folder_ + "-" + std::to_string(n) + "/FORMAT"); ++n) {
    engine::Options options = first;
    options.demo = false;
    options.name.clear();
    options.folder = out->folder_ + "-" + std::to_string(n);
    if (auto ok = out->add(options, "w" + std::to_string(n)); !ok)
      return tl::unexpected(ok.error());
  }
  return out;
}

std::vector<Backend*> Workspaces::list() {
  const std::lock_guard lock(mutex_);
  std::vector<Backend*> out;
  for (const auto& b : backends_) out.push_back(b.get());
  return out;
}

Backend* Workspaces::find(std::string_view id) {
  const std::lock_guard lock(mutex_);
  for (const auto& b : backends_) {
    if (b->id() == id) return b.get();
  }
  return nullptr;
}

Result<Backend*> Workspaces::create(std::string_view name) {
  const std::lock_guard one(creating_);
  // The engine opens outside the lock: every request asks the registry.
  const std::string number = std::to_string(list().size() + 1);
  if (number.size() > 2)
    return fail(ErrorKind::impossible, "too_many_workspaces",
                "this program holds 99 workspaces already");
  engine::Options options;
  options.folder = folder_ + "-" + number;
  options.name = name.empty() ? "I miei dati" : std::string(name);
  auto engine = engine::Engine::open(options);
  if (!engine) return tl::unexpected(engine.error());
  auto first = (*engine)->keys().ensure_first("", "");
  if (!first) return tl::unexpected(first.error());
  const std::lock_guard lock(mutex_);
  backends_.push_back(std::make_unique<EngineBackend>(std::move(*engine), "w" + number));
  return backends_.back().get();
}

engine::Engine& Workspaces::first() { return backends_.front()->engine(); }

}  // namespace viaggio::api
