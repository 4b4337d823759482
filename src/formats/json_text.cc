#include "formats/json_text.h"

#include <cstring>

namespace viaggio::formats {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// A byte of `word` that equals `c` has its high bit set in the result.
std::uint64_t bytes_equal(std::uint64_t word, unsigned char c) {
  const std::uint64_t x = word ^ (0x0101010101010101ull * c);
  return (x - 0x0101010101010101ull) & ~x & 0x8080808080808080ull;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Length of the valid UTF-8 sequence at `at`, or 0.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return tail(at + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    if (!tail(at + 1) || !tail(at + 2)) return 0;
    if (lead == 0xE0 && byte(at + 1) < 0xA0) return 0;
    if (lead == 0xED && byte(at + 1) >= 0xA0) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (!tail(at + 1) || !tail(at + 2) || !tail(at + 3)) return 0;
    if (lead == 0xF0 && byte(at + 1) < 0x90) return 0;
    if (lead == 0xF4 && byte(at + 1) >= 0x90) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

const char* skip_space(const char* p, const char* end) {
  while (p < end && is_space(*p)) ++p;
  return p;
}

const char* skip_string(const char* p, const char* end) {
  if (p >= end) return end;
  ++p;
  for (;;) {
    while (p + 8 <= end) {
      std::uint64_t word;
      std::memcpy(&word, p, 8);
      if (const std::uint64_t hit = bytes_equal(word, '"') | bytes_equal(word, '\\')) {
        p += __builtin_ctzll(hit) / 8;
        break;
      }
      p += 8;
    }
    // Fewer than eight bytes left, or p stands on a hit.
    while (p < end && *p != '"' && *p != '\\') ++p;
    if (p >= end) return end;
    if (*p == '"') return p + 1;
    p += 2;
    if (p >= end) return end;
  }
}

const char* skip_value(const char* p, const char* end) {
  p = skip_space(p, end);
  if (p >= end) return end;
  if (*p == '"') return skip_string(p, end);
  if (*p != '{' && *p != '[') {
    while (p < end && *p != ',' && *p != '}' && *p != ']' && !is_space(*p)) ++p;
    return p;
  }
  std::size_t depth = 0;
  while (p < end) {
    switch (*p) {
      case '"':
        p = skip_string(p, end);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return p + 1;
        break;
      default:
        break;
    }
    ++p;
  }
  return end;
}

bool key_is(std::string_view raw_key, std::string_view name) {
  if (raw_key == name) return true;
  if (raw_key.find('\\') == std::string_view::npos) return false;
  return unquote(std::string("\"").append(raw_key).append("\"")) == name;
}

JsonMembers::JsonMembers(std::string_view object)
    : p_(object.data()), end_(object.data() + object.size()) {
  p_ = skip_space(p_, end_);
  if (p_ < end_ && *p_ == '{') {
    ++p_;
  } else {
    p_ = end_;
  }
}

bool JsonMembers::next() {
  p_ = skip_space(p_, end_);
  if (p_ < end_ && *p_ == ',' && !first_) p_ = skip_space(p_ + 1, end_);
  if (p_ >= end_ || *p_ != '"') {
    if (p_ < end_) ++p_;
    return false;
  }
  first_ = false;
  const char* key_end = skip_string(p_, end_);
  key_ = std::string_view(p_ + 1, static_cast<std::size_t>(key_end - p_) - 2);
  p_ = skip_space(key_end, end_);
  if (p_ < end_) ++p_;  // the colon
  p_ = skip_space(p_, end_);
  const char* value_end = skip_value(p_, end_);
  value_ = std::string_view(p_, static_cast<std::size_t>(value_end - p_));
  p_ = value_end;
  return true;
}

JsonElements::JsonElements(std::string_view array)
    : p_(array.data()), end_(array.data() + array.size()) {
  p_ = skip_space(p_, end_);
  if (p_ < end_ && *p_ == '[') {
    ++p_;
  } else {
    p_ = end_;
  }
}

bool JsonElements::next() {
  p_ = skip_space(p_, end_);
  if (p_ < end_ && *p_ == ',' && !first_) p_ = skip_space(p_ + 1, end_);
  if (p_ >= end_ || *p_ == ']') return false;
  first_ = false;
  const char* value_end = skip_value(p_, end_);
  value_ = std::string_view(p_, static_cast<std::size_t>(value_end - p_));
  p_ = value_end;
  return true;
}

std::string_view member(std::string_view object, std::string_view key) {
  std::string_view found;
  for (JsonMembers members(object); members.next();) {
    if (key_is(members.raw_key(), key)) found = members.value();
  }
  return found;
}

std::string unquote(std::string_view json_string) {
  std::string out;
  if (json_string.size() < 2 || json_string.front() != '"') return std::string(json_string);
  const std::string_view text = json_string.substr(1, json_string.size() - 2);
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        const int unit = hex4(text, i + 1);
        if (unit < 0) break;
        i += 4;
        std::uint32_t code = static_cast<std::uint32_t>(unit);
        if (code >= 0xD800 && code < 0xDC00 && i + 2 < text.size() && text[i + 1] == '\\' &&
            text[i + 2] == 'u') {
          const int low = hex4(text, i + 3);
          if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00);
            i += 6;
          }
        }
        append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
        break;
      }
      default:
        out += text[i];
        break;
    }
  }
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  static const char* const kHex = "0123456789abcdef";
  out += '"';
  std::size_t run = 0;  // start of what can be copied as it is
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    if (c >= 0x80) {
      if (const std::size_t length = utf8_length(text, i)) {
        i += length;
        continue;
      }
    }
    out.append(text.data() + run, i - run);
    if (c >= 0x80) {
      out += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
    run = ++i;
  }
  out.append(text.data() + run, text.size() - run);
  out += '"';
}

}  // namespace viaggio::formats
