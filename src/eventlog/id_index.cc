#include "eventlog/id_index.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "base/text.h"

namespace viaggio::eventlog {
namespace {
namespace fs = std::filesystem;

std::string level_name(Sequence from, Sequence to) {
  char name[64];
  std::snprintf(name, sizeof name, "ids-%016llx-%016llx.level",
                static_cast<unsigned long long>(from), static_cast<unsigned long long>(to));
  return name;
}

struct LevelFile {
  fs::path path;
  Sequence from = 0, to = 0;
};

std::optional<LevelFile> parse_level_name(const fs::path& path) {
  unsigned long long from = 0, to = 0;
  int used = 0;
  const std::string name = path.filename().string();
  if (std::sscanf(name.c_str(), "ids-%16llx-%16llx.level%n", &from, &to, &used) != 2 ||
      used != static_cast<int>(name.size())) {
    return std::nullopt;
  }
  return LevelFile{path, from, to};
}

}  // namespace

std::uint64_t message_hash(std::string_view source, std::string_view message_id) {
  return hash64(message_id, hash64(source));
}

// Open addressing, at most half full; equal hashes lie beside each other.
class IdIndex::Tail {
 public:
  explicit Tail(Sequence from) : from_(from), to_(from) { grow(1u << 12); }
  Sequence from() const { return from_; }
  Sequence to() const { return to_; }
  std::size_t size() const { return size_; }
  std::uint64_t bytes() const { return hashes_.size() * 12; }

  void add(std::span<const IdEntry> entries, Sequence to) {
    for (const IdEntry& e : entries) {
      if ((size_ + 1) * 2 > hashes_.size()) grow(hashes_.size() * 2);
      put(e.hash, static_cast<std::uint32_t>(e.sequence - from_ + 1));
      ++size_;
    }
    to_ = to;
  }
  void prefetch(std::uint64_t hash) const {
    __builtin_prefetch(&places_[slot(hash)]);
    __builtin_prefetch(&hashes_[slot(hash)]);
  }
  void find(std::uint64_t hash, std::vector<Sequence>& out) const {
    for (std::size_t i = slot(hash); places_[i] != 0; i = (i + 1) & mask_) {
      if (hashes_[i] == hash) out.push_back(from_ + places_[i] - 1);
    }
  }
  void append_to(std::vector<IdEntry>& out) const {
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      if (places_[i] != 0) out.push_back({hashes_[i], from_ + places_[i] - 1});
    }
  }

 private:
  std::size_t slot(std::uint64_t hash) const { return (hash >> 20) & mask_; }
  void put(std::uint64_t hash, std::uint32_t place) {
    std::size_t i = slot(hash);
    while (places_[i] != 0) i = (i + 1) & mask_;
    hashes_[i] = hash;
    places_[i] = place;
  }
  void grow(std::size_t slots) {
    const auto hashes = std::exchange(hashes_, std::vector<std::uint64_t>(slots));
    const auto places = std::exchange(places_, std::vector<std::uint32_t>(slots));
    mask_ = slots - 1;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      if (places[i] != 0) put(hashes[i], places[i]);
    }
  }
  Sequence from_, to_;
  std::size_t size_ = 0, mask_ = 0;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> places_;  // 0 = free, else sequence - from + 1
};

IdIndex::IdIndex(std::string folder, std::size_t tail_ids)
    : folder_(std::move(folder)), tail_ids_(std::max<std::size_t>(tail_ids, 16)) {}

Result<std::unique_ptr<IdIndex>> IdIndex::open(const std::string& folder, Sequence next,
                                               std::size_t tail_ids) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return internal_error(folder + ": " + ec.message(), "io_error");
  std::unique_ptr<IdIndex> index(new IdIndex(folder, tail_ids));
  index->load(next);
  return index;
}

// The widest chain of good levels from sequence 1; all other files are left-overs of a merge,
// damaged, or ahead of the log, and are deleted.
void IdIndex::load(Sequence next) {
  std::vector<LevelFile> files;
  std::vector<fs::path> useless;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    const auto file = parse_level_name(entry.path());
    if (file && file->from < file->to && file->to <= next) {
      files.push_back(*file);
    } else {
      useless.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end(), [](const LevelFile& a, const LevelFile& b) {
    return a.from != b.from ? a.from < b.from : a.to > b.to;
  });
  Sequence covered = 1;
  for (const LevelFile& file : files) {
    if (file.from == covered) {
      auto level = IdLevel::open(file.path.string());
      if (level && (*level)->from() == file.from && (*level)->to() == file.to) {
        levels_.push_back(*level);
        covered = file.to;
        continue;
      }
    }
    useless.push_back(file.path);
  }
  for (const fs::path& path : useless) fs::remove(path, ec);
  tail_ = std::make_unique<Tail>(covered);
}

IdIndex::~IdIndex() {
  stopping_ = true;
  if (worker_.joinable()) worker_.join();
  if (tail_->size() * 16 < tail_ids_ && frozen_.empty()) return;
  frozen_.push_back(std::move(tail_));
  tail_ = std::make_unique<Tail>(frozen_.back()->to());
  write_frozen();
}

Sequence IdIndex::covered() const {
  const std::shared_lock lock(mutex_);
  return tail_->to();
}

void IdIndex::add(std::span<const IdEntry> entries, Sequence to) {
  const std::unique_lock lock(mutex_);
  tail_->add(entries, to);
  freeze_if_due();
}

