#pragma once
// Walking JSON text without building anything: where does each member begin and end.
// Only for text that is already known to be valid JSON (a parser accepted it): then nothing here
// can run past the end. On other text the walk ends early; it never reads outside the view. Pure,
// thread-safe.
#include <cstdint>
#include <string>
#include <string_view>

namespace viaggio::formats {

// Is it one valid JSON value, in valid UTF-8, nested no deeper than 128 levels?
bool is_valid_json(std::string_view text);

const char* skip_space(const char* p, const char* end);
// p at the opening quote; returns the place after the closing one.
const char* skip_string(const char* p, const char* end);
// p at the first character of any value; returns the place after its last.
const char* skip_value(const char* p, const char* end);

// True if the key between the quotes (escapes not yet undone) is `name`.
bool key_is(std::string_view raw_key, std::string_view name);

// The members of an object or the elements of an array, in order, as text.
class JsonMembers {
 public:
  explicit JsonMembers(std::string_view object);
  bool next();                                       // false at the end
  std::string_view raw_key() const { return key_; }  // without quotes, escapes not undone
  std::string_view value() const { return value_; }  // as written
  const char* after() const { return p_; }           // when next() gave false: behind the brace

 private:
  const char* p_;
  const char* end_;
  bool first_ = true;
  std::string_view key_, value_;
};

class JsonElements {
 public:
  explicit JsonElements(std::string_view array);
  bool next();
  std::string_view value() const { return value_; }

 private:
  const char* p_;
  const char* end_;
  bool first_ = true;
  std::string_view value_;
};

// The last member with that key; empty view when there is none.
std::string_view member(std::string_view object, std::string_view key);

// The text of a JSON string value ("..." as written), escapes undone; lone surrogates become
// U+FFFD.
std::string unquote(std::string_view json_string);
// Writes a string as JSON, quotes included. Invalid UTF-8 is written as U+FFFD.
void append_quoted(std::string& out, std::string_view text);

}  // namespace viaggio::formats
