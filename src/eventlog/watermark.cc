#include "eventlog/watermark.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <sys/mman.h>

namespace viaggio::eventlog {

Result<std::unique_ptr<Watermark>> Watermark::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return internal_error(path + ": " + std::strerror(errno), "io_error");
  // The block is reserved so that a full disk cannot make the mapping fault.
  const int rc = ::posix_fallocate(fd, 0, 16);
  void* map = rc == 0 ? ::mmap(nullptr, 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (map == MAP_FAILED)
    return internal_error(path + ": " + std::strerror(rc != 0 ? rc : errno), "io_error");
  return std::unique_ptr<Watermark>(new Watermark(static_cast<std::uint64_t*>(map)));
}

Watermark::~Watermark() { ::munmap(words_, 16); }

Sequence Watermark::get() const { return words_[1] == ~words_[0] ? words_[0] : 0; }

void Watermark::set(Sequence acknowledged) {
  words_[0] = acknowledged;
  words_[1] = ~acknowledged;
}

}  // namespace viaggio::eventlog
