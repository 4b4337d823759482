#include "peers/peer_questions.h"

#include <cmath>

namespace viaggio::bench {
namespace {

using nlohmann::json;
using Names = std::vector<const char*>;

constexpr Micros kWeek = 7 * kDay;
constexpr Micros kMonday = 4 * kDay;  // the first Monday after the epoch's Thursday

std::string quoted(const Names& names) {
  std::string out;
  for (const char* n : names) out += (out.empty() ? "'" : ",'") + std::string(n) + "'";
  return out;
}

json selector(const Names& names) {
  if (names.size() == 1) return {{"event", names[0]}};
  return {{"any_of", names}};
}

// Some months, or all time when `all`: into the question and as {from} and {to}.
void set_range(PeerQuestion& q, Random& r, bool all) {
  const std::uint32_t first = r.below(400), days = 60 + r.below(250);
  const Micros from = InventedShop::kStart + first * kDay, to = from + days * kDay;
  if (!all) q.question["range"] = {{"from", format_time(from)}, {"to", format_time(to)}};
  q.parameters["from"] = all ? "0" : std::to_string(from);
  q.parameters["to"] = all ? "4000000000000000" : std::to_string(to);
}

PeerQuestion funnel(Random& r, std::size_t i) {
  static const std::vector<Names> steps = {
      {"Product Viewed", "Product Added", "Checkout Started", "Order Completed"},
      {"Page Viewed", "Products Searched", "Product Viewed", "Product Added"},
      {"Message Sent", "Message Clicked", "Product Viewed", "Order Completed"},
      {"Product List Viewed", "Product Viewed", "Cart Viewed", "Payment Info Entered"},
      {"Promotion Viewed", "Product Clicked", "Product Added", "Checkout Started"}};
  PeerQuestion q{"funnel", json::object(), "funnel", {}};
  const Names& names = steps[i % steps.size()];
  const std::uint32_t days = 1 + r.below(30);
  for (const char* n : names) q.question["steps"].push_back({{"event", n}});
  q.question["window"] = std::to_string(days) + "d";
  for (std::size_t s = 0; s < names.size(); ++s)
    q.parameters["step" + std::to_string(s + 1)] = quoted({names[s]});
  q.parameters["names"] = quoted(names);
  q.parameters["window"] = std::to_string(days * kDay);
  set_range(q, r, i % 5 != 2 && i % 5 != 4);
  return q;
}

PeerQuestion sequences(const char* kind, Random& r, std::size_t i) {
  PeerQuestion q{kind, json::object(), kind, {}};
  const char* node = i % 5 == 1 ? "touchpoint" : i % 5 == 4 ? "channel" : "name";
  const bool collapse = r.chance(0.5);
  q.question = {{"node", node}, {"collapse_repeats", collapse}};
  q.parameters["node"] = node;
  q.parameters["collapse"] = collapse ? "1" : "0";
  set_range(q, r, i % 5 != 3);
  if (std::string(kind) == "paths") {
    q.question["depth"] = 5;
    q.question["top"] = 200;
  }
  return q;
}

PeerQuestion retention(Random& r, std::size_t i) {
  static const std::vector<std::pair<Names, Names>> pairs = {
      {{"Order Completed", "Receipt Issued"}, {"Order Completed", "Receipt Issued"}},
      {{"Page Viewed"}, {"Page Viewed"}},
      {{"Product Added"}, {"Order Completed"}},
      {{"Message Clicked"}, {"Product Viewed", "Product Added"}},
      {{"Receipt Issued"}, {"Page Viewed", "Receipt Issued"}}};
  const auto& [start, back] = pairs[i % pairs.size()];
  const bool recurring = i % 5 == 1 || i % 5 == 3;
  PeerQuestion q{
      "retention", json::object(), recurring ? "retention_recurring" : "retention_first", {}};
  q.question = {{"start", selector(start)}, {"return", selector(back)},
                {"unit", "week"},           {"periods", 12},
                {"timezone", "UTC"},        {"mode", recurring ? "recurring" : "first_time"}};
  q.parameters["start"] = quoted(start);
  q.parameters["return"] = quoted(back);
  Names both = start;
  both.insert(both.end(), back.begin(), back.end());
  q.parameters["names"] = quoted(both);
  set_range(q, r, i % 5 != 4);
  return q;
}

struct Model {
  const char* id;
  std::vector<Names> stages;
};
const std::vector<Model>& models() {
  static const std::vector<Model> all = {
      {"bench-buying",
       {{"Page Viewed", "Content Viewed"},
        {"Product Viewed", "Products Searched"},
        {"Product Added", "Cart Viewed"},
        {"Order Completed", "Receipt Issued"},
        {"Product Reviewed", "Product Shared"}}},
      {"bench-checkout",
       {{"Product Added"},
        {"Cart Viewed"},
        {"Checkout Started", "Checkout Step Completed"},
        {"Payment Info Entered"},
        {"Order Completed"}}},
      {"bench-mail",
       {{"Message Sent"},
        {"Message Delivered"},
        {"Message Clicked"},
        {"Product Viewed"},
        {"Order Completed"}}},
      {"bench-shop",
       {{"Promotion Viewed", "Product List Viewed"},
        {"Product Clicked", "Product Viewed"},
        {"Store Visited", "Store Availability Checked"},
        {"Receipt Issued"},
        {"Points Spent"}}},
      {"bench-service",
       {{"Page Viewed"},
        {"Order Completed", "Receipt Issued"},
        {"Order Delivered", "Order Collected"},
        {"Question Asked", "Conversation Opened", "Call Received"},
        {"Survey Answered"}}}};
  return all;
}

PeerQuestion stages(Random& r, std::size_t i) {
  const Model& model = models()[i % models().size()];
  PeerQuestion q{"stages", {{"model", model.id}}, "stages", {}};
  Names all;
  for (std::size_t s = 0; s < model.stages.size(); ++s) {
    q.parameters["stage" + std::to_string(s + 1)] = quoted(model.stages[s]);
    all.insert(all.end(), model.stages[s].begin(), model.stages[s].end());
  }
  q.parameters["names"] = quoted(all);
  set_range(q, r, i % 2 == 0);
  return q;
}

PeerQuestion attribution(Random& r, std::size_t i) {
  // Docs: what happened to the customer or belongs to paying is no touch.
  static const Names none = {"Message Sent",    "Message Delivered",    "Points Earned",
                             "Points Spent",    "Loyalty Card Scanned", "Conversation Closed",
                             "Order Updated",   "Order Refunded",       "Order Ready",
                             "Order Delivered", "Item Returned"};
  static const std::vector<Names> conversions = {{"Order Completed"},
                                                 {"Order Completed", "Receipt Issued"},
                                                 {"Receipt Issued"},
                                                 {"Product Added"},
                                                 {"Checkout Started"}};
  const Names& conversion = conversions[i % conversions.size()];
  PeerQuestion q{"attribution", json::object(), "attribution", {}};
  q.question = {{"conversion", selector(conversion)},
                {"models", {"last_non_direct", "linear"}},
                {"lookback", "30d"}};
  Names excluded = none;
  excluded.insert(excluded.end(), conversion.begin(), conversion.end());
  q.parameters["conversion"] = quoted(conversion);
  q.parameters["no_touch"] = quoted(excluded);
  q.parameters["lookback"] = std::to_string(30 * kDay);
  set_range(q, r, i % 5 < 3);
  return q;
}

PeerQuestion trend(Random& r, std::size_t i) {
  PeerQuestion q{"trend", {{"interval", "day"}, {"timezone", "UTC"}}, "", {}};
  json& series = q.question["series"];
  switch (i % 5) {
    case 0:
      q.file = "trend_sum";
      series = {{{"event", "Order Completed"}, {"measure", "sum"}, {"field", "value"}}};
      q.parameters["name"] = "'Order Completed'";
      break;
    case 1:
      q.file = "trend_by";
      series = {{{"all", true}, {"measure", "events"}}};
      q.question["breakdown"] = {{"by", "channel"}, {"limit", 1000}};
      q.parameters["by"] = "channel";
      break;
    case 2:
      q.file = "trend_customers";
      series = {{{"event", "Page Viewed"}, {"measure", "customers"}}};
      q.parameters["name"] = "'Page Viewed'";
      break;
    case 3:
      q.file = "trend_events";
      series = {{{"event", "Product Viewed"}, {"measure", "events"}}};
      q.parameters["name"] = "'Product Viewed'";
      break;
    default:
      q.file = "trend_by";
      series = {{{"all", true}, {"measure", "events"}}};
      q.question["breakdown"] = {{"by", "touchpoint"}, {"limit", 1000}};
      q.parameters["by"] = "touchpoint";
      break;
  }
  set_range(q, r, i % 5 < 3);
  return q;
}

Micros instant(const json& text) { return parse_time(text.get<std::string>()).value_or(0); }

std::string label_of(const json& id) {  // "LAYER:LABEL"
  const std::string text = id.get<std::string>();
  return text.substr(text.find(':') + 1);
}

std::string text_or_empty(const json& value) {
  return value.is_null() ? std::string() : value.get<std::string>();
}

void paths_figures(const json& answer, Figures& out) {
  for (const json& n : answer["nodes"]) {
    if (n["layer"] == 0) out["0\t\t" + n["label"].get<std::string>()] += n["entries"].get<double>();
  }
  for (const json& e : answer["edges"]) {
    const std::string to = e["to"];
    out[to.substr(0, to.find(':')) + "\t" + label_of(e["from"]) + "\t" + label_of(e["to"])] +=
        e["transitions"].get<double>();
  }
}

void trend_figures(const json& answer, Figures& out) {
  for (const json& s : answer["series"]) {
    const std::string part = s.contains("value") ? text_or_empty(s["value"]) : "";
    for (std::size_t b = 0; b < s["values"].size(); ++b) {
      if (s["values"][b].is_null()) continue;
      out[part + "\t" + std::to_string(instant(answer["buckets"][b]) / kDay)] +=
          s["values"][b].get<double>();
    }
  }
}

void retention_figures(const json& answer, Figures& out) {
  for (const json& c : answer["cohorts"]) {
    const std::string week = std::to_string((instant(c["start"]) - kMonday) / kWeek);
    for (std::size_t k = 0; k < c["counts"].size(); ++k)
      out[week + "\t" + std::to_string(k)] += c["counts"][k].get<double>();
  }
}

void attribution_figures(const json& answer, Figures& out) {
  for (const json& k : answer["keys"]) {
    for (const char* model : {"last_non_direct", "linear"}) {
      const json& credit = k["models"][model];
      out[std::string(model) + "\t" + text_or_empty(k["key"])] +=
          credit["conversions"].get<double>();
      out[std::string(model) + ".value\t" + text_or_empty(k["key"])] +=
          credit["value"].get<double>();
    }
  }
}

void leave_out_zeros(Figures& figures) {
  std::erase_if(figures, [](const auto& f) { return std::abs(f.second) < 1e-12; });
}

}  // namespace

std::vector<std::pair<std::string, json>> peer_stage_models() {
  std::vector<std::pair<std::string, json>> out;
  for (const Model& model : models()) {
    auto label = [](const std::string& id) { return json{{"it", id}, {"en", id}}; };
    json all = json::array();
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
      const std::string id = "s" + std::to_string(s + 1);
      all.push_back({{"id", id},
                     {"label", label(id)},
                     {"rules", json::array({{{"event", selector(model.stages[s])}}})}});
    }
    out.emplace_back(model.id, json{{"id", model.id},
                                    {"label", label(model.id)},
                                    {"mode", "forward"},
                                    {"window", "3650d"},  // nobody is lost: SQL says the rest
                                    {"stages", all}});
  }
  return out;
}

