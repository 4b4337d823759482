#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "journey/retention/retention.h"
#include "journey/retention/units.h"
#include "select/event_filter.h"
#include "select/picked.h"

namespace viaggio::journey {

using nlohmann::json;
using select::Answer;
using timeline::CodeSpace;

namespace {

struct Plan {
  select::EventFilter selector, where;
  select::CustomerFilter audience;
  std::vector<std::uint8_t> wanted, ask;  // by kind
  Units units;
};

struct Period {
  std::uint64_t fresh = 0, returning = 0, resurrecting = 0, dormant = 0;
};

class Worker {
 public:
  explicit Worker(const Plan& plan)
      : periods(plan.units.begun), plan_(plan), cursor_(plan.units.calendar) {}
  void prepare(const CodeSpace& codes) {
    codes_ = codes;
    wanted_ = timeline::by_code(codes, plan_.wanted, scratch_wanted_);
    ask_ = timeline::by_code(codes, plan_.ask, scratch_ask_);
    select::codes_with(wanted_, codes.size, needed_);
  }
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    picked_.slice(s, wanted_, needed_, [&](std::uint32_t c, std::span<const std::uint32_t> at) {
      customer(s.block->template run<Code>(c), at, s.offsets[c]);
    });
  }
  template <class RunT>
  void run(const RunT& r) {
    customer(r, picked_.run(r, wanted_), 0);
  }
  std::vector<Period> periods;  // by unit

 private:
  template <class RunT>
  void customer(const RunT& run, std::span<const std::uint32_t> at, std::uint32_t offset) {
    if (!plan_.audience.passes(run.customer)) return;
    cursor_.restart();
    bool any = false;
    std::uint32_t last = 0;
    for (const std::uint32_t place : at) {
      const std::uint32_t i = place - offset;
      if (run.time[i] > plan_.units.now) break;
      if (ask_[run.kind[i]] != 0 &&
          !(plan_.where.passes(codes_, run, i) && plan_.selector.passes(codes_, run, i)))
        continue;
      const std::uint32_t unit = cursor_.unit(run.time[i]);
      if (any && unit == last) continue;
      if (!any) {
        ++periods[unit].fresh;
      } else if (unit == last + 1) {
        ++periods[unit].returning;
      } else {
        ++periods[last + std::size_t{1}].dormant;
        ++periods[unit].resurrecting;
      }
      any = true;
      last = unit;
    }
    if (any && last + std::size_t{1} < periods.size()) ++periods[last + std::size_t{1}].dormant;
  }

  const Plan& plan_;
  UnitCursor cursor_;
  CodeSpace codes_;
  std::vector<std::uint8_t> scratch_wanted_, scratch_ask_;
  const std::uint8_t* wanted_ = nullptr;
  const std::uint8_t* ask_ = nullptr;
  select::Picked picked_;
  std::vector<std::uint32_t> needed_;
};

Result<Plan> make_plan(const LifecycleQuestion& q, const select::Context& context) {
  Plan plan;
  auto selector = select::EventFilter::compile(q.selector, context);
  if (!selector) return tl::unexpected(selector.error());
  plan.selector = std::move(*selector);
  auto where = select::EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  plan.where = std::move(*where);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  plan.audience = std::move(*audience);
  const std::size_t kinds = context.classes->kinds.size();
  plan.wanted.resize(kinds, 0);
  plan.ask.resize(kinds, 0);
  for (KindId k = 0; k < kinds; ++k) {
    const Answer a = plan.selector.by_kind()[k], w = plan.where.by_kind()[k];
    plan.wanted[k] = a != Answer::no && w != Answer::no ? 1 : 0;
    plan.ask[k] = a == Answer::maybe || w == Answer::maybe ? 1 : 0;
  }
  auto units = Units::cover(context, q.common.range, q.unit);
  if (!units) return tl::unexpected(units.error());
  plan.units = std::move(*units);
  return plan;
}

}  // namespace

Result<json> ask_lifecycle(const LifecycleQuestion& q, const select::Context& context) {
  auto plan = make_plan(q, context);
  if (!plan) return tl::unexpected(plan.error());
  const Units& units = plan->units;
  std::vector<Period> all(units.begun);
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(units.begun == 0 ? 0 : threads);
  if (units.begun != 0) {
    context.snapshot->scan_slices(
        threads,
        [&](unsigned worker, const CodeSpace& codes) {
          if (!workers[worker]) workers[worker] = std::make_unique<Worker>(*plan);
          workers[worker]->prepare(codes);
          return workers[worker].get();
        },
        [&](Worker* w, const auto& slice) {
          if (!context.is_cancelled()) w->slice(slice);
        },
        [&](Worker* w, const auto& run) {
          if (!context.is_cancelled()) w->run(run);
        });
  }
  for (const auto& w : workers) {
    if (!w) continue;
    for (std::size_t u = 0; u < all.size(); ++u) {
      all[u].fresh += w->periods[u].fresh;
      all[u].returning += w->periods[u].returning;
      all[u].resurrecting += w->periods[u].resurrecting;
      all[u].dormant += w->periods[u].dormant;
    }
  }
  std::size_t from = 0, to = all.size();
  auto active = [&](std::size_t u) {
    return all[u].fresh + all[u].returning + all[u].resurrecting != 0;
  };
  const Range& range = q.common.range;
  const Micros end = std::min(range.to, context.now + 1);
  while (from < all.size() && !active(from)) ++from;
  while (to > 0 && !active(to - 1)) --to;
  if (!all.empty() && range.from != std::numeric_limits<Micros>::min())
    from = range.from > context.now ? all.size() : units.calendar.bucket(range.from);
  if (!all.empty() && range.to != std::numeric_limits<Micros>::max())
    to = end <= units.calendar.start(0) ? 0 : units.calendar.bucket(end - 1) + std::size_t{1};
  json out{{"periods", json::array()}};
  for (std::size_t u = from; u < to; ++u) {
    out["periods"].push_back({{"start", format_time(units.calendar.start(u))},
                              {"new", all[u].fresh},
                              {"returning", all[u].returning},
                              {"resurrecting", all[u].resurrecting},
                              {"dormant", all[u].dormant},
                              {"complete", units.is_over(u)}});
  }
  return out;
}

}  // namespace viaggio::journey
