#include "files/merge_parquet.h"

#include "files/locked_database.h"

namespace viaggio::files {
namespace {

const char* sql_type(MemoryColumn::Kind kind) {
  switch (kind) {
    case MemoryColumn::Kind::text:
      return "VARCHAR";
    case MemoryColumn::Kind::number:
      return "UBIGINT";
    case MemoryColumn::Kind::money:
      return "BIGINT";
  }
  return "";
}

// How a column in memory reads in the file.
std::string written(const MemoryColumn& column) {
  const std::string name = in_quotes(column.name, '"');
  if (column.kind != MemoryColumn::Kind::money) return "m." + name;
  return "CAST(CAST(m." + name +
         " AS DECIMAL(18,0)) * CAST(0.0001 AS DECIMAL(5,4)) AS DECIMAL(18,4)) AS " + name;
}

class Appender {
 public:
  ~Appender() {
    if (appender_ != nullptr) duckdb_appender_destroy(&appender_);
  }
  Status fill(duckdb_connection connection, const MergePlan& plan) {
    bool good =
        duckdb_appender_create(connection, nullptr, "memory_rows", &appender_) == DuckDBSuccess;
    for (std::size_t r = 0; good && r < plan.keys.size(); ++r) {
      good = duckdb_append_uint64(appender_, plan.keys[r]) == DuckDBSuccess;
      for (const MemoryColumn& column : plan.joined) good = good && append(column, r);
      good = good && duckdb_appender_end_row(appender_) == DuckDBSuccess;
    }
    good = good && duckdb_appender_close(appender_) == DuckDBSuccess;
    if (good) return {};
    const char* text = appender_ == nullptr ? nullptr : duckdb_appender_error(appender_);
    return internal_error("DuckDB takes no rows: " + std::string(text ? text : ""));
  }

 private:
  bool append(const MemoryColumn& column, std::size_t row) {
    const std::int64_t v = column.values[row];
    if (v == MemoryColumn::kNull) return duckdb_append_null(appender_) == DuckDBSuccess;
    switch (column.kind) {
      case MemoryColumn::Kind::text: {
        const std::string& text = column.texts[static_cast<std::size_t>(v)];
        return duckdb_append_varchar_length(appender_, text.data(), text.size()) == DuckDBSuccess;
      }
      case MemoryColumn::Kind::number:
        return duckdb_append_uint64(appender_, static_cast<std::uint64_t>(v)) == DuckDBSuccess;
      case MemoryColumn::Kind::money:
        return duckdb_append_int64(appender_, v) == DuckDBSuccess;
    }
    return false;
  }
  duckdb_appender appender_ = nullptr;
};

// The rows of all files, in order.
std::string sources(const MergePlan& plan, const std::string& names) {
  std::string types, out;
  for (const OutputColumn& c : plan.stored)
    types += (types.empty() ? "" : ",") + in_quotes(c.name, '\'') + ":'" + c.type + "'";
  for (const std::string& file : plan.parquet)
    out += (out.empty() ? "" : " UNION ALL ") + std::string("SELECT ") + names +
           " FROM read_parquet(" + in_quotes(file, '\'') + ")";
  for (const std::string& file : plan.json_lines)
    out += (out.empty() ? "" : " UNION ALL ") + std::string("SELECT ") + names +
           " FROM read_json(" + in_quotes(file, '\'') +
           ", format='newline_delimited', maximum_object_size=67108864, columns={" + types + "})";
  return out;
}

Result<std::uint64_t> count_rows(LockedDatabase& database, const std::string& file) {
  duckdb_result result;
  const std::string sql = "SELECT count(*) FROM read_parquet(" + in_quotes(file, '\'') + ")";
  std::uint64_t rows = 0;
  const bool good = duckdb_query(database.connection(), sql.c_str(), &result) == DuckDBSuccess;
  duckdb_data_chunk chunk = good ? duckdb_fetch_chunk(result) : nullptr;
  if (chunk != nullptr) {
    rows = static_cast<std::uint64_t>(static_cast<std::int64_t*>(
        duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)))[0]);
    duckdb_destroy_data_chunk(&chunk);
  }
  duckdb_destroy_result(&result);
  if (chunk == nullptr && !good) return internal_error("the file " + file + " cannot be read back");
  return rows;
}

}  // namespace

Result<std::uint64_t> merge_parquet(const MergePlan& plan) {
  LockedDatabase database;
  DatabaseScope scope;
  scope.files = plan.parquet;
  scope.files.insert(scope.files.end(), plan.json_lines.begin(), plan.json_lines.end());
  scope.files.push_back(plan.output);
  scope.spill = plan.spill;
  scope.memory_mb = plan.memory_mb;
  scope.threads = plan.threads;
  if (auto opened = database.open(scope); !opened) return tl::unexpected(opened.error());
  const std::string key = in_quotes(plan.stored.front().name, '"');
  std::string table = "CREATE TABLE memory_rows(" + key + " UBIGINT", stored, picked;
  for (const OutputColumn& c : plan.stored) {
    stored += (stored.empty() ? "" : ",") + in_quotes(c.name, '"');
    picked += (picked.empty() ? "s." : ",s.") + in_quotes(c.name, '"');
  }
  for (const MemoryColumn& c : plan.joined) {
    table += "," + in_quotes(c.name, '"') + " " + sql_type(c.kind);
    picked += "," + written(c);
  }
  if (auto ok = database.run(table + ")"); !ok) return tl::unexpected(ok.error());
  if (auto ok = Appender().fill(database.connection(), plan); !ok)
    return tl::unexpected(ok.error());
  // Joined by key, not by place: a row of the files may be unknown in memory.
  const std::string copy = "COPY (SELECT " + picked + " FROM (" + sources(plan, stored) +
                           ") s LEFT JOIN memory_rows m ON s." + key + " = m." + key + ") TO " +
                           in_quotes(plan.output, '\'') +
                           " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)";
  if (auto ok = database.run(copy); !ok) return tl::unexpected(ok.error());
  return count_rows(database, plan.output);
}

}  // namespace viaggio::files
