#pragma once
// Phone numbers as people write them -> E.164. Behind an interface because the library is large and
// the country is the workspace's. Implementations are thread-safe.
#include <string>
#include <string_view>

namespace viaggio::formats {

class PhoneFormat {
 public:
  virtual ~PhoneFormat() = default;
  // "+39 347 654 4291", "347-6544291" (country IT) -> "+393476544291"; empty when no country could
  // have such a number. A number that cannot be read must not join two customers.
  virtual std::string e164(std::string_view text, std::string_view country) const = 0;
};

// libphonenumber, with a small cache per thread: some libraries repeat the traits in every event.
const PhoneFormat& default_phone_format();

}  // namespace viaggio::formats
