#include "journey/stages/stages.h"

#include <nlohmann/json.hpp>

#include "base/durations.h"
#include "base/parallel.h"

namespace viaggio::journey {

using nlohmann::json;
using timeline::CodeSpace;

Result<StageScope> stage_scope(const StageModel& model, const Common& common,
                               const select::Context& context) {
  StageScope scope;
  scope.range = common.range;
  scope.end = std::min(common.range.to, context.now + 1);
  scope.journeys = model.subject == StageSubject::journey;
  auto audience = select::CustomerFilter::compile(common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  scope.audience = std::move(*audience);
  auto where = select::EventFilter::compile(common.where, context);
  if (!where) return tl::unexpected(where.error());
  scope.where = std::move(*where);
  return scope;
}

namespace {

// From and to of a move: 0 = nowhere, 1..n = stage, n+1 = closed.
struct Moves {
  std::uint64_t transitions = 0, customers = 0;
  CustomerId last = kNoCustomer;
  Durations durations;
  void add(CustomerId customer) {
    ++transitions;
    if (last != customer) {
      ++customers;
      last = customer;
    }
  }
};

struct Totals {
  struct PerStage {
    std::uint64_t entered = 0, before = 0, forward = 0, back = 0, lost = 0, here_now = 0;
  };
  std::vector<PerStage> stages;
  std::vector<Moves> moves;
  std::uint64_t forward_moves = 0, skips = 0, back_moves = 0;
  std::uint64_t stays = 0, looped = 0, customers = 0, non_linear = 0;

  explicit Totals(std::size_t n) : stages(n), moves((n + 2) * (n + 2)) {}
  void add(Totals& other) {
    for (std::size_t s = 0; s < stages.size(); ++s) {
      PerStage& a = stages[s];
      PerStage& b = other.stages[s];
      a.entered += b.entered;
      a.before += b.before;
      a.forward += b.forward;
      a.back += b.back;
      a.lost += b.lost;
      a.here_now += b.here_now;
    }
    for (std::size_t m = 0; m < moves.size(); ++m) {
      moves[m].transitions += other.moves[m].transitions;
      moves[m].customers += other.moves[m].customers;
      moves[m].durations.take(other.moves[m].durations);
    }
    forward_moves += other.forward_moves;
    skips += other.skips;
    back_moves += other.back_moves;
    stays += other.stays;
    looped += other.looped;
    customers += other.customers;
    non_linear += other.non_linear;
  }
};

void count_customer(const Folder& folder, const StageScope& scope, CustomerId customer, Totals& t) {
  const std::size_t n = t.stages.size();
  const Micros from = scope.range.from, end = scope.end;
  const auto inside = [&](Micros at) { return at >= from && at < end; };
  bool any_stay = false, bent = false;
  for (const Stay& s : folder.stays) {
    if (inside(s.start) && s.from_nowhere) t.moves[s.stage + 1].add(customer);
    if (!in_range(s, from)) continue;
    any_stay = true;
    ++t.stays;
    Totals::PerStage& stage = t.stages[s.stage];
    ++(s.start >= from ? stage.entered : stage.before);
    bool looped = false;
    for (std::uint32_t l = s.loops_from; l < s.loops_to; ++l)
      looped = looped || inside(folder.loops[l].time);
    t.looped += looped ? 1 : 0;
    std::size_t to = 0;
    switch (s.leave) {
      case Leave::open:
        ++stage.here_now;
        continue;
      case Leave::lost:
        ++stage.lost;
        break;
      case Leave::forward:
      case Leave::closed:
        ++stage.forward;
        ++t.forward_moves;
        to = s.leave == Leave::closed ? n + 1 : s.to + 1u;
        if (s.leave == Leave::forward && s.to > s.stage + 1) {
          ++t.skips;
          bent = true;
        }
        break;
      case Leave::back:
        ++stage.back;
        ++t.back_moves;
        to = s.to + 1u;
        bent = true;
        break;
    }
    Moves& m = t.moves[(s.stage + 1u) * (n + 2) + to];
    m.add(customer);
    if (s.leave != Leave::lost) m.durations.add(s.end - s.start);
  }
  t.customers += any_stay ? 1 : 0;
  t.non_linear += bent ? 1 : 0;
}

struct Worker {
  Worker(const CompiledModel& model, std::size_t stages) : folder(model), totals(stages) {}
  CodeSpace codes;
  Folder folder;
  Totals totals;
};

json rate(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? json(nullptr) : json(static_cast<double>(part) / static_cast<double>(whole));
}

// How long stays lasted, in seconds: by move, and by stage wherever they went. Null: nothing moved.
struct Medians {
  std::vector<json> median;                   // by move
  std::vector<json> dwell_median, dwell_p90;  // by stage
};

Medians medians(const Totals& t, unsigned threads) {
  const std::size_t stages = t.stages.size(), places = stages + 2;
  Medians out{std::vector<json>(places * places), std::vector<json>(stages),
              std::vector<json>(stages)};
  const auto seconds = [](Micros m) { return json(static_cast<double>(m) / 1e6); };
  parallel_for(stages + places * places, threads, [&](std::size_t job, unsigned) {
    const unsigned percents[] = {50, 90};
    std::vector<const Durations*> lists;
    if (job >= stages) {
      lists.push_back(&t.moves[job - stages].durations);
      const auto found = quantiles(lists, std::span(percents).first(1));
      if (!found.empty()) out.median[job - stages] = seconds(found[0]);
      return;
    }
    for (std::size_t to = 0; to < places; ++to)
      lists.push_back(&t.moves[(job + 1) * places + to].durations);
    const auto found = quantiles(lists, percents);
    if (found.empty()) return;
    out.dwell_median[job] = seconds(found[0]);
    out.dwell_p90[job] = seconds(found[1]);
  });
  return out;
}

json write(const Totals& t, const Medians& lasted, const StageModel& model) {
  const std::size_t n = model.stages.size();
  json out;
  out["stages"] = json::array();
  for (std::size_t s = 0; s < n; ++s) {
    const auto& stage = t.stages[s];
    out["stages"].push_back(
        {{"id", model.stages[s].id},
         {"label", {{"it", model.stages[s].label.it}, {"en", model.stages[s].label.en}}},
         {"entered", stage.entered},
         {"before", stage.before},
         {"forward", stage.forward},
         {"back", stage.back},
         {"current", stage.here_now},
         {"exited", stage.lost},
         {"dwell_median_seconds", lasted.dwell_median[s]},
         {"dwell_p90_seconds", lasted.dwell_p90[s]}});
  }
  out["transitions"] = json::array();
  auto name = [&](std::size_t place) {
    return place == n + 1 ? json("closed") : json(model.stages[place - 1].id);
  };
  for (std::size_t from = 0; from <= n; ++from) {
    // Null stands first as `from` and last as `to`, "closed" between the stages and null.
    for (std::size_t k = 1; k <= n + 2; ++k) {
      const std::size_t to = k == n + 2 ? 0 : k;
      const Moves& m = t.moves[from * (n + 2) + to];
      if (m.transitions == 0) continue;
      out["transitions"].push_back({{"from", from == 0 ? json(nullptr) : name(from)},
                                    {"to", to == 0 ? json(nullptr) : name(to)},
                                    {"customers", m.customers},
                                    {"transitions", m.transitions},
                                    {"median_seconds", lasted.median[from * (n + 2) + to]}});
    }
  }
  out["non_linear_share"] = rate(t.non_linear, t.customers);
  out["skip_rate"] = rate(t.skips, t.forward_moves);
  out["regress_rate"] = rate(t.back_moves, t.forward_moves + t.back_moves);
  out["loop_rate"] = rate(t.looped, t.stays);
  return out;
}

}  // namespace

Result<json> ask_stages(const StageModel& model, const Common& common,
                        const select::Context& context) {
  auto compiled = CompiledModel::compile(model, context);
  if (!compiled) return tl::unexpected(compiled.error());
  auto scope = stage_scope(model, common, context);
  if (!scope) return tl::unexpected(scope.error());
  const std::size_t n = model.stages.size();
  Totals totals(n);
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Worker>(**compiled, n);
        Worker* w = workers[worker].get();
        w->codes = codes;
        w->folder.prepare(codes);
        return w;
      },
      [&](Worker* w, const auto& run) {
        if (context.is_cancelled() || !scope->fold(w->codes, run, w->folder, StayEvents::none))
          return;
        count_customer(w->folder, *scope, run.customer, w->totals);
      });
  for (auto& worker : workers) {
    if (worker) totals.add(worker->totals);
  }
  return write(totals, medians(totals, threads), model);
}

