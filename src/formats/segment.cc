// Bodies and batches: which messages are in it, and what became of each.
#include "formats/segment.h"

#include <array>

#include "base/text.h"
#include "formats/json_dom.h"
#include "formats/json_text.h"
#include "formats/message.h"

namespace viaggio::formats {

namespace {

std::optional<EventType> type_of(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::track:
      return EventType::track;
    case Endpoint::identify:
      return EventType::identify;
    case Endpoint::page:
      return EventType::page;
    case Endpoint::screen:
      return EventType::screen;
    case Endpoint::group:
      return EventType::group;
    case Endpoint::alias:
      return EventType::alias;
    default:
      return std::nullopt;
  }
}

std::string_view text_member(simdjson::dom::object object, std::string_view key) {
  std::string_view text;
  if (object.at_key(key).get(text) != simdjson::SUCCESS) return {};
  return text;
}

// A batch-level time that cannot be read counts as absent: the messages themselves are sound.
std::optional<Micros> time_or_none(std::string_view text) {
  const auto time = parse_time(trim(text));
  return time ? std::optional<Micros>(*time) : std::nullopt;
}

// Where the first "batch" array begins in the text of the body.
const char* batch_start(std::string_view body) {
  const char* end = body.data() + body.size();
  const char* p = skip_space(body.data(), end);
  if (p < end && *p == '[') return p;
  p = skip_space(p + 1, end);
  while (p < end && *p == '"') {
    const char* key_end = skip_string(p, end);
    const std::string_view key(p + 1, static_cast<std::size_t>(key_end - p) - 2);
    p = skip_space(skip_space(key_end, end) + 1, end);  // past the colon
    if (key_is(key, "batch")) return p;
    p = skip_space(skip_value(p, end), end);
    if (p < end && *p == ',') p = skip_space(p + 1, end);
  }
  return end;
}

class BodyReader {
 public:
  BodyReader(const ParseContext& context, ParsedBatch& out) : context_(context), out_(out) {}

  void one(simdjson::dom::object object, std::string_view text) {
    const char* begin = skip_space(text.data(), text.data() + text.size());
    message(object, begin, text.data() + text.size(), 0, type_of(context_.endpoint));
  }

  void many(simdjson::dom::array batch, const char* text, const char* end) {
    out_.events.reserve(batch.size());
    out_.indexes.reserve(batch.size());
    std::uint32_t index = 0;
    const char* p = text + 1;
    for (const simdjson::dom::element element : batch) {
      p = skip_space(p, end);
      simdjson::dom::object object;
      if (element.get(object) == simdjson::SUCCESS) {
        p = message(object, p, end, index, std::nullopt);
      } else {
        refuse(index, {"wrong_type", "", "a message must be a JSON object"}, {});
        p = skip_value(p, end);
      }
      p = skip_space(p, end);
      if (p < end && *p == ',') ++p;
      ++index;
    }
  }

  BatchDefaults& defaults() { return defaults_; }

 private:
  const char* message(simdjson::dom::object object, const char* text, const char* limit,
                      std::uint32_t index, std::optional<EventType> type) {
    message_.read(object, text, limit);
    if (out_.write_key.empty() && message_.has(Key::write_key)) {
      std::string_view key;
      if (message_.dom(Key::write_key).get(key) == simdjson::SUCCESS) out_.write_key = key;
    }
    std::size_t size = message_.whole().size();
    if (!message_.has(Key::context) && !defaults_.context.empty()) {
      message_.lend_context(defaults_.context_dom, defaults_.context);
      size += defaults_.context.size();  // each message keeps a copy
    }
    if (context_.limits.event_bytes != 0 && size > context_.limits.event_bytes) {
      refuse(index,
             {"event_too_large", "",
              "the message has " + std::to_string(size) + " bytes; at most " +
                  std::to_string(context_.limits.event_bytes) + " are taken"},
             message_id());
      return message_.end();
    }
    IncomingEvent& event = out_.events.emplace_back();
    if (auto taken = take_message(message_, type, defaults_, context_, event); !taken) {
      out_.events.pop_back();
      refuse(index, std::move(taken.error()), message_id());
    } else {
      out_.indexes.push_back(index);
    }
    return message_.end();
  }

  std::string message_id() const {
    std::string_view id;
    if (!message_.has(Key::message_id) ||
        message_.dom(Key::message_id).get(id) != simdjson::SUCCESS) {
      return {};
    }
    return std::string(id.substr(0, 256));
  }

  void refuse(std::uint32_t index, Refusal refusal, std::string message_id) {
    out_.rejected.push_back({index, std::move(refusal.code), std::move(refusal.field),
                             std::move(refusal.detail), std::move(message_id)});
  }

