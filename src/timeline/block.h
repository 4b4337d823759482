#pragma once
// A sealed block: the runs of some customers, packed in columns, never modified.
//
// File layout (little-endian; every section starts at a multiple of 64 bytes):
//   header     magic "VGBLOCK2", counts, code width, bounds of the times, the session gap, section
//              offsets, checksum of each section and of the header itself
//   customers  u32[customers]        ascending (kNoCustomer runs: any number, last)
//   offsets    u32[customers+1]      first event of each customer
//   kinds      u32[codes]            code -> KindId
//   time       i64[events]
//   kind, entry  u16 or u32 [events]
//   device     u32[events]
//   sequence   u32[events] above the base, or u64[events]
//   value bits u64[], ranks u32[], packed i64[]
//   breaks     u64[]                 a bit for each event: it is in another session than the one
//                                    before it
//   mixed      u64[]                 a bit for each customer: their sessions interleave
// Immutable and thread-safe. Memory-mapped when it has a file.
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "timeline/rare_places.h"
#include "timeline/run.h"

namespace viaggio::timeline {

struct BlockHeader;

// The columns of some customers of a block, for loops over many at once. Customer c of [from, to)
// has the events [offsets[c], offsets[c + 1]) of the columns; those that are struck out do not
// count.
template <class CodeT>
struct Slice {
  using Code = CodeT;
  const class Block* block = nullptr;
  std::uint32_t from = 0, to = 0;
  const std::uint64_t* struck = nullptr;  // null: none
  const std::uint32_t* offsets = nullptr;
  const Micros* time = nullptr;
  const Code* kind = nullptr;
  const Code* entry = nullptr;
  const NodeId* device = nullptr;
  const std::uint64_t* breaks = nullptr;
  const std::uint64_t* mixed = nullptr;
  bool is_struck(std::uint32_t c) const {
    return struck != nullptr && (struck[c / 64] >> (c % 64) & 1) != 0;
  }
  // visit(c) for each customer that is not struck out, in order, of all or of [first, end). Nobody
  // can predict who is struck out, so this goes from one who is not to the next.
  template <class Visit>
  void each_live(Visit&& visit) const {
    each_live(from, to, visit);
  }
  template <class Visit>
  void each_live(std::uint32_t first, std::uint32_t end, Visit&& visit) const {
    if (struck == nullptr) {
      for (std::uint32_t c = first; c < end; ++c) visit(c);
      return;
    }
    for (std::uint32_t word = first - first % 64; word < end; word += 64) {
      std::uint64_t live = ~struck[word / 64];
      if (word < first) live &= ~std::uint64_t{0} << (first - word);
      if (end - word < 64) live &= (std::uint64_t{1} << (end - word)) - 1;
      for (; live != 0; live &= live - 1)
        visit(word + static_cast<std::uint32_t>(std::countr_zero(live)));
    }
  }
  bool begins_session(std::uint32_t i) const { return (breaks[i / 64] >> (i % 64) & 1) != 0; }
  // Of the 64 events from event i on, a bit each; past the end of the block 0.
  std::uint64_t breaks_from(std::uint32_t i) const;
  bool is_mixed(std::uint32_t c) const { return (mixed[c / 64] >> (c % 64) & 1) != 0; }
};

class Block {
 public:
  ~Block();
  // Maps and checks the header; `verify` also reads every section against its checksum.
  static Result<std::shared_ptr<const Block>> open(const std::string& file, bool verify);

  std::uint32_t customers() const { return customer_count_; }
  std::uint64_t events() const { return event_count_; }
  bool wide_codes() const { return wide_codes_; }
  std::uint64_t bytes() const { return bytes_; }
  // Bytes of the columns that questions by name, touchpoint, time and value touch.
  std::uint64_t hot_bytes() const;
  const CodeSpace& codes() const { return codes_; }
  const CustomerId* customer_ids() const { return customer_ids_; }
  const std::uint32_t* offsets() const { return offsets_; }
  const std::string& file() const { return file_; }
  // No event lies outside; an empty block answers the whole of time.
  Micros earliest() const { return earliest_; }
  Micros latest() const { return latest_; }
  Micros session_gap() const { return session_gap_; }  // of the breaks and entries
  // Index of a customer's run, or customers() when it has none here.
  std::uint32_t find(CustomerId customer) const;

