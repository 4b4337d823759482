// viaggio demo: fills a data folder with a simulated retailer whose truth is exported beside it.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/demo_messages.h"

namespace viaggio::cli {

using nlohmann::json;
namespace fs = std::filesystem;

Status store_messages(engine::Engine& engine, const std::vector<demo::Message>& messages) {
  const engine::Settings settings = engine.settings();
  std::vector<IncomingEvent> events;
  for (std::size_t i = 0; i < messages.size();) {
    std::string body = "{\"batch\":[";
    const std::string_view source = messages[i].source;
    for (std::size_t n = 0; i < messages.size() && messages[i].source == source; ++i, ++n) {
      if (n != 0) body += ',';
      body += messages[i].json;
    }
    body += "]}";
    formats::ParseContext context;
    context.endpoint = formats::Endpoint::import;
    context.sender = formats::Sender::import;
    context.limits = formats::Limits::of(context.sender);
    context.source = source;
    context.received_at = now_micros();
    context.country = settings.country;
    auto parsed = formats::parse_body(body, context);
    if (!parsed) return tl::unexpected(parsed.error());
    if (!parsed->rejected.empty()) {
      return internal_error("the demo wrote a message that is refused: " +
                            parsed->rejected.front().field + " " + parsed->rejected.front().detail);
    }
    for (auto& e : parsed->events) events.push_back(std::move(e));
  }
  if (events.empty()) return {};
  auto stored = engine.store(std::move(events), true);
  if (!stored) return tl::unexpected(stored.error());
  return {};
}

namespace {

struct Arguments {
  std::string data, until;
  demo::Options options;
};

double euro(std::int64_t v) { return static_cast<double>(v) / 10'000.0; }

Status store_reference(engine::Engine& engine, const demo::Reference& r) {
  auto& catalog = engine.catalog();
  std::vector<catalog::Row> rows;
  for (const auto& p : r.products) {
    rows.push_back({p.sku, json{{"sku", p.sku},
                                {"name", p.name},
                                {"brand", p.brand},
                                {"category", p.category},
                                {"price", euro(p.price)},
                                {"margin", euro(p.margin)}}
                               .dump()});
  }
  if (auto ok = catalog.upsert_rows("products", rows); !ok) return ok;
  rows.clear();
  for (const auto& s : r.stores) {
    rows.push_back({s.id, json{{"id", s.id},
                               {"name", s.name},
                               {"city", s.city},
                               {"address", s.address},
                               {"hours", s.hours},
                               {"latitude", s.latitude},
                               {"longitude", s.longitude}}
                              .dump()});
  }
  if (auto ok = catalog.upsert_rows("stores", rows); !ok) return ok;
  rows.clear();
  for (const auto& c : r.campaigns) {
    rows.push_back({c.id, json{{"id", c.id},
                               {"name", c.name},
                               {"channel", c.channel},
                               {"source", c.source},
                               {"medium", c.medium},
                               {"goal_stage", c.goal_stage},
                               {"cost", euro(c.cost)}}
                              .dump()});
  }
  if (auto ok = catalog.upsert_rows("campaigns", rows); !ok) return ok;
  rows.clear();
  for (const auto& c : r.contents)
    rows.push_back(
        {c.id, json{{"id", c.id}, {"title", c.title}, {"type", c.type}, {"url", c.url}}.dump()});
  if (auto ok = catalog.upsert_rows("contents", rows); !ok) return ok;
  rows.clear();
  for (const auto& o : r.orders) {
    rows.push_back({o.order_id, json{{"order_id", o.order_id},
                                     {"state", o.state},
                                     {"store_id", o.store_id},
                                     {"placed", format_time(o.placed)},
                                     {"total", euro(o.total)}}
                                    .dump()});
  }
  if (auto ok = catalog.upsert_rows("orders", rows); !ok) return ok;
  std::vector<catalog::Fact> facts;
  for (const auto& f : r.facts)
    facts.push_back({f.day, f.touchpoint, f.campaign, f.measure, f.value});
  return catalog.upsert_facts(facts);
}

// The firm's own model of its stages: somebody answers for each, two have a target, and whoever
// brings a purchase back has to be won again.
Status store_model(engine::Engine& engine) {
  auto document = engine.stage_model_document("five-phases");
  if (!document) return tl::unexpected(document.error());
  json model = json::parse(document->json);
  const std::map<std::string, std::string> owners{{"awareness", "Giulia Serra"},
                                                  {"consideration", "Giulia Serra"},
                                                  {"decision", "Marco Bellini"},
                                                  {"loyalty", "Anna Riva"},
                                                  {"advocacy", "Anna Riva"}};
  const std::map<std::string, double> targets{{"consideration", 0.60}, {"decision", 0.36}};
  for (json& stage : model["stages"]) {
    const std::string id = stage["id"];
    if (const auto at = owners.find(id); at != owners.end()) stage["owner"] = at->second;
    if (const auto at = targets.find(id); at != targets.end()) stage["target"] = at->second;
    if (id == "decision") {
      stage["rules"].push_back(
          {{"event", {{"any_of", {"Item Returned", "Order Refunded", "Order Cancelled"}}}},
           {"return_signal", true}});
    }
  }
  auto put = engine.put_stage_model("five-phases", model.dump(), "r0");
  if (!put) return tl::unexpected(put.error());
  return {};
}

int make_demo(Arguments a) {
  const std::string folder = data_folder(a.data);
  std::error_code ec;
  if (fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder, ec))) {
    std::fprintf(stderr,
                 "viaggio: %s holds data already; name another folder, or delete it first\n",
                 folder.c_str());
    return 1;
  }
  if (!a.until.empty()) {
    auto t = parse_time(a.until);
    if (!t)
      return report(Error{ErrorKind::invalid, "invalid_argument", t.error().detail, "--until"});
    a.options.until = *t;
  }
  engine::Options options;
  // Made beside its place and moved there when whole: half a story is never taken for a folder.
  std::string whole = folder;
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  const std::string aside = whole + ".unfinished";
  fs::remove_all(aside, ec);
  options.folder = aside;
  options.name = "Bottega Ginepro";
  options.demo = true;
  options.sync = false;  // made anew from the seed if the machine stops half way
  options.background = false;
  auto engine = engine::Engine::open(options);
  if (!engine) return report(engine.error());
  demo::Reference reference;
  demo::Truth truth;
  std::uint64_t stored = 0;
  const Micros started = now_micros();
  Micros said = started;
  std::vector<demo::Message> waiting;
  const Status made = demo::generate(
      a.options,
      [&](std::vector<demo::Message>&& messages) -> Status {
        if (auto ok = store_messages(**engine, messages); !ok) return ok;
        stored += messages.size();
        if (now_micros() - said > kSecond) {
          said = now_micros();
          std::fprintf(stderr, "%llu events, %.0f a second\n",
                       static_cast<unsigned long long>(stored),
                       static_cast<double>(stored) * 1e6 / static_cast<double>(said - started));
        }
        return {};
      },
      reference, &truth);
  if (!made) return report(made.error());
  if (auto ok = store_reference(**engine, reference); !ok) return report(ok.error());
  if (auto ok = store_model(**engine); !ok) return report(ok.error());
  fs::create_directories(aside + "/truth", ec);
  std::ofstream(aside + "/truth/facts.json") << demo::truth_facts_json(truth) << "\n";
  std::ofstream people(aside + "/truth/people.jsonl");
  for (const auto& p : truth.people) people << demo::truth_person_json(p) << "\n";
  people.close();
  if (auto ok = (*engine)->seal(); !ok) return report(ok.error());
  if (auto ok = (*engine)->checkpoint(); !ok) return report(ok.error());
  engine->reset();
  fs::rename(aside, whole, ec);
  if (ec)
    return report(Error{ErrorKind::internal, "folder", "cannot be moved: " + ec.message(), aside});
  std::fprintf(stderr, "%llu events in %.1f s\n", static_cast<unsigned long long>(stored),
               static_cast<double>(now_micros() - started) / 1e6);
  return 0;
}

}  // namespace

void add_demo(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* c = app.add_subcommand("demo", "Fill a new data folder with a simulated retailer");
  c->add_option("--data", a->data, "A folder that holds nothing yet (default ./viaggio-data)");
  c->add_option("--customers", a->options.customers, "Real people (default 48000)");
  c->add_option("--days", a->options.days, "Length of the story (default 730)");
  c->add_option("--seed", a->options.seed, "Equal seeds tell equal stories");
  c->add_option("--until", a->until, "End of the story (default now)");
  c->callback([a, &exit_code] { exit_code = make_demo(*a); });
}

}  // namespace viaggio::cli
