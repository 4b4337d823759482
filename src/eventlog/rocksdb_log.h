#pragma once
// The event log over RocksDB. Column families, all keys 8 bytes big-endian:
//
//   headers  first sequence of a chunk -> binary headers        (chunk.h)
//   bodies   the same key              -> sources, ids, JSON    (chunk.h)
//   ledger   first sequence of a commit -> its ledger entries   (entries.h)
//   kinds    kind id                   -> the kind              (entries.h)
//   default  "format" -> "1"; "unsynced" -> "1" when the folder was ever written without sync
//
// FOLDER/store is RocksDB's, FOLDER/store-synced the synced length of its MANIFEST
// (synced_manifest.h), FOLDER/ids the id index (a projection), FOLDER/acknowledged 16 bytes:
// the last acknowledged sequence and its complement, written without sync after every commit, so
// that a store that lost acknowledged commits is noticed. One commit is one WriteBatch, synced.
// Keys only grow, so RocksDB moves files between levels without rewriting them. This header is for
// the implementation and its tests; others use event_log.h.
#include <cstddef>
#include <memory>
#include <string>

#include "eventlog/event_log.h"

namespace rocksdb {
class Env;
}

namespace viaggio::eventlog {

struct RocksdbOptions {
  Options log;
  rocksdb::Env* env = nullptr;           // null: the default; tests inject faults here
  std::size_t tail_ids = 1u << 20;       // fresh ids kept in memory
  std::size_t write_buffer = 48u << 20;  // of bodies, per memtable; headers get a quarter
};

Result<std::unique_ptr<EventLog>> open_rocksdb_log(const std::string& folder,
                                                   const RocksdbOptions& options);

}  // namespace viaggio::eventlog
