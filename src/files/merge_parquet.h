#pragma once
// One Parquet file made of rows of other files and of columns given in memory: how a file of events
// grows, and how what is derived from events (whose they are, which channel) is written anew
// without reading the events' own text again. Stateless; thread-safe.
// Errors: a file cannot be read or written, named in the detail.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/result.h"
#include "files/parquet.h"

namespace viaggio::files {

// A column in memory, a row of it for each key.
struct MemoryColumn {
  enum class Kind : std::uint8_t { text, number, money };  // VARCHAR, UBIGINT, DECIMAL(18,4)
  static constexpr std::int64_t kNull = std::numeric_limits<std::int64_t>::min();
  std::string name;
  Kind kind = Kind::text;
  std::vector<std::string> texts;    // text: what the values are places in
  std::vector<std::int64_t> values;  // money in 1/10,000; kNull is null
};

struct MergePlan {
  std::vector<std::string> parquet;     // rows to keep, with all columns of `stored`
  std::vector<std::string> json_lines;  // rows to add, likewise
  std::vector<OutputColumn> stored;     // from the files; the first is the key, an UBIGINT
  std::vector<std::uint64_t> keys;      // of the rows in memory, distinct, in any order
  std::vector<MemoryColumn> joined;     // by key; null where a row of the files has no key here
  std::string output;                   // must not be among the inputs
  std::string spill;                    // folder for what does not fit into memory
  unsigned memory_mb = 512;
  unsigned threads = 1;
};
// Rows keep their order: Parquet first, each file as it is. Answers how many were written.
Result<std::uint64_t> merge_parquet(const MergePlan& plan);

}  // namespace viaggio::files
