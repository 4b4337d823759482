#pragma once
// An immutable picture of every customer's events up to a sequence. Questions run over a Snapshot;
// it never changes, may be shared by any number of threads and keeps its memory alive.
//
// scan() visits each customer's run once, in no particular order, on several threads:
//   snapshot.scan(threads,
//       [&](unsigned worker, const CodeSpace& codes) { return State{...}; },   // once per chunk
//       [&](State& state, const auto& run) { ... });                           // once per customer
// Runs of events without an identifier have customer == kNoCustomer and come only when asked for;
// such runs are not in order.
//
// scan_slices() is the same for hot loops: sealed customers come as Slices of columns, those of the
// tail as runs.
#include <functional>
#include <memory>
#include <vector>

#include "base/parallel.h"
#include "timeline/block.h"
#include "timeline/tail_run.h"

namespace viaggio::timeline {

using StrikeBits = std::vector<std::uint64_t>;  // a bit for each customer of a block; empty = none

class Snapshot {
 public:
  struct Part {
    std::shared_ptr<const Block> block;                // may be null
    std::shared_ptr<const StrikeBits> struck;          // may be null: none
    std::shared_ptr<const std::vector<TailRef>> tail;  // may be null: none
    bool unowned = false;
  };

  // No event lies outside [earliest, latest].
  Snapshot(Sequence upto, std::uint32_t kinds, Micros earliest, Micros latest,
           std::vector<Part> parts);

  Sequence upto() const { return upto_; }         // every stored event with sequence <= upto is in
  std::uint32_t kinds() const { return kinds_; }  // kinds in use are below
  Micros earliest() const { return earliest_; }
  Micros latest() const { return latest_; }
  std::uint64_t events() const { return events_; }  // owned events
  std::uint64_t unowned_events() const { return unowned_; }
  std::uint64_t customers() const { return customers_; }  // customers with at least one event
  std::uint64_t tail_events() const { return tail_events_; }
  const std::vector<Part>& parts() const { return parts_; }

  template <class Prepare, class Visit>
  void scan(unsigned threads, Prepare&& prepare, Visit&& visit, bool with_unowned = false) const;

  // slice(state, const Slice<Code>&) and run(state, const Run<KindId>&); a slice has at least one
  // customer.
  template <class Prepare, class VisitSlice, class VisitRun>
  void scan_slices(unsigned threads, Prepare&& prepare, VisitSlice&& slice, VisitRun&& run,
                   bool with_unowned = false) const;

  // The run of one customer; visit is called at most once.
  template <class Visit>
  void visit_customer(CustomerId customer, Visit&& visit) const;

 private:
  struct Chunk {
    std::uint32_t part;
    std::uint32_t from, to;  // customers of the block, or entries of the tail
    bool tail;
  };
  // Tails lie anywhere in memory, so each is sent for some visits ahead.
  template <class Visit>
  static void each_of_tail(const std::vector<TailRef>& tail, const Chunk& chunk, Visit&& visit) {
    constexpr std::uint32_t kAhead = 12;
    for (std::uint32_t i = chunk.from; i < chunk.to; ++i) {
      if (i + kAhead < chunk.to) tail[i + kAhead].prefetch();
      visit(tail[i].view());
    }
  }
  Sequence upto_;
  std::uint32_t kinds_;
  Micros earliest_, latest_;
  std::vector<Part> parts_;
  std::vector<Chunk> chunks_;
  std::uint64_t events_ = 0, unowned_ = 0, customers_ = 0, tail_events_ = 0;
};

template <class Prepare, class Visit>
void Snapshot::scan(unsigned threads, Prepare&& prepare, Visit&& visit, bool with_unowned) const {
  parallel_for(chunks_.size(), threads, [&](std::size_t item, unsigned worker) {
    const Chunk& chunk = chunks_[item];
    const Part& part = parts_[chunk.part];
    if (part.unowned && !with_unowned) return;
    if (chunk.tail) {
      const CodeSpace space{kinds_, nullptr};
      auto state = prepare(worker, space);
      each_of_tail(*part.tail, chunk, [&](const auto& view) { visit(state, view); });
      return;
    }
    const Block& block = *part.block;
    auto state = prepare(worker, block.codes());
    const std::uint64_t* struck = part.struck ? part.struck->data() : nullptr;
    auto runs = [&](auto code) {
      using Code = decltype(code);
      block.slice<Code>(chunk.from, chunk.to, struck).each_live([&](std::uint32_t c) {
        visit(state, block.run<Code>(c));
      });
    };
    if (block.wide_codes()) {
      runs(std::uint32_t{});
    } else {
      runs(std::uint16_t{});
    }
  });
}

template <class Prepare, class VisitSlice, class VisitRun>
void Snapshot::scan_slices(unsigned threads, Prepare&& prepare, VisitSlice&& slice, VisitRun&& run,
                           bool with_unowned) const {
  parallel_for(chunks_.size(), threads, [&](std::size_t item, unsigned worker) {
    const Chunk& chunk = chunks_[item];
    const Part& part = parts_[chunk.part];
    if (part.unowned && !with_unowned) return;
    if (chunk.tail) {
      const CodeSpace space{kinds_, nullptr};
      auto state = prepare(worker, space);
      each_of_tail(*part.tail, chunk, [&](const auto& view) { run(state, view); });
      return;
    }
    const Block& block = *part.block;
    const std::uint64_t* struck = part.struck ? part.struck->data() : nullptr;
    auto state = prepare(worker, block.codes());
    if (block.wide_codes()) {
      slice(state, block.slice<std::uint32_t>(chunk.from, chunk.to, struck));
    } else {
      slice(state, block.slice<std::uint16_t>(chunk.from, chunk.to, struck));
    }
  });
}

template <class Visit>
void Snapshot::visit_customer(CustomerId customer, Visit&& visit) const {
  for (const Part& part : parts_) {
    if (part.unowned) continue;
    if (part.tail) {
      for (const TailRef& ref : *part.tail) {
        if (ref.customer == customer) return visit(CodeSpace{kinds_, nullptr}, ref.view());
      }
    }
    if (!part.block) continue;
    const std::uint32_t c = part.block->find(customer);
    if (c == part.block->customers()) continue;
    if (part.struck && ((*part.struck)[c / 64] >> (c % 64) & 1) != 0) continue;
    if (part.block->wide_codes())
      return visit(part.block->codes(), part.block->template run<std::uint32_t>(c));
    return visit(part.block->codes(), part.block->template run<std::uint16_t>(c));
  }
}

}  // namespace viaggio::timeline
