#pragma once
// For tests: a file system below RocksDB that can hold back a sync of the write-ahead log, fail, or
// lose power. After cut_power() nothing is written any more; lose_unsynced() then makes the files
// what a disk might hold: all that was synced, and of the rest any prefix, the end of it garbled.
// Threads: any.
#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace viaggio::eventlog::testing {

class FaultyDisk : public rocksdb::FileSystemWrapper {
 public:
  using IOStatus = rocksdb::IOStatus;
  enum class Fault { none, wal_sync_error, wal_no_space, all_errors };

  FaultyDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyDisk"; }

  void set_fault(Fault f) {
    const std::lock_guard lock(mutex_);
    fault_ = f;
  }
  void cut_power_at(std::uint64_t operation) {
    const std::lock_guard lock(mutex_);
    cut_at_ = operation;
  }
  // The power goes when for the nth time from now such a file is synced: it is written by then.
  void cut_power_at_sync_of(const std::string& part_of_path, int nth) {
    const std::lock_guard lock(mutex_);
    cut_at_sync_of_ = part_of_path;
    syncs_to_cut_ = nth;
  }
  // Of a file with unsynced bytes all of these stay, one of them garbled. False without such a
  // file.
  bool garble_unsynced(const std::string& part_of_path, std::mt19937& random) {
    const std::lock_guard lock(mutex_);
    for (const auto& [path, f] : files_) {
      if (path.find(part_of_path) == std::string::npos || f.written == f.synced) continue;
      flip_byte(path, f.synced + random() % (f.written - f.synced));
      return true;
    }
    return false;
  }
  static void flip_byte(const std::string& path, std::uint64_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int old = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(old ^ 0x5a));
  }
  std::uint64_t operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
  }

  // Syncs of the write-ahead log wait at the gate while it is closed.
  void close_gate() {
    const std::lock_guard lock(mutex_);
    gate_closed_ = true;
  }
  void open_gate() {
    const std::lock_guard lock(mutex_);
    gate_closed_ = false;
    changed_.notify_all();
  }
  void wait_until_one_waits_at_the_gate() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ > 0; });
  }
  // Bytes of write-ahead logs that were written and not yet synced.
  std::uint64_t unsynced_wal_bytes() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [path, f] : files_) {
      if (is_wal(path)) sum += f.written - f.synced;
    }
    return sum;
  }

  void lose_unsynced(std::mt19937& random) {
    const std::lock_guard lock(mutex_);
    for (const auto& [path, f] : files_) {
      std::error_code ec;
      if (!std::filesystem::exists(path, ec)) continue;
      const std::uint64_t unsynced = f.written > f.synced ? f.written - f.synced : 0;
      const bool all = random() % 4 == 0;  // often enough to be seen
      const std::uint64_t kept = f.synced + (all ? unsynced : random() % (unsynced + 1));
      std::filesystem::resize_file(path, kept, ec);
      if (kept > f.synced && random() % 2 == 0) {
        std::fstream out(path, std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(static_cast<std::streamoff>(f.synced + random() % (kept - f.synced)));
        out.put(static_cast<char>(random()));
      }
    }
  }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& o,
                           std::unique_ptr<rocksdb::FSWritableFile>* out,
                           rocksdb::IODebugContext* d) override {
    if (IOStatus s = operate(path, false); !s.ok()) return s;
    const IOStatus s = FileSystemWrapper::NewWritableFile(path, o, out, d);
    if (s.ok()) {
      const std::lock_guard lock(mutex_);
      files_[path] = {};
      *out = std::make_unique<File>(std::move(*out), path, *this);
    }
    return s;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& o,
                      rocksdb::IODebugContext* d) override {
    if (IOStatus s = operate(from, false); !s.ok()) return s;
    const IOStatus s = FileSystemWrapper::RenameFile(from, to, o, d);
    const std::lock_guard lock(mutex_);
    if (const auto at = files_.find(from); s.ok() && at != files_.end()) {
      files_[to] = at->second;
      files_.erase(at);
    }
    return s;
  }
  IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& o,
                      rocksdb::IODebugContext* d) override {
    if (IOStatus s = operate(path, false); !s.ok()) return s;
    const IOStatus s = FileSystemWrapper::DeleteFile(path, o, d);
    const std::lock_guard lock(mutex_);
    if (s.ok()) files_.erase(path);
    return s;
  }

 private:
  struct Progress {
    std::uint64_t written = 0, synced = 0;
  };
  static bool is_wal(const std::string& path) { return path.ends_with(".log"); }

  class File : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, FaultyDisk& disk)
        : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), disk_(disk) {}
    IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& o,
                    rocksdb::IODebugContext* d) override {
      if (IOStatus s = disk_.operate(path_, false); !s.ok()) return s;
      const IOStatus s = FSWritableFileOwnerWrapper::Append(data, o, d);
      if (s.ok()) disk_.wrote(path_, data.size());
      return s;
    }
    IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& o,
                    const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* d) override {
      return Append(data, o, d);
    }
    IOStatus Sync(const rocksdb::IOOptions& o, rocksdb::IODebugContext* d) override {
      if (IOStatus s = disk_.operate(path_, true); !s.ok()) return s;
      const IOStatus s = FSWritableFileOwnerWrapper::Sync(o, d);
      if (s.ok()) disk_.synced(path_);
      return s;
    }
    IOStatus Fsync(const rocksdb::IOOptions& o, rocksdb::IODebugContext* d) override {
      return Sync(o, d);
    }
    IOStatus Truncate(uint64_t size, const rocksdb::IOOptions& o,
                      rocksdb::IODebugContext* d) override {
      if (IOStatus s = disk_.operate(path_, false); !s.ok()) return s;
      return FSWritableFileOwnerWrapper::Truncate(size, o, d);
    }

   private:
    const std::string path_;
    FaultyDisk& disk_;
  };

  // Counts an operation that changes the disk; fails it if so ordered.
  IOStatus operate(const std::string& path, bool sync) {
    std::unique_lock lock(mutex_);
    if (sync && syncs_to_cut_ > 0 && path.find(cut_at_sync_of_) != std::string::npos &&
        --syncs_to_cut_ == 0)
      cut_at_ = 0;
    if (++operations_ >= cut_at_) return IOStatus::IOError("no power");
    if (sync && is_wal(path) && gate_closed_) {
      ++waiting_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !gate_closed_; });
      --waiting_;
    }
    if (fault_ == Fault::all_errors) return IOStatus::IOError("fault: " + path);
    if (fault_ == Fault::wal_sync_error && sync && is_wal(path))
      return IOStatus::IOError("fault at sync: " + path);
    if (fault_ == Fault::wal_no_space && !sync && is_wal(path))
      return IOStatus::NoSpace("fault: " + path);
    return IOStatus::OK();
  }
  void wrote(const std::string& path, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    files_[path].written += bytes;
  }
  void synced(const std::string& path) {
    const std::lock_guard lock(mutex_);
    files_[path].synced = files_[path].written;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Fault fault_ = Fault::none;
  std::uint64_t operations_ = 0, cut_at_ = ~std::uint64_t{0};
  std::string cut_at_sync_of_;
  int syncs_to_cut_ = 0;
  bool gate_closed_ = false;
  int waiting_ = 0;
  std::map<std::string, Progress> files_;
};

}  // namespace viaggio::eventlog::testing
