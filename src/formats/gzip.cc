#include <zlib.h>

#include <algorithm>

#include "formats/segment.h"

namespace viaggio::formats {

bool looks_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::string> gunzip(std::string_view bytes, std::size_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return internal_error("zlib did not start");
  struct Closer {
    z_stream* stream;
    ~Closer() { inflateEnd(stream); }
  } closer{&stream};
  std::string out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::size_t filled = 0;
  out.resize(std::clamp<std::size_t>(bytes.size() * 6, 4096, max_bytes + 1));
  for (;;) {
    if (filled == out.size()) {
      if (out.size() > max_bytes) {
        return fail(ErrorKind::too_large, "inflated_too_large",
                    "the body is larger than " + std::to_string(max_bytes) +
                        " bytes once inflated; send smaller batches");
      }
      out.resize(std::min(out.size() * 2, max_bytes + 1));
    }
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    stream.avail_out = static_cast<uInt>(out.size() - filled);
    const int code = inflate(&stream, Z_NO_FLUSH);
    filled = out.size() - stream.avail_out;
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (inflateReset(&stream) != Z_OK) return internal_error("zlib did not restart");
      continue;  // several gzip members in a row are one text
    }
    if (code == Z_BUF_ERROR && stream.avail_out == 0) continue;
    if (code != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0)) {
      return fail(ErrorKind::invalid, "invalid_gzip",
                  "the body says it is gzip but its bytes are damaged or cut short");
    }
  }
  if (filled > max_bytes) {
    return fail(ErrorKind::too_large, "inflated_too_large",
                "the body is larger than " + std::to_string(max_bytes) +
                    " bytes once inflated; send smaller batches");
  }
  out.resize(filled);
  return out;
}

}  // namespace viaggio::formats
