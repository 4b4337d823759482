#include "eventlog/id_level.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/text.h"

namespace viaggio::eventlog {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kEntryBytes = 9;
constexpr char kMagic[9] = "VIAIDS1\n";

struct FirstPage {
  char magic[8];
  std::uint32_t version, bits;
  std::uint64_t entries, from, to;
  std::uint64_t directory_sum, prints_sum, sums_sum;
  std::uint64_t own_sum;  // of all fields above
};

struct Layout {
  std::size_t directory, prints, sums, data, end;
  Layout(unsigned bits, std::uint64_t entries) {
    const auto up = [](std::size_t n) { return (n + 63) / 64 * 64; };
    directory = kPage;
    prints = up(directory + ((std::size_t{1} << bits) + 1) * 4);
    sums = up(prints + entries * 2);
    data = up(sums + (entries + IdLevel::kBlock - 1) / IdLevel::kBlock * 4);
    end = data + entries * kEntryBytes;
  }
};

std::uint64_t sum_of(const void* at, std::size_t bytes) {
  return hash64({static_cast<const char*>(at), bytes}, 0x1D5);
}
std::uint32_t block_sum(const void* at, std::size_t bytes) {
  return static_cast<std::uint32_t>(sum_of(at, bytes));
}

// Buckets of 16 to 32 entries on average; never fewer than 2^16, which lets an entry leave out the
// upper 16 bits of its hash.
unsigned bucket_bits(std::uint64_t entries) {
  unsigned bits = 16;
  while (bits < 30 && (entries >> bits) >= 32) ++bits;
  return bits;
}

tl::unexpected<Error> damaged(const std::string& path, const std::string& what) {
  return internal_error(path + ": " + what, "id_level_damaged");
}
tl::unexpected<Error> io_error(const std::string& path, const char* what) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? ErrorKind::overloaded : ErrorKind::internal, full ? "disk_full" : "io_error",
              path + ": " + what + ": " + std::strerror(errno));
}

// A file mapped for writing that is removed unless it was finished.
struct Draft {
  std::string path;
  int fd = -1;
  void* map = MAP_FAILED;
  std::size_t bytes = 0;
  bool finished = false;
  ~Draft() {
    if (map != MAP_FAILED) ::munmap(map, bytes);
    if (fd >= 0) ::close(fd);
    if (!finished && fd >= 0) ::unlink(path.c_str());
  }
};

}  // namespace

Result<std::shared_ptr<IdLevel>> IdLevel::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error(path, "open");
  struct stat st {};
  const bool sized = ::fstat(fd, &st) == 0 && st.st_size >= static_cast<off_t>(kPage);
  void* map =
      sized ? ::mmap(nullptr, static_cast<std::size_t>(st.st_size), PROT_READ, MAP_SHARED, fd, 0)
            : MAP_FAILED;
  ::close(fd);
  if (!sized) return damaged(path, "shorter than its first page");
  if (map == MAP_FAILED) return io_error(path, "mmap");
  std::shared_ptr<IdLevel> level(new IdLevel);
  level->path_ = path;
  level->map_ = map;
  level->map_bytes_ = static_cast<std::size_t>(st.st_size);
  const char* base = static_cast<const char*>(map);
  FirstPage first;
  std::memcpy(&first, base, sizeof first);
  if (std::memcmp(first.magic, kMagic, 8) != 0 ||
      first.own_sum != sum_of(&first, offsetof(FirstPage, own_sum)) || first.version != 1 ||
      first.bits < 16 || first.bits > 32 || first.entries > kMaxEntries) {
    return damaged(path, "first page does not match its checksum");
  }
  const Layout at(first.bits, first.entries);
  if (at.end != level->map_bytes_)
    return damaged(path, "has another length than its first page says");
  if (sum_of(base + at.directory, ((std::size_t{1} << first.bits) + 1) * 4) != first.directory_sum)
    return damaged(path, "directory does not match its checksum");
  if (sum_of(base + at.prints, first.entries * 2) != first.prints_sum)
    return damaged(path, "fingerprints do not match their checksum");
  if (sum_of(base + at.sums, (first.entries + kBlock - 1) / kBlock * 4) != first.sums_sum)
    return damaged(path, "block checksums do not match their checksum");
  level->bits_ = first.bits;
  level->entries_ = first.entries;
  level->from_ = first.from;
  level->to_ = first.to;
  level->directory_ = reinterpret_cast<const std::uint32_t*>(base + at.directory);
  level->prints_ = reinterpret_cast<const std::uint16_t*>(base + at.prints);
  level->sums_ = reinterpret_cast<const std::uint32_t*>(base + at.sums);
  level->data_ = reinterpret_cast<const unsigned char*>(base + at.data);
  ::madvise(const_cast<char*>(base + at.data / kPage * kPage), at.end - at.data / kPage * kPage,
            MADV_RANDOM);
  return level;
}

IdLevel::~IdLevel() {
  if (map_ != nullptr) ::munmap(map_, map_bytes_);
}

std::uint64_t IdLevel::resident_bytes() const {
  return ((std::uint64_t{1} << bits_) + 1) * 4 + entries_ * 2;
}

bool IdLevel::block_ok(std::uint64_t block) const {
  const std::uint64_t first = block * kBlock;
  const std::uint64_t count = std::min<std::uint64_t>(kBlock, entries_ - first);
  return block_sum(data_ + first * kEntryBytes, count * kEntryBytes) == sums_[block];
}

