#include "eventlog/store.h"

#include <filesystem>

#include <rocksdb/table.h>

#include "eventlog/synced_manifest.h"

namespace viaggio::eventlog {
namespace {

constexpr std::array<const char*, kFamilies> kNames = {"default", "headers", "bodies", "ledger",
                                                       "kinds"};

rocksdb::DBOptions database_options(const RocksdbOptions& o) {
  rocksdb::DBOptions db;
  if (o.env != nullptr) db.env = o.env;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  // A commit that a crash tore is dropped with everything after it; the watermark notices if that
  // was ever acknowledged.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Errors are handled by reopening, never by going on with what is in memory.
  db.max_bgerror_resume_count = 0;
  db.max_background_jobs = 2;
  db.bytes_per_sync = 1u << 20;
  db.max_total_wal_size = 6 * o.write_buffer;
  db.skip_stats_update_on_db_open = true;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.max_log_file_size = 1u << 20;
  db.keep_log_file_num = 4;
  return db;
}

rocksdb::ColumnFamilyOptions family_options(Family f, const RocksdbOptions& o,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions cf;
  cf.write_buffer_size = f == kBodies    ? o.write_buffer
                         : f == kHeaders ? o.write_buffer / 4
                                         : 4u << 20;
  cf.max_write_buffer_number = 3;
  cf.target_file_size_base = 256u << 20;
  cf.max_bytes_for_level_base = 1u << 30;
  cf.compression = rocksdb::kZSTD;
  cf.bottommost_compression = rocksdb::kDisableCompressionOption;
  cf.compression_opts.level = 1;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 32u << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  cf.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return cf;
}

}  // namespace

tl::unexpected<Error> as_error(const rocksdb::Status& status, const std::string& doing) {
  const std::string detail = doing + ": " + status.ToString();
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::SubCode::kNoSpace)
    return fail(ErrorKind::overloaded, "disk_full", detail);
  if (status.IsCorruption()) return internal_error(detail, "log_damaged");
  if (status.IsIOError() && detail.find("lock") != std::string::npos)
    return fail(ErrorKind::conflict, "folder_in_use",
                "another process has this data folder open: " + detail);
  return internal_error(detail, "io_error");
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const RocksdbOptions& options) {
  std::error_code ec;
  std::filesystem::create_directories(path, ec);
  if (ec) return internal_error(path + ": " + ec.message(), "io_error");
  const auto cache = rocksdb::NewLRUCache(8u << 20);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t f = 0; f < kFamilies; ++f) {
    families.emplace_back(kNames[f], family_options(static_cast<Family>(f), options, cache));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto manifest = std::make_shared<SyncedManifest>(path + "-synced");
  rocksdb::DBOptions settings = database_options(options);
  settings.listeners.push_back(manifest);
  rocksdb::Status opened = rocksdb::DB::Open(settings, path, families, &handles, &db);
  if (opened.IsCorruption() && manifest->drop_unsynced_end(path))
    opened = rocksdb::DB::Open(settings, path, families, &handles, &db);
  if (!opened.ok()) return as_error(opened, "opening " + path);
  std::unique_ptr<Store> store(new Store);
  store->db_.reset(db);
  std::copy(handles.begin(), handles.end(), store->handles_.begin());
  std::string format;
  const rocksdb::Status read = db->Get({}, store->family(kMeta), "format", &format);
  if (read.ok() && format != "1") {
    return fail(ErrorKind::impossible, "format_too_new",
                path + ": has format " + format + ", this program knows 1; use a newer one");
  }
  rocksdb::WriteOptions write;
  write.sync = true;
  rocksdb::Status written = read;
  if (read.IsNotFound()) written = db->Put(write, store->family(kMeta), "format", "1");
  if (written.ok() && !options.log.sync)
    written = db->Put(write, store->family(kMeta), "unsynced", "1");
  if (!written.ok()) return as_error(written, "opening " + path);
  return store;
}

Store::~Store() {
  for (rocksdb::ColumnFamilyHandle* h : handles_) {
    if (h != nullptr) db_->DestroyColumnFamilyHandle(h);
  }
}

std::unique_ptr<rocksdb::Iterator> Store::iterate(Family f, std::size_t readahead) const {
  rocksdb::ReadOptions read;
  read.fill_cache = false;
  read.verify_checksums = true;
  read.readahead_size = readahead;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(read, family(f)));
}

}  // namespace viaggio::eventlog
