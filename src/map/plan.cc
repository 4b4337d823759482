#include "map/plan.h"

#include <limits>
#include <unordered_map>

namespace viaggio::map {

namespace {

// The months end with the one that holds the last instant of the range.
std::array<Micros, kMonths + 1> month_starts(const Zone& zone, Micros last) {
  std::array<Micros, kMonths + 1> out{};
  Micros start = zone.floor(last, CalendarUnit::month);
  out[kMonths] = zone.next(start, CalendarUnit::month);
  for (std::size_t m = kMonths; m-- > 0;) {
    out[m] = start;
    start = zone.floor(start - 1, CalendarUnit::month);
  }
  return out;
}

void note_devices(Plan& plan, const classify::Classification& classes) {
  std::unordered_map<std::string, std::uint16_t> codes{{"", 0}};
  for (const EventKind* kind : classes.kinds) {
    const auto [at, fresh] =
        codes.try_emplace(kind->device, static_cast<std::uint16_t>(plan.devices.size()));
    if (fresh) plan.devices.push_back(kind->device);
    plan.device_of_kind.push_back(at->second);
  }
}

}  // namespace

Result<std::unique_ptr<const Plan>> make_plan(const journey::StageModel& model,
                                              const MapQuestion& question, const Range& range,
                                              const select::Context& context) {
  auto compiled = journey::CompiledModel::compile(model, context);
  if (!compiled) return tl::unexpected(compiled.error());
  Common common = question.common;
  common.range = range;
  auto scope = journey::stage_scope(model, common, context);
  if (!scope) return tl::unexpected(scope.error());
  Rows rows(*context.classes, question.rows_channel);
  auto feelings = Feelings::make(context, !question.rows_channel, rows);
  if (!feelings) return tl::unexpected(feelings.error());
  const Micros from = range.from, end = scope->end;
  std::unique_ptr<Plan> plan(new Plan{std::move(*compiled),
                                      std::move(*scope),
                                      from,
                                      end,
                                      false,
                                      std::move(rows),
                                      std::move(*feelings),
                                      {""},
                                      {},
                                      {}});
  plan->periods = from != std::numeric_limits<Micros>::min() && from < end;
  note_devices(*plan, *context.classes);
  plan->months = month_starts(context.zone, end - 1);
  return std::unique_ptr<const Plan>(std::move(plan));
}

Tally count(const Plan& plan, const select::Context& context) {
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Counter>> workers(threads);
  context.snapshot->scan(
      threads,
      [&](unsigned worker, const timeline::CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Counter>(plan);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Counter* counter, const auto& run) {
        if (!context.is_cancelled()) counter->customer(run);
      });
  Tally all(plan);
  for (auto& worker : workers) {
    if (worker) all.add(worker->tally);
  }
  return all;
}

}  // namespace viaggio::map
