#pragma once
// The bytes of a file, inflated when it is gzip and as UTF-8 when it is UTF-16. One thread.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "files/table_reader.h"

namespace viaggio::files {

class ByteSource {
 public:
  // `encoding` automatic: UTF-16 is told by a byte order mark or by its zeros.
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path, Encoding encoding);
  // The first bytes of a file, perhaps cut anywhere (also within gzip): what can be read is given.
  static std::unique_ptr<ByteSource> from_head(std::string_view bytes, Encoding encoding);
  ~ByteSource();

  // Appends up to about `bytes` to out; false when nothing is left.
  Result<bool> read(std::string& out, std::size_t bytes);
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const { return total_; }

 private:
  ByteSource() = default;
  Result<bool> fill(std::string& out, std::size_t bytes);
  void detect(Encoding encoding);

  struct File;
  std::unique_ptr<File> file_;
  std::uint64_t total_ = 0;
  Encoding encoding_ = Encoding::automatic;
  std::string first_;  // read for detection, not yet given out
  std::string half_;   // an odd byte or half a pair of UTF-16
};

bool is_utf8(std::string_view text);
std::string windows_1252_to_utf8(std::string_view text);

}  // namespace viaggio::files
