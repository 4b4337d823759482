#pragma once
// One message of the Segment model -> IncomingEvent. Internal to the formats module: callers use
// segment.h and export.h. Thread-safe; views refer to the parsed JSON.
#include <simdjson.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "formats/segment.h"

namespace viaggio::formats {

enum class Key : std::uint8_t {
  type,
  event,
  name,
  message_id,
  user_id,
  anonymous_id,
  group_id,
  previous_id,
  timestamp,
  original_timestamp,
  sent_at,
  properties,
  traits,
  context,
  write_key,
  note,
  other
};
inline constexpr std::size_t kKeys = static_cast<std::size_t>(Key::other);

// The members of one message, parsed and as text side by side. A member that is null is absent.
class RawMessage {
 public:
  // Reads the object whose text begins at `text`; end() is then the place behind it.
  void read(simdjson::dom::object object, const char* text, const char* limit);

  // The batch's context stands in for a missing one; it is no part of whole().
  void lend_context(simdjson::dom::element context, std::string_view text);
  bool context_is_lent() const { return lent_; }

  bool has(Key key) const { return has_[index(key)]; }
  simdjson::dom::element dom(Key key) const { return dom_[index(key)]; }
  std::string_view text(Key key) const { return text_[index(key)]; }
  std::string_view whole() const { return whole_; }
  const char* end() const { return whole_.data() + whole_.size(); }

 private:
  static std::size_t index(Key key) { return static_cast<std::size_t>(key); }
  std::array<simdjson::dom::element, kKeys> dom_{};
  std::array<std::string_view, kKeys> text_{};
  std::array<bool, kKeys> has_{};
  std::string_view whole_;
  bool lent_ = false;
};

// What a batch says for all of its messages.
struct BatchDefaults {
  std::string_view sent_at;  // escapes undone
  std::optional<Micros> sent_at_time, timestamp_time;
  simdjson::dom::element context_dom;  // meaningful when `context` is not empty
  std::string_view context;            // text of an object
};

// Adds the note as the last member of the object `json`; an empty note adds nothing.
void add_note(std::string& json, const CollectorNote& note);

struct Refusal {
  std::string code, field, detail;
};
template <class T>
using Taken = tl::expected<T, Refusal>;

// Checks and normalises; `out` is unspecified when refused.
Taken<void> take_message(const RawMessage& message, std::optional<EventType> type,
                         const BatchDefaults& defaults, const ParseContext& context,
                         IncomingEvent& out);

}  // namespace viaggio::formats
