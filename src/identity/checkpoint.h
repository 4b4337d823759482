#pragma once
// Writing and reading the identity checkpoint: whole arrays, one after the other, followed by a
// checksum of all bytes. A reader of a damaged or short file turns bad and yields empty values;
// whoever reads checks good() at the end. Machine byte order; not thread-safe.
#include <cstdint>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace viaggio::identity {

class CheckpointWriter {
 public:
  explicit CheckpointWriter(const std::string& file);  // writes beside it, until finish()
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  void bytes(const void* data, std::size_t size);
  void number(std::uint64_t value) { bytes(&value, sizeof value); }
  void text(const std::string& value);
  template <class T>
  void array(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    number(values.size());
    bytes(values.data(), values.size() * sizeof(T));
  }
  Status finish();  // checksum, to stable storage, renamed into place

 private:
  std::string file_, partial_;
  std::FILE* out_ = nullptr;
  bool failed_ = false;
};

class CheckpointReader {
 public:
  // Reads and checks the whole file first: nothing of a damaged one is ever interpreted.
  static Status verify(const std::string& file);
  explicit CheckpointReader(const std::string& file);
  ~CheckpointReader();
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;

  bool good() const { return !failed_; }
  bool fits(std::uint64_t count, std::size_t size);  // are that many left? else it turns bad
  void bytes(void* data, std::size_t size);
  std::uint64_t number();
  std::string text();
  template <class T>
  void array(std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::uint64_t count = number();
    values.clear();
    if (!fits(count, sizeof(T))) return;
    values.resize(count);
    bytes(values.data(), count * sizeof(T));
  }

 private:
  std::FILE* in_ = nullptr;
  std::uint64_t left_ = 0;
  bool failed_ = false;
};

}  // namespace viaggio::identity
