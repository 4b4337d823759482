#include "files/parquet.h"

#include <duckdb.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "files/locked_database.h"

namespace viaggio::files {

namespace {

class ParquetReader final : public TableReader {
 public:
  ~ParquetReader() override {
    if (chunk_) duckdb_destroy_data_chunk(&chunk_);
    if (open_) duckdb_destroy_result(&result_);
  }

  Status start(const std::string& path) {
    std::error_code error;
    total_ = std::filesystem::file_size(path, error);
    if (auto opened = database_.open({.files = {path}}); !opened) return opened;
    if (auto counted = count_rows(path); !counted) return counted;
    const std::string sql =
        "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(" + in_quotes(path, '\'') + ")";
    duckdb_prepared_statement statement = nullptr;
    if (duckdb_prepare(database_.connection(), sql.c_str(), &statement) != DuckDBSuccess) {
      const char* text = duckdb_prepare_error(statement);
      const std::string message = text ? text : "";
      duckdb_destroy_prepare(&statement);
      return invalid("file", "the file is no Parquet table: " + message.substr(0, 300),
                     "not_a_table");
    }
    duckdb_pending_result pending = nullptr;
    duckdb_state state = duckdb_pending_prepared_streaming(statement, &pending);
    if (state == DuckDBSuccess) state = duckdb_execute_pending(pending, &result_);
    duckdb_destroy_pending(&pending);
    duckdb_destroy_prepare(&statement);
    open_ = true;
    if (state != DuckDBSuccess) {
      const char* text = duckdb_result_error(&result_);
      return invalid("file", "the file cannot be read: " + std::string(text ? text : ""),
                     "not_a_table");
    }
    const idx_t count = duckdb_column_count(&result_);
    for (idx_t i = 0; i < count; ++i) columns_.emplace_back(duckdb_column_name(&result_, i));
    return {};
  }

  Format format() const override { return Format::parquet; }
  const std::vector<std::string>& columns() const override { return columns_; }
  std::uint64_t bytes_total() const override { return total_; }
  std::uint64_t bytes_read() const override {
    return rows_ == 0 ? total_ : total_ * std::min(row_, rows_) / rows_;
  }

  Result<bool> next(RowBatch& batch) override {
    batch.clear();
    batch.columns = columns_.size();
    if (chunk_) duckdb_destroy_data_chunk(&chunk_);
    chunk_ = duckdb_fetch_chunk(result_);
    if (!chunk_) {
      const char* text = duckdb_result_error(&result_);
      if (text && *text) return invalid("file", text, "file_damaged");
      return false;
    }
    const idx_t rows = duckdb_data_chunk_get_size(chunk_);
    const std::size_t columns = columns_.size();
    batch.cells.assign(rows * columns, std::string_view());
    for (std::size_t c = 0; c < columns; ++c) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_, c);
      auto* values = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
      uint64_t* valid = duckdb_vector_get_validity(vector);
      for (idx_t r = 0; r < rows; ++r) {
        if (valid && !duckdb_validity_row_is_valid(valid, r)) continue;
        batch.cells[r * columns + c] =
            std::string_view(duckdb_string_t_data(&values[r]), duckdb_string_t_length(values[r]));
      }
    }
    for (idx_t r = 0; r < rows; ++r) {
      batch.lines.push_back(++row_);
      batch.texts.emplace_back();
    }
    return true;
  }

 private:
  Status count_rows(const std::string& path) {
    const std::string sql = "SELECT count(*) FROM read_parquet(" + in_quotes(path, '\'') + ")";
    duckdb_result result;
    const auto state = duckdb_query(database_.connection(), sql.c_str(), &result);
    if (state == DuckDBSuccess) {
      duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
      if (chunk) {
        rows_ = static_cast<std::uint64_t>(static_cast<int64_t*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)))[0]);
        duckdb_destroy_data_chunk(&chunk);
      }
    }
    const char* text = state == DuckDBSuccess ? nullptr : duckdb_result_error(&result);
    const std::string message = text ? text : "";
    duckdb_destroy_result(&result);
    if (state == DuckDBSuccess) return {};
    return invalid("file", "the file is no Parquet table: " + message.substr(0, 300),
                   "not_a_table");
  }

  LockedDatabase database_;
  duckdb_result result_{};
  bool open_ = false;
  duckdb_data_chunk chunk_ = nullptr;
  std::vector<std::string> columns_;
  std::uint64_t total_ = 0, rows_ = 0, row_ = 0;
};

bool known_type(const std::string& type) {
  static constexpr std::array<std::string_view, 7> kTypes = {
      "VARCHAR", "BIGINT", "UBIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMPTZ", "JSON"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

}  // namespace

Result<std::unique_ptr<TableReader>> open_parquet(const std::string& path) {
  auto reader = std::make_unique<ParquetReader>();
  if (auto started = reader->start(path); !started) return tl::unexpected(started.error());
  return std::unique_ptr<TableReader>(std::move(reader));
}

Status convert_json_lines(const std::string& json_lines, const std::vector<OutputColumn>& columns,
                          const std::string& output, OutputFormat format) {
  std::string types, names;
  for (const OutputColumn& column : columns) {
    if (!known_type(column.type)) return invalid("type", "unknown column type " + column.type);
    if (!types.empty()) types += ',', names += ',';
    types += in_quotes(column.name, '\'') + ":'" + column.type + "'";
    names += in_quotes(column.name, '"');
  }
  LockedDatabase database;
  DatabaseScope scope;
  scope.files = {json_lines, output};
  scope.spill = output + ".spill";  // removed with the database
  scope.memory_mb = 1024;           // each thread may hold two objects of up to 64 MB
  scope.threads = 2;
  if (auto opened = database.open(scope); !opened) return opened;
  return database.run("COPY (SELECT " + names + " FROM read_json(" + in_quotes(json_lines, '\'') +
                      ", format='newline_delimited', maximum_object_size=67108864, columns={" +
                      types + "})) TO " + in_quotes(output, '\'') +
                      (format == OutputFormat::parquet ? " (FORMAT parquet, COMPRESSION zstd"
                                                       : " (FORMAT csv, HEADER true") +
                      // Else a target that exists is written beside itself, where it may not.
                      ", USE_TMP_FILE false)");
}

void append_csv_row(std::string& out, const std::vector<std::string_view>& cells, char separator) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += separator;
    const std::string_view cell = cells[i];
    if (is_null(cell)) continue;
    const char special[] = {separator, '"', '\n', '\r'};
    if (!cell.empty() &&
        cell.find_first_of(std::string_view(special, 4)) == std::string_view::npos) {
      out += cell;
    } else {
      out += in_quotes(cell, '"');
    }
  }
  out += '\n';
}

}  // namespace viaggio::files
