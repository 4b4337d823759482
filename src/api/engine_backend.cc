#include "api/engine_backend.h"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/export_tables.h"
#include "formats/segment.h"
#include "imports/guess.h"
#include "imports/mapping.h"
#include "imports/shipped.h"

namespace viaggio::api {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kMappings = "mapping";  // type of the catalog's documents
constexpr std::size_t kGuessBytes = 1 << 20;

std::string text(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

formats::Endpoint endpoint_of(std::string_view name) {
  return formats::endpoint_of_path("/v1/" + std::string(name)).value_or(formats::Endpoint::batch);
}

CollectAnswer answer_of(engine::Collected&& collected) {
  CollectAnswer answer{collected.stored, collected.duplicates, {}};
  for (formats::Rejection& r : collected.rejected) {
    answer.rejected.push_back(
        {r.index, std::move(r.code), std::move(r.field), std::move(r.detail)});
  }
  return answer;
}

Result<Versioned> versioned(Result<catalog::Document>&& document) {
  if (!document) return tl::unexpected<Error>(document.error());
  return Versioned{std::move(document->json), document->etag()};
}

// {"id","label","mapping"} of a shipped mapping.
std::string shipped_json(const imports::ShippedMapping& shipped) {
  const auto mapping = imports::mapping_toml_to_json(shipped.toml);
  const auto parsed = imports::parse_mapping_toml(shipped.toml);
  if (!mapping || !parsed) return {};
  const std::string id(shipped.id);
  return "{\"id\":" + json_string(id) +
         ",\"label\":{\"it\":" + json_string(parsed->label_it.empty() ? id : parsed->label_it) +
         ",\"en\":" + json_string(parsed->label_en.empty() ? id : parsed->label_en) +
         "},\"mapping\":" + *mapping + "}";
}

class Subscription : public LiveSubscription {
 public:
  Subscription(engine::Live& live, std::uint64_t id) : live_(live), id_(id) {}
  ~Subscription() override { live_.forget(id_); }

 private:
  engine::Live& live_;
  const std::uint64_t id_;
};

class EngineBackend : public Backend {
 public:
  EngineBackend(std::string id, engine::Engine& engine) : id_(std::move(id)), engine_(engine) {
    std::error_code ec;
    fs::remove_all(upload_folder(), ec);  // of a process that ended half-way
    fs::create_directories(upload_folder(), ec);
  }

  std::string id() const override { return id_; }
  std::string name() const override { return engine_.settings().name; }
  bool demo() const override { return engine_.settings().demo; }
  std::string language() const override { return engine_.settings().language; }

  // ---- keys ----
  std::optional<KeyGrant> check_key(std::string_view key) const override {
    auto grant = engine_.keys().check(key);
    if (!grant) return std::nullopt;
    return KeyGrant{grant->kind == auth::KeyKind::secret, std::move(grant->source)};
  }

  Result<std::string> keys() override {
    json list = json::array();
    for (const auth::KeyInfo& k : engine_.keys().list())
      list.push_back(key_json(k.kind, k.key, k.source));
    return text({{"keys", std::move(list)}});
  }

  Result<std::string> create_key(std::string_view body) override {
    const json j = json::parse(body, nullptr, false);
    if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
    for (const auto& [field, value] : j.items()) {
      if (field != "kind" && field != "source") return invalid(field, "is not known here");
      if (!value.is_string()) return invalid(field, "must be text");
    }
    const auto kind = auth::parse_key_kind(j.value("kind", ""));
    if (!kind) return tl::unexpected<Error>(kind.error());
    const std::string source = j.value("source", "");
    const auto key = engine_.keys().create(*kind, source);
    if (!key) return tl::unexpected<Error>(key.error());
    return text(key_json(*kind, *key, source));
  }

  Result<std::string> health() override { return engine_.health(); }
  std::string metrics() override { return engine_.metrics(); }

  // ---- collecting ----
  void collect(CollectRequest&& request, CollectDone done) override {
    const std::string country = engine_.settings().country;
    formats::ParseContext context;
    context.endpoint = endpoint_of(request.endpoint);
    context.sender = request.secret ? formats::Sender::secret_key : formats::Sender::write_key;
    context.limits = formats::Limits::of(context.sender);
    context.source = request.source;
    context.received_at = now_micros();
    context.received_from = request.remote_ip;
    context.do_not_track = request.dnt;
    context.global_privacy_control = request.gpc;
    context.country = country;
    engine_.collect(request.body, context,
                    [done = std::move(done)](Result<engine::Collected> collected) {
                      if (!collected)
                        return done(tl::unexpected<Error>(std::move(collected.error())));
                      done(answer_of(std::move(*collected)));
                    });
  }

  // ---- questions, export, customers ----
  Result<std::string> query(std::string_view kind, std::string_view question) override {
    return engine_.query(kind, question);
  }

  Status export_events(const ExportRequest& request, const Begin& begin) override {
    return export_as(request, "events", event_columns(), begin,
                     [&](const engine::Engine::ExportScope& scope, const Sink& sink) {
                       return engine_.export_events(scope, sink);
                     });
  }
  Status export_customers(const ExportRequest& request, const Begin& begin) override {
    return export_as(request, "customers", customer_columns(), begin,
                     [&](const engine::Engine::ExportScope& scope, const Sink& sink) {
                       return engine_.export_customers(scope, sink);
                     });
  }

  Result<std::string> customers(std::string_view search, std::size_t limit,
                                std::string_view cursor) override {
    return engine_.customers(search, limit, cursor);
  }
  Result<std::string> customer(std::string_view id) override { return engine_.customer(id); }
  Result<std::string> timeline(std::string_view id, std::size_t limit,
                               std::string_view cursor) override {
    return engine_.timeline(id, limit, cursor);
  }
  Result<std::string> identity(std::string_view id) override { return engine_.identity(id); }
  Result<std::string> merge(std::string_view body, std::string_view actor) override {
    return engine_.merge(body, actor);
  }
  Result<std::string> undo_link(std::uint64_t link, std::string_view actor) override {
    return engine_.undo_link(link, actor);
  }

  // ---- configuration ----
  Result<Versioned> settings() override { return versioned(engine_.settings_document()); }
  Result<Versioned> put_settings(std::string_view body, std::string_view if_match) override {
    return versioned(engine_.put_settings(body, if_match));
  }
  Result<std::string> stage_models() override {
    const auto models = engine_.stage_models();
    if (!models) return tl::unexpected<Error>(models.error());
    std::string out = "{\"models\":[";
    for (const catalog::Document& d : *models) {
      if (out.back() != '[') out += ',';
      out += d.json;
    }
    return out + "]}";
  }
  Result<Versioned> stage_model(std::string_view id) override {
    return versioned(engine_.stage_model_document(id));
  }
  Result<Versioned> put_stage_model(std::string_view id, std::string_view body,
                                    std::string_view if_match) override {
    return versioned(engine_.put_stage_model(id, body, if_match));
  }
  Result<Versioned> touchpoints() override { return versioned(engine_.touchpoints()); }
  Result<Versioned> put_touchpoints(std::string_view body, std::string_view if_match) override {
    return versioned(engine_.put_touchpoints(body, if_match));
  }
  Result<std::string> preview_touchpoints(std::string_view body) override {
    return engine_.preview_touchpoints(body);
  }
  Result<std::string> vocabulary() override { return engine_.vocabulary(); }

  // ---- live ----
  std::unique_ptr<LiveSubscription> subscribe_live(LiveSink sink) override {
    const auto id = engine_.live().listen(
        [sink = std::move(sink)](const std::shared_ptr<const engine::LiveMessage>& m) {
          sink(std::make_shared<const LiveMessage>(LiveMessage{m->event, m->data}));
        });
    return std::make_unique<Subscription>(engine_.live(), id);
  }
  Result<std::string> live_recent(std::size_t limit) override {
    auto numbers = engine_.health();
    if (!numbers) return numbers;
    numbers->pop_back();  // its closing brace
    return "{\"events\":" + engine_.live().recent("event", limit) +
           ",\"rejected\":" + engine_.live().recent("rejected", limit) +
           ",\"counters\":" + *numbers +
           ",\"per_minute\":" + engine_.live().per_minute(now_micros()) + "}}";
  }

  // ---- imports ----
  Result<std::string> preview_import(std::string_view name, std::string_view head) override {
    return imports::guess_mapping(name, head, engine_.settings().timezone);
  }

  Result<std::string> start_import(const ImportRequest& upload) override {
    imports::Request request;
    request.path = upload.path;
    request.source = upload.source;
    request.timezone = engine_.settings().timezone;
    request.country = engine_.settings().country;
    request.now = now_micros();
    request.format = imports::parse_file_format(upload.mapping);
    if (request.format == imports::FileFormat::mapped) {
      auto mapping = mapping_for(upload);
      if (!mapping) {
        std::error_code ec;
        fs::remove(upload.path, ec);
        return tl::unexpected<Error>(mapping.error());
      }
      request.mapping = std::move(*mapping);
    }
    return engine_.start_import(request, upload.name, true);
  }
  Result<std::string> imports() override { return engine_.imports(); }
  Result<std::string> import_state(std::string_view id) override {
    return engine_.import_state(id);
  }
  Status import_rejected(std::string_view id, const Begin& begin) override {
    const auto file = engine_.import_rejected_file(id);
    if (!file) return tl::unexpected<Error>(file.error());
    const Sink sink = begin({"text/csv; charset=utf-8", "rejected-" + std::string(id) + ".csv"});
    std::error_code ec;
    if (file->empty() || !fs::exists(*file, ec)) {
      sink("line,code,field,detail,row\n");
      return {};
    }
    return copy_file(*file, sink);
  }

  Result<std::string> mappings() override {
    std::string out = "{\"mappings\":[";
    const auto append = [&](const std::string& one) {
      if (one.empty()) return;
      if (out.back() != '[') out += ',';
      out += one;
    };
    for (const imports::ShippedMapping& shipped : imports::shipped_mappings())
      append(shipped_json(shipped));
    const auto saved = engine_.catalog().list(kMappings);
    if (!saved) return tl::unexpected<Error>(saved.error());
    for (const catalog::Document& d : *saved) append(d.json);
    return out + "]}";
  }

  Result<Versioned> put_mapping(std::string_view id, std::string_view body,
                                std::string_view if_match) override {
    const json j = json::parse(body, nullptr, false);
    if (!j.is_object()) return invalid("", "the body must be a JSON object", "invalid_json");
    for (const auto& [field, value] : j.items()) {
      if (field != "id" && field != "label" && field != "mapping")
        return invalid(field, "is not known here");
    }
    if (!j.contains("mapping")) return invalid("mapping", "is needed");
    if (const auto parsed = imports::parse_mapping_json(text(j["mapping"])); !parsed) {
      Error error = parsed.error();
      error.field = error.field.empty() ? "mapping" : "mapping." + error.field;
      return tl::unexpected<Error>(error);
    }
    const std::string name(id);
    const json label = j.contains("label") && j["label"].is_object()
                           ? j["label"]
                           : json{{"it", name}, {"en", name}};
    const json document = {{"id", name}, {"label", label}, {"mapping", j["mapping"]}};
    return versioned(engine_.catalog().put(kMappings, id, text(document), if_match));
  }

  // ---- tables and facts ----
  Result<std::string> table(std::string_view name) override {
    if (const auto known = catalog::parse_rows(name, "[]"); !known)
      return tl::unexpected<Error>(known.error());
    const auto rows = engine_.catalog().rows(name);
    if (!rows) return tl::unexpected<Error>(rows.error());
    return catalog::rows_json(*rows);
  }
  Result<std::string> put_table(std::string_view name, std::string_view body) override {
    const auto rows = catalog::parse_rows(name, body);
    if (!rows) return tl::unexpected<Error>(rows.error());
    if (auto ok = engine_.catalog().upsert_rows(name, *rows); !ok)
      return tl::unexpected<Error>(ok.error());
    return "{\"stored\":" + std::to_string(rows->size()) + "}";
  }
  Result<std::string> add_facts(std::string_view body) override {
    const auto facts = catalog::parse_facts(body);
    if (!facts) return tl::unexpected<Error>(facts.error());
    if (auto ok = engine_.catalog().upsert_facts(*facts); !ok)
      return tl::unexpected<Error>(ok.error());
    return "{\"stored\":" + std::to_string(facts->size()) + "}";
  }

  std::string upload_folder() const override { return engine_.folder() + "/uploads"; }

 private:
  static json key_json(auth::KeyKind kind, const std::string& key, const std::string& source) {
    return {{"kind", auth::to_string(kind)}, {"key", key}, {"source", source}};
  }

  // The mapping named, or the one guessed from the file's beginning when none is.
  Result<imports::Mapping> mapping_for(const ImportRequest& upload) {
    if (upload.mapping.empty()) return guessed(upload);
    if (const auto saved = engine_.catalog().get(kMappings, upload.mapping)) {
      const json j = json::parse(saved->json, nullptr, false);
      if (j.is_object() && j.contains("mapping"))
        return imports::parse_mapping_json(text(j["mapping"]));
    }
    for (const imports::ShippedMapping& shipped : imports::shipped_mappings()) {
      if (shipped.id == upload.mapping) return imports::parse_mapping_toml(shipped.toml);
    }
    return invalid("mapping",
                   "there is no mapping \"" + upload.mapping + "\"; GET /api/mappings lists them",
                   "unknown_mapping");
  }

  Result<imports::Mapping> guessed(const ImportRequest& upload) {
    std::string head(kGuessBytes, '\0');
    std::ifstream in(upload.path, std::ios::binary);
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
    const auto preview = imports::guess_mapping(upload.name, head, engine_.settings().timezone);
    if (!preview) return tl::unexpected<Error>(preview.error());
    const json j = json::parse(*preview, nullptr, false);
    if (!j.is_object() || !j.contains("mapping") || !j["mapping"].is_object()) {
      return invalid("mapping", "is needed: the columns of this file could not be guessed",
                     "mapping_needed");
    }
    return imports::parse_mapping_json(text(j["mapping"]));
  }

  template <class Produce>
  Status export_as(const ExportRequest& request, const std::string& what,
                   const std::vector<files::OutputColumn>& columns, const Begin& begin,
                   const Produce& produce) {
    engine::Engine::ExportScope scope;
    scope.customer = request.customer;
    scope.by_customer = request.order == "customer";
    for (const auto& [name, given, into] : {std::tuple{"from", &request.from, &scope.range.from},
                                            {"to", &request.to, &scope.range.to}}) {
      if (given->empty()) continue;
      const auto time = parse_time(*given);
      if (!time) return invalid(name, time.error().detail);
      *into = *time;
    }
    if (request.format != "jsonl") {
      return export_table(request.format, what, upload_folder(), columns, begin,
                          [&](const Sink& sink) { return produce(scope, sink); });
    }
    // The head goes out with the first line, so that an error before it is still an HTTP error.
    Sink out;
    const auto start = [&] {
      if (!out) out = begin({"application/x-ndjson", what + ".jsonl"});
    };
    const Status status = produce(scope, [&](std::string_view lines) {
      start();
      return out(lines);
    });
    if (status) start();
    return status;
  }

  const std::string id_;
  engine::Engine& engine_;
};

}  // namespace

std::unique_ptr<Backend> make_engine_backend(std::string id, engine::Engine& engine) {
  return std::make_unique<EngineBackend>(std::move(id), engine);
}

}  // namespace viaggio::api
