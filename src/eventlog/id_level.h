#pragma once
// One level of the index of message ids: an immutable, memory-mapped file of entries sorted by
// hash.
//
//   page 0     magic "VIAIDS1\n" | version u32 | bucket bits u32 | entries u64 | from u64 | to u64
//   |
//              checksum of the directory, of the fingerprints, of the block checksums, of this page
//   directory  first entry of each bucket, u32, buckets + 1   (bucket = the hash's highest bits)
//   prints     lowest 16 bits of each hash, u16                (about 16 to 32 a bucket: a cache
//   line) checksums  one u32 for each block of kBlock entries entries    bits 16..47 of the hash
//   u32 | sequence u40, 9 bytes each
//
// It covers the records from <= sequence < to. Directory and fingerprints are checked at opening
// and stay in memory (2.1 to 2.3 bytes an id); a block of entries is checked whenever it is read.
// Threads: immutable, any thread. Errors: open fails with code "id_level_damaged".
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/event.h"

namespace viaggio::eventlog {

struct IdEntry {
  std::uint64_t hash = 0;
  Sequence sequence = 0;
};

class IdLevel {
 public:
  static constexpr std::size_t kBlock = 256;
  static constexpr std::uint64_t kMaxEntries = 0xFFFFFFF0u;

  static Result<std::shared_ptr<IdLevel>> open(const std::string& path);
  ~IdLevel();
  IdLevel(const IdLevel&) = delete;
  IdLevel& operator=(const IdLevel&) = delete;

  std::uint64_t size() const { return entries_; }
  Sequence from() const { return from_; }
  Sequence to() const { return to_; }
  const std::string& path() const { return path_; }
  std::uint64_t resident_bytes() const;

  void prefetch_bucket(std::uint64_t hash) const { __builtin_prefetch(&directory_[bucket(hash)]); }
  void prefetch_prints(std::uint64_t hash) const {
    __builtin_prefetch(&prints_[directory_[bucket(hash)]]);
  }
  // Appends the sequences stored under exactly this hash. False when a block is damaged.
  bool find(std::uint64_t hash, std::vector<Sequence>& out) const;
  // Entry i of the order by hash; block checksums are verified by the caller through block_ok.
  bool block_ok(std::uint64_t block) const;
  IdEntry at(std::uint64_t bucket_of_i, std::uint64_t i) const;

 private:
  friend class IdLevelCursor;
  IdLevel() = default;
  std::uint64_t bucket(std::uint64_t hash) const { return hash >> (64 - bits_); }

  std::string path_;
  void* map_ = nullptr;
  std::size_t map_bytes_ = 0;
  unsigned bits_ = 16;
  std::uint64_t entries_ = 0;
  Sequence from_ = 0, to_ = 0;
  const std::uint32_t* directory_ = nullptr;
  const std::uint16_t* prints_ = nullptr;
  const std::uint32_t* sums_ = nullptr;
  const unsigned char* data_ = nullptr;
};

// Reads a level in order of hash. bad() when a block is damaged: then the entries end early.
class IdLevelCursor {
 public:
  explicit IdLevelCursor(std::shared_ptr<const IdLevel> level);
  bool valid() const { return i_ < level_->size() && !bad_; }
  bool bad() const { return bad_; }
  const IdEntry& entry() const { return entry_; }
  void next();

 private:
  void load();
  std::shared_ptr<const IdLevel> level_;
  std::uint64_t i_ = 0, bucket_ = 0;
  IdEntry entry_;
  bool bad_ = false;
};

// Writes a level of `count` entries that `next` delivers in order of hash (ties in any order),
// first under a temporary name, synced, then renamed to `path`.
Status write_id_level(const std::string& path, Sequence from, Sequence to, std::uint64_t count,
                      const std::function<bool(IdEntry&)>& next);

}  // namespace viaggio::eventlog
