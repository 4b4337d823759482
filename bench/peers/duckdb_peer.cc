#include "peers/duckdb_peer.h"

namespace viaggio::bench {

Result<std::unique_ptr<DuckdbPeer>> DuckdbPeer::open(const std::string& file) {
  auto peer = std::make_unique<DuckdbPeer>();
  if (duckdb_open(file.c_str(), &peer->database_) == DuckDBError ||
      duckdb_connect(peer->database_, &peer->connection_) == DuckDBError)
    return internal_error("DuckDB cannot open " + file);
  return peer;
}

DuckdbPeer::~DuckdbPeer() {
  if (connection_ != nullptr) duckdb_disconnect(&connection_);
  if (database_ != nullptr) duckdb_close(&database_);
}

Result<Rows> DuckdbPeer::ask(const std::string& sql) {
  duckdb_result result;
  if (duckdb_query(connection_, sql.c_str(), &result) == DuckDBError) {
    auto error =
        internal_error(std::string("DuckDB: ") + duckdb_result_error(&result) + "\n" + sql);
    duckdb_destroy_result(&result);
    return error;
  }
  Rows rows(duckdb_row_count(&result));
  const idx_t columns = duckdb_column_count(&result);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (idx_t c = 0; c < columns; ++c) {
      char* text = duckdb_value_varchar(&result, c, r);
      rows[r].emplace_back(text == nullptr ? "" : text);
      duckdb_free(text);
    }
  }
  duckdb_destroy_result(&result);
  return rows;
}

}  // namespace viaggio::bench
