#include "laws.h"

#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

namespace viaggio::differential {
namespace {

using nlohmann::json;

std::string map_laws(const json& a) {
  std::map<std::string, std::map<std::string, int>> in, out;
  for (const json& f : a["flows"]) {
    const int n = f["transitions"];
    if (f["customers"].get<int>() > n || f["customers"].get<int>() < 1)
      return "a flow has more customers than transitions";
    if (f["kind"] == "loop") continue;
    if (!f["from"].is_null()) out[f["from"]][f["kind"]] += n;
    if (!f["to"].is_null()) in[f["to"]]["all"] += n;
  }
  for (const json& s : a["stages"]) {
    const auto n = [&](const char* key) { return s[key].get<int>(); };
    if (n("entered") + n("before") != n("forward") + n("back") + n("lost") + n("here_now"))
      return "entered + before is not forward + back + lost + here_now in " + s.dump();
    const std::string id = s["id"];
    if (in[id]["all"] != n("entered")) return "flows into " + id + " do not add up";
    if (out[id]["forward"] + out[id]["skip"] != n("forward") || out[id]["back"] != n("back") ||
        out[id]["lost"] != n("lost"))
      return "flows out of " + id + " do not add up";
  }
  for (const json& c : a["cells"]) {
    if (c["customers"] > c["events"] || c["to_next_n"] > c["stays"] || c["at_stake"] < 0)
      return "a cell has impossible numbers: " + c.dump();
  }
  return {};
}

std::string transition_laws(const json& a) {
  std::map<std::string, int> in, out;
  int starts = 0, ends = 0;
  for (const json& e : a["edges"]) {
    out[e["from"]] += e["transitions"].get<int>();
    in[e["to"]] += e["transitions"].get<int>();
  }
  for (const json& n : a["nodes"]) {
    const int count = n["count"], s = n["starts"], e = n["ends"];
    starts += s;
    ends += e;
    if (count != s + in[n["label"]] || count != e + out[n["label"]])
      return "transitions of " + n["label"].dump() + " do not add up";
  }
  return starts == ends ? "" : "starts are not ends";
}

std::string funnel_laws(const json& q, const json& a) {
  int previous = -1;
  for (std::size_t i = 0; i < a["steps"].size(); ++i) {
    if (q["steps"][i].value("optional", false)) continue;
    const int count = a["steps"][i]["count"];
    if (previous >= 0 && (count > previous || a["steps"][i]["dropped"] != previous - count))
      return "steps do not fall";
    previous = count;
  }
  const bool parted = a.contains("groups") && q["breakdown"].value("touch", "first") != "all";
  for (const char* part : {"groups", "series"}) {
    if (!a.contains(part) || (std::string(part) == "groups" && !parted)) continue;
    for (std::size_t i = 0; i < a["steps"].size(); ++i) {
      int sum = 0;
      for (const json& g : a[part]) sum += g["steps"][i]["count"].get<int>();
      if (sum != a["steps"][i]["count"]) return std::string(part) + " do not add up to the total";
    }
  }
  return {};
}

std::string retention_laws(const json& q, const json& a) {
  const bool falls = q.value("match", "on") == "on_or_after";
  for (const json& c : a["cohorts"]) {
    if (!c["counts"].empty() && c["counts"][0] != c["size"]) return "counts[0] is not the size";
    for (std::size_t k = 1; k < c["counts"].size(); ++k) {
      if (c["counts"][k] > c["size"]) return "more come back than began: " + c.dump();
      if (falls && c["counts"][k] > c["counts"][k - 1])
        return "on_or_after rises: " + c["counts"].dump();
    }
  }
  if (!a.contains("groups")) return {};
  for (std::size_t i = 0; i < a["cohorts"].size(); ++i) {
    for (std::size_t k = 0; k < a["cohorts"][i]["counts"].size(); ++k) {
      int sum = 0;
      for (const json& g : a["groups"]) sum += g["cohorts"].at(i)["counts"].at(k).get<int>();
      if (sum != a["cohorts"][i]["counts"][k]) return "groups do not add up";
    }
  }
  return {};
}

std::string lifecycle_laws(const json& a) {
  int active = -1;  // of the period before
  for (const json& p : a["periods"]) {
    const auto n = [&](const char* key) { return p[key].get<int>(); };
    if (active >= 0 && active != n("returning") + n("dormant"))
      return "of those active before some are neither returning nor dormant in " + p.dump();
    active = n("new") + n("returning") + n("resurrecting");
  }
  return {};
}

std::string path_laws(const json& a) {
  std::map<std::string, int> in, out;
  for (const json& e : a["edges"]) {
    out[e["from"]] += e["transitions"].get<int>();
    in[e["to"]] += e["transitions"].get<int>();
  }
  int first = 0, begun = 0, ended = 0;
  for (const json& n : a["nodes"]) {
    const auto part = [&](const char* key) { return n[key].get<int>(); };
    const int entries = part("entries");
    if (entries != part("starts") + part("before") + in[n["id"]] ||
        entries != part("ends") + part("after") + out[n["id"]])
      return "entries of " + n["id"].dump() + " do not add up";
    if (part("layer") == 0) first += entries;
    begun += part("starts") + part("before");
    ended += part("ends") + part("after");
  }
  const int all = a["sequences"];
  return first == all && begun == all && ended == all ? "" : "sequences do not add up";
}

std::string variant_laws(const json& a) {
  int count = a["other"]["count"], replayed = 0, distinct = a["other"]["variants"];
  for (const json& v : a["variants"]) {
    count += v["count"].get<int>();
    ++distinct;
    if (v.value("conforms", false)) replayed += v["count"].get<int>();
  }
  if (count != a["total"] || distinct != a["distinct"]) return "variants do not add up";
  if (!a.contains("conformance")) return {};
  const json& c = a["conformance"];
  if (a["other"]["count"] == 0 && replayed != c["replayed"]) return "who replays does not add up";
  for (const json& d : c["deviations"]) {
    // What deviates does not replay.
    if (d["sequences"].get<int>() > a["total"].get<int>() - c["replayed"].get<int>() ||
        d["occurrences"] < d["sequences"])
      return "a deviation has impossible numbers: " + d.dump();
  }
  return {};
}

// The credits of a model add up to all conversions and all value; participation gives each key one.
std::string attribution_laws(const json& a) {
  std::map<std::string, double> conversions, value;
  for (const json& key : a["keys"]) {
    for (const auto& [model, credit] : key["models"].items()) {
      if (credit["conversions"].is_null()) continue;
      conversions[model] += credit["conversions"].get<double>();
      value[model] += credit["value"].get<double>();
    }
  }
  const double all = a["conversions"], worth = a["value"];
  for (const auto& [model, sum] : conversions) {
    if (model == "participation") {
      if (sum < all - 1e-6) return "participation is less than the conversions";
      continue;
    }
    // A path whose conversions markov and shapley share has a key with an effect.
    if (std::abs(sum - all) > 1e-6 || std::abs(value[model] - worth) > 1e-6 * (1 + std::abs(worth)))
      return "the credits of " + model + " do not add up to the conversions";
  }
  if (!a.contains("coalitions")) return {};
  int journeys = 0, converted = 0;
  for (const json& c : a["coalitions"]) {
    journeys += c["journeys"].get<int>();
    converted += c["conversions"].get<int>();
  }
  if (converted != a["converting"] ||
      journeys != a["converting"].get<int>() + a["not_converting"].get<int>())
    return "coalitions do not add up to the journeys";
  return {};
}

}  // namespace

std::string broken_law(const std::string& kind, const std::string& question_json,
                       const std::string& answer_json) {
  const json q = json::parse(question_json), a = json::parse(answer_json);
  if (kind == "map") return map_laws(a);
  if (kind == "transitions") return transition_laws(a);
  if (kind == "retention") return retention_laws(q, a);
  if (kind == "lifecycle") return lifecycle_laws(a);
  if (kind == "attribution") return attribution_laws(a);
  if (kind == "paths") return path_laws(a);
  if (kind == "variants") return variant_laws(a);
  if (kind == "funnel") return funnel_laws(q, a);
  if (kind == "trend") {
    for (const json& s : a["series"]) {
      if (s["values"].size() != a["buckets"].size()) return "a series has not one value a bucket";
    }
  }
  return {};
}

}  // namespace viaggio::differential
