#include "formats/export.h"

#include <algorithm>

#include "formats/json_dom.h"
#include "formats/json_text.h"
#include "formats/message.h"

namespace viaggio::formats {

namespace {

class LineWriter {
 public:
  explicit LineWriter(std::string& out) : out_(out) { out_ += '{'; }

  void json(std::string_view key, std::string_view value) {
    if (out_.back() != '{') out_ += ',';
    out_.append("\"").append(key).append("\":").append(value.empty() ? "null" : value);
  }
  void object(std::string_view key, std::string_view value) {
    json(key, value.empty() ? std::string_view("{}") : value);
  }
  void text(std::string_view key, std::string_view value) {
    json(key, std::string_view());
    if (value.empty()) return;
    out_.resize(out_.size() - 4);
    append_quoted(out_, value);
  }
  void finish() { out_ += '}'; }

 private:
  std::string& out_;
};

// An id as a JSON string: as sent, a number quoted, nothing when null or "".
std::string id_json(std::string_view value) {
  if (value.empty() || value == "null" || value == "\"\"") return {};
  if (value.front() == '"') return std::string(value);
  std::string out;
  append_quoted(out, value);  // a member that is no id may be anything
  return out;
}

std::string identifiers_json(std::string_view raw, EventType type, std::string_view country) {
  std::string out = "[";
  const auto parsed = parse_json(raw);
  simdjson::dom::object object;
  if (parsed && parsed->root.get(object) == simdjson::SUCCESS) {
    RawMessage message;
    message.read(object, skip_space(parsed->text.data(), parsed->text.data() + parsed->text.size()),
                 parsed->text.data() + parsed->text.size());
    ParseContext context;
    context.sender = Sender::import;
    context.country = country;
    IncomingEvent event;
    if (take_message(message, type, {}, context, event)) {
      for (const Identifier& identifier : event.identifiers) {
        if (out.size() > 1) out += ',';
        out.append("{\"type\":\"").append(to_string(identifier.type)).append("\",\"value\":");
        append_quoted(out, identifier.value);
        out += '}';
      }
    }
  }
  return out + "]";
}

struct MessageTexts {
  std::string_view user_id, anonymous_id, group_id, previous_id, timestamp, original_timestamp,
      sent_at, properties, traits, context;
};

MessageTexts texts_of(std::string_view raw) {
  MessageTexts t;
  struct Slot {
    std::string_view key;
    std::string_view* value;
  };
  const Slot slots[] = {{"userId", &t.user_id},      {"anonymousId", &t.anonymous_id},
                        {"groupId", &t.group_id},    {"previousId", &t.previous_id},
                        {"timestamp", &t.timestamp}, {"originalTimestamp", &t.original_timestamp},
                        {"sentAt", &t.sent_at},      {"properties", &t.properties},
                        {"traits", &t.traits},       {"context", &t.context}};
  for (JsonMembers members(raw); members.next();) {
    for (const Slot& slot : slots) {
      if (key_is(members.raw_key(), slot.key)) *slot.value = members.value();
    }
  }
  for (std::string_view* object : {&t.properties, &t.traits, &t.context}) {
    if (*object == "null") *object = {};
  }
  return t;
}

// The members of a line of ours, copied: the parser's texts end with the next parse.
struct Line {
  std::string raw, type, name, message_id, timestamp, received_at, source, sent_at, import_id;
  bool do_not_track = false, global_privacy_control = false;
};

std::string string_member(simdjson::dom::object object, std::string_view key) {
  std::string_view text;
  return object.at_key(key).get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool flag_member(simdjson::dom::object object, std::string_view key) {
  bool flag = false;
  return object.at_key(key).get(flag) == simdjson::SUCCESS && flag;
}

// A message rebuilt from the fields of a line that has no `raw`.
std::string rebuild_message(std::string_view line, const Line& fields) {
  struct Pair {
    std::string_view from, to;
  };
  static constexpr Pair kPairs[] = {
      {"message_id", "messageId"},     {"user_id", "userId"},
      {"anonymous_id", "anonymousId"}, {"group_id", "groupId"},
      {"previous_id", "previousId"},   {"original_timestamp", "originalTimestamp"},
      {"properties", "properties"},    {"traits", "traits"},
      {"context", "context"}};
  std::string out;
  LineWriter writer(out);
  writer.text("type", fields.type);
  if (fields.type == "track") writer.text("event", fields.name);
  for (JsonMembers members(line); members.next();) {
    for (const Pair& pair : kPairs) {
      if (key_is(members.raw_key(), pair.from) && members.value() != "null") {
        writer.json(pair.to, members.value());
      }
    }
  }
  writer.finish();
  return out;
}

Result<Line> read_line(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return tl::unexpected(parsed.error());
  simdjson::dom::object object, raw;
  if (parsed->root.get(object) != simdjson::SUCCESS) {
    return invalid("", "a line must be a JSON object", "wrong_type");
  }
  Line line;
  line.type = string_member(object, "type");
  line.name = string_member(object, "name");
  line.message_id = string_member(object, "message_id");
  line.timestamp = string_member(object, "timestamp");
  line.received_at = string_member(object, "received_at");
  line.source = string_member(object, "source");
  line.sent_at = string_member(object, "sent_at");
  line.import_id = string_member(object, "import_id");
  line.do_not_track = flag_member(object, "do_not_track");
  line.global_privacy_control = flag_member(object, "global_privacy_control");
  if (object.at_key("raw").get(raw) == simdjson::SUCCESS) {
    line.raw = member(parsed->text, "raw");
  } else {
    line.raw = rebuild_message(parsed->text, line);
  }
  return line;
}

Result<Micros> time_member(const std::string& text, const char* field) {
  auto time = parse_time(text);
  if (!time) return invalid(field, time.error().detail, "invalid_time");
  return *time;
}

}  // namespace

StoredText split_stored_text(std::string_view json) {
  StoredText out;
  std::string_view note, key;
  for (JsonMembers members(json); members.next();) {
    if (members.raw_key() == "_viaggio") {
      key = members.raw_key();
      note = members.value();
    }
  }
  if (note.empty()) {
    out.raw = json;
    return out;
  }
  for (JsonMembers members(note); members.next();) {
    const std::string_view k = members.raw_key();
    if (k == "sentAt")
      out.sent_at = unquote(members.value());
    else if (k == "importId")
      out.import_id = unquote(members.value());
    else if (k == "receivedAt")
      out.received_at = unquote(members.value());
    else if (k == "doNotTrack")
      out.do_not_track = members.value() == "true";
    else if (k == "globalPrivacyControl")
      out.global_privacy_control = members.value() == "true";
  }
  // The note is the last member: cut from its quote back to the comma before it.
  std::size_t cut = static_cast<std::size_t>(key.data() - json.data()) - 1;
  if (cut > 0 && json[cut - 1] == ',') --cut;
  out.raw.assign(json.substr(0, cut));
  out.raw.append(json.substr(static_cast<std::size_t>(note.data() - json.data()) + note.size()));
  return out;
}

namespace {

// The members that are columns of a table, too.
void add_columns(LineWriter& line, const StoredEvent& event, const StoredText& stored,
                 const MessageTexts& texts) {
  line.text("message_id", event.message_id);
  line.json("sequence", std::to_string(event.sequence));
  line.text("customer_id", event.customer_id);
  line.text("timestamp", format_time(event.time));
  line.text("received_at",
            stored.received_at.empty() ? format_time(event.received_at) : stored.received_at);
  line.text("type", to_string(event.type));
  line.text("name", event.name);
  line.text("channel", event.channel);
  line.text("touchpoint", event.touchpoint);
  line.json("anonymous_id", id_json(texts.anonymous_id));
  line.json("user_id", id_json(texts.user_id));
  line.text("source", event.source);
  line.object("properties", texts.properties);
  line.object("traits", texts.traits);
  line.object("context", texts.context);
}

// Senders may lay their JSON out; a line stays one. Inside a string there is no bare line feed.
void on_one_line(std::string& out, std::size_t start) {
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

}  // namespace

void append_event_columns(std::string& out, const StoredEvent& event) {
  const StoredText stored = split_stored_text(event.json);
  const std::size_t start = out.size();
  LineWriter line(out);
  add_columns(line, event, stored, texts_of(stored.raw));
  line.finish();
  on_one_line(out, start);
}

void append_event_line(std::string& out, const StoredEvent& event) {
  const StoredText stored = split_stored_text(event.json);
  const MessageTexts texts = texts_of(stored.raw);
  out.reserve(out.size() + 2 * event.json.size() + 640);
  const std::size_t start = out.size();
  LineWriter line(out);
  add_columns(line, event, stored, texts);
  line.json("identifiers", identifiers_json(stored.raw, event.type, event.country));
  line.json("original_timestamp",
            texts.original_timestamp.empty() ? texts.timestamp : texts.original_timestamp);
  if (texts.sent_at.empty())
    line.text("sent_at", stored.sent_at);
  else
    line.json("sent_at", texts.sent_at);
  line.json("group_id", id_json(texts.group_id));
  line.json("previous_id", id_json(texts.previous_id));
  line.text("import_id", stored.import_id);
  if (stored.do_not_track) line.json("do_not_track", "true");
  if (stored.global_privacy_control) line.json("global_privacy_control", "true");
  line.json("raw", stored.raw);
  line.finish();
  on_one_line(out, start);
}

Result<IncomingEvent> parse_event_line(std::string_view text, const ParseContext& defaults) {
  auto line = read_line(text);
  if (!line) return tl::unexpected(line.error());
  std::optional<EventType> type;
  for (int i = 0; i < static_cast<int>(EventType::system); ++i) {
    if (to_string(static_cast<EventType>(i)) == line->type) type = static_cast<EventType>(i);
  }
  if (!type)
    return invalid("type", "type must be track, identify, page, screen, group or alias",
                   "unknown_type");
  ParseContext context = defaults;
  context.sender = Sender::import;
  context.import_id = {};
  context.do_not_track = context.global_privacy_control = false;
  context.received_from = {};
  if (!line->received_at.empty()) {
    auto received = time_member(line->received_at, "received_at");
    if (!received) return tl::unexpected(received.error());
    context.received_at = *received;
  }
  if (!line->source.empty()) context.source = line->source;
  auto parsed = parse_json(line->raw);
  if (!parsed) return tl::unexpected(parsed.error());
  simdjson::dom::object object;
  if (parsed->root.get(object) != simdjson::SUCCESS) {
    return invalid("raw", "raw must be a JSON object", "wrong_type");
  }
  RawMessage message;
  message.read(object, skip_space(parsed->text.data(), parsed->text.data() + parsed->text.size()),
               parsed->text.data() + parsed->text.size());
  IncomingEvent event;
  if (auto taken = take_message(message, type, {}, context, event); !taken) {
    return invalid(taken.error().field, taken.error().detail, taken.error().code);
  }
  if (!line->message_id.empty()) {
    event.message_id = line->message_id;
    event.message_id_assigned = false;
  }
  if (!line->timestamp.empty()) {
    auto time = time_member(line->timestamp, "timestamp");
    if (!time) return tl::unexpected(time.error());
    event.time = *time;
  }
  CollectorNote note;
  if (!message.has(Key::sent_at)) note.sent_at = line->sent_at;
  note.import_id = line->import_id;
  note.received_at = line->received_at;
  note.do_not_track = line->do_not_track;
  note.global_privacy_control = line->global_privacy_control;
  add_note(event.json, note);
  return event;
}

}  // namespace viaggio::formats
