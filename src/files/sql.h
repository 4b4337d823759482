#pragma once
// One SELECT of SQL over Parquet files, asked by a person: read-only, locked to the files given,
// limited in time, memory and rows. Thread-safe: each call has a database of its own.
// Errors: sql_error (the text is at fault; the detail says where), sql_not_select (anything but one
// SELECT), time_limit, too_large (memory).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "files/parquet.h"

namespace viaggio::files {

// A table over files of one shape. Without files it is there, and empty.
struct SqlTable {
  std::string name;
  std::vector<OutputColumn> columns;
  std::vector<std::string> parquet;
};
// A table that is a SELECT over others.
struct SqlView {
  std::string name, select;
};

struct SqlLimits {
  Micros time = 30 * kSecond;
  std::size_t rows = 10'000;
  unsigned memory_mb = 1024;
  unsigned threads = 0;
};

struct SqlAnswer {
  struct Column {
    std::string name, type;  // the type as SQL calls it
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  // as text; nothing is null
  bool more = false;                                          // there are more rows than the limit
};

Result<SqlAnswer> select_sql(const std::vector<SqlTable>& tables, const std::vector<SqlView>& views,
                             std::string_view query, const SqlLimits& limits);

}  // namespace viaggio::files
