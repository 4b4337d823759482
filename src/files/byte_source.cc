#include "files/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

namespace viaggio::files {

namespace {

constexpr std::size_t kDetectBytes = 4096;

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// What Windows-1252 has at 0x80 to 0x9F; 0 = unassigned.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::uint32_t unit_at(std::string_view bytes, std::size_t i, bool little) {
  const std::uint32_t a = static_cast<unsigned char>(bytes[i]);
  const std::uint32_t b = static_cast<unsigned char>(bytes[i + 1]);
  return little ? a | (b << 8) : (a << 8) | b;
}

// Appends as UTF-8; what is left over (half a pair) stays in `bytes`.
void utf16_to_utf8(std::string& bytes, bool little, bool last, std::string& out) {
  std::size_t i = 0;
  for (; i + 2 <= bytes.size(); i += 2) {
    std::uint32_t code = unit_at(bytes, i, little);
    if (code >= 0xD800 && code < 0xDC00) {
      if (i + 4 > bytes.size() && !last) break;
      const std::uint32_t low = i + 4 <= bytes.size() ? unit_at(bytes, i + 2, little) : 0;
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      } else {
        code = 0xFFFD;
      }
    } else if (code >= 0xDC00 && code < 0xE000) {
      code = 0xFFFD;
    }
    append_utf8(out, code);
  }
  bytes.erase(0, i);
}

// As much as inflates of a gzip text that may be cut.
std::string inflate_head(std::string_view bytes) {
  constexpr std::size_t kMost = 16u << 20;
  if (!bytes.starts_with("\x1f\x8b")) return std::string(bytes);
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return {};
  std::string out(std::min(bytes.size() * 16 + 4096, kMost), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_SYNC_FLUSH);  // damaged or cut: what came out before counts
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace

struct ByteSource::File {
  gzFile handle = nullptr;
  ~File() {
    if (handle) gzclose(handle);
  }
};

ByteSource::~ByteSource() = default;

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path, Encoding encoding) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return fail(ErrorKind::not_found, "file_not_found", "there is no file " + path, "file");
  }
  std::unique_ptr<ByteSource> source(new ByteSource);
  source->total_ = std::filesystem::file_size(path, error);
  source->file_ = std::make_unique<File>();
  source->file_->handle = gzopen(path.c_str(), "rb");
  if (!source->file_->handle) {
    return fail(ErrorKind::invalid, "file_unreadable", "the file cannot be opened: " + path,
                "file");
  }
  gzbuffer(source->file_->handle, 1u << 18);
  if (auto filled = source->fill(source->first_, kDetectBytes); !filled) {
    return tl::unexpected(filled.error());
  }
  source->detect(encoding);
  return source;
}

std::unique_ptr<ByteSource> ByteSource::from_head(std::string_view bytes, Encoding encoding) {
  std::unique_ptr<ByteSource> source(new ByteSource);
  source->first_ = inflate_head(bytes);
  source->total_ = bytes.size();
  source->detect(encoding);
  return source;
}

void ByteSource::detect(Encoding encoding) {
  const auto starts = [&](std::string_view mark) { return first_.starts_with(mark); };
  const bool little = starts("\xFF\xFE"), big = starts("\xFE\xFF");
  if (little || big) {
    first_.erase(0, 2);
    encoding = little ? Encoding::utf16_le : Encoding::utf16_be;
  } else if (starts("\xEF\xBB\xBF")) {
    first_.erase(0, 3);
  } else if (encoding == Encoding::automatic && first_.size() >= 16) {
    std::size_t zeros[2] = {0, 0};
    const std::size_t looked = std::min(first_.size(), kDetectBytes);
    for (std::size_t i = 0; i < looked; ++i) zeros[i % 2] += first_[i] == 0;
    const std::size_t half = looked / 2;
    if (zeros[1] > half * 3 / 4 && zeros[0] < half / 8) encoding = Encoding::utf16_le;
    if (zeros[0] > half * 3 / 4 && zeros[1] < half / 8) encoding = Encoding::utf16_be;
  }
  encoding_ = encoding;
}

Result<bool> ByteSource::fill(std::string& out, std::size_t bytes) {
  if (!file_) return false;  // all of it was in first_
  const std::size_t before = out.size();
  out.resize(before + bytes);
  const int got = gzread(file_->handle, out.data() + before, static_cast<unsigned>(bytes));
  int code = Z_OK;
  const char* message = gzerror(file_->handle, &code);
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
    out.resize(before);
    return fail(ErrorKind::invalid, "file_damaged",
                std::string("the file is damaged or cut short: ") + (message ? message : ""),
                "file");
  }
  out.resize(before + static_cast<std::size_t>(got));
  return got > 0;
}

Result<bool> ByteSource::read(std::string& out, std::size_t bytes) {
  const bool utf16 = encoding_ == Encoding::utf16_le || encoding_ == Encoding::utf16_be;
  std::string& target = utf16 ? half_ : out;
  bool more = !first_.empty();
  target += first_;
  first_.clear();
  auto filled = fill(target, bytes);
  if (!filled) return filled;
  more |= *filled;
  if (utf16) utf16_to_utf8(half_, encoding_ == Encoding::utf16_le, !*filled, out);
  return more;
}

std::uint64_t ByteSource::bytes_read() const {
  if (!file_) return total_;
  const auto at = gzoffset(file_->handle);
  return at < 0 ? 0 : std::min<std::uint64_t>(static_cast<std::uint64_t>(at), total_);
}

bool is_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = p + text.size();
  while (p < end) {
    if (end - p >= 8) {  // eight ASCII bytes at once
      std::uint64_t word;
      std::memcpy(&word, p, 8);
      if ((word & 0x8080808080808080ull) == 0) {
        p += 8;
        continue;
      }
    }
    const unsigned char lead = *p++;
    if (lead < 0x80) continue;
    int tail = 0;
    std::uint32_t code = 0, least = 0;
    if (lead >= 0xC2 && lead < 0xE0) {
      tail = 1;
      code = lead & 0x1F;
      least = 0x80;
    } else if (lead >= 0xE0 && lead < 0xF0) {
      tail = 2;
      code = lead & 0x0F;
      least = 0x800;
    } else if (lead >= 0xF0 && lead < 0xF5) {
      tail = 3;
      code = lead & 0x07;
      least = 0x10000;
    } else
      return false;
    for (; tail > 0; --tail) {
      if (p >= end || (*p & 0xC0) != 0x80) return false;
      code = (code << 6) | (*p++ & 0x3F);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
  }
  return true;
}

std::string windows_1252_to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xA0) {
      append_utf8(out, byte);
    } else {
      const std::uint32_t code = kWindows1252[byte - 0x80];
      append_utf8(out, code ? code : 0xFFFD);
    }
  }
  return out;
}

}  // namespace viaggio::files
