#include "identity/identity.h"

// A customer's number times an odd constant, modulo 2^60: neighbours look unrelated, the way back
// is the inverse constant, and a mistyped name is almost never a valid one (2^32 of 2^60 are).

namespace viaggio::identity {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kCharacters = 12;
constexpr std::uint64_t kMask = (std::uint64_t{1} << 60) - 1;
constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C5ull & kMask;  // odd
constexpr std::uint64_t kSalt = 0x5A17C3E29D04B6Full & kMask;

constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t x = odd;  // correct to 3 bits; each step doubles them
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x & kMask;
}
static_assert(((kFactor * inverse(kFactor)) & kMask) == 1);

}  // namespace

std::string public_id(CustomerId customer) {
  std::uint64_t code = ((customer * kFactor) & kMask) ^ kSalt;
  std::string out(1 + kCharacters, 'c');
  for (std::size_t i = kCharacters; i > 0; --i, code >>= 5) out[i] = kAlphabet[code & 31u];
  return out;
}

std::optional<CustomerId> parse_public_id(std::string_view text) {
  if (text.size() != 1 + kCharacters || text[0] != 'c') return std::nullopt;
  std::uint64_t code = 0;
  for (const char c : text.substr(1)) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    code = code << 5 | digit;
  }
  const std::uint64_t number = ((code ^ kSalt) * inverse(kFactor)) & kMask;
  if (number >= kNoCustomer) return std::nullopt;
  return static_cast<CustomerId>(number);
}

}  // namespace viaggio::identity
