#include "api/streaming.h"

#include "api/answers.h"
#include "api/cors.h"

namespace viaggio::api {
namespace {

std::string safe_file_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    out.push_back(plain ? c : '_');
  }
  return out;
}

}  // namespace

void stream_answer(http::Responder responder,
                   const std::function<Status(const Backend::Begin&)>& produce) {
  std::shared_ptr<http::Stream> stream;
  const auto begin = [&](const Backend::StreamHead& head) -> Sink {
    http::Response r;
    r.headers.set("Content-Type", head.content_type);
    r.headers.set("Cache-Control", "no-store");
    if (!head.file_name.empty()) {
      r.headers.set("Content-Disposition",
                    "attachment; filename=\"" + safe_file_name(head.file_name) + "\"");
    }
    add_security_headers(r);
    stream = responder.stream(std::move(r));
    return [s = stream](std::string_view bytes) { return s != nullptr && s->write(bytes); };
  };
  const Status status = produce(begin);
  if (!stream) {
    http::Response r =
        status ? problem(500, "internal", "the answer never began") : problem(status.error());
    add_security_headers(r);
    return responder.send(std::move(r));
  }
  status ? stream->close() : stream->abort();
}

}  // namespace viaggio::api
