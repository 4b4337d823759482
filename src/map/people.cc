// Who is behind a mark on the map: the same walk as the counting, asked of one cell, stage, row or
// flow.
#include <algorithm>
#include <cmath>
#include <map>

#include "map/map.h"
#include "map/plan.h"

namespace viaggio::map {

using journey::Leave;
using journey::Stay;

namespace {

constexpr std::size_t kAny = static_cast<std::size_t>(-1);

// A selection in numbers of the plan. Stage `n` stands for null.
struct Target {
  std::size_t stage = kAny, from = kAny, to = kAny;
  Row row = kNoRow;
  bool by_row = false, by_flow = false;
  StayPart part = StayPart::any;
  std::string kind;
};

Result<std::size_t> find_stage(const journey::StageModel& model, const std::string& id,
                               const char* field) {
  for (std::size_t s = 0; s < model.stages.size(); ++s) {
    if (model.stages[s].id == id) return s;
  }
  return invalid(field, "the model has no stage '" + id.substr(0, 100) + "'");
}

Result<Target> make_target(const Plan& plan, const PeopleSelection& selection) {
  Target t;
  t.part = selection.part;
  if (selection.stage) {
    auto s = find_stage(plan.stages(), *selection.stage, "select.stage");
    if (!s) return tl::unexpected(s.error());
    t.stage = *s;
  }
  if (selection.row) {
    t.by_row = true;
    t.row = plan.rows.find(*selection.row);  // a row without events has nobody
  }
  if (selection.flow) {
    t.by_flow = true;
    t.kind = selection.flow->kind;
    t.from = t.to = plan.size();
    if (selection.flow->from) {
      auto s = find_stage(plan.stages(), *selection.flow->from, "select.flow.from");
      if (!s) return tl::unexpected(s.error());
      t.from = *s;
    }
    if (selection.flow->to) {
      auto s = find_stage(plan.stages(), *selection.flow->to, "select.flow.to");
      if (!s) return tl::unexpected(s.error());
      t.to = *s;
    }
  }
  return t;
}

struct Found {
  std::vector<CustomerId> customers;
  std::map<std::uint32_t, Distinct> next;  // by row or stage
  std::map<std::uint32_t, Distinct> stopped_at;
  std::vector<Words> words;
};

// Newest first; ties cannot be, a sequence is one event's.
void keep_newest(std::vector<Words>& words) {
  std::sort(words.begin(), words.end(), [](const Words& a, const Words& b) {
    return a.time != b.time ? a.time > b.time : a.sequence > b.sequence;
  });
  if (words.size() > kMostWords) words.resize(kMostWords);
}

class Finder {
 public:
  Finder(const Plan& plan, const Target& target) : plan_(plan), target_(target), walk_(plan) {}
  void prepare(const timeline::CodeSpace& codes) { walk_.prepare(codes); }
  template <class RunT>
  void customer(const RunT& run) {
    if (!walk_.fold(run, true)) return;
    bool behind = false;
    if (target_.by_flow) {
      for (const Stay& s : walk_.folder.stays) behind = behind || took_flow(s);
    } else if (target_.by_row) {
      behind = visits(run);
    } else {
      for (const Stay& s : walk_.folder.stays) behind = stayed(s, run.customer) || behind;
    }
    if (!behind) return;
    found.customers.push_back(run.customer);
    note_stops(run);
    note_words(run);
  }

  Found found;

 private:
  bool took_flow(const Stay& s) const {
    const std::size_t null = plan_.size();
    if (!journey::in_range(s, plan_.from)) return false;
    if (target_.kind == "enter")
      return s.from_nowhere && s.start >= plan_.from && target_.to == s.stage &&
             target_.from == null;
    if (target_.from != s.stage) return false;
    if (target_.kind == "loop") {
      if (target_.to != s.stage) return false;
      for (std::uint32_t l = s.loops_from; l < s.loops_to; ++l) {
        if (plan_.inside(walk_.folder.loops[l].time)) return true;
      }
      return false;
    }
    if (target_.kind == "lost") return s.leave == Leave::lost && target_.to == null;
    if (target_.kind == "back") return s.leave == Leave::back && target_.to == s.to;
    if (s.leave == Leave::closed) return target_.kind == "forward" && target_.to == null;
    return s.leave == Leave::forward && target_.to == s.to &&
           (s.to > s.stage + 1) == (target_.kind == "skip");
  }

  bool stayed(const Stay& s, CustomerId customer) {
    if (s.stage != target_.stage || !journey::in_range(s, plan_.from)) return false;
    const bool begun = s.start >= plan_.from;
    switch (target_.part) {
      case StayPart::any:
        break;
      case StayPart::entered:
        if (!begun) return false;
        break;
      case StayPart::before:
        if (begun) return false;
        break;
      case StayPart::here_now:
        if (s.leave != Leave::open) return false;
        break;
      case StayPart::forward:
        if (s.leave != Leave::forward && s.leave != Leave::closed) return false;
        break;
      case StayPart::back:
        if (s.leave != Leave::back) return false;
        break;
      case StayPart::lost:
        if (s.leave != Leave::lost) return false;
        break;
    }
    if (s.leave == Leave::forward || s.leave == Leave::back) found.next[s.to].note(customer);
    return true;
  }

