#pragma once
// The questions of the journeys benchmark: as many of a kind as asked for, each another, from a
// seed. Pure.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/engine.h"
#include "invented_shop.h"

namespace viaggio::bench {

using nlohmann::json;

inline std::string day_text(std::uint32_t day) {
  return format_time(InventedShop::kStart + day * kDay);
}

inline json some_range(Random& r) {
  const std::uint32_t from = r.below(400);
  return {{"from", day_text(from)}, {"to", day_text(from + 60 + r.below(250))}};
}

inline json funnel_question(Random& r, std::size_t i) {
  static const std::vector<std::vector<const char*>> paths = {
      {"Product Viewed", "Product Added", "Checkout Started", "Order Completed"},
      {"Page Viewed", "Products Searched", "Product Viewed", "Product Added"},
      {"Message Sent", "Message Clicked", "Product Viewed", "Order Completed"},
      {"Product List Viewed", "Product Viewed", "Cart Viewed", "Payment Info Entered"},
      {"Promotion Viewed", "Product Clicked", "Product Viewed", "Checkout Started"}};
  json q;
  for (const char* name : paths[i % paths.size()]) q["steps"].push_back({{"event", name}});
  q["window"] = std::to_string(1 + r.below(30)) + "d";
  if (i % 5 == 2) q["range"] = some_range(r);
  if (i % 5 == 3) q["breakdown"] = {{"by", "channel"}};
  if (i % 5 == 4) q["interval"] = "month";
  return q;
}

inline json transitions_question(Random& r, std::size_t i) {
  json q = {{"node", i % 5 == 1 ? "touchpoint" : i % 5 == 4 ? "channel" : "name"}};
  q["collapse_repeats"] = r.chance(0.5);
  if (i % 5 == 2) q["unit"] = "customer";
  if (i % 5 == 3) q["range"] = some_range(r);
  if (i % 5 == 4) q["where"] = {{{"field", "source"}, {"op", "in"}, {"value", {"web", "app"}}}};
  return q;
}

inline json paths_question(Random& r, std::size_t i) {
  json q = transitions_question(r, i);
  if (i % 5 == 1) q["start"] = {{"event", "Product Viewed"}};
  if (i % 5 == 3) q["end"] = {{"event", "Order Completed"}};
  if (i % 5 == 4) q["include"] = {"customers"};
  return q;
}

inline json variants_question(Random& r, std::size_t i) {
  json q = transitions_question(r, i);
  if (i % 5 == 1) q["goal"] = {{"event", "Order Completed"}};
  if (i % 5 == 4) q["design"] = {"web", {{"node", "email"}, {"optional", true}}};
  return q;
}

inline json stages_question(Random& r, std::size_t i) {
  static const char* const models[] = {"five-phases", "four-phases", "five-phases-use",
                                       "classic-linear", "contact-to-ambassador"};
  json q = {{"model", models[i % 5]}};
  if (i % 2 == 1) q["range"] = some_range(r);
  return q;
}

inline json trend_question(Random& r, std::size_t i) {
  json q;
  switch (i % 5) {
    case 0:
      q["series"] = {{{"event", "Order Completed"}, {"measure", "sum"}, {"field", "value"}},
                     {{"event", "Receipt Issued"}, {"measure", "sum"}, {"field", "value"}}};
      q["interval"] = "day";
      break;
    case 1:
      q["series"] = {{{"all", true}, {"measure", "events"}}};
      q["breakdown"] = {{"by", "touchpoint"}};
      q["interval"] = "week";
      break;
    case 2:
      q["series"] = {{{"all", true}, {"measure", "customers"}}};
      q["interval"] = "month";
      break;
    case 3:
      q["series"] = {{{"event", "Product Viewed"}, {"measure", "events"}},
                     {{"event", "Product Added"}, {"measure", "customers"}}};
      q["breakdown"] = {{"by", "channel"}};
      q["range"] = some_range(r);
      break;
    default:
      q["series"] = {{{"event", "Order Completed"}, {"measure", "median"}, {"field", "value"}},
                     {{"event", "Page Viewed"}, {"measure", "events"}}};
      q["interval"] = "hour";
      q["range"] = some_range(r);
      break;
  }
  return q;
}

inline json map_question(Random& r, std::size_t i) {
  static const char* const models[] = {"five-phases", "four-phases", "five-phases",
                                       "five-phases-intention", "five-phases-sharing"};
  json q = {{"model", models[i % 5]}};
  if (i % 5 != 0) q["range"] = some_range(r);
  if (i % 5 == 2) q["rows"] = "channel";
  return q;
}

inline std::vector<json> questions(const std::string& kind, std::uint64_t seed, std::size_t count) {
  std::vector<json> out;
  Random r{seed * 77 + kind.size()};
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(kind == "funnel"        ? funnel_question(r, i)
                  : kind == "transitions" ? transitions_question(r, i)
                  : kind == "paths"       ? paths_question(r, i)
                  : kind == "variants"    ? variants_question(r, i)
                  : kind == "stages"      ? stages_question(r, i)
                  : kind == "trend"       ? trend_question(r, i)
                                          : map_question(r, i));
  }
  return out;
}

inline std::vector<json> engine_models(engine::Engine& engine) {
  std::vector<json> out;
  const auto models = engine.stage_models();
  for (const auto& document : *models) {
    json model = json::parse(document.json);
    out.push_back(std::move(model));
  }
  return out;
}

// Rules over names alone, which the naive reference knows too.
inline json touchpoint_rules() {
  json rules = json::array(), channels = json::array();
  auto label = [](const std::string& id) { return json{{"it", id}, {"en", id}}; };
  json touchpoints = json::array();
  json known = json::array();
  for (const char* id : {"shop", "till", "mail", "help", "other"}) {
    touchpoints.push_back({{"id", id},
                           {"label", label(id)},
                           {"group", "online"},
                           {"icon", "x"},
                           {"channel", "other"}});
    known.push_back({{"id", id}, {"label", label(id)}});
  }
  auto place = [&](const char* name, const char* id) {
    const json where = {{{"field", "name"}, {"op", "eq"}, {"value", name}}};
    rules.push_back({{"where", where}, {"touchpoint", id}});
    channels.push_back({{"where", where}, {"channel", id}});
  };
  for (const char* name : {"Product Viewed", "Product Added", "Cart Viewed", "Order Completed"})
    place(name, "shop");
  for (const char* name : {"Receipt Issued", "Store Visited"}) place(name, "till");
  for (const char* name : {"Message Sent", "Message Clicked"}) place(name, "mail");
  for (const char* name : {"Question Asked", "Survey Answered"}) place(name, "help");
  return {{"touchpoints", touchpoints},
          {"channels", known},
          {"rules", rules},
          {"channel_rules", channels}};
}

}  // namespace viaggio::bench
