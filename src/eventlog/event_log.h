#pragma once
// The event log: the one truth. Every accepted event, its message id and every identity decision,
// written together in one atomic, synced commit.
// Threads: one writer (append); readers (scan, get, ...) from any thread at any time.
// Invariants: sequences are dense from 1; append returns only after the commit is on stable
// storage; a commit is there whole or not at all; (source, message id) is found for as long as it
// is stored. Errors: after a failed append (disk full: overloaded, "disk_full"; else "io_error")
// the log goes on answering reads and refuses appends ("storage_unavailable") until reopen() has
// worked; then the failed commit is not in it. Only a crash before that may leave the failed commit
// stored; its sender, never answered with success, sends it again and is told "duplicate". A folder
// in use by another process: conflict, "folder_in_use". Damage: "log_damaged", naming file and
// place. Acknowledged commits that have vanished from the folder: "log_truncated".
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/ledger.h"

namespace viaggio::eventlog {

struct NewRecord {
  EventHeader header;
  std::string_view source;  // the collector's name
  std::string_view message_id;
  std::string_view json;  // the event as sent
};

struct KindEntry {
  KindId id = 0;
  EventKind kind;
};

// One group commit. Records get sequences first, first+1, ...; ledger entries carry the sequence of
// their cause (known beforehand: next_sequence() + index). The same id twice within one commit is
// the caller's business. An empty message id is stored, and never found.
struct NewCommit {
  Micros received_at = 0;
  std::vector<NewRecord> records;
  std::vector<LedgerEntry> ledger;
  std::vector<KindEntry> kinds;  // kinds first used in this commit
};

struct Record {
  Sequence sequence = 0;
  Micros received_at = 0;
  EventHeader header;
  std::string_view source, message_id, json;  // json empty in a header-only scan
};

struct Options {
  bool sync = true;  // false only for throw-away folders (demo building, tests): says so in the log
  std::size_t cache_bytes = 64u << 20;
};

class EventLog {
 public:
  static Result<std::unique_ptr<EventLog>> open(const std::string& folder, const Options& options);
  virtual ~EventLog() = default;

  virtual Sequence next_sequence() const = 0;
  virtual Result<Sequence> append(const NewCommit& commit) = 0;  // the first record's sequence

  struct MessageKey {
    std::string_view source, message_id;
  };
  // For each key the sequence that holds it, or 0. Exact.
  virtual Result<std::vector<Sequence>> find(std::span<const MessageKey> keys) = 0;

  // Records with from <= sequence < to in order; the callback returns false to stop. Views live
  // until the callback returns.
  using HeaderBatch =
      std::function<bool(Sequence first, Micros received_at, std::span<const EventHeader>)>;
  virtual Status scan_headers(Sequence from, Sequence to, const HeaderBatch& each) const = 0;
  virtual Status scan(Sequence from, Sequence to,
                      const std::function<bool(const Record&)>& each) const = 0;
  // Records by sequence (any order, cached by commit); missing ones are an error.
  virtual Status get(std::span<const Sequence> sequences,
                     const std::function<void(const Record&)>& each) const = 0;
  // As get, without source, message_id and json, and several times cheaper.
  virtual Status get_headers(std::span<const Sequence> sequences,
                             const std::function<void(const Record&)>& each) const = 0;

  // Ledger entries whose sequence is in [from, to), in the order of their ids.
  virtual Status scan_ledger(Sequence from, Sequence to,
                             const std::function<void(const LedgerEntry&)>& each) const = 0;
  virtual Status scan_kinds(const std::function<void(const KindEntry&)>& each) const = 0;

  // After a failed append: opens the store anew and takes out what may have survived of the failed
  // commit. May be tried again and again; `overloaded` while readers use the store. Called by the
  // writer.
  virtual Status reopen() = 0;

  virtual Status verify() const = 0;  // reads everything, checks every checksum and count
  virtual std::uint64_t disk_bytes() const = 0;
  // What the index of message ids keeps in memory, in bytes.
  virtual std::uint64_t id_index_bytes() const = 0;
};

}  // namespace viaggio::eventlog
