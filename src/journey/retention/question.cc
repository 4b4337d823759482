// Reads the questions `retention` and `lifecycle`.
#include <nlohmann/json.hpp>

#include "journey/retention/retention.h"

namespace viaggio::journey {

using nlohmann::json;

namespace {

constexpr std::int64_t kMaxPeriods = 1'000, kMaxPeople = 10'000;

Result<CalendarUnit> read_unit(ObjectReader& reader) {
  auto unit = reader.choice("unit", {"day", "week", "month"});
  if (!unit) return tl::unexpected(unit.error());
  static constexpr CalendarUnit kUnits[] = {CalendarUnit::day, CalendarUnit::week,
                                            CalendarUnit::month};
  return kUnits[unit->value_or(1)];
}

Result<RetentionPeople> read_people(const json& object, std::size_t periods) {
  ObjectReader reader(object, "people");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  RetentionPeople out;
  auto cohort = reader.text("cohort");
  if (!cohort) return tl::unexpected(cohort.error());
  if (!*cohort) return invalid("people.cohort", "is missing: an instant in the cohort's unit");
  auto at = parse_time(**cohort);
  if (!at) return invalid("people.cohort", "is not a time: write 2024-05-31T00:00:00Z");
  out.cohort = *at;
  auto period = reader.integer("period", 0, static_cast<std::int64_t>(periods));
  if (!period) return tl::unexpected(period.error());
  out.period = static_cast<std::size_t>(period->value_or(0));
  auto state = reader.choice("state", {"returned", "not_returned"});
  if (!state) return tl::unexpected(state.error());
  out.returned = state->value_or(0) == 0;
  auto limit = reader.integer("limit", 1, kMaxPeople);
  if (!limit) return tl::unexpected(limit.error());
  out.limit = static_cast<std::size_t>(limit->value_or(100));
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Status read_rules(ObjectReader& reader, RetentionQuestion& q) {
  auto periods = reader.integer("periods", 1, kMaxPeriods);
  if (!periods) return tl::unexpected(periods.error());
  q.periods = static_cast<std::size_t>(periods->value_or(12));
  auto mode = reader.choice("mode", {"first_time", "recurring"});
  if (!mode) return tl::unexpected(mode.error());
  q.recurring = mode->value_or(0) == 1;
  auto match = reader.choice("match", {"on", "on_or_after"});
  if (!match) return tl::unexpected(match.error());
  q.on_or_after = match->value_or(0) == 1;
  auto reference = reader.choice("reference", {"zero", "previous"});
  if (!reference) return tl::unexpected(reference.error());
  q.reference_previous = reference->value_or(0) == 1;
  auto mean = reader.choice("mean", {"simple", "weighted"});
  if (!mean) return tl::unexpected(mean.error());
  q.weighted = mean->value_or(0) == 1;
  return {};
}

}  // namespace

Result<RetentionQuestion> read_retention(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  RetentionQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  const json* start = reader.find("start");
  if (start == nullptr) return invalid("start", "is missing: which event begins?");
  auto selector = read_selector(*start, "start");
  if (!selector) return tl::unexpected(selector.error());
  q.start = std::move(*selector);
  q.back = q.start;
  if (const json* back = reader.find("return")) {
    auto other = read_selector(*back, "return");
    if (!other) return tl::unexpected(other.error());
    q.back = std::move(*other);
  }
  auto unit = read_unit(reader);
  if (!unit) return tl::unexpected(unit.error());
  q.unit = *unit;
  if (auto ok = read_rules(reader, q); !ok) return tl::unexpected(ok.error());
  auto breakdown = read_breakdown(reader);
  if (!breakdown) return tl::unexpected(breakdown.error());
  q.breakdown = std::move(*breakdown);
  if (const json* people = reader.find("people")) {
    auto read = read_people(*people, q.periods);
    if (!read) return tl::unexpected(read.error());
    q.people = *read;
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

Result<LifecycleQuestion> read_lifecycle(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  LifecycleQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  q.selector.all = true;
  if (const json* object = reader.find("selector")) {
    auto selector = read_selector(*object, "selector");
    if (!selector) return tl::unexpected(selector.error());
    q.selector = std::move(*selector);
  }
  auto unit = read_unit(reader);
  if (!unit) return tl::unexpected(unit.error());
  q.unit = *unit;
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

}  // namespace viaggio::journey
