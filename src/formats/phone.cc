#include "formats/phone.h"

#include <array>

#include <phonenumbers/phonenumberutil.h>

#include "base/text.h"

namespace viaggio::formats {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

std::string parse(std::string_view text, std::string_view country) {
  const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  if (numbers.Parse(std::string(text), std::string(country), &number) !=
          PhoneNumberUtil::NO_PARSING_ERROR ||
      !numbers.IsPossibleNumber(number)) {
    return {};
  }
  std::string out;
  numbers.Format(number, PhoneNumberUtil::E164, &out);
  return out;
}

class LibPhoneNumber final : public PhoneFormat {
 public:
  std::string e164(std::string_view text, std::string_view country) const override {
    constexpr std::size_t kLongest = 40;
    if (text.empty() || text.size() > kLongest) return {};
    struct Entry {
      std::string key, value;
    };
    thread_local std::array<Entry, 1024> cache;
    const std::uint64_t slot = hash64(text, hash64(country));
    Entry& entry = cache[slot % cache.size()];
    std::string key(country);
    key.append(":").append(text);
    if (entry.key != key) {
      entry.value = parse(text, country);
      entry.key = std::move(key);
    }
    return entry.value;
  }
};

}  // namespace

const PhoneFormat& default_phone_format() {
  static const LibPhoneNumber format;
  return format;
}

}  // namespace viaggio::formats
