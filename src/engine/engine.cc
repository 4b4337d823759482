#include "engine/engine.h"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/give_way.h"
#include "engine/copying.h"
#include "engine/identity_policy.h"
#include "engine/subscribers.h"

namespace viaggio::engine {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kCheckpointEvents = 2'000'000;
constexpr int kFormat = 1;

Status check_format(const std::string& folder) {
  const std::string file = folder + "/FORMAT";
  std::ifstream in(file);
  int version = 0;
  if (in >> version) {
    if (version == kFormat) return {};
    return fail(ErrorKind::impossible, "newer_format",
                "the folder " + folder + " was written by a newer viaggio (format " +
                    std::to_string(version) + "); install that one");
  }
  std::ofstream out(file);
  out << kFormat << "\n";
  return out ? Status{}
             : internal_error("cannot write " + file + "; is the folder writable?", "folder");
}

}  // namespace

std::string json_text(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

Settings read_settings(const json& stored) {
  Settings s;
  s.name = stored.value("name", s.name);
  s.timezone = stored.value("timezone", s.timezone);
  s.currency = stored.value("currency", s.currency);
  s.country = stored.value("country", s.country);
  s.language = stored.value("language", s.language);
  s.demo = stored.value("demo", false);
  s.session_gap = parse_duration(stored.value("session_gap", "30m")).value_or(30 * kMinute);
  s.session_id_field = stored.value("session_id_field", "");
  return s;
}

Engine::Engine(Options options) : options_(std::move(options)) {}

Result<std::unique_ptr<Engine>> Engine::open(const Options& options) {
  std::error_code ec;
  fs::create_directories(options.folder, ec);
  if (ec)
    return internal_error("the folder " + options.folder + " cannot be made: " + ec.message(),
                          "folder");
  if (auto ok = check_format(options.folder); !ok) return tl::unexpected(ok.error());
  std::unique_ptr<Engine> engine(new Engine(options));
  if (auto ok = engine->start(); !ok) return tl::unexpected(ok.error());
  return engine;
}

Status Engine::start() {
  auto catalog = catalog::Catalog::open(options_.folder + "/catalog.db");
  if (!catalog) return tl::unexpected(catalog.error());
  catalog_ = std::move(*catalog);
  auto keys = auth::Keys::open(*catalog_);
  if (!keys) return tl::unexpected(keys.error());
  keys_ = std::move(*keys);
  auto document = catalog_->get("settings", "workspace");
  if (!document) {
    Settings first;
    if (!options_.name.empty()) first.name = options_.name;
    const json text = {{"name", first.name},         {"timezone", first.timezone},
                       {"currency", first.currency}, {"country", first.country},
                       {"language", first.language}, {"session_gap", "30m"},
                       {"demo", options_.demo}};
    auto put = catalog_->put("settings", "workspace", text.dump());
    if (!put) return tl::unexpected(put.error());
    document = put;
  }
  const json j = json::parse(document->json, nullptr, false);
  settings_ = read_settings(j);
  sealed_gap_ = settings_.session_gap;

  WorldOptions world;
  world.folder = options_.folder;
  world.sync = options_.sync;
  world.timeline = options_.timeline;
  world.open_log = options_.open_log;
  world.timeline.session_gap = settings_.session_gap;
  const auto policy = identity_policy();
  if (!policy) return tl::unexpected(policy.error());
  world.policy = identity_policy_of(json::parse(policy->json, nullptr, false), settings_.country);
  auto opened = World::open(world);
  if (!opened) return tl::unexpected(opened.error());
  world_ = std::move(*opened);
  saved_ = world_->log->next_sequence() - 1;
  ingest::Options ingest_options;
  ingest_options.currency = settings_.currency;
  ingest_options.queue_bytes = options_.queue_bytes;
  ingest_ = std::make_unique<ingest::Ingest>(
      ingest::Parts{*world_->log, world_->identity, *world_->timeline, world_->kinds,
                    world_->orders, world_->mutex},
      ingest_options, [this](std::span<const ingest::Committed> events) { committed(events); },
      [this] { return world_->recover(); });
  auto subscribers = Subscribers::start(*this, options_.background);
  if (!subscribers) return tl::unexpected(subscribers.error());
  subscribers_ = std::move(*subscribers);
  open_copy::Options copy = options_.copy;
  copy.sync = options_.sync;
  copying_ = std::make_unique<Copying>(*this, copy, options_.keep_copy);
  if (options_.background) background_ = std::thread([this] { background(); });
  return {};
}

Engine::~Engine() {
  {
    const std::lock_guard lock(background_mutex_);
    stopping_ = true;
  }
  background_wake_.notify_all();
  if (background_.joinable()) background_.join();
  copying_.reset();
  subscribers_.reset();
  ingest_.reset();  // drains and commits what waits
  if (world_ && options_.background) (void)world_->checkpoint();
}

Settings Engine::settings() const {
  const std::lock_guard lock(settings_mutex_);
  return settings_;
}

Result<Settings> Engine::settings_at(catalog::Revision revision) const {
  if (revision >= catalog_->revision()) return settings();
  auto document = catalog_->get("settings", "workspace", revision);
  if (!document) return settings();
  return read_settings(json::parse(document->json, nullptr, false));
}

void Engine::background() {
  // The home screen's columns, so that its first visitor does not wait for them.
  (void)query("map", "{}");
  give_way();
  Micros counted = 0;
  std::unique_lock lock(background_mutex_);
  while (!stopping_) {
    background_wake_.wait_for(lock, std::chrono::milliseconds(200));
    if (stopping_) return;
    lock.unlock();
    tell_arrivals();
    for (int i = 0; i < 8; ++i) {
      const auto more = world_->timeline->reseal_one();
      if (!more || !*more) break;
    }
    if (world_->log->next_sequence() - 1 >= saved_ + kCheckpointEvents) (void)checkpoint();
    const Micros now = now_micros();
    if (now - counted > kSecond) {
      counted = now;
      live_.publish("counters", live_counters());
    }
    lock.lock();
  }
}

Status Engine::checkpoint() {
  Status done;
  ingest_->between_commits([&] {
    const std::shared_lock world(world_->mutex);
    done = world_->checkpoint();
    if (done) saved_ = world_->log->next_sequence() - 1;
  });
  return done;
}

Status Engine::seal() { return world_->timeline->reseal_all(); }
Status Engine::verify() { return world_->verify(); }

Status Engine::rebuild_timeline() {
  Status done;
  ingest_->between_commits([&] {
    const std::unique_lock world(world_->mutex);
    done = world_->rebuild_timeline();
  });
  return done;
}

void Engine::collect(std::string_view body, const formats::ParseContext& context,
                     CollectDone done) {
  auto parsed = formats::parse_body(body, context);
  if (!parsed) {
    done(tl::unexpected(parsed.error()));
    return;
  }
  for (const auto& r : parsed->rejected) {
    live_.publish("rejected", "{\"time\":" + json_text(format_time(context.received_at)) +
                                  ",\"source\":" + json_text(context.source) + ",\"index\":" +
                                  std::to_string(r.index) + ",\"code\":" + json_text(r.code) +
                                  ",\"field\":" + json_text(r.field) +
                                  ",\"detail\":" + json_text(r.detail) + "}");
  }
  auto rejected = std::make_shared<std::vector<formats::Rejection>>(std::move(parsed->rejected));
  if (parsed->events.empty()) {
    done(Collected{0, 0, std::move(*rejected)});
    return;
  }
  ingest::Batch batch;
  batch.events = std::move(parsed->events);
  batch.secret = context.sender != formats::Sender::write_key;
  ingest_->submit(std::move(batch),
                  [rejected, done = std::move(done)](Result<ingest::Answer> answer) {
                    if (!answer) {
                      done(tl::unexpected(answer.error()));
                      return;
                    }
                    done(Collected{answer->stored, answer->duplicates, std::move(*rejected)});
                  });
}

Result<ingest::Answer> Engine::store(std::vector<IncomingEvent> events, bool secret) {
  return ingest_->store({std::move(events), secret});
}

// Under the world's lock, after a commit is safe.
void Engine::committed(std::span<const ingest::Committed> events) {
  auto& profiles = world_->profiles;
  for (const auto& c : events) {
    if (c.event == nullptr) continue;
    if (c.header.node == kNoNode) continue;
    const NodeId node = world_->identity.node_of(c.header);
    for (const Identifier& id : c.event->identifiers) {
      if (id.type >= IdentifierType::device_id) continue;  // nobody searches for these
      if (const auto known = world_->identity.find(id)) profiles.note_identifier(*known, id);
    }
    if (!c.event->traits_json.empty())
      profiles.note_traits(node, c.header.time, c.sequence, c.event->traits_json);
    if (!c.event->order_id.empty() && (c.header.flags & kRepeatedOrder) == 0)
      profiles.note_order(node, c.event->order_id);
  }
  if (events.empty()) return;
  // A bulk load is not a stream to watch: a few of each commit are enough.
  const std::size_t shown = events.size() > 200 ? 3 : events.size();
  const auto classes = classification(catalog_->revision(), world_->kinds.size());
  std::vector<Arrival> arrived;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& c = events[i];
    if (c.event == nullptr || !ingest::in_journeys(c.header) || !classes) continue;
    const auto& touchpoint = (*classes)->touchpoints[(*classes)->touchpoint[c.header.kind]];
    const auto& channel = (*classes)->channels[(*classes)->own_channel[c.header.kind]];
    const CustomerId customer = world_->identity.customer_of(c.header);
    arrived.push_back({customer, c.sequence,
                       "{\"message_id\":" + json_text(c.event->message_id) +
                           ",\"timestamp\":" + json_text(format_time(c.header.time)) +
                           ",\"received_at\":" + json_text(format_time(c.received_at)) +
                           ",\"name\":" + json_text(c.event->kind.name) + ",\"label\":{\"it\":" +
                           json_text(event_label(c.event->kind.name, true)) +
                           ",\"en\":" + json_text(event_label(c.event->kind.name, false)) +
                           "},\"touchpoint\":" + json_text(touchpoint.id) +
                           ",\"channel\":" + json_text(channel.id) + ",\"customer_id\":" +
                           (customer == kNoCustomer ? std::string("null")
                                                    : json_text(identity::public_id(customer))) +
                           ",\"source\":" + json_text(c.event->kind.source)});
  }
  note_arrivals(std::move(arrived));
}

