#pragma once
// A backend's long answer as an HTTP stream: an error before the first byte becomes a problem, a
// later one breaks the transfer, so that half an answer never looks whole.
#include <functional>

#include "api/backend.h"
#include "http/server.h"

namespace viaggio::api {

void stream_answer(http::Responder responder,
                   const std::function<Status(const Backend::Begin&)>& produce);

}  // namespace viaggio::api
