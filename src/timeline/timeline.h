#pragma once
// What did each customer do, in order: a projection of the event log, kept while events arrive.
//
// Shape: slots, each with a range of customer numbers, layers and a tail. A layer is a sealed block
// (immutable, memory-mapped) with a strike-out bitmap. A customer touched since sealing is struck
// out of the layer and held whole, in order, in the tail. In the background, one slot at a time,
// the tail is sealed as one more layer, which costs as much as the tail is long; when much is
// struck out, or there are many layers, the slot is written anew as one.
// Threads: one writer calls add, join, replace, checkpoint; any thread calls snapshot and reseal.
// Invariants: each event is in exactly one run; a run is in order; a block is never modified.
// Errors: only file writes fail; the timeline in memory stays right when they do.
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "timeline/snapshot.h"

namespace viaggio::timeline {

struct Options {
  std::string folder;  // empty: in memory only
  Micros session_gap = 30 * kMinute;
  std::uint32_t block_events = 1u << 20;  // a block's usual size
  double tail_share = 0.01;               // reseal keeps the tail below about this share of events
  std::uint32_t tail_floor = 1u << 16;    // and does not bother below this many tail events
  double dead_share = 0.2;    // a slot is written anew when more than this of it is struck out,
  std::uint32_t layers = 24;  // or when it has more layers
};

struct Placement {
  CustomerId customer = kNoCustomer;  // kNoCustomer: an event without an identifier
  Event event;
};

// What a rebuild reads: events in any order. It is called once and calls back once per event.
using Source = std::function<Status(const std::function<void(const Placement&)>&)>;

struct Figures {
  std::uint64_t events = 0, unowned = 0, customers = 0, tail_events = 0, tail_customers = 0;
  std::uint64_t blocks = 0, block_bytes = 0, hot_bytes = 0, tail_bytes = 0;
  std::uint64_t resealed_blocks = 0, resealed_events = 0;
};

class Timeline {
 public:
  explicit Timeline(Options options);
  ~Timeline();

  // Opens the last checkpoint of the folder; the answer is the sequence that it reflects, 0 for an
  // empty folder. Damaged files are an error with code timeline_damaged: rebuild then.
  Result<Sequence> open();
  // Replaces everything by what the source delivers, which reflects the log up to `upto`.
  Status rebuild(const Source& source, Sequence upto);

  void add(std::span<const Placement> events, Sequence upto);
  // All events of `from` belong to `into` now.
  void join(CustomerId from, CustomerId into);
  // The events of these customers are taken out and handed back, to be added under other owners.
  std::vector<Placement> take_out(std::span<const CustomerId> customers);

  // At most `max_age` behind the writer; 0 = exact.
  std::shared_ptr<const Snapshot> snapshot(Micros max_age = 0) const;

  // Reseals the slot with the most tail, if the tail is larger than the options allow; false =
  // nothing to do. Safe on a background thread.
  Result<bool> reseal_one();
  // Seals everything: tests, end of an import.
  Status reseal_all();
  // Writes the manifest and the tail, synced, so that open() finds the state as of the last add.
  Status checkpoint();
  // Reads every block and its checksum.
  Status verify() const;

  Figures figures() const;
  Sequence upto() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace viaggio::timeline
