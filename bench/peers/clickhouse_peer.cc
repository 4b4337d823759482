#include "peers/clickhouse_peer.h"

#include <dlfcn.h>

#include <string_view>

namespace viaggio::bench {
namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// Tab-separated lines; \N is NULL. Names of the invented shop hold nothing that is escaped.
Rows read_rows(std::string_view text) {
  Rows rows;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    auto& row = rows.emplace_back();
    for (std::size_t at = 0; at <= line.size();) {
      const std::size_t end = std::min(line.size(), line.find('\t', at));
      const std::string_view field = line.substr(at, end - at);
      row.emplace_back(field == "\\N" ? std::string_view() : field);
      at = end + 1;
    }
  }
  return rows;
}

}  // namespace

Result<std::unique_ptr<ClickhousePeer>> ClickhousePeer::open(const std::string& library,
                                                             const std::string& folder) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return internal_error(std::string("cannot load libchdb: ") + dlerror());
  auto peer = std::make_unique<ClickhousePeer>();
  Calls& calls = peer->calls_;
  if (!find(handle, "chdb_connect", calls.connect) ||
      !find(handle, "chdb_close_conn", calls.close) || !find(handle, "chdb_query", calls.query) ||
      !find(handle, "chdb_destroy_query_result", calls.destroy) ||
      !find(handle, "chdb_result_buffer", calls.buffer) ||
      !find(handle, "chdb_result_length", calls.length) ||
      !find(handle, "chdb_result_error", calls.error))
    return internal_error("libchdb lacks a function that is needed");
  std::string program = "clickhouse", path = "--path=" + folder;
  char* arguments[] = {program.data(), path.data()};
  peer->connection_ = calls.connect(2, arguments);
  if (peer->connection_ == nullptr) return internal_error("ClickHouse cannot open " + folder);
  return peer;
}

ClickhousePeer::~ClickhousePeer() {
  if (connection_ != nullptr) calls_.close(connection_);
}

Result<Rows> ClickhousePeer::ask(const std::string& sql) {
  Answer* answer = calls_.query(*connection_, sql.c_str(), "TabSeparated");
  if (answer == nullptr) return internal_error("ClickHouse gave no answer");
  if (const char* error = calls_.error(answer); error != nullptr) {
    auto failed = internal_error(std::string("ClickHouse: ") + error + "\n" + sql);
    calls_.destroy(answer);
    return failed;
  }
  const std::size_t length = calls_.length(answer);
  Rows rows = length == 0 ? Rows{} : read_rows({calls_.buffer(answer), length});
  calls_.destroy(answer);
  return rows;
}

}  // namespace viaggio::bench
