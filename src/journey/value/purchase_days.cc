#include "journey/value/purchase_days.h"

#include <algorithm>
#include <memory>

#include "base/parallel.h"
#include "journey/value/order_events.h"

namespace viaggio::journey {

using timeline::CodeSpace;

namespace {

constexpr std::size_t kMostDays = 1u << 20;  // 2,870 years

class Worker {
 public:
  Worker(const OrderEvents& events, const Calendar& calendar, Micros now)
      : events_(events), calendar_(calendar), now_(now), reader_(events) {}
  void prepare(const CodeSpace& codes) { reader_.prepare(codes); }
  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (s.block->earliest() > now_) return;
    reader_.slice(s, [&](const auto& run, auto places) { customer(run, places); });
  }
  template <class RunT>
  void run(const RunT& r) {
    reader_.run(r, [&](const auto& run, auto places) { customer(run, places); });
  }
  std::vector<BuyingHistory> histories;
  std::vector<std::uint32_t> days;

 private:
  template <class RunT>
  void customer(const RunT& run, std::span<const std::uint32_t> places) {
    if (!events_.holds_customer(run.customer)) return;
    BuyingHistory h{run.customer, days.size()};
    for (const std::uint32_t i : places) {
      if (run.time[i] > now_) break;
      const OrderEvents::Part part = reader_.part(run, i);
      if (part == OrderEvents::Part::none) continue;
      if (part == OrderEvents::Part::order) {
        const std::uint32_t day = calendar_.bucket(run.time[i]);
        if (h.purchases == 0 || days.back() != day) {
          days.push_back(day);
          ++h.purchases;
        }
      }
      if (h.purchases > 1) h.repeat_money += reader_.money(run, i, part);
    }
    if (h.purchases != 0) histories.push_back(h);
  }

  const OrderEvents& events_;
  const Calendar& calendar_;
  const Micros now_;
  OrderReader reader_;
};

}  // namespace

Result<PurchaseDays> find_purchase_days(const ValueQuestion& q, const select::Context& context) {
  auto events = OrderEvents::compile(q, context);
  if (!events) return tl::unexpected(events.error());
  PurchaseDays out;
  const Micros earliest = std::min(context.snapshot->earliest(), context.now);
  auto calendar =
      Calendar::cover(earliest, context.now, context.zone, CalendarUnit::day, kMostDays);
  if (!calendar)
    return invalid("as_of", "lies more than 2,870 years after the first event: mend its time");
  out.today = calendar->bucket(context.now);
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const CodeSpace& codes) {
        if (!workers[worker])
          workers[worker] = std::make_unique<Worker>(*events, *calendar, context.now);
        workers[worker]->prepare(codes);
        return workers[worker].get();
      },
      [&](Worker* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Worker* w, const auto& run) {
        if (!context.is_cancelled()) w->run(run);
      });
  for (auto& w : workers) {
    if (!w) continue;
    for (BuyingHistory& h : w->histories) {
      h.first += out.days.size();
      out.histories.push_back(h);
    }
    out.days.insert(out.days.end(), w->days.begin(), w->days.end());
    w.reset();
  }
  out.calendar = std::move(*calendar);
  std::sort(out.histories.begin(), out.histories.end(),
            [](const auto& a, const auto& b) { return a.customer < b.customer; });
  return out;
}

}  // namespace viaggio::journey