Engine::Figures Engine::figures() {
  Figures f;
  f.events = world_->log->next_sequence() - 1;
  {
    const std::shared_lock lock(world_->mutex);
    f.customers = world_->identity.customer_count();
  }
  f.ingest = ingest_->figures();
  return f;
}

Result<std::string> Engine::health() {
  const Figures f = figures();
  const Epoch epoch{f.events, catalog_->revision(), now_micros()};
  // Every stored event counts, those that only change identity or traits too: what was sent is what
  // people compare this number with.
  return "{\"events\":" + std::to_string(f.events) +
         ",\"customers\":" + std::to_string(f.customers) + ",\"epoch\":" + json_text(epoch.text()) +
         "}";
}

std::string Engine::live_counters() {
  auto known = health();
  std::string out = known ? std::move(*known) : std::string("{}");
  out.back() = ',';
  return out + subscribers_->counters(now_micros()) + "}";
}

Status Engine::catch_up() { return subscribers_->catch_up(now_micros()); }

std::string Engine::metrics() {
  const Figures f = figures();
  const timeline::Figures t = world_->timeline->figures();
  std::string out;
  auto line = [&](const char* name, const char* type, std::uint64_t v) {
    out +=
        std::string("# TYPE ") + name + " " + type + "\n" + name + " " + std::to_string(v) + "\n";
  };
  line("viaggio_events_total", "counter", f.events);
  line("viaggio_customers", "gauge", f.customers);
  line("viaggio_commits_total", "counter", f.ingest.commits);
  line("viaggio_duplicates_total", "counter", f.ingest.duplicates);
  line("viaggio_commit_failures_total", "counter", f.ingest.failures);
  line("viaggio_queue_bytes", "gauge", f.ingest.queued_bytes);
  line("viaggio_timeline_tail_events", "gauge", t.tail_events);
  line("viaggio_timeline_bytes", "gauge", t.block_bytes);
  line("viaggio_timeline_resealed_events_total", "counter", t.resealed_events);
  return out;
}

}  // namespace viaggio::engine
