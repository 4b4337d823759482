#include "files/sql.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "files/locked_database.h"

namespace viaggio::files {
namespace {

// Interrupts a database when the time is over. The interrupt is repeated: one that comes between
// two statements would be lost.
class Deadline {
 public:
  Deadline(LockedDatabase& database, Micros time)
      : thread_([this, &database, time] {
          std::unique_lock lock(mutex_);
          if (wake_.wait_for(lock, std::chrono::microseconds(time), [this] { return over_; }))
            return;
          passed_ = true;
          do {
            database.interrupt();
          } while (!wake_.wait_for(lock, std::chrono::milliseconds(20), [this] { return over_; }));
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  bool passed() const { return passed_; }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::atomic<bool> passed_ = false;
  std::thread thread_;
};

Status define(LockedDatabase& database, const std::vector<SqlTable>& tables,
              const std::vector<SqlView>& views) {
  for (const SqlTable& table : tables) {
    std::string columns, names, files;
    for (const OutputColumn& c : table.columns) {
      columns += (columns.empty() ? "" : ",") + in_quotes(c.name, '"') + " " + c.type;
      names += (names.empty() ? "" : ",") + in_quotes(c.name, '"');
    }
    for (const std::string& file : table.parquet)
      files += (files.empty() ? "" : ",") + in_quotes(file, '\'');
    const std::string sql = files.empty()
                                ? "CREATE TABLE " + in_quotes(table.name, '"') + "(" + columns + ")"
                                : "CREATE VIEW " + in_quotes(table.name, '"') + " AS SELECT " +
                                      names + " FROM read_parquet([" + files + "])";
    if (auto ok = database.run(sql); !ok) return ok;
  }
  for (const SqlView& view : views) {
    if (auto ok = database.run("CREATE VIEW " + in_quotes(view.name, '"') + " AS " + view.select);
        !ok)
      return ok;
  }
  return {};
}

Error said(const char* text) {
  const std::string message = text ? text : "the query failed";
  if (message.find("Out of Memory") != std::string::npos)
    return {ErrorKind::impossible, "too_large",
            "the query needs more memory than is allowed; narrow it, or aggregate first", "query"};
  return {ErrorKind::invalid, "sql_error", message.substr(0, 1000), "query"};
}

// One SELECT and nothing else: no COPY, no SET, no second statement.
Status must_be_select(LockedDatabase& database, const std::string& query) {
  duckdb_extracted_statements all = nullptr;
  const idx_t count = duckdb_extract_statements(database.connection(), query.c_str(), &all);
  if (count == 0) {
    const char* text = duckdb_extract_statements_error(all);
    const Error error = said(text && *text ? text : "there is no statement");
    duckdb_destroy_extracted(&all);
    return tl::unexpected(error);
  }
  Status answer;
  duckdb_prepared_statement statement = nullptr;
  if (count != 1) {
    answer = invalid("query", "one SELECT at a time", "sql_not_select");
  } else if (duckdb_prepare_extracted_statement(database.connection(), all, 0, &statement) !=
             DuckDBSuccess) {
    answer = tl::unexpected(said(duckdb_prepare_error(statement)));
  } else if (duckdb_prepared_statement_type(statement) != DUCKDB_STATEMENT_TYPE_SELECT) {
    answer = invalid("query", "only SELECT: these data are read-only", "sql_not_select");
  } else if (duckdb_nparams(statement) != 0) {
    answer = invalid("query", "parameters ($1, ?) have no values here", "sql_error");
  }
  duckdb_destroy_prepare(&statement);
  duckdb_destroy_extracted(&all);
  return answer;
}

std::string type_name(duckdb_result& result, idx_t column) {
  switch (duckdb_column_type(&result, column)) {
    case DUCKDB_TYPE_BOOLEAN:
      return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_UHUGEINT:
      return "INTEGER";
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return "DOUBLE";
    case DUCKDB_TYPE_DECIMAL:
      return "DECIMAL";
    case DUCKDB_TYPE_DATE:
      return "DATE";
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return "TIMESTAMP";
    default:
      return "TEXT";
  }
}

Status run_streaming(LockedDatabase& database, const std::string& sql, duckdb_result& result) {
  duckdb_prepared_statement statement = nullptr;
  duckdb_pending_result pending = nullptr;
  Status answer;
  if (duckdb_prepare(database.connection(), sql.c_str(), &statement) != DuckDBSuccess) {
    answer = tl::unexpected(said(duckdb_prepare_error(statement)));
  } else if (duckdb_pending_prepared_streaming(statement, &pending) != DuckDBSuccess) {
    answer = tl::unexpected(said(duckdb_pending_error(pending)));
  } else if (duckdb_execute_pending(pending, &result) != DuckDBSuccess) {
    answer = tl::unexpected(said(duckdb_result_error(&result)));
    duckdb_destroy_result(&result);
  }
  duckdb_destroy_pending(&pending);
  duckdb_destroy_prepare(&statement);
  return answer;
}

// Names and types come from the query as it is; its values are read as text.
Status read_columns(LockedDatabase& database, SqlAnswer& answer) {
  duckdb_result shape;
  if (auto ok = run_streaming(database, "SELECT * FROM asked LIMIT 0", shape); !ok) return ok;
  for (idx_t c = 0; c < duckdb_column_count(&shape); ++c)
    answer.columns.push_back({duckdb_column_name(&shape, c), type_name(shape, c)});
  duckdb_destroy_result(&shape);
  return {};
}

Status read_rows(LockedDatabase& database, std::size_t limit, SqlAnswer& answer) {
  duckdb_result result;
  if (auto ok = run_streaming(
          database,
          "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM asked LIMIT " + std::to_string(limit + 1),
          result);
      !ok)
    return ok;
  Status ended;
  for (;;) {
    duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
    if (chunk == nullptr) {
      const char* text = duckdb_result_error(&result);
      if (text && *text) ended = tl::unexpected(said(text));
      break;
    }
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    const std::size_t base = answer.rows.size();
    answer.rows.resize(base + size);
    for (auto r = base; r < answer.rows.size(); ++r) answer.rows[r].resize(answer.columns.size());
    for (idx_t c = 0; c < answer.columns.size(); ++c) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
      auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
      uint64_t* valid = duckdb_vector_get_validity(vector);
      for (idx_t r = 0; r < size; ++r) {
        if (valid != nullptr && !duckdb_validity_row_is_valid(valid, r)) continue;
        answer.rows[base + r][c] =
            std::string(duckdb_string_t_data(&texts[r]), duckdb_string_t_length(texts[r]));
      }
    }
    duckdb_destroy_data_chunk(&chunk);
  }
  duckdb_destroy_result(&result);
  if (answer.rows.size() > limit) {
    answer.rows.resize(limit);
    answer.more = true;
  }
  return ended;
}

}  // namespace

Result<SqlAnswer> select_sql(const std::vector<SqlTable>& tables, const std::vector<SqlView>& views,
                             std::string_view query, const SqlLimits& limits) {
  LockedDatabase database;
  DatabaseScope scope;
  for (const SqlTable& table : tables)
    scope.files.insert(scope.files.end(), table.parquet.begin(), table.parquet.end());
  scope.memory_mb = limits.memory_mb;
  scope.threads = limits.threads;
  if (auto ok = database.open(scope); !ok) return tl::unexpected(ok.error());
  if (auto ok = define(database, tables, views); !ok)
    return internal_error("the tables cannot be opened: " + ok.error().detail, "sql_tables");
  const std::string text(query);
  SqlAnswer answer;
  const Deadline deadline(database, limits.time);
  const auto ask = [&]() -> Status {
    if (auto ok = must_be_select(database, text); !ok) return ok;
    duckdb_result made;
    // A view, because a query may end in a semicolon or a comment.
    if (auto ok = run_streaming(database, "CREATE TEMP VIEW asked AS " + text, made); !ok)
      return ok;
    duckdb_destroy_result(&made);
    if (auto ok = read_columns(database, answer); !ok) return ok;
    return read_rows(database, limits.rows, answer);
  };
  if (const Status done = ask(); !done) {
    if (deadline.passed())
      return fail(ErrorKind::impossible, "time_limit",
                  "the query took longer than " + format_duration(limits.time) +
                      "; narrow it, for example to one month",
                  "query");
    return tl::unexpected(done.error());
  }
  return answer;
}

}  // namespace viaggio::files
