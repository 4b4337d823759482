#include "journey/funnel/question.h"

#include <nlohmann/json.hpp>

namespace viaggio::journey {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxSteps = 64, kMaxExclusions = 32;

Result<FunnelStep> read_step(const json& object, const std::string& path) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  FunnelStep step;
  auto selector = read_selector(reader);
  if (!selector) return tl::unexpected(selector.error());
  step.selector = std::move(*selector);
  auto label = reader.text("label");
  if (!label) return tl::unexpected(label.error());
  step.label = label_of(label->value_or(""), step.selector);
  auto optional = reader.boolean("optional");
  if (!optional) return tl::unexpected(optional.error());
  step.optional = optional->value_or(false);
  auto window = reader.duration("window");
  if (!window) return tl::unexpected(window.error());
  step.window = window->value_or(0);
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return step;
}

Result<FunnelQuestion::Exclude> read_exclude(const json& object, const std::string& path,
                                             const std::vector<FunnelStep>& steps) {
  ObjectReader reader(object, path);
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  FunnelQuestion::Exclude out;
  auto selector = read_selector(reader);
  if (!selector) return tl::unexpected(selector.error());
  out.selector = std::move(*selector);
  const auto n = static_cast<std::int64_t>(steps.size());
  auto after = reader.integer("after_step", 1, std::max<std::int64_t>(1, n - 1));
  if (!after) return tl::unexpected(after.error());
  out.after_step = static_cast<unsigned>(after->value_or(1));
  auto before = reader.integer("before_step", out.after_step + 1,
                               std::max<std::int64_t>(out.after_step + 1, n));
  if (!before) return tl::unexpected(before.error());
  out.before_step = static_cast<unsigned>(before->value_or(out.after_step + 1));
  auto mode = reader.choice("mode", {"attempt", "customer"});
  if (!mode) return tl::unexpected(mode.error());
  out.whole_customer = mode->value_or(0) == 1;
  if (out.before_step > steps.size())
    return invalid(reader.at("before_step"), "there is no such step");
  for (const unsigned s : {out.after_step, out.before_step}) {
    if (steps[s - 1].optional)
      return invalid(path, "an exclusion lies between required steps; step " + std::to_string(s) +
                               " is optional");
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Status read_breakdown(const json& object, FunnelQuestion& q) {
  ObjectReader reader(object, "breakdown");
  if (auto ok = reader.status(); !ok) return ok;
  FunnelQuestion::GroupBy g;
  auto by = reader.text("by");
  if (!by) return tl::unexpected(by.error());
  if (!*by) return invalid("breakdown.by", "is missing");
  g.by = **by;
  auto limit = reader.integer("limit", 1, 10'000);
  if (!limit) return tl::unexpected(limit.error());
  g.limit = static_cast<std::size_t>(limit->value_or(25));
  auto touch = reader.choice("touch", {"first", "last", "all", "step"});
  if (!touch) return tl::unexpected(touch.error());
  g.touch = static_cast<Touch>(touch->value_or(0));
  auto step = reader.integer("step", 1, static_cast<std::int64_t>(q.steps.size()));
  if (!step) return tl::unexpected(step.error());
  if (g.touch == Touch::step && !*step)
    return invalid("breakdown.step", "is missing: which step gives the value?");
  g.step = static_cast<unsigned>(step->value_or(1));
  if (g.touch == Touch::step && q.steps[g.step - 1].optional)
    return invalid("breakdown.step", "must be a required step");
  q.breakdown = g;
  return reader.finish();
}

Status read_people(const json& object, FunnelQuestion& q) {
  ObjectReader reader(object, "people");
  if (auto ok = reader.status(); !ok) return ok;
  FunnelQuestion::People p;
  auto step = reader.integer("step", 1, static_cast<std::int64_t>(q.steps.size()));
  if (!step) return tl::unexpected(step.error());
  if (!*step) return invalid("people.step", "is missing");
  p.step = static_cast<unsigned>(**step);
  auto state = reader.choice("state", {"reached", "dropped"});
  if (!state) return tl::unexpected(state.error());
  p.dropped = state->value_or(0) == 1;
  if (p.dropped && p.step == 1) return invalid("people.step", "nobody can drop out before step 1");
  auto limit = reader.integer("limit", 1, 100'000);
  if (!limit) return tl::unexpected(limit.error());
  p.limit = static_cast<std::size_t>(limit->value_or(100));
  q.people = p;
  return reader.finish();
}

Status check_order(const FunnelQuestion& q) {
  if (q.order == FunnelOrder::ordered) return {};
  const std::string name = q.order == FunnelOrder::strict ? "strict" : "any";
  if (!q.exclude.empty()) return invalid("exclude", "cannot be used with order '" + name + "'");
  for (std::size_t i = 0; i < q.steps.size(); ++i) {
    const std::string path = "steps[" + std::to_string(i) + "]";
    if (q.steps[i].optional)
      return invalid(path + ".optional", "cannot be used with order '" + name + "'");
    if (q.order == FunnelOrder::any && q.steps[i].window != 0)
      return invalid(path + ".window", "cannot be used with order 'any'");
  }
  if (q.order == FunnelOrder::any && q.occurrence != Occurrence::any)
    return invalid("occurrence", "cannot be used with order 'any'");
  return {};
}

}  // namespace

std::string label_of(const std::string& label, const Selector& selector) {
  if (!label.empty()) return label;
  if (selector.all) return "*";
  std::string out;
  for (const std::string& e : selector.events) out += (out.empty() ? "" : " / ") + e;
  return out;
}

Result<FunnelQuestion> read_funnel(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  FunnelQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  const json* steps = reader.find("steps");
  if (steps == nullptr || !steps->is_array() || steps->empty())
    return invalid("steps", "must be a list of at least one step");
  if (steps->size() > kMaxSteps)
    return invalid("steps", "a funnel has at most 64 steps", "too_many_steps");
  for (std::size_t i = 0; i < steps->size(); ++i) {
    auto step = read_step((*steps)[i], "steps[" + std::to_string(i) + "]");
    if (!step) return tl::unexpected(step.error());
    q.steps.push_back(std::move(*step));
  }
  if (q.steps.front().optional)
    return invalid("steps[0].optional", "the first step cannot be optional");
  auto window = reader.duration("window");
  if (!window) return tl::unexpected(window.error());
  q.window = window->value_or(14 * kDay);
  auto order = reader.choice("order", {"ordered", "strict", "any"});
  if (!order) return tl::unexpected(order.error());
  q.order = static_cast<FunnelOrder>(order->value_or(0));
  auto count_by = reader.text("count_by");
  if (!count_by) return tl::unexpected(count_by.error());
  q.count_by = count_by->value_or("customer");
  if (const json* exclude = reader.find("exclude")) {
    if (!exclude->is_array() || exclude->size() > kMaxExclusions)
      return invalid("exclude", "must be a list of at most 32 exclusions");
    for (std::size_t i = 0; i < exclude->size(); ++i) {
      auto x = read_exclude((*exclude)[i], "exclude[" + std::to_string(i) + "]", q.steps);
      if (!x) return tl::unexpected(x.error());
      q.exclude.push_back(std::move(*x));
    }
  }
  auto hold = reader.text("hold");
  if (!hold) return tl::unexpected(hold.error());
  q.hold = hold->value_or("");
  auto occurrence = reader.choice("occurrence", {"any", "first_ever", "first_matching"});
  if (!occurrence) return tl::unexpected(occurrence.error());
  q.occurrence = static_cast<Occurrence>(occurrence->value_or(0));
  if (const json* breakdown = reader.find("breakdown")) {
    if (auto ok = read_breakdown(*breakdown, q); !ok) return tl::unexpected(ok.error());
  }
  auto interval = reader.choice("interval", {"hour", "day", "week", "month"});
  if (!interval) return tl::unexpected(interval.error());
  if (*interval) q.interval = static_cast<CalendarUnit>(**interval);
  if (const json* people = reader.find("people")) {
    if (auto ok = read_people(*people, q); !ok) return tl::unexpected(ok.error());
  }
  if (auto ok = check_order(q); !ok) return tl::unexpected(ok.error());
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

}  // namespace viaggio::journey
