#include "http/gzip.h"

#include <zlib.h>

#include <algorithm>

namespace viaggio::http {

bool looks_like_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  z_stream z{};
  if (inflateInit2(&z, kGzipOnly) != Z_OK) return internal_error("zlib could not start");
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int code = Z_OK;
  for (;;) {
    if (code == Z_STREAM_END) {
      if (z.avail_in == 0) break;
      if (inflateReset(&z) != Z_OK) break;
    }
    const std::size_t used = out.size();
    if (used > limit) break;
    // One byte more than allowed, so that "exactly at the limit" and "beyond" differ.
    const std::size_t room =
        std::min<std::size_t>(std::max<std::size_t>(used, 16384), limit + 1 - used);
    if (room == 0) break;
    out.resize(used + room);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    z.avail_out = static_cast<uInt>(room);
    code = inflate(&z, Z_NO_FLUSH);
    out.resize(used + room - z.avail_out);
    if (code != Z_OK && code != Z_STREAM_END) break;
    if (code == Z_OK && z.avail_in == 0 && z.avail_out != 0) break;  // cut off in the middle
  }
  const bool whole = code == Z_STREAM_END && z.avail_in == 0;
  inflateEnd(&z);
  if (out.size() > limit) {
    return fail(ErrorKind::too_large, "body_too_large",
                "the body inflates to more than " + std::to_string(limit) + " bytes");
  }
  if (!whole) return invalid("", "the body is not whole gzip data", "bad_gzip");
  return out;
}

std::string gzip(std::string_view bytes, int level) {
  z_stream z{};
  if (deflateInit2(&z, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&z, static_cast<uLong>(bytes.size())) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

}  // namespace viaggio::http
