#pragma once
// Parquet through DuckDB: reading a file as text cells, and turning JSON lines into Parquet or CSV.
// Each call opens a DuckDB of its own in memory that may touch only the files named, cannot load
// extensions and cannot be reconfigured. One thread per object.
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "files/table_reader.h"

namespace viaggio::files {

Result<std::unique_ptr<TableReader>> open_parquet(const std::string& path);

struct OutputColumn {
  std::string name;  // a member of each JSON line
  std::string type;  // VARCHAR, BIGINT, UBIGINT, DOUBLE, BOOLEAN, TIMESTAMPTZ or JSON
};
enum class OutputFormat : std::uint8_t { parquet, csv };

// Writes `json_lines` (a file) as a table with these columns, in order. Parquet is zstd-compressed.
Status convert_json_lines(const std::string& json_lines, const std::vector<OutputColumn>& columns,
                          const std::string& output, OutputFormat format);

// Appends one CSV row (RFC 4180, line feed at the end). A null cell is empty, "" is quoted.
void append_csv_row(std::string& out, const std::vector<std::string_view>& cells,
                    char separator = ',');

}  // namespace viaggio::files
