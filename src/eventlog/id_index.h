#pragma once
// "Is this message id new?": 64-bit hashes of all stored ids, each with its sequence.
// A fresh tail in memory (an open-addressing table) takes new ids; when it holds `tail_ids` it is
// frozen, and a background thread writes all frozen tails as one level (id_level.h), merged with
// every newer level that is not more than kRatio times larger: few levels, and appends never wait
// for a merge. A projection of the log: files carry checksums and the range they cover; what is
// missing, damaged or ahead of the log is deleted at opening and replayed by the caller from
// covered() on. The answers are candidates: the caller compares the stored id itself. Threads:
// add() from one thread; candidates() from any thread at any time. Errors: a full disk keeps ids in
// memory and is tried again later; a damaged block found later makes damaged() true and
// candidates() false: then reset() and replay from 1.
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "eventlog/id_level.h"
#include "model/event.h"

namespace viaggio::eventlog {

// The hash under which (source, message id) is stored.
std::uint64_t message_hash(std::string_view source, std::string_view message_id);

class IdIndex {
 public:
  static constexpr std::uint64_t kRatio = 4;

  // Levels that reach beyond `next` (the log's next sequence) are not trusted.
  static Result<std::unique_ptr<IdIndex>> open(const std::string& folder, Sequence next,
                                               std::size_t tail_ids);
  ~IdIndex();  // ends the background work and keeps a large tail as a level

  // Everything below is in the index.
  Sequence covered() const;
  // Entries with covered() <= sequence < to; sequences without an id are simply absent.
  void add(std::span<const IdEntry> entries, Sequence to);

  struct Candidate {
    std::uint32_t key = 0;  // index into `hashes`
    Sequence sequence = 0;
  };
  bool candidates(std::span<const std::uint64_t> hashes, std::vector<Candidate>& out) const;

  bool damaged() const { return damaged_; }
  void reset();   // forgets everything, files too
  void settle();  // waits for the background work (tests, benchmarks)

  struct Figures {
    std::uint64_t ids = 0;
    std::size_t levels = 0;
    std::uint64_t resident_bytes = 0;
  };
  Figures figures() const;

 private:
  class Tail;
  IdIndex(std::string folder, std::size_t tail_ids);
  void load(Sequence next);
  void freeze_if_due();
  void work();
  bool write_frozen();

  const std::string folder_;
  const std::size_t tail_ids_;
  mutable std::shared_mutex mutex_;
  std::vector<std::shared_ptr<IdLevel>> levels_;     // oldest first, contiguous from 1
  std::vector<std::shared_ptr<const Tail>> frozen_;  // oldest first; waiting or being written
  std::unique_ptr<Tail> tail_;
  std::thread worker_;
  std::atomic<bool> working_{false};
  mutable std::atomic<bool> damaged_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace viaggio::eventlog