IdEntry IdLevel::at(std::uint64_t bucket_of_i, std::uint64_t i) const {
  const unsigned char* e = data_ + i * kEntryBytes;
  std::uint32_t rest, low;
  std::memcpy(&rest, e, 4);
  std::memcpy(&low, e + 4, 4);
  return {(bucket_of_i >> (bits_ - 16)) << 48 | static_cast<std::uint64_t>(rest) << 16 | prints_[i],
          static_cast<std::uint64_t>(e[8]) << 32 | low};
}

bool IdLevel::find(std::uint64_t hash, std::vector<Sequence>& out) const {
  const std::uint64_t b = bucket(hash);
  const auto print = static_cast<std::uint16_t>(hash);
  const std::uint32_t end = directory_[b + 1];
  for (std::uint32_t i = directory_[b]; i < end; ++i) {
    if (prints_[i] != print) continue;
    if (!block_ok(i / kBlock)) return false;
    const IdEntry e = at(b, i);
    if (e.hash == hash) out.push_back(e.sequence);
  }
  return true;
}

IdLevelCursor::IdLevelCursor(std::shared_ptr<const IdLevel> level) : level_(std::move(level)) {
  load();
}

void IdLevelCursor::next() {
  ++i_;
  load();
}

void IdLevelCursor::load() {
  if (i_ >= level_->size()) return;
  if (i_ % IdLevel::kBlock == 0 && !level_->block_ok(i_ / IdLevel::kBlock)) {
    bad_ = true;
    return;
  }
  while (level_->directory_[bucket_ + 1] <= i_) ++bucket_;
  entry_ = level_->at(bucket_, i_);
}

Status write_id_level(const std::string& path, Sequence from, Sequence to, std::uint64_t count,
                      const std::function<bool(IdEntry&)>& next) {
  if (count > IdLevel::kMaxEntries) return internal_error(path + ": too many ids for one level");
  FirstPage first{};
  std::memcpy(first.magic, kMagic, 8);
  first.version = 1;
  first.bits = bucket_bits(count);
  first.entries = count;
  first.from = from;
  first.to = to;
  const Layout at(first.bits, count);
  Draft draft;
  draft.path = path + ".tmp";
  draft.bytes = at.end;
  draft.fd = ::open(draft.path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (draft.fd < 0) return io_error(draft.path, "create");
  // Space is reserved first: a full disk must be an error here, not a fault while writing the map.
  if (const int rc = ::posix_fallocate(draft.fd, 0, static_cast<off_t>(at.end)); rc != 0) {
    errno = rc;
    return io_error(draft.path, "reserve space");
  }
  draft.map = ::mmap(nullptr, at.end, PROT_READ | PROT_WRITE, MAP_SHARED, draft.fd, 0);
  if (draft.map == MAP_FAILED) return io_error(draft.path, "mmap");
  char* base = static_cast<char*>(draft.map);
  auto* directory = reinterpret_cast<std::uint32_t*>(base + at.directory);
  auto* prints = reinterpret_cast<std::uint16_t*>(base + at.prints);
  auto* sums = reinterpret_cast<std::uint32_t*>(base + at.sums);
  auto* data = reinterpret_cast<unsigned char*>(base + at.data);
  const std::uint64_t buckets = std::uint64_t{1} << first.bits;
  std::uint64_t open_bucket = 0;
  directory[0] = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    IdEntry e;
    if (!next(e)) return internal_error(path + ": fewer ids than announced");
    const std::uint64_t b = e.hash >> (64 - first.bits);
    if (b < open_bucket) return internal_error(path + ": ids out of order");
    while (open_bucket < b) directory[++open_bucket] = static_cast<std::uint32_t>(i);
    prints[i] = static_cast<std::uint16_t>(e.hash);
    const auto rest = static_cast<std::uint32_t>(e.hash >> 16);
    const auto low = static_cast<std::uint32_t>(e.sequence);
    unsigned char* to_entry = data + i * kEntryBytes;
    std::memcpy(to_entry, &rest, 4);
    std::memcpy(to_entry + 4, &low, 4);
    to_entry[8] = static_cast<unsigned char>(e.sequence >> 32);
    if (i % IdLevel::kBlock == IdLevel::kBlock - 1 || i + 1 == count) {
      const std::uint64_t start = i / IdLevel::kBlock * IdLevel::kBlock;
      sums[i / IdLevel::kBlock] =
          block_sum(data + start * kEntryBytes, (i + 1 - start) * kEntryBytes);
    }
  }
  while (open_bucket < buckets) directory[++open_bucket] = static_cast<std::uint32_t>(count);
  first.directory_sum = sum_of(directory, (buckets + 1) * 4);
  first.prints_sum = sum_of(prints, count * 2);
  first.sums_sum = sum_of(sums, (count + IdLevel::kBlock - 1) / IdLevel::kBlock * 4);
  first.own_sum = sum_of(&first, offsetof(FirstPage, own_sum));
  std::memcpy(base, &first, sizeof first);
  if (::msync(draft.map, at.end, MS_SYNC) != 0 || ::fsync(draft.fd) != 0)
    return io_error(draft.path, "sync");
  if (::rename(draft.path.c_str(), path.c_str()) != 0) return io_error(draft.path, "rename");
  draft.finished = true;
  const std::string folder = path.substr(0, path.find_last_of('/'));
  if (const int dir = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); dir >= 0) {
    ::fsync(dir);
    ::close(dir);
  }
  return {};
}

}  // namespace viaggio::eventlog