  template <class Code>
  Run<Code> run(std::uint32_t index) const {
    const std::uint32_t first = offsets_[index];
    Run<Code> r;
    r.customer = customer_ids_[index];
    r.size = offsets_[index + 1] - first;
    r.time = time_ + first;
    r.kind = static_cast<const Code*>(kind_) + first;
    r.entry = static_cast<const Code*>(entry_) + first;
    r.device = device_ + first;
    r.sparse = &values_;
    r.first = first;
    if (narrow_sequences_ != nullptr) r.narrow_sequences = narrow_sequences_ + first;
    if (wide_sequences_ != nullptr) r.wide_sequences = wide_sequences_ + first;
    r.sequence_base = sequence_base_;
    return r;
  }
  template <class Code>
  Slice<Code> slice(std::uint32_t from, std::uint32_t to, const std::uint64_t* struck) const {
    return {this,
            from,
            to,
            struck,
            offsets_,
            time_,
            static_cast<const Code*>(kind_),
            static_cast<const Code*>(entry_),
            device_,
            breaks_,
            mixed_};
  }
  // The value of an event of the block, by its place in the columns.
  std::int64_t value(std::size_t i) const { return values_.at(i); }
  Sequence sequence(std::size_t i) const {
    return narrow_sequences_ != nullptr ? sequence_base_ + narrow_sequences_[i]
                                        : wide_sequences_[i];
  }
  const SparseValues& values() const { return values_; }
  // Made when first asked for, from one look at every event.
  const RarePlaces& rare_places() const;
  // The run's events as they were added (slow path: sealing, moving customers).
  void copy(std::uint32_t index, std::vector<Event>& out) const;

 private:
  friend class BlockBuilder;
  Block() = default;
  Status attach(const std::byte* data, std::size_t size, bool verify);

  std::string file_;
  std::vector<std::uint64_t> heap_;  // when it has no file
  const std::byte* mapped_ = nullptr;
  std::size_t mapped_size_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint32_t customer_count_ = 0;
  std::uint64_t event_count_ = 0;
  bool wide_codes_ = false;
  CodeSpace codes_;
  const CustomerId* customer_ids_ = nullptr;
  const std::uint32_t* offsets_ = nullptr;
  const Micros* time_ = nullptr;
  const void* kind_ = nullptr;
  const void* entry_ = nullptr;
  const NodeId* device_ = nullptr;
  const std::uint32_t* narrow_sequences_ = nullptr;
  const Sequence* wide_sequences_ = nullptr;
  Sequence sequence_base_ = 0;
  SparseValues values_;
  const std::uint64_t* breaks_ = nullptr;
  const std::uint64_t* mixed_ = nullptr;
  Micros earliest_ = 0, latest_ = 0, session_gap_ = 0;
  std::uint64_t value_count_ = 0;
  mutable std::once_flag rare_once_;
  mutable std::unique_ptr<const RarePlaces> rare_;
};

template <class CodeT>
std::uint64_t Slice<CodeT>::breaks_from(std::uint32_t i) const {
  const std::size_t w = i / 64, words = (block->events() + 63) / 64;
  const std::uint64_t next = w + 1 < words ? breaks[w + 1] : 0;
  return w < words ? breaks[w] >> (i % 64) | (next << 1) << (63 - i % 64) : 0;
}

// Collects runs in ascending order of customer and packs them. Not thread-safe.
class BlockBuilder {
 public:
  explicit BlockBuilder(Micros session_gap) : gap_(session_gap) {}
  // `events` must be in order.
  void add(CustomerId customer, std::span<const Event> events);
  template <class Code>
  void add(const Run<Code>& run, const CodeSpace& space);
  // All customers of the slice, whether struck out or not: columns are copied as they are.
  template <class Code>
  void add(const Slice<Code>& slice);
  std::uint64_t events() const { return time_.size(); }
  bool empty() const { return customers_.empty(); }
  void reserve(std::size_t events);
  // Writes to `file` (synced) and maps it, or keeps it in memory when `file` is empty.
  Result<std::shared_ptr<const Block>> build(const std::string& file);