Result<std::shared_ptr<const select::CustomerColumn>> current_stages(
    const StageModel& model, const select::Context& context) {
  auto compiled = CompiledModel::compile(model, context);
  if (!compiled) return tl::unexpected(compiled.error());
  auto column = std::make_shared<select::CustomerColumn>();
  for (const Stage& s : model.stages)
    column->values.push_back(Value{Scalar::of(std::string_view(s.id))});
  struct Found {
    CustomerId customer;
    select::Code code;
  };
  struct Finder {
    explicit Finder(const CompiledModel& m) : folder(m) {}
    Folder folder;
    std::vector<Found> found;
  };
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Finder>> finders(threads);
  context.snapshot->scan(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!finders[worker]) finders[worker] = std::make_unique<Finder>(**compiled);
        finders[worker]->folder.prepare(codes);
        return finders[worker].get();
      },
      [&](Finder* finder, const auto& run) {
        if (run.size == 0) return;
        finder->folder.fold(run, context.now + 1, StayEvents::none);
        select::Code code = 0;
        for (const Stay& stay : finder->folder.stays) {
          if (stay.leave == Leave::open) code = std::max<select::Code>(code, stay.stage + 1u);
        }
        if (code != 0) finder->found.push_back({run.customer, code});
      });
  for (const auto& finder : finders) {
    if (!finder) continue;
    for (const Found& f : finder->found) {
      if (f.customer >= column->codes.size()) column->codes.resize(f.customer + std::size_t{1}, 0);
      column->codes[f.customer] = f.code;
    }
  }
  return std::shared_ptr<const select::CustomerColumn>(std::move(column));
}

Result<std::shared_ptr<const select::Column>> stage_at_event(const StageModel& model,
                                                             const select::Context& context) {
  auto compiled = CompiledModel::compile(model, context);
  if (!compiled) return tl::unexpected(compiled.error());
  std::vector<Value> values{Value{}};
  for (const Stage& s : model.stages) values.push_back(Value{Scalar::of(std::string_view(s.id))});
  return select::make_column(
      values, context.snapshot->upto(),
      [&](const std::function<void(Sequence, select::Code)>& set) {
        Folder folder(**compiled);
        context.snapshot->scan(
            1,
            [&](unsigned, const CodeSpace& codes) {
              folder.prepare(codes);
              return 0;
            },
            [&](int, const auto& run) {
              folder.fold(run, context.now + 1, StayEvents::each);
              for (std::uint32_t i = 0; i < run.size; ++i) {
                if (folder.stay_of[i] != kNoStay)
                  set(run.sequence(i),
                      folder.stays[static_cast<std::size_t>(folder.stay_of[i])].stage + 1u);
              }
            });
      });
}

}  // namespace viaggio::journey
