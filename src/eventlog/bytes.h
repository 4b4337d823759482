#pragma once
// Reading and writing of numbers and texts in stored values: little-endian, varints,
// length-prefixed texts. A Reader never reads past its end: it turns bad and stays so. Values, no
// threads.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace viaggio::eventlog {

// Keys sort by number, so they are big-endian.
inline std::string big_endian(std::uint64_t v) {
  std::string key(8, '\0');
  for (int i = 0; i < 8; ++i)
    key[static_cast<std::size_t>(i)] = static_cast<char>(v >> (56 - 8 * i));
  return key;
}
inline std::uint64_t from_big_endian(std::string_view key) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < 8 && i < key.size(); ++i)
    v = v << 8 | static_cast<unsigned char>(key[i]);
  return v;
}

template <class T>
void put(std::string& out, T v) {
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}
inline void put_varint(std::string& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) out.push_back(static_cast<char>(v | 0x80));
  out.push_back(static_cast<char>(v));
}
inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  template <class T>
  T number() {
    T v{};
    const std::string_view b = bytes(sizeof v);
    if (good_) std::memcpy(&v, b.data(), sizeof v);
    return v;
  }
  std::uint64_t varint() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::string_view b = bytes(1);
      if (!good_) return 0;
      v |= static_cast<std::uint64_t>(b[0] & 0x7F) << shift;
      if ((b[0] & 0x80) == 0) return v;
    }
    good_ = false;
    return 0;
  }
  std::string_view text() { return bytes(varint()); }
  std::string_view bytes(std::uint64_t n) {
    if (!good_ || n > rest_.size()) {
      good_ = false;
      return {};
    }
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace viaggio::eventlog
