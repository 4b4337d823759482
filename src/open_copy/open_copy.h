#pragma once
// The open copy: every event as Parquet files by month, in FOLDER/events/month=2026-11/*.parquet,
// for any tool that reads Parquet. A projection of the log: delete it, and it is made again.
// What is derived of an event (whose it is, its session, channel, touchpoint) is part of its row.
// Each refresh compares it with the timeline and writes the files anew in which anything changed: a
// merge, an undone link, an edited rule, a late event.
// Invariants: an event up to upto() is in exactly one file that the manifest names; a file never
// changes, it is replaced. A crash leaves at most files without a name, removed at the next
// opening. Threads: one refresh at a time; manifest() from any thread. Errors: a file cannot be
// written.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "eventlog/event_log.h"
#include "open_copy/manifest.h"
#include "select/context.h"

namespace viaggio::open_copy {

struct Options {
  std::uint64_t round =
      100'000;  // taken from the log, or written anew, at a time; a large copy more
  std::uint64_t full_piece = 1'000'000;  // a file of so many rows is not merged with others
  std::size_t small_pieces = 8;          // of one month: so many smaller ones become one
  unsigned memory_mb = 512;
  bool sync = true;  // false only for throw-away folders
};

// One moment of the log and of the timeline over it. The log may be longer.
struct Source {
  const eventlog::EventLog& log;
  const select::Context& context;
  Sequence upto = 0;
};

class OpenCopy {
 public:
  // A damaged copy, or one that is ahead of the log (`end`), is begun anew.
  static Result<std::unique_ptr<OpenCopy>> open(const std::string& folder, Sequence end,
                                                const Options& options);

  // Does a part of what is to do; true: there is more, call again.
  Result<bool> refresh(const Source& source);
  Manifest manifest() const;

 private:
  struct Round;
  OpenCopy(std::string folder, const Options& options, Manifest manifest);
  Status stage(const Source& source, Round& round) const;
  void derive(const Source& source, Round& round) const;
  void derive_again(const Source& source, Round& round) const;
  Status write_new(const Source& source, Round& round);
  Status write_again(const Source& source, Round& round);
  Status merge_small(Round& round);
  Status publish(Round& round);
  std::string next_file(Month month, Round& round) const;

  const std::string folder_;
  const Options options_;
  mutable std::mutex mutex_;
  Manifest manifest_;
};

}  // namespace viaggio::open_copy
