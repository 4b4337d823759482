#pragma once
// How records are packed: a commit is cut into chunks of at most kChunkRecords records and about
// kChunkBytes of text; a chunk is two values under the same key, the big-endian sequence of its
// first record.
//
//   headers:  received_at i64 | count u32 | each field of EventHeader as an array of `count`:
//             time i64, value i64, node u32, device u32, kind u32, type u8, flags u8, reserved u16
//   bodies:   count u32 | end of each record u32 (from the start of the records) |
//             varint number of sources, each a text | records: varint source, text id, json to the
//             end
//
// Arrays of one field compress several times better than rows. Values, no threads; a value that
// does not add up is refused, never read past its end.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventlog/event_log.h"

namespace viaggio::eventlog {

inline constexpr std::size_t kChunkRecords = 1024;
inline constexpr std::size_t kChunkBytes = 128u << 10;

// How many of the records, from the first, make the next chunk (at least one).
std::size_t chunk_length(std::span<const NewRecord> records);

std::string encode_headers(Micros received_at, std::span<const NewRecord> records);
std::string encode_bodies(std::span<const NewRecord> records);

struct ChunkHeaders {
  Micros received_at = 0;
  std::vector<EventHeader> headers;
};
bool decode_headers(std::string_view value, ChunkHeaders& out);

struct Body {
  std::string_view source, message_id, json;
};
// Views into a value that the caller keeps.
class ChunkBodies {
 public:
  static bool parse(std::string_view value, ChunkBodies& out);
  std::size_t size() const { return ends_.size(); }
  bool at(std::size_t i, Body& out) const;

 private:
  std::vector<std::uint32_t> ends_;
  std::vector<std::string_view> sources_;
  std::string_view records_;
};

}  // namespace viaggio::eventlog
