#pragma once
// A stored event as one line of JSON for people and programs, and such a line back into an event.
// properties, traits and context are the very bytes that were sent; `raw` is the whole message as
// sent (context.ip shortened). Importing every line of an export, in order, into an empty folder
// gives the same events, times, sources and message ids.
// Thread-safe. Errors name the member of the line.
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/segment.h"
#include "model/event.h"

namespace viaggio::formats {

// What the stores know about one event. Views must outlive the call.
struct StoredEvent {
  Sequence sequence = 0;
  Micros time = 0;
  Micros received_at = 0;
  EventType type = EventType::track;
  std::string_view name;  // empty for identify, group and alias
  std::string_view source, message_id;
  std::string_view channel, touchpoint;  // ids; empty = none
  std::string_view customer_id;          // empty = unowned
  std::string_view json;                 // the stored text
  std::string_view country = "IT";       // to normalise phone numbers, as at arrival
};

// Appends the line without its line feed.
void append_event_line(std::string& out, const StoredEvent& event);
// The same up to `context`: what a table of events has as columns. Several times cheaper.
void append_event_columns(std::string& out, const StoredEvent& event);

// The stored text taken apart: the message as sent, and what the collector noted (CollectorNote).
struct StoredText {
  std::string raw;
  std::string sent_at, import_id, received_at;
  bool do_not_track = false, global_privacy_control = false;
};
StoredText split_stored_text(std::string_view json);

// A line of append_event_line -> event. The line's own source, message id, times and import id win
// over those of `context`, which gives the defaults.
Result<IncomingEvent> parse_event_line(std::string_view line, const ParseContext& context);

}  // namespace viaggio::formats
