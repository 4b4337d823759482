#include <nlohmann/json.hpp>

#include "map/map.h"

namespace viaggio::map {

using nlohmann::json;

Result<MapQuestion> read_map(const json& object) {
  ObjectReader reader(object, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  reader.find("kind");
  MapQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  auto model = reader.text("model");
  if (!model) return tl::unexpected(model.error());
  q.model = model->value_or("");  // empty: the default model
  auto rows = reader.choice("rows", {"touchpoint", "channel"});
  if (!rows) return tl::unexpected(rows.error());
  q.rows_channel = rows->value_or(0) == 1;
  if (reader.find("persona") != nullptr)
    return invalid("persona", "is not supported yet; use audience", "not_supported");
  if (const json* compare = reader.find("compare")) {
    ObjectReader inner(*compare, "compare");
    if (auto ok = inner.status(); !ok) return tl::unexpected(ok.error());
    if (inner.find("persona") != nullptr)
      return invalid("compare.persona", "is not supported yet", "not_supported");
    const json* range = inner.find("range");
    if (range == nullptr) return invalid("compare.range", "is missing");
    auto r = read_range(*range, "compare.range");
    if (!r) return tl::unexpected(r.error());
    q.compare_range = *r;
    if (auto ok = inner.finish(); !ok) return tl::unexpected(ok.error());
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

namespace {

Result<FlowSelection> read_flow(const json& object, const std::string& path) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  FlowSelection flow;
  for (const auto& [field, into] : {std::pair{"from", &flow.from}, std::pair{"to", &flow.to}}) {
    const json* v = reader.find(field);
    if (v == nullptr || v->is_null()) continue;
    if (!v->is_string()) return invalid(reader.at(field), "must be the id of a stage or null");
    *into = v->get<std::string>();
  }
  static const std::vector<std::string> kKinds{"enter", "forward", "skip", "back", "loop", "lost"};
  auto kind = reader.choice("kind", kKinds);
  if (!kind) return tl::unexpected(kind.error());
  if (!*kind) return invalid(reader.at("kind"), "is missing");
  flow.kind = kKinds[**kind];
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return flow;
}

}  // namespace

Result<PeopleSelection> read_people_selection(const json& object, const std::string& path) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  PeopleSelection s;
  for (const auto& [field, into] : {std::pair{"stage", &s.stage}, std::pair{"row", &s.row}}) {
    auto text = reader.text(field);
    if (!text) return tl::unexpected(text.error());
    *into = *text;
  }
  auto part =
      reader.choice("part", {"any", "entered", "before", "here_now", "forward", "back", "lost"});
  if (!part) return tl::unexpected(part.error());
  s.part = static_cast<StayPart>(part->value_or(0));
  if (const json* flow = reader.find("flow"); flow != nullptr && !flow->is_null()) {
    auto f = read_flow(*flow, reader.at("flow"));
    if (!f) return tl::unexpected(f.error());
    s.flow = std::move(*f);
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  if (!s.stage && !s.row && !s.flow) return invalid(path, "must name a stage, a row or a flow");
  return s;
}

}  // namespace viaggio::map
