// Reads the question `variants`.
#include <nlohmann/json.hpp>

#include "journey/variants/variants.h"

namespace viaggio::journey {

using nlohmann::json;

namespace {

constexpr std::int64_t kMaxVariants = 10'000, kMaxPeople = 10'000;
constexpr std::size_t kMaxSteps = 100, kMaxLabels = 1'000;

Result<std::vector<std::string>> read_labels(const json& list, const std::string& path,
                                             bool may_be_long) {
  if (!list.is_array() || list.empty() || (!may_be_long && list.size() > kMaxLabels))
    return invalid(path, "must be a list of labels that is not empty");
  std::vector<std::string> out;
  for (const json& label : list) {
    if (!label.is_string()) return invalid(path, "must be a list of labels");
    out.push_back(label.get<std::string>());
  }
  return out;
}

Result<DesignStep> read_step(const json& step, const std::string& path) {
  DesignStep out;
  if (step.is_string()) {
    out.labels.push_back(step.get<std::string>());
    return out;
  }
  ObjectReader reader(step, path);
  if (!reader.status()) return invalid(path, "must be a label or an object with node or any_of");
  auto node = reader.text("node");
  if (!node) return tl::unexpected(node.error());
  const json* any = reader.find("any_of");
  if ((*node ? 1 : 0) + (any != nullptr ? 1 : 0) != 1)
    return invalid(reader.at("node"), "give either node or any_of");
  if (*node) out.labels.push_back(**node);
  if (any != nullptr) {
    auto labels = read_labels(*any, reader.at("any_of"), false);
    if (!labels) return tl::unexpected(labels.error());
    out.labels = std::move(*labels);
  }
  auto optional = reader.boolean("optional");
  if (!optional) return tl::unexpected(optional.error());
  out.optional = optional->value_or(false);
  auto repeat = reader.boolean("repeat");
  if (!repeat) return tl::unexpected(repeat.error());
  out.repeat = repeat->value_or(false);
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Status read_design(ObjectReader& reader, VariantsQuestion& q) {
  const json* design = reader.find("design");
  if (design == nullptr) return {};
  if (!design->is_array() || design->empty() || design->size() > kMaxSteps)
    return invalid("design", "must be a list of 1 to 100 steps");
  for (std::size_t i = 0; i < design->size(); ++i) {
    auto step = read_step((*design)[i], "design[" + std::to_string(i) + "]");
    if (!step) return tl::unexpected(step.error());
    q.design.push_back(std::move(*step));
  }
  return {};
}

Result<DeviationName> read_deviation(const json& object) {
  ObjectReader reader(object, "people.deviation");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  DeviationName out;
  auto kind = reader.choice("kind", deviation_names());
  if (!kind) return tl::unexpected(kind.error());
  if (!*kind) return invalid("people.deviation.kind", "is missing");
  out.kind = static_cast<DeviationKind>(**kind);
  auto label = reader.text("label");
  if (!label) return tl::unexpected(label.error());
  if (!*label) return invalid("people.deviation.label", "is missing");
  out.label = **label;
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

// Exactly one choice, and what it needs.
Status check_people(const VariantsPeople& p, const VariantsQuestion& q) {
  const int given = (p.sequence ? 1 : 0) + (p.other ? 1 : 0) + (p.converted ? 1 : 0) +
                    (p.conforms ? 1 : 0) + (p.deviation ? 1 : 0) + (p.loop ? 1 : 0);
  if (given != 1)
    return invalid("people",
                   "must have one of sequence, other, converted, conforms, deviation and loop");
  if (p.converted && !q.goal) return invalid("people.converted", "needs a goal in the question");
  if ((p.conforms || p.deviation || p.loop) && q.design.empty())
    return invalid("people", "needs a design in the question");
  return {};
}

Result<VariantsPeople> read_people(const json& object, const VariantsQuestion& q) {
  ObjectReader reader(object, "people");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  VariantsPeople out;
  if (const json* sequence = reader.find("sequence")) {
    auto labels = read_labels(*sequence, "people.sequence", true);
    if (!labels) return tl::unexpected(labels.error());
    out.sequence = std::move(*labels);
  }
  auto other = reader.boolean("other");
  if (!other) return tl::unexpected(other.error());
  if (*other && !**other) return invalid("people.other", "can only be true");
  out.other = other->has_value();
  auto converted = reader.boolean("converted"), conforms = reader.boolean("conforms");
  if (!converted) return tl::unexpected(converted.error());
  if (!conforms) return tl::unexpected(conforms.error());
  out.converted = *converted;
  out.conforms = *conforms;
  if (const json* deviation = reader.find("deviation")) {
    auto read = read_deviation(*deviation);
    if (!read) return tl::unexpected(read.error());
    out.deviation = std::move(*read);
  }
  auto loop = reader.text("loop");
  if (!loop) return tl::unexpected(loop.error());
  out.loop = *loop;
  auto limit = reader.integer("limit", 1, kMaxPeople);
  if (!limit) return tl::unexpected(limit.error());
  out.limit = static_cast<std::size_t>(limit->value_or(100));
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  if (auto ok = check_people(out, q); !ok) return tl::unexpected(ok.error());
  return out;
}

}  // namespace

Result<VariantsQuestion> read_variants(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  VariantsQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  auto sequences = select::read_anchored_sequences(reader);
  if (!sequences) return tl::unexpected(sequences.error());
  q.sequences = std::move(*sequences);
  if (const json* goal = reader.find("goal")) {
    auto selector = read_selector(*goal, "goal");
    if (!selector) return tl::unexpected(selector.error());
    q.goal = std::move(*selector);
  }
  auto limit = reader.integer("limit", 1, kMaxVariants);
  if (!limit) return tl::unexpected(limit.error());
  q.limit = static_cast<std::size_t>(limit->value_or(100));
  if (auto ok = read_design(reader, q); !ok) return tl::unexpected(ok.error());
  if (const json* people = reader.find("people")) {
    auto read = read_people(*people, q);
    if (!read) return tl::unexpected(read.error());
    q.people = std::move(*read);
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

}  // namespace viaggio::journey