 private:
  std::uint32_t code(KindId kind);
  void push(const Event& e, std::uint32_t kind_code, std::uint32_t entry_code);
  void mark_sessions(std::vector<std::uint64_t>& breaks, std::vector<std::uint64_t>& mixed) const;

  Micros gap_;
  std::vector<CustomerId> customers_;
  std::vector<std::uint32_t> offsets_{0};
  std::vector<KindId> kinds_;                // code -> kind
  std::vector<std::uint32_t> code_of_kind_;  // kind -> code + 1
  std::vector<Micros> time_;
  std::vector<std::uint32_t> kind_, entry_;
  std::vector<NodeId> device_;
  std::vector<Sequence> sequence_;
  std::vector<std::uint64_t> value_bits_;
  std::vector<std::int64_t> values_;
  const Block* copied_from_ = nullptr;      // of add(slice): the block of the last slice, and
  std::vector<std::uint32_t> code_of_its_;  // by its codes: the code here, or kNoCode
};

template <class Code>
void BlockBuilder::add(const Slice<Code>& s) {
  constexpr std::uint32_t kNoCode = ~std::uint32_t{0};
  const Block& block = *s.block;
  const std::uint32_t first = s.offsets[s.from], last = s.offsets[s.to];
  const std::size_t base = time_.size(), n = last - first;
  if (copied_from_ != &block) {
    copied_from_ = &block;
    code_of_its_.assign(block.codes().size, kNoCode);
  }
  customers_.insert(customers_.end(), block.customer_ids() + s.from, block.customer_ids() + s.to);
  for (std::uint32_t c = s.from; c < s.to; ++c)
    offsets_.push_back(static_cast<std::uint32_t>(base + s.offsets[c + 1] - first));
  time_.insert(time_.end(), s.time + first, s.time + last);
  device_.insert(device_.end(), s.device + first, s.device + last);
  kind_.resize(base + n);
  entry_.resize(base + n);
  sequence_.resize(base + n);
  auto here = [&](std::uint32_t its) {
    std::uint32_t& known = code_of_its_[its];
    if (known == kNoCode) known = code(block.codes().kind(its));
    return known;
  };
  for (std::size_t i = 0; i < n; ++i) {
    kind_[base + i] = here(s.kind[first + i]);
    entry_[base + i] = here(s.entry[first + i]);
    sequence_[base + i] = block.sequence(first + i);
  }
  value_bits_.resize((base + n + 63) / 64, 0);
  for (std::size_t i = first; i < last; ++i) {
    const std::uint64_t word = block.values().bits[i / 64] >> (i % 64);
    if (word == 0) {
      i |= 63;  // nothing more in this word
      continue;
    }
    i += static_cast<unsigned>(std::countr_zero(word));
    if (i >= last) break;
    const std::size_t at = base + i - first;
    value_bits_[at / 64] |= std::uint64_t{1} << (at % 64);
    values_.push_back(block.value(i));
  }
}

template <class Code>
void BlockBuilder::add(const Run<Code>& run, const CodeSpace& space) {
  customers_.push_back(run.customer);
  for (std::uint32_t i = 0; i < run.size; ++i) {
    push(Event{run.time[i], run.sequence(i), run.value(i), 0, run.device[i]},
         code(space.kind(run.kind[i])), code(space.kind(run.entry[i])));
  }
  offsets_.push_back(static_cast<std::uint32_t>(time_.size()));
}

}  // namespace viaggio::timeline
