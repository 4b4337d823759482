#pragma once
// DuckDB in this process, its database in one file.
#include <duckdb.h>

#include <memory>

#include "peers/peer.h"

namespace viaggio::bench {

class DuckdbPeer : public Peer {
 public:
  static Result<std::unique_ptr<DuckdbPeer>> open(const std::string& file);
  ~DuckdbPeer() override;
  const std::string& name() const override { return name_; }
  Result<Rows> ask(const std::string& sql) override;
  duckdb_connection connection() const { return connection_; }

 private:
  const std::string name_ = "duckdb";
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace viaggio::bench
