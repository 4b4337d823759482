#pragma once
// docs/api/openapi.yaml as JSON text, compiled in. Static data.
#include <string_view>

namespace viaggio::api {

std::string_view contract_document();

}  // namespace viaggio::api
