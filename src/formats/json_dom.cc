#include "formats/json_dom.h"

#include <memory>
#include <string>

#include "base/json_numbers.h"
#include "formats/json_text.h"

namespace viaggio::formats {

namespace {

constexpr std::size_t kKeepBytes = 4u << 20;  // a thread gives larger buffers back

struct Workspace {
  simdjson::dom::parser parser;
  std::string text;    // what slices refer to, padded
  std::string shadow;  // what simdjson reads when numbers had to be replaced

  Workspace() {
    // Sets the depth for good; a failure shows at the first parse.
    if (parser.allocate(1u << 16, kMaxJsonDepth) != simdjson::SUCCESS) parser.set_max_capacity(0);
  }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A valid JSON number at p; its end, or p when it is not one.
const char* number_end(const char* p, const char* end) {
  const char* q = p;
  if (q < end && *q == '-') ++q;
  if (q >= end || !is_digit(*q)) return p;
  if (*q == '0')
    ++q;
  else
    while (q < end && is_digit(*q)) ++q;
  if (q < end && *q == '.') {
    if (++q >= end || !is_digit(*q)) return p;
    while (q < end && is_digit(*q)) ++q;
  }
  if (q < end && (*q == 'e' || *q == 'E')) {
    ++q;
    if (q < end && (*q == '+' || *q == '-')) ++q;
    if (q >= end || !is_digit(*q)) return p;
    while (q < end && is_digit(*q)) ++q;
  }
  return q;
}

// Replaces numbers that do not fit a machine word by zeros of the same length.
void hide_large_numbers(char* p, char* end) {
  while (p < end) {
    if (*p == '"') {
      p += skip_string(p, end) - p;
    } else if (*p == '-' || is_digit(*p)) {
      char* stop = p + (number_end(p, end) - p);
      if (stop == p) return;  // no number: leave it to be refused
      const std::string_view token(p, static_cast<std::size_t>(stop - p));
      if (!fits_machine_number(token)) {
        *p = '0';
        for (char* q = p + 1; q < stop; ++q) *q = ' ';
      }
      p = stop;
    } else {
      ++p;
    }
  }
}

int unit_at(const char* p, const char* end) {  // p at the backslash of \uXXXX
  if (end - p < 6 || p[0] != '\\' || p[1] != 'u') return -1;
  int value = 0;
  for (int i = 2; i < 6; ++i) {
    const char c = static_cast<char>(p[i] | 0x20);
    if (is_digit(p[i]))
      value = value * 16 + (p[i] - '0');
    else if (c >= 'a' && c <= 'f')
      value = value * 16 + (c - 'a' + 10);
    else
      return -1;
  }
  return value;
}

// Writes \ufffd over each half of a surrogate pair that stands alone.
void mend_surrogates(char* p, char* end) {
  const auto high = [](int u) { return u >= 0xD800 && u < 0xDC00; };
  const auto low = [](int u) { return u >= 0xDC00 && u < 0xE000; };
  while (p < end) {
    if (*p != '\\') {
      ++p;
      continue;
    }
    const int unit = unit_at(p, end);
    if (unit < 0) {
      p += 2;
    } else if (high(unit) && low(unit_at(p + 6, end))) {
      p += 12;
    } else {
      if (high(unit) || low(unit)) std::copy_n("fffd", 4, p + 2);
      p += 6;
    }
  }
}

tl::unexpected<Error> explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return invalid("",
                     "the JSON is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels",
                     "json_too_deep");
    case simdjson::UTF8_ERROR:
      return invalid("", "the text is not valid UTF-8", "invalid_utf8");
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
      return fail(ErrorKind::too_large, "body_too_large", "the JSON text is too large");
    default:
      return invalid("", "the text is not valid JSON", "invalid_json");
  }
}

void pad(std::string& text, std::string_view from) {
  text.reserve(from.size() + simdjson::SIMDJSON_PADDING);
  text.assign(from);
  text.resize(from.size() + simdjson::SIMDJSON_PADDING);
}

}  // namespace

Result<ParsedJson> parse_json(std::string_view text) {
  thread_local auto workspace = std::make_unique<Workspace>();
  if (workspace->text.capacity() > kKeepBytes || workspace->parser.capacity() > kKeepBytes) {
    workspace = std::make_unique<Workspace>();
  }
  Workspace& w = *workspace;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  pad(w.text, text);
  simdjson::dom::element root;
  auto code = w.parser.parse(w.text.data(), text.size(), false).get(root);
  if (code == simdjson::NUMBER_ERROR || code == simdjson::STRING_ERROR) {
    mend_surrogates(w.text.data(), w.text.data() + text.size());
    pad(w.shadow, std::string_view(w.text.data(), text.size()));
    hide_large_numbers(w.shadow.data(), w.shadow.data() + text.size());
    code = w.parser.parse(w.shadow.data(), text.size(), false).get(root);
  }
  if (code != simdjson::SUCCESS) return explain(code);
  return ParsedJson{root, std::string_view(w.text.data(), text.size())};
}

bool is_valid_json(std::string_view text) { return parse_json(text).has_value(); }

}  // namespace viaggio::formats