  // Events of the cell or row; after each, the next event of another row.
  template <class RunT>
  bool visits(const RunT& run) {
    bool any = false, waiting = false;
    const auto first = static_cast<std::uint32_t>(
        std::lower_bound(run.time, run.time + run.size, plan_.from) - run.time);
    for (std::uint32_t i = first; i < run.size && run.time[i] < plan_.end; ++i) {
      const std::int32_t stay = walk_.folder.stay_of[i];
      if (stay == journey::kNoStay) continue;
      const Row row = walk_.row(run, i);
      if (row == kNoRow) continue;
      if (row != target_.row) {
        if (waiting) found.next[row].note(run.customer);
        waiting = false;
        continue;
      }
      if (target_.stage != kAny &&
          walk_.folder.stays[static_cast<std::size_t>(stay)].stage != target_.stage)
        continue;
      any = waiting = true;
    }
    return any;
  }

  // The stage a selection is about; kAny for a row alone or an arrival.
  std::size_t about() const {
    if (target_.by_flow) return target_.from < plan_.size() ? target_.from : kAny;
    return target_.stage;
  }

  // Where those who were lost in the stage had been last: the row of the stay's last event.
  template <class RunT>
  void note_stops(const RunT& run) {
    if (target_.by_row || (target_.by_flow && target_.kind != "lost")) return;
    const auto& stays = walk_.folder.stays;
    for (std::size_t k = 0; k < stays.size(); ++k) {
      const Stay& s = stays[k];
      if (s.stage != about() || s.leave != Leave::lost || !s.has_event ||
          !journey::in_range(s, plan_.from))
        continue;
      for (std::uint32_t i = s.last_event + 1; i-- > s.first_event;) {
        if (walk_.folder.stay_of[i] != static_cast<std::int32_t>(k)) continue;
        const Row row = walk_.row(run, i);
        if (row == kNoRow) continue;
        found.stopped_at[row].note(run.customer);
        break;
      }
    }
  }

  template <class RunT>
  void note_words(const RunT& run) {
    for (std::uint32_t i = 0; i < run.size && run.time[i] < plan_.end; ++i) {
      if (run.time[i] < plan_.from) continue;
      const KindId kind = walk_.codes.kind(run.kind[i]);
      const std::int32_t stay = walk_.folder.stay_of[i];
      if (stay == journey::kNoStay || !plan_.feelings.possible(kind)) continue;
      const std::uint8_t stage = walk_.folder.stays[static_cast<std::size_t>(stay)].stage;
      if (about() != kAny && stage != about()) continue;
      const Sequence sequence = run.sequence(i);
      if (target_.by_row && plan_.feelings.row(walk_.row(run, i), sequence) != target_.row)
        continue;
      const double value = plan_.feelings.value(kind, sequence);
      if (std::isnan(value)) continue;
      std::string text = plan_.feelings.words(sequence);
      if (text.empty()) continue;
      found.words.push_back({run.time[i], sequence, std::move(text), value});
      if (found.words.size() >= 64) keep_newest(found.words);
    }
  }

  const Plan& plan_;
  const Target& target_;
  Walk walk_;
};

NextPlace next_place(const Plan& plan, bool is_stage, std::uint32_t code) {
  NextPlace place;
  place.is_stage = is_stage;
  if (is_stage) {
    place.id = plan.stages().stages[code].id;
    place.label = plan.stages().stages[code].label;
  } else {
    const RowText& text = plan.rows.text(code);
    place.id = text.id;
    place.label = {text.it, text.en};
  }
  return place;
}

// Most customers first.
std::vector<NextPlace> places(const Plan& plan, bool stages,
                              const std::map<std::uint32_t, std::uint64_t>& counts,
                              std::size_t people) {
  std::vector<NextPlace> out;
  for (const auto& [code, customers] : counts) {
    NextPlace place = next_place(plan, stages, code);
    place.customers = customers;
    place.share = static_cast<double>(customers) / static_cast<double>(people);
    out.push_back(std::move(place));
  }
  std::stable_sort(out.begin(), out.end(), [](const NextPlace& a, const NextPlace& b) {
    return a.customers != b.customers ? a.customers > b.customers : a.id < b.id;
  });
  return out;
}

}  // namespace

Result<MapPeople> map_people(const journey::StageModel& model, const MapQuestion& question,
                             const PeopleSelection& selection, const select::Context& context) {
  auto plan = make_plan(model, question, question.common.range, context);
  if (!plan) return tl::unexpected(plan.error());
  auto target = make_target(**plan, selection);
  if (!target) return tl::unexpected(target.error());
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Finder>> workers(threads);
  context.snapshot->scan(
      threads,
      [&](unsigned worker, const timeline::CodeSpace& codes) {
        if (!workers[worker]) workers[worker] = std::make_unique<Finder>(**plan, *target);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Finder* finder, const auto& run) {
        if (!context.is_cancelled()) finder->customer(run);
      });
  MapPeople out;
  std::map<std::uint32_t, std::uint64_t> next, stopped_at;
  for (auto& worker : workers) {
    if (!worker) continue;
    out.customers.insert(out.customers.end(), worker->found.customers.begin(),
                         worker->found.customers.end());
    for (const auto& [code, customers] : worker->found.next) next[code] += customers.count;
    for (const auto& [code, customers] : worker->found.stopped_at)
      stopped_at[code] += customers.count;
    out.words.insert(out.words.end(), worker->found.words.begin(), worker->found.words.end());
  }
  keep_newest(out.words);
  std::sort(out.customers.begin(), out.customers.end());
  out.next = places(**plan, !target->by_row, next, out.customers.size());
  out.stopped_at = places(**plan, false, stopped_at, out.customers.size());
  return out;
}

}  // namespace viaggio::map
