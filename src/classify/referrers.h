#pragma once
// What kind of place a referring host is. Facts (names and hosts of services) of our own
// collecting; a firm adds its own by rules. Pure.
#include <string_view>

namespace viaggio::classify {

// "search", "social", "ai", "mail", "shopping", "video" or "" for any other host. Matches the host
// and every subdomain of it; for search engines also any country's domain (google.it,
// google.co.uk).
std::string_view referrer_type(std::string_view host);

}  // namespace viaggio::classify
