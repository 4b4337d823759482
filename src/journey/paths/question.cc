// Reads the question `paths`.
#include <nlohmann/json.hpp>

#include "journey/paths/paths.h"

namespace viaggio::journey {

using nlohmann::json;

namespace {

constexpr std::int64_t kMaxDepth = 20, kMaxTop = 200, kMaxPeople = 10'000;

Result<PathsPeople> read_people(const json& object) {
  ObjectReader reader(object, "people");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  PathsPeople out;
  auto node = reader.text("node"), from = reader.text("from"), to = reader.text("to");
  for (const auto* text : {&node, &from, &to}) {
    if (!*text) return tl::unexpected(text->error());
  }
  auto state = reader.choice("state", {"any", "starts", "ends", "before", "after"});
  if (!state) return tl::unexpected(state.error());
  if (*node && (*from || *to))
    return invalid("people.node", "give either a node, or from and to of an edge");
  if (!*node && !(*from && *to))
    return invalid("people.node", "is missing: give a node, or from and to of an edge");
  if (!*node && *state) return invalid("people.state", "belongs to a node");
  out.node = *node ? **node : **from;
  out.to = *to;
  out.state = static_cast<PathsPeople::State>(state->value_or(0));
  auto limit = reader.integer("limit", 1, kMaxPeople);
  if (!limit) return tl::unexpected(limit.error());
  out.limit = static_cast<std::size_t>(limit->value_or(100));
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Status read_include(ObjectReader& reader, PathsQuestion& q) {
  const json* include = reader.find("include");
  if (include == nullptr) return {};
  if (!include->is_array()) return invalid("include", "must be a list of 'customers' and 'times'");
  for (const json& what : *include) {
    if (what != "customers" && what != "times")
      return invalid("include", "must be a list of 'customers' and 'times'");
    (what == "customers" ? q.customers : q.times) = true;
  }
  return {};
}

}  // namespace

Result<PathsQuestion> read_paths(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  PathsQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  auto sequences = select::read_anchored_sequences(reader);
  if (!sequences) return tl::unexpected(sequences.error());
  q.sequences = std::move(*sequences);
  auto depth = reader.integer("depth", 1, kMaxDepth);
  if (!depth) return tl::unexpected(depth.error());
  const bool both = q.sequences.start && q.sequences.end;
  q.depth = static_cast<std::uint32_t>(depth->value_or(both ? kMaxDepth : 5));
  auto top = reader.integer("top", 1, kMaxTop);
  if (!top) return tl::unexpected(top.error());
  q.top = static_cast<std::uint32_t>(top->value_or(50));
  if (auto ok = read_include(reader, q); !ok) return tl::unexpected(ok.error());
  if (const json* people = reader.find("people")) {
    auto read = read_people(*people);
    if (!read) return tl::unexpected(read.error());
    q.people = std::move(*read);
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

}  // namespace viaggio::journey
