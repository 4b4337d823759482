#include "base/text.h"

#include <cstring>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace viaggio {
namespace {

bool ascii_only(std::string_view s) {
  for (const char c : s) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 uint128;
  const uint128 m = static_cast<uint128>(a) * b;
  return static_cast<std::uint64_t>(m) ^ static_cast<std::uint64_t>(m >> 64);
}

}  // namespace

std::string to_nfc(std::string_view utf8) {
  if (ascii_only(utf8)) return std::string(utf8);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return std::string(utf8);
  const icu::UnicodeString in = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  std::string out;
  nfc->normalize(in, status).toUTF8String(out);
  return out;
}

std::string fold_for_search(std::string_view utf8) {
  if (ascii_only(utf8)) return to_lower_ascii(utf8);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkd = icu::Normalizer2::getNFKDInstance(status);
  if (U_FAILURE(status)) return to_lower_ascii(utf8);
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  text.foldCase();
  text = nfkd->normalize(text, status);
  icu::UnicodeString kept;
  for (int32_t i = 0; i < text.length();) {
    const UChar32 c = text.char32At(i);
    i += U16_LENGTH(c);
    if (u_charType(c) != U_NON_SPACING_MARK) kept.append(c);
  }
  std::string out;
  kept.toUTF8String(out);
  return out;
}

std::string_view trim(std::string_view text) {
  const char* ws = " \t\r\n\f\v";
  const std::size_t from = text.find_first_not_of(ws);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(ws) - from + 1);
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

// Multiply-fold over 16 bytes at a time (the idea of wyhash, public domain); little-endian
// machines.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  const char* p = bytes.data();
  std::size_t n = bytes.size();
  std::uint64_t h = seed ^ 0x9E3779B97F4A7C15ull;
  auto read = [](const char* at, std::size_t count) {
    std::uint64_t v = 0;
    std::memcpy(&v, at, count);
    return v;
  };
  while (n >= 16) {
    h = mix(read(p, 8) ^ 0xA0761D6478BD642Full, read(p + 8, 8) ^ h);
    p += 16;
    n -= 16;
  }
  const std::uint64_t a = read(p, n < 8 ? n : 8);
  const std::uint64_t b = n > 8 ? read(p + 8, n - 8) : 0;
  h = mix(a ^ 0xE7037ED1A0B428DBull, b ^ h);
  return mix(h ^ 0x8EBC6AF09C88C6E3ull, bytes.size() ^ 0x589965CC75374CC3ull);
}

}  // namespace viaggio
