#include <algorithm>

#include "base/text.h"
#include "identity/identity.h"

namespace viaggio::identity {
namespace {

// What clients send when they have no identifier. Compared without case.
constexpr std::array<std::string_view, 18> kBlocked = {"-1",
                                                       "anonymous",
                                                       "guest",
                                                       "distinctid",
                                                       "distinct_id",
                                                       "id",
                                                       "not_authenticated",
                                                       "email",
                                                       "undefined",
                                                       "true",
                                                       "false",
                                                       "nan",
                                                       "none",
                                                       "null",
                                                       "nil",
                                                       "unknown",
                                                       "[object object]",
                                                       "$posthog_cookieless"};
constexpr std::size_t kLongest = 1024;

bool zeros_and_dashes(std::string_view text) {
  return text.find_first_not_of("0-") == std::string_view::npos;
}

}  // namespace

Policy Policy::defaults() {
  Policy p;
  const auto limit = [&](IdentifierType type, std::uint32_t most) {
    p.types[static_cast<std::size_t>(type)].limit = most;
  };
  limit(IdentifierType::user_id, 1);
  limit(IdentifierType::crm_id, 1);
  for (const auto type :
       {IdentifierType::loyalty_card, IdentifierType::email, IdentifierType::phone,
        IdentifierType::wa_id, IdentifierType::shop_id, IdentifierType::social_handle}) {
    limit(type, 5);
  }
  p.sign_out_events = {"Signed Out", "Logged Out", "User Signed Out", "User Logged Out", "Logout"};
  return p;
}

bool is_blocked(std::string_view value, const Policy& policy) {
  const std::string_view text = trim(value);
  if (text.empty() || value.size() > kLongest || zeros_and_dashes(text)) return true;
  const auto same = [&](std::string_view word) {  // sizes first: this runs for every identifier
    return word.size() == text.size() && to_lower_ascii(word) == to_lower_ascii(text);
  };
  return std::any_of(kBlocked.begin(), kBlocked.end(), same) ||
         std::any_of(policy.extra_blocked.begin(), policy.extra_blocked.end(),
                     [&](const std::string& word) { return same(trim(word)); });
}

}  // namespace viaggio::identity
