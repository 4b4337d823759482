#include "select/sequences.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace viaggio::select {

using nlohmann::json;
using Unit = SequenceQuestion::Unit;

namespace {

Status read_shape(ObjectReader& question, SequenceQuestion& q) {
  auto gap = question.duration("session_gap");
  if (!gap) return tl::unexpected(gap.error());
  q.session_gap = gap->value_or(0);
  auto node = question.text("node");
  if (!node) return tl::unexpected(node.error());
  q.node = node->value_or("name");
  auto collapse = question.boolean("collapse_repeats");
  if (!collapse) return tl::unexpected(collapse.error());
  q.collapse_repeats = collapse->value_or(true);
  return {};
}

Status read_unit(ObjectReader& question, SequenceQuestion& q) {
  auto unit = question.text("unit");
  if (!unit) return tl::unexpected(unit.error());
  const std::string name = unit->value_or("session");
  static const std::vector<std::string> kUnits{"session", "customer", "journey"};
  const auto known = std::find(kUnits.begin(), kUnits.end(), name);
  q.unit = static_cast<Unit>(known - kUnits.begin());
  if (q.unit == Unit::field) q.unit_field = name;
  return {};
}

Status read_anchor(ObjectReader& question, const char* name, std::optional<Selector>& into) {
  const json* object = question.find(name);
  if (object == nullptr) return {};
  auto selector = read_selector(*object, question.at(name));
  if (!selector) return tl::unexpected(selector.error());
  into = std::move(*selector);
  return {};
}

Status read_exclude(ObjectReader& question, SequenceQuestion& q) {
  constexpr std::size_t kMost = 100;
  const json* list = question.find("exclude");
  if (list == nullptr) return {};
  if (!list->is_array() || list->size() > kMost)
    return invalid(question.at("exclude"), "must be a list of at most 100 selectors");
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto selector =
        read_selector((*list)[i], question.at("exclude") + "[" + std::to_string(i) + "]");
    if (!selector) return tl::unexpected(selector.error());
    q.exclude.push_back(std::move(*selector));
  }
  return {};
}

Status compile_into(std::optional<EventFilter>& into, const std::optional<Selector>& selector,
                    const Context& context) {
  if (!selector) return {};
  auto filter = EventFilter::compile(*selector, context);
  if (!filter) return tl::unexpected(filter.error());
  into = std::move(*filter);
  return {};
}

Meaning meaning_of(const SequencePlan& plan, KindId kind) {
  const Answer where = plan.where.by_kind()[kind];
  if (where == Answer::no) return 0;
  bool ask = where == Answer::maybe;
  Meaning out = kMayBeNode;
  for (const EventFilter& filter : plan.exclude) {
    if (filter.by_kind()[kind] == Answer::yes) out = 0;
    if (filter.by_kind()[kind] == Answer::maybe) ask = true;
  }
  auto add = [&](const std::optional<EventFilter>& filter, Meaning bit) {
    if (!filter || filter->by_kind()[kind] == Answer::no) return;
    if (filter->by_kind()[kind] == Answer::maybe) ask = true;
    out = static_cast<Meaning>(out | bit);
  };
  add(plan.start, kIsStart);
  add(plan.end, kIsEnd);
  add(plan.goal, kIsGoal);
  return ask ? kAskEvent : out;
}

}  // namespace

Result<SequenceQuestion> read_sequences(ObjectReader& question) {
  SequenceQuestion q;
  auto unit = question.choice("unit", {"session", "customer"});
  if (!unit) return tl::unexpected(unit.error());
  q.unit = unit->value_or(0) == 0 ? Unit::session : Unit::customer;
  if (auto ok = read_shape(question, q); !ok) return tl::unexpected(ok.error());
  return q;
}

Result<SequenceQuestion> read_anchored_sequences(ObjectReader& question) {
  SequenceQuestion q;
  if (auto ok = read_unit(question, q); !ok) return tl::unexpected(ok.error());
  if (auto ok = read_shape(question, q); !ok) return tl::unexpected(ok.error());
  if (auto ok = read_anchor(question, "start", q.start); !ok) return tl::unexpected(ok.error());
  if (auto ok = read_anchor(question, "end", q.end); !ok) return tl::unexpected(ok.error());
  if (q.unit == Unit::journey && !q.start)
    return invalid("start", "is missing: which event begins a journey?");
  if (q.unit == Unit::journey && !q.end)
    return invalid("end", "is missing: which event ends a journey?");
  if (auto ok = read_exclude(question, q); !ok) return tl::unexpected(ok.error());
  return q;
}

NodeLabels NodeLabels::of(const Field& field) {
  NodeLabels out;
  std::vector<std::string> text(field.size());
  std::vector<Code> codes;
  for (Code c = 0; c < field.size(); ++c) {
    if (field.value(c).empty()) continue;
    text[c] = display(field.value(c));
    codes.push_back(c);
  }
  std::sort(codes.begin(), codes.end(), [&](Code a, Code b) { return text[a] < text[b]; });
  out.of_code.resize(field.size(), kNoNodeHere);
  for (const Code c : codes) {
    if (out.labels.empty() || out.labels.back() != text[c]) out.labels.push_back(text[c]);
    out.of_code[c] = static_cast<Node>(out.labels.size() - 1);
  }
  return out;
}

std::optional<Node> NodeLabels::find(const std::string& label) const {
  const auto at = std::lower_bound(labels.begin(), labels.end(), label);
  if (at == labels.end() || *at != label) return std::nullopt;
  return static_cast<Node>(at - labels.begin());
}

Result<SequencePlan> SequencePlan::make(const SequenceQuestion& question, const Common& common,
                                        const std::optional<Selector>& goal,
                                        const Context& context) {
  SequencePlan plan;
  plan.question = question;
  auto field = Field::resolve(question.node, "node", context);
  if (!field) return tl::unexpected(field.error());
  plan.field = std::move(*field);
  plan.nodes = NodeLabels::of(plan.field);
  if (question.unit == Unit::field) {
    auto unit = Field::resolve(question.unit_field, "unit", context);
    if (!unit) return tl::unexpected(unit.error());
    plan.unit = std::make_unique<const Field>(std::move(*unit));
  }
  auto where = EventFilter::compile(common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  for (const Selector& selector : question.exclude) {
    auto filter = EventFilter::compile(selector, context);
    if (!filter) return tl::unexpected(filter.error());
    plan.exclude.push_back(std::move(*filter));
  }
  if (auto ok = compile_into(plan.start, question.start, context); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = compile_into(plan.end, question.end, context); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = compile_into(plan.goal, goal, context); !ok) return tl::unexpected(ok.error());
  auto audience = CustomerFilter::compile(common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  plan.meaning.resize(context.classes->kinds.size());
  for (KindId k = 0; k < plan.meaning.size(); ++k) plan.meaning[k] = meaning_of(plan, k);
  plan.gap = question.session_gap != 0 ? question.session_gap : context.session_gap;
  plan.from = common.range.from;
  plan.until = std::min(common.range.to, context.now + 1);
  plan.holds_all =
      plan.from <= context.snapshot->earliest() && context.snapshot->latest() < plan.until;
  return plan;
}

}  // namespace viaggio::select
