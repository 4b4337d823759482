#include "files/locked_database.h"

namespace viaggio::files {
namespace {

std::string list_of(const std::vector<std::string>& paths) {
  std::string list;
  for (const std::string& path : paths) list += (list.empty() ? "" : ",") + in_quotes(path, '\'');
  return "[" + list + "]";
}

}  // namespace

std::string in_quotes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += quote;
  }
  return out + quote;
}

LockedDatabase::~LockedDatabase() {
  if (connection_) duckdb_disconnect(&connection_);
  if (database_) duckdb_close(&database_);
}

Status LockedDatabase::open(const DatabaseScope& scope) {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) != DuckDBSuccess) return internal_error("DuckDB: no config");
  duckdb_set_config(config, "autoinstall_known_extensions", "false");
  duckdb_set_config(config, "autoload_known_extensions", "false");
  duckdb_set_config(config, "allow_community_extensions", "false");
  duckdb_set_config(config, "memory_limit", (std::to_string(scope.memory_mb) + "MB").c_str());
  duckdb_set_config(config, "temp_directory", scope.spill.c_str());
  if (scope.threads != 0)
    duckdb_set_config(config, "threads", std::to_string(scope.threads).c_str());
  char* message = nullptr;
  const auto state = duckdb_open_ext(nullptr, &database_, config, &message);
  duckdb_destroy_config(&config);
  if (state != DuckDBSuccess) {
    const std::string detail = message ? message : "";
    duckdb_free(message);
    return internal_error("DuckDB did not open: " + detail);
  }
  if (duckdb_connect(database_, &connection_) != DuckDBSuccess) {
    return internal_error("DuckDB did not connect");
  }
  for (const std::string& sql : {"SET allowed_paths=" + list_of(scope.files),
                                 std::string("SET enable_external_access=false"),
                                 std::string("SET preserve_insertion_order=true"),
                                 std::string("SET lock_configuration=true")}) {
    if (auto done = run(sql); !done) return done;
  }
  return {};
}

Status LockedDatabase::run(const std::string& sql) {
  duckdb_result result;
  const auto state = duckdb_query(connection_, sql.c_str(), &result);
  std::string message;
  if (state != DuckDBSuccess) {
    const char* text = duckdb_result_error(&result);
    message = text ? text : "";
  }
  duckdb_destroy_result(&result);
  if (state == DuckDBSuccess) return {};
  return invalid("file", "the file cannot be read as a table: " + message.substr(0, 300),
                 "not_a_table");
}

}  // namespace viaggio::files