  const ParseContext& context_;
  ParsedBatch& out_;
  BatchDefaults defaults_;
  RawMessage message_;
};

Status check_count(std::size_t count, const Limits& limits) {
  if (limits.events == 0 || count <= limits.events) return {};
  return fail(ErrorKind::too_large, "too_many_events",
              "the batch has " + std::to_string(count) + " messages; at most " +
                  std::to_string(limits.events) + " are taken at once",
              "batch");
}

}  // namespace

std::optional<Endpoint> endpoint_of_path(std::string_view path) {
  struct Name {
    std::string_view name, brief;
    Endpoint endpoint;
  };
  static constexpr std::array<Name, 8> kNames = {{{"track", "t", Endpoint::track},
                                                  {"identify", "i", Endpoint::identify},
                                                  {"page", "p", Endpoint::page},
                                                  {"screen", "s", Endpoint::screen},
                                                  {"group", "g", Endpoint::group},
                                                  {"alias", "a", Endpoint::alias},
                                                  {"batch", "b", Endpoint::batch},
                                                  {"import", "import", Endpoint::import}}};
  path = path.substr(0, path.find('?'));
  if (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  bool brief = false;
  if (path.starts_with("/v1/")) {
    path.remove_prefix(4);
    brief = true;
  } else if (path.starts_with("/api/s/s2s/")) {
    path.remove_prefix(11);
  } else if (path.starts_with("/api/s/")) {
    path.remove_prefix(7);
  } else if (path == "/beacon/v1/batch") {
    return Endpoint::batch;
  } else {
    return std::nullopt;
  }
  for (const Name& name : kNames) {
    if (path == name.name || (brief && path == name.brief)) return name.endpoint;
  }
  return std::nullopt;
}

Limits Limits::of(Sender sender) {
  if (sender == Sender::write_key) return {500u << 10, 32u << 10, 2500};
  return {0, 1u << 20, 0};
}

Result<ParsedBatch> parse_body(std::string_view body, const ParseContext& context) {
  if (context.limits.body_bytes != 0 && body.size() > context.limits.body_bytes) {
    return fail(ErrorKind::too_large, "body_too_large",
                "the body has " + std::to_string(body.size()) + " bytes; at most " +
                    std::to_string(context.limits.body_bytes) + " are taken at once");
  }
  auto parsed = parse_json(body);
  if (!parsed) return tl::unexpected(parsed.error());
  const std::string_view text = parsed->text;
  const char* end = text.data() + text.size();
  ParsedBatch out;
  BodyReader reader(context, out);
  simdjson::dom::object object;
  simdjson::dom::array array;
  const bool batch = context.endpoint == Endpoint::batch || context.endpoint == Endpoint::import;
  if (parsed->root.get(object) == simdjson::SUCCESS) {
    if (!batch) {
      reader.one(object, text);
      return out;
    }
    if (object.at_key("batch").get(array) != simdjson::SUCCESS) {
      return invalid("batch", "the body needs a member \"batch\" with an array of messages",
                     "missing_batch");
    }
    out.write_key = text_member(object, "writeKey");
    reader.defaults().sent_at = text_member(object, "sentAt");
    reader.defaults().sent_at_time = time_or_none(reader.defaults().sent_at);
    reader.defaults().timestamp_time = time_or_none(text_member(object, "timestamp"));
    for (const auto [key, value] : object) {  // the last of its name, as its text is
      if (key == "context") reader.defaults().context_dom = value;
    }
    const std::string_view shared = member(text, "context");
    if (shared.starts_with("{")) reader.defaults().context = shared;
  } else if (!batch || parsed->root.get(array) != simdjson::SUCCESS) {
    return invalid("", "the body must be a JSON object", "wrong_type");
  }
  if (auto count = check_count(array.size(), context.limits); !count) {
    return tl::unexpected(count.error());
  }
  reader.many(array, batch_start(text), end);
  return out;
}

std::string write_key_in(std::string_view body) {
  const auto parsed = parse_json(body);
  simdjson::dom::object object;
  if (!parsed || parsed->root.get(object) != simdjson::SUCCESS) return {};
  if (const auto key = text_member(object, "writeKey"); !key.empty()) return std::string(key);
  simdjson::dom::array batch;
  if (object.at_key("batch").get(batch) != simdjson::SUCCESS) return {};
  for (const simdjson::dom::element element : batch) {
    simdjson::dom::object message;
    if (element.get(message) != simdjson::SUCCESS) continue;
    if (const auto key = text_member(message, "writeKey"); !key.empty()) return std::string(key);
  }
  return {};
}

}  // namespace viaggio::formats
