#include "model/ledger.h"

namespace viaggio {

std::string_view to_string(LinkRule r) {
  constexpr std::array<std::string_view, 9> names = {"none",  "same_event", "device_user",
                                                     "alias", "manual",     "uniqueness",
                                                     "limit", "blocked",    "undone_before"};
  return names[static_cast<std::size_t>(r)];
}

}  // namespace viaggio