void IdIndex::freeze_if_due() {
  if (tail_->size() < tail_ids_) return;
  frozen_.push_back(std::move(tail_));
  tail_ = std::make_unique<Tail>(frozen_.back()->to());
  if (working_ || damaged_) return;
  if (worker_.joinable()) worker_.join();  // has ended: working_ is false
  working_ = true;
  worker_ = std::thread([this] { work(); });
}

void IdIndex::work() {
  for (bool more = true; more && !stopping_;) {
    more = write_frozen();
    const std::shared_lock lock(mutex_);
    if (!more || frozen_.empty()) {
      working_ = false;  // under the lock: a tail frozen from now on starts a new worker
      return;
    }
  }
  working_ = false;
}

// False when it failed: the frozen tails stay in memory and are tried again with the next one.
bool IdIndex::write_frozen() {
  std::vector<std::shared_ptr<const Tail>> frozen;
  std::vector<std::shared_ptr<IdLevel>> merged;
  std::vector<IdEntry> fresh;
  if (damaged_) return false;
  {
    const std::shared_lock lock(mutex_);
    frozen = frozen_;
    std::uint64_t sum = 0;
    for (const auto& tail : frozen) sum += tail->size();
    for (auto level = levels_.rbegin(); level != levels_.rend() && !stopping_; ++level) {
      if ((*level)->size() > sum * kRatio || (*level)->size() + sum > IdLevel::kMaxEntries) break;
      sum += (*level)->size();
      merged.push_back(*level);
    }
  }
  for (const auto& tail : frozen) tail->append_to(fresh);
  std::sort(fresh.begin(), fresh.end(), [](const IdEntry& a, const IdEntry& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.sequence < b.sequence;
  });
  std::vector<IdLevelCursor> cursors;
  std::uint64_t count = fresh.size();
  for (const auto& level : merged) {
    cursors.emplace_back(level);
    count += level->size();
  }
  std::size_t at = 0;
  const auto next = [&](IdEntry& out) {
    IdLevelCursor* least = nullptr;
    for (IdLevelCursor& c : cursors) {
      if (c.valid() && (least == nullptr || c.entry().hash < least->entry().hash)) least = &c;
    }
    if (least != nullptr && (at == fresh.size() || least->entry().hash < fresh[at].hash)) {
      out = least->entry();
      least->next();
      return true;
    }
    if (at == fresh.size()) return false;
    out = fresh[at++];
    return true;
  };
  const Sequence from = merged.empty() ? frozen.front()->from() : merged.back()->from();
  const std::string path = folder_ + "/" + level_name(from, frozen.back()->to());
  const Status written = write_id_level(path, from, frozen.back()->to(), count, next);
  for (const IdLevelCursor& c : cursors) {
    if (c.bad()) damaged_ = true;
  }
  if (!written || damaged_) return false;
  auto level = IdLevel::open(path);
  if (!level) return false;
  {
    const std::unique_lock lock(mutex_);
    levels_.resize(levels_.size() - merged.size());
    levels_.push_back(*level);
    frozen_.erase(frozen_.begin(), frozen_.begin() + static_cast<std::ptrdiff_t>(frozen.size()));
  }
  std::error_code ec;
  for (const auto& old : merged) fs::remove(old->path(), ec);
  return true;
}

bool IdIndex::candidates(std::span<const std::uint64_t> hashes, std::vector<Candidate>& out) const {
  out.clear();
  if (damaged_) return false;
  const std::shared_lock lock(mutex_);
  std::vector<Sequence> found;
  constexpr std::size_t kStride = 16;  // lookups in flight at once: each is a few cache misses
  for (std::size_t start = 0; start < hashes.size(); start += kStride) {
    const std::size_t end = std::min(start + kStride, hashes.size());
    for (std::size_t i = start; i < end; ++i) {
      tail_->prefetch(hashes[i]);
      for (const auto& tail : frozen_) tail->prefetch(hashes[i]);
      for (const auto& level : levels_) level->prefetch_bucket(hashes[i]);
    }
    for (std::size_t i = start; i < end; ++i) {
      for (const auto& level : levels_) level->prefetch_prints(hashes[i]);
    }
    for (std::size_t i = start; i < end; ++i) {
      found.clear();
      tail_->find(hashes[i], found);
      for (const auto& tail : frozen_) tail->find(hashes[i], found);
      for (const auto& level : levels_) {
        if (!level->find(hashes[i], found)) {
          damaged_ = true;
          return false;
        }
      }
      for (const Sequence s : found) out.push_back({static_cast<std::uint32_t>(i), s});
    }
  }
  return true;
}

void IdIndex::reset() {
  settle();
  const std::unique_lock lock(mutex_);
  std::error_code ec;
  for (const auto& level : levels_) fs::remove(level->path(), ec);
  levels_.clear();
  frozen_.clear();
  tail_ = std::make_unique<Tail>(1);
  damaged_ = false;
}

void IdIndex::settle() {
  if (worker_.joinable()) worker_.join();
}

IdIndex::Figures IdIndex::figures() const {
  const std::shared_lock lock(mutex_);
  Figures f;
  f.ids = tail_->size();
  f.resident_bytes = tail_->bytes();
  for (const auto& tail : frozen_) {
    f.ids += tail->size();
    f.resident_bytes += tail->bytes();
  }
  f.levels = levels_.size();
  for (const auto& level : levels_) {
    f.ids += level->size();
    f.resident_bytes += level->resident_bytes();
  }
  return f;
}

}  // namespace viaggio::eventlog
