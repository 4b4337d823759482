#include "model/event.h"

namespace viaggio {
namespace {
constexpr std::array<std::string_view, 7> kTypeNames = {"track", "page",  "screen", "identify",
                                                        "group", "alias", "system"};
constexpr std::array<std::string_view, kIdentifierTypes> kIdentifierNames = {
    "user_id",   "crm_id",    "loyalty_card",  "email",         "phone",
    "wa_id",     "shop_id",   "social_handle", "receipt_token", "push_token",
    "cookie_xd", "device_id", "anonymous_id"};
}  // namespace

std::string_view to_string(EventType t) { return kTypeNames[static_cast<std::size_t>(t)]; }

std::string_view to_string(IdentifierType t) {
  return kIdentifierNames[static_cast<std::size_t>(t)];
}

bool parse_identifier_type(std::string_view text, IdentifierType& out) {
  for (std::size_t i = 0; i < kIdentifierTypes; ++i) {
    if (kIdentifierNames[i] == text) {
      out = static_cast<IdentifierType>(i);
      return true;
    }
  }
  return false;
}

}  // namespace viaggio
