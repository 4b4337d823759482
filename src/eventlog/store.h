#pragma once
// The RocksDB database of the log: opening it with the settings that the log needs, its column
// families, and RocksDB's statuses as errors. Threads: as RocksDB's.
#include <array>
#include <memory>
#include <string>

#include <rocksdb/db.h>

#include "base/result.h"
#include "eventlog/rocksdb_log.h"

namespace viaggio::eventlog {

enum Family : std::size_t { kMeta, kHeaders, kBodies, kLedger, kKinds, kFamilies };

class Store {
 public:
  // `path` is RocksDB's folder; `path`-synced tells how much of its MANIFEST is
  // (synced_manifest.h).
  static Result<std::unique_ptr<Store>> open(const std::string& path,
                                             const RocksdbOptions& options);
  ~Store();
  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family f) const { return handles_[f]; }
  // Sequential reading without filling the cache.
  std::unique_ptr<rocksdb::Iterator> iterate(Family f, std::size_t readahead) const;

 private:
  Store() = default;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> handles_{};
};

tl::unexpected<Error> as_error(const rocksdb::Status& status, const std::string& doing);

}  // namespace viaggio::eventlog
