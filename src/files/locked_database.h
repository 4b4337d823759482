#pragma once
// A DuckDB of its own in memory that may touch only the files and folders it was opened for, cannot
// load extensions and cannot be reconfigured. Inside this module alone. One thread per object,
// except interrupt().
// Errors: run() names the file ("not_a_table"); what else went wrong is internal.
#include <duckdb.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace viaggio::files {

// 'text' or "text", with the quotes inside doubled.
std::string in_quotes(std::string_view text, char quote);

struct DatabaseScope {
  std::vector<std::string> files = {};  // may be read and written
  std::string spill = {};               // where what does not fit into memory goes; empty: nowhere
  unsigned memory_mb = 512;
  unsigned threads = 0;  // 0 = as many as the machine has
};

class LockedDatabase {
 public:
  LockedDatabase() = default;
  LockedDatabase(const LockedDatabase&) = delete;
  LockedDatabase& operator=(const LockedDatabase&) = delete;
  ~LockedDatabase();

  Status open(const DatabaseScope& scope);
  Status run(const std::string& sql);
  duckdb_connection connection() const { return connection_; }
  // Ends what runs on the connection, with an error. Any thread.
  void interrupt() { duckdb_interrupt(connection_); }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace viaggio::files
