#pragma once
// Messages of the Segment tracking API and of its dialects (RudderStack, Jitsu) -> IncomingEvent.
// A body is checked, corrected for clock skew and normalised here and nowhere else; docs/formats/
// segment.md says each rule. Hostile input gives an Error or a Rejection that names the field.
// Money is in 1/10,000, times in microseconds UTC.
// Threads: all functions are re-entrant; parsers and buffers are kept per thread.
// Invariants: an event's `json` is valid JSON and valid UTF-8, JSON-equal to the message as sent
// but for context.ip (shortened) and one last member "_viaggio", which holds what the collector
// knows and the message does not say (see CollectorNote).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/event.h"

namespace viaggio::formats {

class PhoneFormat;  // phone.h

enum class Endpoint : std::uint8_t { track, identify, page, screen, group, alias, batch, import };

// "/v1/track", "/v1/t", "/beacon/v1/batch", "/api/s/s2s/track" ... -> endpoint; nothing otherwise.
std::optional<Endpoint> endpoint_of_path(std::string_view path);

enum class Sender : std::uint8_t {
  write_key,   // public key: an identifier is required, 32 KB an event
  secret_key,  // trusted: 1 MB an event, an identifier is not required
  import       // a file: as secret_key
};

struct Limits {
  std::size_t body_bytes = 0;  // 0 = no limit
  std::size_t event_bytes = 0;
  std::size_t events = 0;           // in one batch
  static Limits of(Sender sender);  // 500 KB, 32 KB, 2,500 for a write key; 0, 1 MB, 0 otherwise
};

// What the request says beside its body. Views must outlive the call.
struct ParseContext {
  Endpoint endpoint = Endpoint::batch;
  Sender sender = Sender::write_key;
  Limits limits = Limits::of(Sender::write_key);
  std::string_view source;  // the collector's name
  Micros received_at = 0;
  std::string_view received_from;       // the sender's IP (shortened here); empty = unknown
  bool do_not_track = false;            // request header DNT: 1
  bool global_privacy_control = false;  // request header Sec-GPC: 1
  std::string_view import_id;           // of a file import; kept with each event
  std::string_view country = "IT";      // default country of phone numbers, ISO 3166 alpha-2
  const PhoneFormat* phones = nullptr;  // nullptr = libphonenumber (phone.h)
};

// A message that was not taken. `code` is stable snake_case; `field` names the member to blame.
struct Rejection {
  std::uint32_t index = 0;  // place in the batch, from 0
  std::string code, field, detail, message_id;
};

struct ParsedBatch {
  std::vector<IncomingEvent> events;
  std::vector<std::uint32_t> indexes;  // of each event in the batch as sent
  std::vector<Rejection> rejected;
  std::string write_key;  // from the body, of the batch or else of its first message that has one
};

// Parses a whole body (already inflated). An Error means that nothing could be read: code
// invalid_json, invalid_utf8, json_too_deep, body_too_large, too_many_events, missing_batch ...
Result<ParsedBatch> parse_body(std::string_view body, const ParseContext& context);

// Only the write key in a body, for authentication before the parse; empty when there is none or
// the body is not JSON.
std::string write_key_in(std::string_view body);

// What the collector adds to a stored text, as its last member: ,"_viaggio":{...}}.
struct CollectorNote {
  std::string_view sent_at;  // batch-level sentAt when the message has none
  std::string_view import_id;
  std::string_view received_at;  // only for events that came through an export of ours
  bool do_not_track = false, global_privacy_control = false;
  bool empty() const {
    return sent_at.empty() && import_id.empty() && received_at.empty() && !do_not_track &&
           !global_privacy_control;
  }
};

// Content-Encoding or the magic bytes 1f 8b say gzip; anything else passes through unchanged.
// Inflating beyond max_bytes is an Error too_large; a damaged stream is an Error invalid.
bool looks_gzip(std::string_view bytes);
Result<std::string> gunzip(std::string_view bytes, std::size_t max_bytes);

// 203.0.113.77 -> 203.0.113.0; 2001:db8:1:2::3 -> 2001:db8:1::; empty for anything else and for
// 0.0.0.0 (the sender's way to say "do not keep it").
std::string shorten_ip(std::string_view ip);

// E-mail: trimmed, lower-case. Card: upper-case without spaces, dots and hyphens. Phone: E.164, or
// empty when it is no possible number. Others: trimmed. Empty = not usable.
std::string normalise_identifier(IdentifierType type, std::string_view value,
                                 std::string_view country = "IT",
                                 const PhoneFormat* phones = nullptr);

}  // namespace viaggio::formats
