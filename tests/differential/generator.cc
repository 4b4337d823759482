#include "generator.h"

#include <map>

#include <nlohmann/json.hpp>

namespace viaggio::differential {
namespace {

using nlohmann::json;

// splitmix64: the standard distributions differ between libraries.
class Random {
 public:
  // The state is mixed: seeds a step apart would be the same draws, one later.
  explicit Random(std::uint64_t seed) : state_(seed) { state_ = next() ^ (seed << 32); }
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

 private:
  std::uint64_t state_;
};

const std::vector<std::string> kNames = {"a", "b", "c"};
const std::vector<std::string> kCustomers = {"ann", "bob", "cid"};
const std::vector<std::string> kValues = {"x", "y", "1", "10", "2"};

std::string script_day(Random& r) { return "@" + std::to_string(r.below(6)) + "d"; }

std::string event(Random& r) {
  static const std::vector<std::string> kOrders = {"Order Completed", "Order Refunded"};
  std::string out = r.chance(12) ? "\"" + r.pick(kOrders) + "\"" : r.pick(kNames);
  out += "@" + std::to_string(r.below(6)) + "d";
  std::string properties;
  const auto add = [&](const std::string& pair) {
    properties += (properties.empty() ? "" : ",") + pair;
  };
  if (r.chance(50)) add("p=" + r.pick(kValues));
  if (r.chance(30)) add("q=" + std::to_string(r.below(3)));
  if (r.chance(15)) add("l=[" + std::to_string(r.below(3)) + ",\"x\"]");
  if (r.chance(20)) add("$context={\"page\":{\"url\":\"https://shop.example/\"}}");
  if (out[0] == '"') {
    add("total=" + std::to_string(r.below(50)));
    if (r.chance(60)) add("order_id=o" + std::to_string(r.below(3)));
  }
  return properties.empty() ? out : out + "{" + properties + "}";
}

std::string load(Random& r) {
  std::string out = "load\n";
  const int rows = 2 + r.below(4);
  for (int i = 0; i < rows; ++i) {
    const std::string& customer = r.pick(kCustomers);
    out += "  " + (r.chance(10)   ? std::string("-")
                   : r.chance(50) ? customer + "~d" + customer.substr(0, 1)
                                  : customer);
    const int events = 1 + r.below(5);
    for (int e = 0; e < events; ++e) out += "  " + event(r);
    out += "\n";
  }
  return out;
}

std::string model(Random& r) {
  static const std::vector<std::string> kModes = {"free", "forward", "recency"};
  std::string out =
      "model m mode " + r.pick(kModes) + " window " + std::to_string(1 + r.below(4)) + "d";
  const bool journey = r.chance(30);
  if (journey) out += " subject journey";
  if (journey && r.chance(50)) out += " key properties.q";
  if (journey && r.chance(50)) out += " closes " + r.pick(kNames);
  out += "\n";
  const int stages = 2 + r.below(3);
  for (int s = 0; s < stages; ++s) {
    out += "  s" + std::to_string(s) + ": " + (r.chance(15) ? std::string("*") : r.pick(kNames));
    if (r.chance(25)) out += " x2";
    if (r.chance(25)) out += " after " + r.pick(kNames);
    if (r.chance(30)) out += " returns";
    if (r.chance(30)) out += ", " + r.pick(kNames);
    if (r.chance(40)) out += " ; dormancy " + std::to_string(1 + r.below(3)) + "d";
    if (r.chance(20)) out += " ; target 0.9";
    out += "\n";
  }
  return out;
}

json filter(Random& r, int depth = 0) {
  if (depth < 2 && r.chance(12)) {
    json any = json::array();
    for (int i = 0; i < 2; ++i) any.push_back(filter(r, depth + 1));
    return {{"any", any}};
  }
  static const std::vector<std::string> kFields = {"properties.p", "properties.p", "properties.q",
                                                   "properties.l", "name",         "stage.m",
                                                   "touchpoint",   "channel"};
  static const std::vector<std::string> kOps = {
      "eq",    "neq", "in",  "not_in", "contains", "not_contains", "starts_with",
      "regex", "gt",  "gte", "lt",     "lte",      "exists",       "not_exists"};
  json f{{"field", r.pick(kFields)}, {"op", r.pick(kOps)}};
  const auto value = [&]() -> json {
    if (f["field"] == "name") return r.pick(kNames);
    if (f["field"] == "stage.m") return "s" + std::to_string(r.below(3));
    if (f["field"] == "channel") return r.chance(50) ? "ta" : "direct";
    if (f["field"] == "touchpoint") return r.chance(50) ? "ta" : "tb";
    if (r.chance(50)) return r.below(3);
    return r.pick(kValues);
  };
  const std::string op = f["op"];
  if (op == "in" || op == "not_in") {
    f["value"] = json::array();
    for (int i = r.below(3); i > 0; --i) f["value"].push_back(value());
  } else if (op == "regex") {
    f["value"] = "^[x1]";
  } else if (op != "exists" && op != "not_exists") {
    f["value"] = value();
  }
  return f;
}

json filters(Random& r) {
  json out = json::array();
  for (int i = 1 + r.below(2); i > 0; --i) out.push_back(filter(r));
  return out;
}

json selector(Random& r) {
  json s;
  if (r.chance(10))
    s["all"] = true;
  else if (r.chance(20))
    s["any_of"] = {r.pick(kNames), r.pick(kNames)};
  else
    s["event"] = r.pick(kNames);
  if (r.chance(20)) s["where"] = filters(r);
  return s;
}

std::string days(Random& r) {
  static const std::vector<std::string> kDurations = {"1d", "2d", "3d", "5d", "14d"};
  return r.pick(kDurations);
}

void common(Random& r, json& q) {
  if (r.chance(30)) q["range"]["from"] = script_day(r);
  if (r.chance(30)) q["range"]["to"] = "@" + std::to_string(6 + r.below(3)) + "d";
  if (r.chance(15))
    q["range"] = {{"from", "@" + std::to_string(r.below(3)) + "d"},
                  {"to", "@" + std::to_string(3 + r.below(3)) + "d"}};
  if (r.chance(25)) q["where"] = filters(r);
  if (r.chance(15)) q["audience"] = "saved";
  q["as_of"] = "@" + std::to_string(r.chance(30) ? r.below(6) : 6 + r.below(10)) + "d";
}

json funnel(Random& r) {
  json q{{"steps", json::array()}, {"window", days(r)}};
  const int order = r.below(10);
  if (order >= 6) q["order"] = order >= 8 ? "any" : "strict";
  const int n = 1 + r.below(4);
  for (int i = 0; i < n; ++i) {
    json step = selector(r);
    if (order < 6 && i > 0 && r.chance(15)) step["optional"] = true;
    if (order < 8 && r.chance(20)) step["window"] = days(r);
    q["steps"].push_back(step);
  }
  const bool no_optional = q.dump().find("optional") == std::string::npos;
  if (order < 6 && n > 1 && no_optional && r.chance(25)) {
    const int after = 1 + r.below(n - 1);
    json x = selector(r);
    x["after_step"] = after;
    x["before_step"] = after + 1 + r.below(n - after);
    if (r.chance(30)) x["mode"] = "customer";
    q["exclude"] = json::array({x});
  }
  if (r.chance(20)) q["hold"] = "properties.q";
  if (r.chance(20)) q["count_by"] = r.chance(50) ? "session" : "properties.q";
  if (order < 8 && r.chance(15)) q["occurrence"] = r.chance(50) ? "first_ever" : "first_matching";
  if (r.chance(25)) {
    static const std::vector<std::string> kTouch = {"first", "last", "all"};
    q["breakdown"] = {{"by", "properties.p"}, {"touch", r.pick(kTouch)}};
    if (r.chance(20)) q["breakdown"]["limit"] = 1;
  }
  if (r.chance(15)) q["interval"] = r.chance(50) ? "day" : "week";
  if (r.chance(20)) q["people"] = {{"step", 1 + r.below(n)}, {"state", "reached"}, {"limit", 10}};
  common(r, q);
  return q;
}

json transitions(Random& r) {
  static const std::vector<std::string> kNodes = {"name", "properties.p", "stage.m", "touchpoint",
                                                  "channel"};
  json q{{"node", r.pick(kNodes)},
         {"unit", r.chance(50) ? "session" : "customer"},
         {"include", {"customers", "times"}}};
  if (r.chance(50)) q["collapse_repeats"] = r.chance(50);
  if (r.chance(40)) q["session_gap"] = r.chance(50) ? "1d" : "12h";
  common(r, q);
  return q;
}

json trend(Random& r) {
  static const std::vector<std::string> kMeasures = {"events", "customers", "sum", "mean",
                                                     "median", "p90",       "min", "max"};
  json q{{"series", json::array()}, {"interval", r.chance(70) ? "day" : "week"}};
  for (int i = 1 + r.below(2); i > 0; --i) {
    json s = selector(r);
    s["measure"] = r.pick(kMeasures);
    if (s["measure"] != "events" && s["measure"] != "customers")
      s["field"] = r.chance(70) ? "properties.q" : "value";
    q["series"].push_back(s);
  }
  if (r.chance(25) && q["series"].size() == 1)
    q["breakdown"] = {{"by", "properties.p"}, {"limit", 1 + r.below(3)}};
  common(r, q);
  if (r.chance(30)) q["timezone"] = "Europe/Rome";
  return q;
}

json retention(Random& r) {
  static const std::vector<std::string> kUnits = {"day", "day", "week", "month"};
  json q{{"start", selector(r)}, {"unit", r.pick(kUnits)}, {"periods", 1 + r.below(5)}};
  if (r.chance(60)) q["return"] = selector(r);
  if (r.chance(50)) q["mode"] = r.chance(70) ? "recurring" : "first_time";
  if (r.chance(40)) q["match"] = r.chance(70) ? "on_or_after" : "on";
  if (r.chance(30)) q["reference"] = r.chance(70) ? "previous" : "zero";
  if (r.chance(30)) q["mean"] = r.chance(70) ? "weighted" : "simple";
  if (r.chance(35)) q["breakdown"] = {{"by", r.chance(70) ? "properties.p" : "name"}};
  if (q.contains("breakdown") && r.chance(40)) q["breakdown"]["limit"] = 1 + r.below(2);
  if (r.chance(30))
    q["people"] = {{"cohort", script_day(r)},
                   {"period", r.below(1 + q["periods"].get<int>())},
                   {"state", r.chance(50) ? "returned" : "not_returned"},
                   {"limit", 10}};
  common(r, q);
  if (r.chance(30)) q["timezone"] = "Europe/Rome";
  return q;
}

json lifecycle(Random& r) {
  static const std::vector<std::string> kUnits = {"day", "day", "week", "month"};
  json q{{"unit", r.pick(kUnits)}};
  if (r.chance(60)) q["selector"] = selector(r);
  common(r, q);
  if (r.chance(30)) q["timezone"] = "Europe/Rome";
  return q;
}

// Only what has been: the forecast is learned from more people than a tiny world has.
json worth(Random& r) {
  static const std::vector<std::string> kWindows = {"1d", "3d", "10d", "36500d"};
  json q{{"include", {"rfm"}}, {"window", r.pick(kWindows)}};
  if (r.chance(60)) q["orders"] = selector(r);
  if (r.chance(25)) q["value"] = "properties.total";
  if (r.chance(20))
    q["cut_offs"] = {
        {"recency", {0, 1, 2, 5}}, {"frequency", {1, 2, 2, 3}}, {"monetary", {-1, 0, 5, 20}}};
  if (r.chance(20)) q["segments"] = {{{"id", "s"}, {"r", {3, 5}}}, {{"id", "t"}, {"fm", {1, 2}}}};
  if (r.chance(30)) {
    q["people"] = r.chance(50) ? json{{"segment", "other"}}
                               : json{{"r", 1 + r.below(5)}, {"fm", 1 + r.below(5)}};
    q["people"]["limit"] = 100;
  }
  common(r, q);
  q.erase("range");
  return q;
}

json attribution(Random& r) {
  static const std::vector<std::string> kKeys = {"channel",      "channel",    "name",
                                                 "properties.p", "touchpoint", "properties.l"};
  static const std::vector<std::string> kModels = {
      "first",    "last",      "last_non_direct", "linear", "time_decay", "u_shaped",
      "j_shaped", "inverse_j", "participation",   "markov", "shapley"};
  json q = json::object();
  if (r.chance(70)) q["conversion"] = selector(r);
  if (r.chance(30)) q["value"] = r.chance(70) ? "properties.q" : "properties.l";
  if (r.chance(80)) q["touch"]["key"] = r.pick(kKeys);
  if (r.chance(60)) q["touch"]["where"] = r.chance(50) ? json::array() : filters(r);
  if (r.chance(70)) q["lookback"] = days(r);
  if (r.chance(40)) q["half_life"] = days(r);
  if (r.chance(60)) q["markov_order"] = 1 + r.below(3);
  if (r.chance(30)) {
    q["models"] = json::array({r.pick(kModels)});
    const std::string& more = r.pick(kModels);
    if (q["models"][0] != more) q["models"].push_back(more);
  }
  common(r, q);
  return q;
}

// What paths and variants are counted of.
void sequences(Random& r, json& q) {
  static const std::vector<std::string> kUnits = {"session",      "customer", "customer",
                                                  "properties.q", "journey",  "properties.l"};
  static const std::vector<std::string> kNodes = {"name",       "name",    "properties.p",
                                                  "touchpoint", "stage.m", "channel"};
  if (r.chance(80)) q["unit"] = r.pick(kUnits);
  if (r.chance(70)) q["node"] = r.pick(kNodes);
  const bool journey = q.value("unit", "") == "journey";
  if (journey || r.chance(30)) q["start"] = selector(r);
  if (journey || r.chance(30)) q["end"] = selector(r);
  if (r.chance(25)) q["exclude"] = json::array({selector(r)});
  if (r.chance(40)) q["collapse_repeats"] = r.chance(30);
  if (r.chance(20)) q["session_gap"] = r.chance(50) ? "1d" : "12h";
}

json paths(Random& r) {
  json q = json::object();
  sequences(r, q);
  if (r.chance(60)) q["depth"] = 1 + r.below(4);
  if (r.chance(50)) q["top"] = 1 + r.below(2);
  if (r.chance(70)) q["include"] = {"customers", "times"};
  if (r.chance(50)) {
    const int depth = q.value("depth", 5);
    const int step = r.below(depth);
    const bool from_end = q.contains("end") && !q.contains("start");
    const auto id = [&](int at) {
      const std::string layer = std::to_string(from_end ? -at : at);
      return r.chance(40) ? layer : layer + ":" + r.pick(r.chance(70) ? kNames : kValues);
    };
    static const std::vector<std::string> kStates = {"any", "starts", "ends", "before", "after"};
    if (depth == 1 || r.chance(60))
      q["people"] = {{"node", id(step)}, {"state", r.pick(kStates)}, {"limit", 10}};
    else if (from_end)
      q["people"] = {
          {"from", id(step % (depth - 1) + 1)}, {"to", id(step % (depth - 1))}, {"limit", 10}};
    else
      q["people"] = {
          {"from", id(step % (depth - 1))}, {"to", id(step % (depth - 1) + 1)}, {"limit", 10}};
  }
  common(r, q);
  return q;
}

json design(Random& r) {
  json out = json::array();
  for (int i = 1 + r.below(4); i > 0; --i) {
    json step;
    if (r.chance(30)) {
      out.push_back(r.pick(kNames));
      continue;
    }
    if (r.chance(60))
      step["node"] = r.pick(kNames);
    else
      step["any_of"] = {r.pick(kNames), r.pick(kValues)};
    if (r.chance(35)) step["optional"] = true;
    if (r.chance(35)) step["repeat"] = true;
    out.push_back(step);
  }
  return out;
}

json variants(Random& r) {
  json q = json::object();
  sequences(r, q);
  if (r.chance(50)) q["goal"] = r.chance(40) ? json{{"event", "Order Completed"}} : selector(r);
  if (r.chance(50)) q["limit"] = 1 + r.below(3);
  if (r.chance(70)) q["design"] = design(r);
  const bool designed = q.contains("design");
  json people{{"limit", 10}};
  switch (r.below(10)) {
    case 0:
      people["sequence"] = {r.pick(kNames), r.pick(kNames)};
      break;
    case 1:
      people["other"] = true;
      break;
    case 2:
      if (q.contains("goal")) people["converted"] = r.chance(50);
      break;
    case 3:
      if (designed) people["conforms"] = r.chance(50);
      break;
    case 4:
    case 5: {
      static const std::vector<std::string> kKinds = {"skipped", "inserted", "wrong_order"};
      if (designed) people["deviation"] = {{"kind", r.pick(kKinds)}, {"label", r.pick(kNames)}};
      break;
    }
    case 6:
      if (designed) people["loop"] = r.pick(kNames);
      break;
    default:
      break;
  }
  if (people.size() > 1) q["people"] = people;
  common(r, q);
  return q;
}

// The audience that every world has saved.
std::string audience(Random& r) {
  switch (r.below(6)) {
    case 0: {
      const json people{{"step", 2}, {"state", r.chance(50) ? "reached" : "dropped"}};
      return "audience saved funnel " + r.pick(kNames) + " -> " + r.pick(kNames) + " " +
             json{{"people", people}}.dump() + "\n\n";
    }
    case 1: {
      static const std::vector<std::string> kParts = {"any",     "entered", "before", "here_now",
                                                      "forward", "back",    "lost"};
      json select{{"stage", "s" + std::to_string(r.below(2))}, {"part", r.pick(kParts)}};
      return "audience saved stages m " + json{{"select", select}}.dump() + "\n\n";
    }
    case 2: {
      const json people{{"cohort", script_day(r)},
                        {"period", r.below(3)},
                        {"state", r.chance(50) ? "returned" : "not_returned"}};
      return "audience saved retention " + r.pick(kNames) + " -> " + r.pick(kNames) +
             " by day recurring " + json{{"people", people}}.dump() + "\n\n";
    }
    case 3: {
      const json people{{"from", "0:" + r.pick(kNames)}, {"to", "1:" + r.pick(kNames)}};
      return "audience saved paths unit customer " + json{{"people", people}}.dump() + "\n\n";
    }
    case 4: {
      const json people{{"deviation", {{"kind", "inserted"}, {"label", r.pick(kNames)}}}};
      return "audience saved variants unit customer " +
             json{{"design", design(r)}, {"people", people}}.dump() + "\n\n";
    }
    default:
      return "audience saved customers " + json{{"where", filters(r)}}.dump() + "\n\n";
  }
}

std::string settings(Random& r) {
  json s{{"session_gap", r.chance(50) ? "1d" : "3h"}};
  if (r.chance(50)) s["session_id_field"] = "properties.q";
  return "settings " + s.dump() + "\n\n";
}

json of_model(Random& r) {
  json q{{"model", "m"}};
  common(r, q);
  return q;
}

struct Kind {
  const char* name;
  json (*question)(Random&);
};
std::vector<Kind> all_kinds() {
  return {{"funnel", funnel},       {"transitions", transitions},
          {"trend", trend},         {"stages", of_model},
          {"map", of_model},        {"retention", retention},
          {"lifecycle", lifecycle}, {"attribution", attribution},
          {"paths", paths},         {"variants", variants},
          {"value", worth}};
}

}  // namespace

TinyWorld make_world(std::uint64_t seed) {
  Random r(seed);
  TinyWorld out;
  out.setup = "touchpoints\n  ta: a\n  tb: b, \"Order Completed\"\n  direct: c\n\n" + model(r) +
              "\n" + load(r) + "\n";
  if (r.chance(30)) out.setup += load(r) + "\n";
  const bool both =
      out.setup.find("  ann") != std::string::npos && out.setup.find("  bob") != std::string::npos;
  if (r.chance(20) && both) out.setup += "merge ann bob\n\n";
  out.setup += audience(r);
  if (r.chance(30)) out.setup += settings(r);
  // Every kind once, and others by chance.
  constexpr std::size_t kQuestions = 15;
  const std::vector<Kind> kinds = all_kinds();
  for (std::size_t i = 0; i < kQuestions; ++i) {
    const Kind& kind = i < kinds.size() ? kinds[i] : r.pick(kinds);
    out.questions.push_back({kind.name, kind.question(r).dump()});
  }
  return out;
}

}  // namespace viaggio::differential
