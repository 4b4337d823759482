#pragma once
// What the map counts, and the counting of one customer. A Tally is one thread's; add() joins two,
// in any order with the same result, and leaves the other without durations. All counts are whole
// numbers until they are written.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/durations.h"
#include "journey/stages/fold.h"
#include "journey/stages/stages.h"
#include "map/feelings.h"
#include "map/rows.h"

namespace viaggio::map {

inline constexpr std::size_t kPeriods = 6;  // earlier periods that a benchmark may come from
inline constexpr std::size_t kMonths = 24;

// Everything fixed for one pass.
struct Plan {
  std::shared_ptr<const journey::CompiledModel> model;
  journey::StageScope scope;
  Micros from = 0, end = 0;  // [from, end)
  bool periods = false;      // the range has a beginning
  Rows rows;
  Feelings feelings;
  std::vector<std::string> devices{""};
  std::vector<std::uint16_t> device_of_kind;
  std::array<Micros, kMonths + 1> months{};  // starts, and the end of the last

  const journey::StageModel& stages() const { return model->model(); }
  std::size_t size() const { return stages().stages.size(); }
  bool inside(Micros t) const { return t >= from && t < end; }
  // The month that holds t; t lies in one of them.
  std::size_t month(Micros t) const {
    return static_cast<std::size_t>(std::upper_bound(months.begin(), months.end(), t) -
                                    months.begin()) -
           1;
  }
  bool older(const journey::Stay& s) const { return s.start + stages().window < end; }
  bool moved_in_time(const journey::Stay& s) const {
    return (s.leave == journey::Leave::forward || s.leave == journey::Leave::closed) &&
           s.end - s.start <= stages().window;
  }
};

struct Distinct {
  std::uint64_t count = 0;
  CustomerId last = kNoCustomer;
  void note(CustomerId customer) {
    if (last != customer) {
      ++count;
      last = customer;
    }
  }
};

struct Rate {
  std::uint64_t n = 0, moved = 0;
  void note(bool moved_on) {
    ++n;
    moved += moved_on ? 1 : 0;
  }
};

struct StageTally {
  std::uint64_t entered = 0, before = 0, forward = 0, back = 0, lost = 0, here_now = 0;
  std::int64_t value = 0;
  Rate in_range;  // stays in the range, older than W
  Rate begun;     // stays with start in the range
  std::array<Rate, kPeriods> earlier;
  Distinct lost_customers;
  std::vector<std::uint64_t> lost_devices;
};

struct CellTally {
  std::uint64_t events = 0, stays = 0, losses = 0;
  std::int64_t value = 0;
  Rate touched;
  Distinct customers;
};

struct FlowTally {
  std::uint64_t transitions = 0;
  Distinct customers;
  Durations durations;
};

struct Quote {
  Micros time = 0;
  Sequence sequence = 0;
  std::string text;
  double answer = 0;
};

struct Tally {
  explicit Tally(const Plan& plan);
  void add(Tally& other);
  // Place of a flow: `from` and `to` are stages or n for null; a loop is (i, i).
  std::size_t place(std::size_t from, std::size_t to) const { return from * (n + 2) + to; }
  FlowTally& flow(std::size_t from, std::size_t to) { return flows[place(from, to)]; }
  const FlowTally& flow(std::size_t from, std::size_t to) const { return flows[place(from, to)]; }
  CellTally& cell(std::size_t stage, Row row) { return cells[stage * rows + row]; }
  const CellTally& cell(std::size_t stage, Row row) const { return cells[stage * rows + row]; }
  std::size_t closed() const { return n + 1; }
  std::size_t nowhere() const { return n; }

  std::size_t n, rows;
  std::vector<StageTally> stages;
  std::vector<CellTally> cells;
  std::vector<FlowTally> flows;
  std::vector<Distinct> row_customers;
  std::map<std::pair<std::uint32_t, Row>, FeelingCounts> feelings;  // by stage and row; kNoRow too
  std::vector<Quote> quotes;                                        // by stage
  std::array<std::uint64_t, kMonths> histogram{};
};

// A customer's stays and the stay and row of every event, for those who count.
class Walk {
 public:
  explicit Walk(const Plan& plan) : plan_(plan), folder(*plan.model) {}
  void prepare(const timeline::CodeSpace& space) {
    codes = space;
    folder.prepare(space);
    row_.resize(space.size);
    inherits_.resize(space.size);
    for (std::uint32_t c = 0; c < space.size; ++c) {
      row_[c] = plan_.rows.own(space.kind(c));
      inherits_[c] = plan_.rows.inherits(space.kind(c)) ? 1 : 0;
    }
  }
  // `each`: stay_of is filled whatever the model.
  template <class RunT>
  bool fold(const RunT& run, bool each) {
    return plan_.scope.fold(codes, run, folder,
                            each ? journey::StayEvents::each : journey::StayEvents::bounds);
  }
  template <class RunT>
  Row row(const RunT& run, std::uint32_t i) const {
    return row_[inherits_[run.kind[i]] != 0 ? run.entry[i] : run.kind[i]];
  }

 private:
  const Plan& plan_;
  std::vector<Row> row_;                // by code
  std::vector<std::uint8_t> inherits_;  // by code

