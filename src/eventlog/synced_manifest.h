#pragma once
// A power cut can garble the end of RocksDB's MANIFEST, the list of its files, which was written
// and not yet synced. RocksDB forgives an end that is missing, not one that is garbled, and would
// open no more. What was never synced is of no use to it, since the write-ahead log still holds
// that; what was synced must never be dropped, since files that it made superfluous are gone.
//
// So every sync of a MANIFEST is followed, before RocksDB acts on it, by writing down how long it
// is by then: 32 bytes, synced too (file number, its complement, bytes, their complement).
// Threads: notifications come from any; drop_unsynced_end() while the store is closed.
#include <mutex>
#include <string>

#include <rocksdb/listener.h>

namespace viaggio::eventlog {

class SyncedManifest : public rocksdb::EventListener {
 public:
  // `path` is the file that holds the length; made when first written.
  explicit SyncedManifest(std::string path) : path_(std::move(path)) {}
  const char* Name() const override { return "SyncedManifest"; }
  bool ShouldBeNotifiedOnFileIO() override { return true; }
  void OnFileSyncFinish(const rocksdb::FileOperationInfo& info) override;

  // Cuts off what the MANIFEST of `store` has behind the synced length and keeps it beside the
  // length, as PATH.dropped. False, and nothing changed, when there is no such end.
  bool drop_unsynced_end(const std::string& store) const;

 private:
  const std::string path_;
  std::mutex mutex_;
};

}  // namespace viaggio::eventlog
