#pragma once
// Loading a file: its rows or lines become events and go to a sink in batches. Whatever cannot
// become an event is written to a CSV file with its line, the reason and the row; the rest goes on.
// Reading the same file again gives the same message ids, so a sink that drops repeated ids stores
// nothing twice.
// Threads: run_import runs on the calling thread; `cancelled` may be set from another.
// Errors: the file cannot be read, the mapping does not fit it, the sink fails. What was sunk
// before stays sunk.
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "imports/mapping.h"
#include "model/event.h"

namespace viaggio::imports {

struct SinkAnswer {
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
};
using Sink = std::function<Result<SinkAnswer>(std::vector<IncomingEvent>&&)>;

// Rows of a reference table or facts, as the API takes them: a JSON list. Those that are not taken
// are named by their place in it.
struct TableRejection {
  std::size_t index = 0;
  std::string code, field, detail;
};
struct TableAnswer {
  std::uint64_t stored = 0;
  std::vector<TableRejection> rejected;
};
using TableSink =
    std::function<Result<TableAnswer>(const std::string& table, const std::string& rows)>;

struct Progress {
  std::uint64_t rows = 0;                    // lines of the table read, bad ones included
  std::uint64_t events = 0;                  // messages made of them
  std::uint64_t bytes = 0, bytes_total = 0;  // of the file on disk
  std::uint64_t stored = 0, duplicates = 0;
  std::uint64_t rejected = 0;  // rows and messages in the report
};
using OnProgress = std::function<void(const Progress&)>;  // after each batch

enum class FileFormat : std::uint8_t {
  mapped,   // a table, through a mapping
  segment,  // JSON lines, one Segment message each (or a body with "batch")
  viaggio   // JSON lines of our own export
};
// "segment", "viaggio"; anything else ("csv", "jsonl", "parquet", "xes", a mapping's id) is
// `mapped`.
FileFormat parse_file_format(std::string_view text);

struct Request {
  std::string path;
  std::string name;  // what the file is called where it came from; empty = as the path says
  FileFormat format = FileFormat::mapped;
  Mapping mapping;               // for mapped
  std::string source;            // empty = the mapping's, else the file's name
  std::string import_id;         // kept with each event; empty = none
  std::string timezone = "UTC";  // the workspace's; a mapping's own wins
  std::string country = "IT";
  std::string rejected_path;  // CSV "line,code,field,detail,row"; made at the first rejection;
                              // empty = no report
  Micros now = 0;             // the time of import
  std::size_t batch_events = 5'000;
  std::size_t batch_bytes = 4u << 20;
  TableSink tables;  // for mappings into a table; without it they are refused
  const std::atomic<bool>* cancelled = nullptr;
};

Result<Progress> run_import(const Request& request, const Sink& sink,
                            const OnProgress& on_progress);

}  // namespace viaggio::imports