std::vector<PeerQuestion> peer_questions(const std::string& kind, std::uint64_t seed,
                                         std::size_t count) {
  std::vector<PeerQuestion> out;
  Random r{seed * 131 + kind.size() * 7 + kind[0]};
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(kind == "funnel"        ? funnel(r, i)
                  : kind == "retention"   ? retention(r, i)
                  : kind == "stages"      ? stages(r, i)
                  : kind == "attribution" ? attribution(r, i)
                  : kind == "trend"       ? trend(r, i)
                                          : sequences(kind.c_str(), r, i));
  }
  return out;
}

Figures figures_of(const PeerQuestion& question, const json& answer) {
  Figures out;
  if (question.kind == "funnel") {
    for (const json& s : answer["steps"])
      out[std::to_string(s["index"].get<int>())] = s["count"].get<double>();
  } else if (question.kind == "transitions") {
    for (const json& e : answer["edges"])
      out[e["from"].get<std::string>() + "\t" + e["to"].get<std::string>()] +=
          e["transitions"].get<double>();
  } else if (question.kind == "retention") {
    retention_figures(answer, out);
  } else if (question.kind == "paths") {
    paths_figures(answer, out);
  } else if (question.kind == "stages") {
    for (const json& s : answer["stages"]) {
      out["entered\t" + s["id"].get<std::string>()] = s["entered"].get<double>();
      out["current\t" + s["id"].get<std::string>()] = s["current"].get<double>();
    }
  } else if (question.kind == "attribution") {
    attribution_figures(answer, out);
  } else {
    trend_figures(answer, out);
  }
  leave_out_zeros(out);
  return out;
}

Figures figures_of(const Rows& rows) {
  Figures out;
  for (const auto& row : rows) {
    std::string key;
    for (std::size_t c = 0; c + 1 < row.size(); ++c) key += (c == 0 ? "" : "\t") + row[c];
    out[key] += std::strtod(row.back().c_str(), nullptr);
  }
  leave_out_zeros(out);
  return out;
}

std::string difference(const Figures& viaggio, const Figures& peer) {
  auto number = [](double d) { return fmt::format("{}", d); };
  for (const auto& [key, value] : viaggio) {
    const auto at = peer.find(key);
    if (at == peer.end()) return "[" + key + "] " + number(value) + ", the peer has none";
    // Counts are whole numbers far below 2^53: equal or not. Credits are sums of fractions.
    if (std::abs(value - at->second) > std::max(1e-9 * std::abs(value), 1e-9))
      return "[" + key + "] " + number(value) + ", the peer has " + number(at->second);
  }
  for (const auto& [key, value] : peer) {
    if (!viaggio.contains(key)) return "[" + key + "] none, the peer has " + number(value);
  }
  return "";
}

}  // namespace viaggio::bench
