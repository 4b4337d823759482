// Identifier values as two systems would both write them, and addresses shortened for privacy.
#include <cstring>

#include <arpa/inet.h>

#include "base/text.h"
#include "formats/phone.h"
#include "formats/segment.h"

namespace viaggio::formats {

namespace {

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of(" \t\r\n,;<>") == std::string_view::npos;
}

std::string normalise_card(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == ' ' || c == '.' || c == '-' || c == '\t') continue;
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return out;
}

}  // namespace

std::string normalise_identifier(IdentifierType type, std::string_view value,
                                 std::string_view country, const PhoneFormat* phones) {
  value = trim(value);
  switch (type) {
    case IdentifierType::email: {
      if (value.starts_with("mailto:")) value.remove_prefix(7);
      return is_email(value) ? to_lower_ascii(value) : std::string();
    }
    case IdentifierType::phone:
      return (phones ? *phones : default_phone_format()).e164(value, country);
    case IdentifierType::loyalty_card:
      return normalise_card(value);
    default:
      return std::string(value);
  }
}

std::string shorten_ip(std::string_view ip) {
  if (ip.empty() || ip.size() > 45) return {};
  const std::string text(ip);
  char shown[INET6_ADDRSTRLEN];
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    unsigned char bytes[4];
    std::memcpy(bytes, &v4, 4);
    if (bytes[0] == 0) return {};
    bytes[3] = 0;
    std::memcpy(&v4, bytes, 4);
    return inet_ntop(AF_INET, &v4, shown, sizeof shown) ? shown : std::string();
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return {};
  static constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(v6.s6_addr, kMapped, 12) == 0) {
    char inner[INET_ADDRSTRLEN];
    return inet_ntop(AF_INET, v6.s6_addr + 12, inner, sizeof inner) ? shorten_ip(inner)
                                                                    : std::string();
  }
  std::memset(v6.s6_addr + 6, 0, 10);
  static constexpr unsigned char kZero[16] = {};
  if (std::memcmp(v6.s6_addr, kZero, 16) == 0) return {};
  return inet_ntop(AF_INET6, &v6, shown, sizeof shown) ? shown : std::string();
}

}  // namespace viaggio::formats
