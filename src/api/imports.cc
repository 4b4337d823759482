// /api/imports: a file's preview, its upload, how far it is, and what was refused.
#include <cstdio>

#include "api/answers.h"
#include "api/routes.h"
#include "api/streaming.h"

namespace viaggio::api {
namespace {

constexpr std::uint64_t kPreviewHead = (1 << 20) + 4096;
// A Parquet table says at its end what is in it, so all of it is needed.
constexpr std::uint64_t kPreviewBody = std::uint64_t{256} << 20;
constexpr std::uint64_t kUploadBody = std::uint64_t{64} << 30;

// Removes the uploaded file unless it was handed on.
struct Upload {
  std::string path;
  ~Upload() {
    if (!path.empty()) std::remove(path.c_str());
  }
};

Result<std::string> name_of(const http::Request& request) {
  std::string name(text_of(request, "name"));
  // The last part only: some browsers send a whole path.
  if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string::npos)
    name.erase(0, slash + 1);
  if (name.empty() || name.size() > 255)
    return invalid("name", "is needed: the file's name, at most 255 bytes");
  return name;
}

Result<http::Response> preview(Call& call) {
  auto name = name_of(call.request);
  if (!name) return tl::unexpected<Error>(name.error());
  if (call.request.body.empty()) return invalid("", "the file is empty", "empty_file");
  if (call.request.body.size() > kPreviewHead && !call.request.body.starts_with("PAR1"))
    return fail(ErrorKind::too_large, "body_too_large", "the first megabyte of the file is enough");
  return pass(call.workspace->preview_import(*name, call.request.body));
}

Result<http::Response> start(Call& call) {
  Upload upload{std::move(call.request.body_file)};
  auto name = name_of(call.request);
  if (!name) return tl::unexpected<Error>(name.error());
  if (upload.path.empty()) return invalid("", "the file is empty", "empty_file");
  const bool packed =
      http::equal_ignoring_case(call.request.headers.get("Content-Encoding"), "gzip");
  if (packed && !name->ends_with(".gz")) *name += ".gz";
  const ImportRequest request{std::move(*name), std::exchange(upload.path, {}),
                              std::string(text_of(call.request, "source")),
                              std::string(text_of(call.request, "mapping"))};
  auto started = call.workspace->start_import(request);
  if (!started) return tl::unexpected<Error>(started.error());
  return json_answer(std::move(*started), 202);
}

void rejected(Call&& call, http::Responder responder) {
  Backend* workspace = call.workspace;
  stream_answer(std::move(responder), [&](const Backend::Begin& begin) {
    return workspace->import_rejected(call.params[0], begin);
  });
}

}  // namespace

void add_imports(Routes& routes) {
  Route look = reading("POST", "/api/imports/preview", preview);
  look.body_limit = kPreviewBody;
  routes.add(std::move(look));
  Route upload = reading("POST", "/api/imports", start);
  upload.body_limit = kUploadBody;
  upload.spools = true;
  routes.add(std::move(upload));
  routes.add(reading("GET", "/api/imports", [](Call& c) { return pass(c.workspace->imports()); }));
  routes.add(reading("GET", "/api/imports/{id}",
                     [](Call& c) { return pass(c.workspace->import_state(c.params[0])); }));
  Route refused;
  refused.method = "GET";
  refused.pattern = "/api/imports/{id}/rejected";
  refused.kind = Kind::streaming;
  refused.later = rejected;
  routes.add(std::move(refused));
}

}  // namespace viaggio::api
