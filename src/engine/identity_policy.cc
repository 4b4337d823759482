#include "engine/identity_policy.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "formats/segment.h"
#include "model/question.h"

namespace viaggio::engine {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBlocked = 1000, kMostSignOuts = 100, kLongest = 1024;
constexpr std::int64_t kMostOfAType = 30;

// Limits count for what names a person or one of their things, not for devices.
bool has_limit(IdentifierType type) { return type < IdentifierType::device_id; }

Status read_limits(const json& types, json& out) {
  if (!types.is_object()) return invalid("types", "must be an object");
  for (const auto& [name, settings] : types.items()) {
    const std::string path = "types." + name;
    IdentifierType type;
    if (!parse_identifier_type(name, type))
      return invalid(path, "is not a type of identifier", "unknown_identifier_type");
    ObjectReader reader(settings, path);
    if (auto ok = reader.status(); !ok) return ok;
    auto limit = reader.integer("limit", 0, kMostOfAType);
    if (!limit) return tl::unexpected(limit.error());
    if (auto ok = reader.finish(); !ok) return ok;
    if (!*limit) continue;
    if (!has_limit(type) && **limit != 0)
      return invalid(path + ".limit", "must be 0: a person may have any number of devices");
    if (type == IdentifierType::user_id && **limit != 1)
      return invalid(path + ".limit", "must be 1: it is the firm's own name of a customer");
    out[name]["limit"] = **limit;
  }
  return {};
}

// Texts without their outer blanks, each once.
Result<json> read_words(const json& list, const std::string& field, std::size_t most) {
  if (!list.is_array()) return invalid(field, "must be a list of texts");
  if (list.size() > most) return invalid(field, "has more than " + std::to_string(most) + " texts");
  json out = json::array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = field + "[" + std::to_string(i) + "]";
    if (!list[i].is_string()) return invalid(at, "must be a text");
    const std::string text(trim(list[i].get_ref<const std::string&>()));
    if (text.empty() || text.size() > kLongest)
      return invalid(at, "must have between 1 and 1024 bytes");
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
  }
  return out;
}

}  // namespace

json default_identity_policy() {
  const identity::Policy p = identity::Policy::defaults();
  json types = json::object();
  for (std::size_t t = 0; t < kIdentifierTypes; ++t) {
    types[std::string(to_string(static_cast<IdentifierType>(t)))] = {{"limit", p.types[t].limit}};
  }
  return {{"types", types},
          {"blocked", json::array()},
          {"sign_out_events", p.sign_out_events},
          {"shared_after", p.shared_after},
          {"shared_window", format_duration(p.shared_window)}};
}

Result<json> read_identity_policy(const json& document) {
  ObjectReader reader(document, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  json out = default_identity_policy();
  if (const json* types = reader.find("types")) {
    if (auto ok = read_limits(*types, out["types"]); !ok) return tl::unexpected(ok.error());
  }
  for (const auto& [field, most] :
       {std::pair{"blocked", kMostBlocked}, std::pair{"sign_out_events", kMostSignOuts}}) {
    const json* list = reader.find(field);
    if (list == nullptr) continue;
    auto words = read_words(*list, field, most);
    if (!words) return tl::unexpected(words.error());
    out[field] = std::move(*words);
  }
  auto after = reader.integer("shared_after", 0, 1000);
  if (!after) return tl::unexpected(after.error());
  if (*after) out["shared_after"] = **after;
  auto window = reader.duration("shared_window");
  if (!window) return tl::unexpected(window.error());
  if (*window) {
    if (**window <= 0) return invalid("shared_window", "must be longer than nothing");
    out["shared_window"] = format_duration(**window);
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

identity::Policy identity_policy_of(const json& document, std::string_view country) {
  identity::Policy p = identity::Policy::defaults();
  for (const auto& [name, settings] : document["types"].items()) {
    IdentifierType type;
    if (parse_identifier_type(name, type))
      p.types[static_cast<std::size_t>(type)].limit = settings["limit"].get<std::uint32_t>();
  }
  for (const json& blocked : document["blocked"]) {
    const std::string text = blocked;
    p.extra_blocked.push_back(text);
    for (const auto type : {IdentifierType::phone, IdentifierType::loyalty_card}) {
      std::string as = formats::normalise_identifier(type, text, country);
      const auto& known = p.extra_blocked;
      if (!as.empty() && std::find(known.begin(), known.end(), as) == known.end())
        p.extra_blocked.push_back(std::move(as));
    }
  }
  p.sign_out_events = document["sign_out_events"].get<std::vector<std::string>>();
  p.shared_after = document["shared_after"].get<std::uint32_t>();
  p.shared_window =
      parse_duration(document["shared_window"].get<std::string>()).value_or(p.shared_window);
  return p;
}

}  // namespace viaggio::engine
