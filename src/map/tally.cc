#include "map/tally.h"

#include <cmath>

namespace viaggio::map {

using journey::Leave;
using journey::Stay;

Tally::Tally(const Plan& plan)
    : n(plan.size()),
      rows(plan.rows.size()),
      stages(n),
      cells(n * rows),
      flows((n + 2) * (n + 2)),
      row_customers(rows),
      quotes(n) {
  for (StageTally& s : stages) s.lost_devices.resize(plan.devices.size());
}

namespace {

void add(Rate& a, const Rate& b) {
  a.n += b.n;
  a.moved += b.moved;
}

// Each customer is counted by one thread only, so distinct counts add up.
void add(Distinct& a, const Distinct& b) { a.count += b.count; }

void add(StageTally& a, const StageTally& b) {
  a.entered += b.entered;
  a.before += b.before;
  a.forward += b.forward;
  a.back += b.back;
  a.lost += b.lost;
  a.here_now += b.here_now;
  a.value += b.value;
  add(a.in_range, b.in_range);
  add(a.begun, b.begun);
  for (std::size_t p = 0; p < kPeriods; ++p) add(a.earlier[p], b.earlier[p]);
  add(a.lost_customers, b.lost_customers);
  for (std::size_t d = 0; d < a.lost_devices.size(); ++d) a.lost_devices[d] += b.lost_devices[d];
}

void add(CellTally& a, const CellTally& b) {
  a.events += b.events;
  a.stays += b.stays;
  a.losses += b.losses;
  a.value += b.value;
  add(a.touched, b.touched);
  add(a.customers, b.customers);
}

void add(FlowTally& a, FlowTally& b) {
  a.transitions += b.transitions;
  add(a.customers, b.customers);
  a.durations.take(b.durations);
}

// The latest words of a stage, by time and sequence.
void keep_latest(Quote& a, Quote&& b) {
  if (b.text.empty()) return;
  if (a.text.empty() || std::pair(b.time, b.sequence) > std::pair(a.time, a.sequence))
    a = std::move(b);
}

}  // namespace

void Tally::add(Tally& other) {
  for (std::size_t s = 0; s < n; ++s) {
    map::add(stages[s], other.stages[s]);
    keep_latest(quotes[s], std::move(other.quotes[s]));
  }
  for (std::size_t c = 0; c < cells.size(); ++c) map::add(cells[c], other.cells[c]);
  for (std::size_t f = 0; f < flows.size(); ++f) map::add(flows[f], other.flows[f]);
  for (std::size_t r = 0; r < rows; ++r) map::add(row_customers[r], other.row_customers[r]);
  for (const auto& [place, counts] : other.feelings) feelings[place].add(counts);
  for (std::size_t m = 0; m < kMonths; ++m) histogram[m] += other.histogram[m];
}

void Counter::count_rates(const Stay& s) {
  if (!plan_.older(s)) return;
  const bool moved = plan_.moved_in_time(s);
  StageTally& stage = tally.stages[s.stage];
  if (journey::in_range(s, plan_.from)) stage.in_range.note(moved);
  if (s.start >= plan_.from) {
    stage.begun.note(moved);
  } else if (plan_.periods) {
    const Micros length = plan_.end - plan_.from;
    const Micros k = (plan_.from - 1 - s.start) / length;
    if (k < static_cast<Micros>(kPeriods)) stage.earlier[static_cast<std::size_t>(k)].note(moved);
  }
}

void Counter::count_leaving(const Stay& s, CustomerId customer) {
  StageTally& stage = tally.stages[s.stage];
  std::size_t to = tally.nowhere();
  switch (s.leave) {
    case Leave::open:
      ++stage.here_now;
      return;
    case Leave::lost:
      ++stage.lost;
      stage.lost_customers.note(customer);
      break;
    case Leave::closed:
      ++stage.forward;
      to = tally.closed();
      break;
    case Leave::forward:
      ++stage.forward;
      to = s.to;
      break;
    case Leave::back:
      ++stage.back;
      to = s.to;
      break;
  }
  FlowTally& flow = tally.flow(s.stage, to);
  ++flow.transitions;
  flow.customers.note(customer);
  if (s.leave != Leave::lost) flow.durations.add(s.end - s.start);
}

void Counter::count_stay(const Stay& s, CustomerId customer) {
  count_rates(s);
  if (!journey::in_range(s, plan_.from)) return;
  StageTally& stage = tally.stages[s.stage];
  ++(s.start >= plan_.from ? stage.entered : stage.before);
  if (s.start >= plan_.from && s.from_nowhere) {
    FlowTally& enter = tally.flow(tally.nowhere(), s.stage);
    ++enter.transitions;
    enter.customers.note(customer);
  }
  for (std::uint32_t l = s.loops_from; l < s.loops_to; ++l) {
    const journey::Loop& loop = walk_.folder.loops[l];
    if (!plan_.inside(loop.time)) continue;
    FlowTally& flow = tally.flow(s.stage, s.stage);
    ++flow.transitions;
    flow.customers.note(customer);
    flow.durations.add(loop.duration);
  }
  count_leaving(s, customer);
}

void Counter::count_feeling(KindId kind, Sequence sequence, Micros time, std::uint8_t stage,
                            Row row) {
  const double value = plan_.feelings.value(kind, sequence);
  if (std::isnan(value)) return;
  tally.feelings[{stage, plan_.feelings.row(row, sequence)}].add(value);
  Quote quote{time, sequence, plan_.feelings.words(sequence),
              plan_.feelings.as_sent(kind, sequence)};
  keep_latest(tally.quotes[stage], std::move(quote));
}

}  // namespace viaggio::map
