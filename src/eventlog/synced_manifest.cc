#include "eventlog/synced_manifest.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace viaggio::eventlog {
namespace {

namespace fs = std::filesystem;
using Words = std::array<std::uint64_t, 4>;

// N of MANIFEST-N; 0 when the file is something else.
std::uint64_t manifest_number(const std::string& name) {
  constexpr std::string_view kPrefix = "MANIFEST-";
  return name.starts_with(kPrefix) ? std::strtoull(name.c_str() + kPrefix.size(), nullptr, 10) : 0;
}

// All of `bytes`, synced.
bool write_synced(const std::string& path, int flags, const void* bytes, std::size_t size) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
  if (fd < 0) return false;
  const bool good = ::pwrite(fd, bytes, size, 0) == static_cast<ssize_t>(size) && ::fsync(fd) == 0;
  return ::close(fd) == 0 && good;
}

bool cut_synced(const std::string& path, std::uint64_t size) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool good = ::ftruncate(fd, static_cast<off_t>(size)) == 0 && ::fsync(fd) == 0;
  return ::close(fd) == 0 && good;
}

}  // namespace

void SyncedManifest::OnFileSyncFinish(const rocksdb::FileOperationInfo& info) {
  const std::uint64_t number = manifest_number(fs::path(info.path).filename());
  if (number == 0 || !info.status.ok()) return;
  const std::lock_guard lock(mutex_);
  std::error_code ec;
  const std::uint64_t size = fs::file_size(info.path, ec);
  if (ec) return;
  // Where this fails the length on the disk is of an earlier sync or unreadable: then no end that
  // was synced may be told apart, so it goes.
  const Words words = {number, ~number, size, ~size};
  if (!write_synced(path_, 0, words.data(), sizeof words)) fs::remove(path_, ec);
}

bool SyncedManifest::drop_unsynced_end(const std::string& store) const {
  Words words{};
  std::ifstream known(path_, std::ios::binary);
  if (!known.read(reinterpret_cast<char*>(words.data()), sizeof words)) return false;
  const auto [number, not_number, synced, not_synced] = words;
  if (number != ~not_number || synced != ~not_synced) return false;
  std::string name;
  std::getline(std::ifstream(store + "/CURRENT") >> std::ws, name);
  if (name.find('/') != std::string::npos || manifest_number(name) != number) return false;
  const std::string path = store + "/" + name;
  std::ifstream manifest(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(manifest), {}};
  if (bytes.size() <= synced) return false;
  return write_synced(path_ + ".dropped", O_TRUNC, bytes.data() + synced, bytes.size() - synced) &&
         cut_synced(path, synced);
}

}  // namespace viaggio::eventlog