 public:
  timeline::CodeSpace codes;
  journey::Folder folder;
};

class Counter {
 public:
  explicit Counter(const Plan& plan)
      : tally(plan), plan_(plan), walk_(plan), touched_by_(plan.rows.size(), 0) {}
  void prepare(const timeline::CodeSpace& space) {
    walk_.prepare(space);
    feels_.resize(space.size);
    for (std::uint32_t c = 0; c < space.size; ++c)
      feels_[c] = plan_.feelings.possible(space.kind(c)) ? 1 : 0;
  }
  template <class RunT>
  void customer(const RunT& run) {
    if (!walk_.fold(run, false)) return;
    count_months(run);
    if (walk_.folder.stays.empty()) return;
    for (const journey::Stay& s : walk_.folder.stays) count_stay(s, run.customer);
    count_events(run);
    count_losses(run);
  }

  Tally tally;

 private:
  void count_stay(const journey::Stay& s, CustomerId customer);
  void count_rates(const journey::Stay& s);
  void count_leaving(const journey::Stay& s, CustomerId customer);

  template <class RunT>
  void count_months(const RunT& run) {
    std::uint32_t i = 0;
    if (run.time[0] < plan_.months.front()) {
      const Micros* const last = run.time + run.size;
      i = static_cast<std::uint32_t>(std::lower_bound(run.time, last, plan_.months.front()) -
                                     run.time);
    }
    for (Micros next = plan_.months.front(); i < run.size && run.time[i] < plan_.end; ++i) {
      if (run.time[i] < next) continue;
      const std::size_t m = plan_.month(run.time[i]);
      ++tally.histogram[m];
      next = plan_.months[m + 1];
    }
  }

  template <class RunT>
  void count_events(const RunT& run) {
    std::uint32_t first = 0;
    if (run.time[0] < plan_.from)
      first = static_cast<std::uint32_t>(
          std::lower_bound(run.time, run.time + run.size, plan_.from) - run.time);
    const auto& stays = walk_.folder.stays;
    const std::uint64_t stamp = stamp_;
    stamp_ += stays.size();
    if (plan_.model->key() == nullptr) {
      for (std::size_t k = 0; k < stays.size(); ++k) {
        if (!stays[k].has_event || stays[k].last_event < first) continue;
        const std::uint32_t begin = std::max(stays[k].first_event, first);
        for (std::uint32_t i = begin; i <= stays[k].last_event; ++i)
          count_event(run, i, stays[k], stamp + k);
      }
      return;
    }
    // Parallel journeys interleave: a stay's touches of a row are found once by their order.
    touches_.clear();
    for (std::uint32_t i = first; i < run.size && run.time[i] < plan_.end; ++i) {
      const std::int32_t k = walk_.folder.stay_of[i];
      if (k != journey::kNoStay) touches_.emplace_back(k, i);
    }
    std::sort(touches_.begin(), touches_.end());
    for (const auto& [k, i] : touches_)
      count_event(run, i, stays[static_cast<std::size_t>(k)],
                  stamp + static_cast<std::uint64_t>(k));
  }

  // `stamp` is the stay's own.
  template <class RunT>
  void count_event(const RunT& run, std::uint32_t i, const journey::Stay& stay,
                   std::uint64_t stamp) {
    const Row row = walk_.row(run, i);
    const std::int64_t value = run.value(i);
    if (value != kNoValue) tally.stages[stay.stage].value += value;
    if (feels_[run.kind[i]] != 0)
      count_feeling(walk_.codes.kind(run.kind[i]), run.sequence(i), run.time[i], stay.stage, row);
    if (row == kNoRow) return;
    CellTally& cell = tally.cell(stay.stage, row);
    ++cell.events;
    if (value != kNoValue) cell.value += value;
    if (touched_by_[row] == stamp) return;
    touched_by_[row] = stamp;
    cell.customers.note(run.customer);
    tally.row_customers[row].note(run.customer);
    ++cell.stays;
    if (plan_.older(stay)) cell.touched.note(plan_.moved_in_time(stay));
  }
  void count_feeling(KindId kind, Sequence sequence, Micros time, std::uint8_t stage, Row row);

  // A loss belongs to the row of the last event of the stay that has one.
  template <class RunT>
  void count_losses(const RunT& run) {
    const auto& stays = walk_.folder.stays;
    const bool parallel = plan_.model->key() != nullptr;
    for (std::size_t k = 0; k < stays.size(); ++k) {
      const journey::Stay& s = stays[k];
      if (s.leave != journey::Leave::lost || !journey::in_range(s, plan_.from) || !s.has_event)
        continue;
      const std::uint16_t device = plan_.device_of_kind[walk_.codes.kind(run.kind[s.last_event])];
      ++tally.stages[s.stage].lost_devices[device];
      for (std::uint32_t i = s.last_event + 1; i-- > s.first_event;) {
        if (parallel && walk_.folder.stay_of[i] != static_cast<std::int32_t>(k)) continue;
        const Row row = walk_.row(run, i);
        if (row == kNoRow) continue;
        ++tally.cell(s.stage, row).losses;
        break;
      }
    }
  }

  const Plan& plan_;
  Walk walk_;
  std::vector<std::uint8_t> feels_;                              // by code: may carry a feeling
  std::vector<std::pair<std::int32_t, std::uint32_t>> touches_;  // (stay, event)
  std::uint64_t stamp_ = 1;                // every stay of every customer has a number
  std::vector<std::uint64_t> touched_by_;  // by row: the last stay that touched it
};

}  // namespace viaggio::map
