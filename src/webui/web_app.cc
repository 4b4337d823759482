#include "webui/web_app.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace viaggio::webui {
namespace {

// Styles: the component library sets style attributes. Nothing may come from elsewhere.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
    "blob:; "
    "font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri "
    "'none'; "
    "form-action 'self'; frame-ancestors 'none'";

constexpr std::string_view kWithoutApp =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Viaggio</title><body>"
    "<h1>Viaggio</h1><p>The server is running. It was built without its web app: the HTTP API is "
    "at "
    "<a href=\"/api/openapi.json\">/api/openapi.json</a>.</p><p>Il server è in funzione, ma è "
    "stato costruito "
    "senza l'applicazione web.</p></body></html>";

http::Response page(int status, std::string content_type) {
  http::Response r;
  r.status = status;
  r.headers.set("Content-Type", std::move(content_type));
  r.headers.set("Content-Security-Policy", kPolicy);
  r.headers.set("X-Content-Type-Options", "nosniff");
  r.headers.set("Referrer-Policy", "no-referrer");
  r.headers.set("X-Frame-Options", "DENY");
  r.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  return r;
}

http::Response not_found() {
  http::Response r = page(404, "text/plain; charset=utf-8");
  r.headers.set("Cache-Control", "no-store");
  r.body = "not found\n";
  return r;
}

// A dot makes a file, except in the address of a customer by an identifier:
// /clienti/email:anna@example.it.
bool names_a_file(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return last.find('.') != std::string_view::npos && last.find(':') == std::string_view::npos;
}

bool accepts_gzip(std::string_view header) {
  const std::size_t at = header.find("gzip");
  if (at == std::string_view::npos) return false;
  const std::string_view rest = header.substr(at + 4, header.find(',', at) - at - 4);
  return rest.find("q=0") == std::string_view::npos || rest.find("q=0.") != std::string_view::npos;
}

bool etag_listed(std::string_view header, std::string_view etag) {
  return header == "*" || header.find("\"" + std::string(etag) + "\"") != std::string_view::npos;
}

std::string type_of(const std::filesystem::path& file) {
  const std::string ext = file.extension().string();
  if (ext == ".html") return "text/html; charset=utf-8";
  if (ext == ".js" || ext == ".mjs") return "text/javascript; charset=utf-8";
  if (ext == ".css") return "text/css; charset=utf-8";
  if (ext == ".svg") return "image/svg+xml";
  if (ext == ".json") return "application/json";
  if (ext == ".png") return "image/png";
  if (ext == ".woff2") return "font/woff2";
  return "application/octet-stream";
}

}  // namespace

WebApp::WebApp() {
  for (const Asset& asset : embedded_assets()) assets_[asset.path] = &asset;
}

WebApp WebApp::from_folder(std::string folder) {
  WebApp app;
  app.folder_ = std::move(folder);
  return app;
}

http::Response WebApp::serve(const http::Request& request) const {
  const auto path = http::percent_decode(request.path, false);
  if (!path) return not_found();
  if (!folder_.empty()) return serve_folder(*path);
  if (assets_.empty()) {
    if (names_a_file(*path) && *path != "/index.html") return not_found();
    http::Response r = page(200, "text/html; charset=utf-8");
    r.headers.set("Cache-Control", "no-store");
    r.static_body = kWithoutApp;
    return r;
  }
  return serve_embedded(request, *path);
}

http::Response WebApp::serve_embedded(const http::Request& request, std::string_view path) const {
  auto found = assets_.find(path);
  if (found == assets_.end()) {
    if (names_a_file(path)) return not_found();
    found = assets_.find("/index.html");
  }
  if (found == assets_.end()) return not_found();
  const Asset& asset = *found->second;
  http::Response r = page(200, std::string(asset.content_type));
  r.headers.set("ETag", "\"" + std::string(asset.etag) + "\"");
  r.headers.set("Vary", "Accept-Encoding");
  r.headers.set("Cache-Control", asset.hashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (etag_listed(request.headers.get("If-None-Match"), asset.etag)) {
    r.status = 304;
    return r;
  }
  const bool packed = !asset.packed.empty() && accepts_gzip(request.headers.get("Accept-Encoding"));
  if (packed) r.headers.set("Content-Encoding", "gzip");
  r.static_body = packed ? asset.packed : asset.plain;
  return r;
}

http::Response WebApp::serve_folder(std::string_view path) const {
  namespace fs = std::filesystem;
  std::error_code ec;
  const fs::path root = fs::weakly_canonical(folder_, ec);
  fs::path file = fs::weakly_canonical(root / fs::path(path).relative_path(), ec);
  if (!names_a_file(path)) file = root / "index.html";
  // A link or ".." that leads out of the folder is not served.
  const auto outside = fs::relative(file, root, ec).string();
  if (ec || outside.starts_with("..") || !fs::is_regular_file(file, ec)) return not_found();
  std::ifstream in(file, std::ios::binary);
  http::Response r = page(200, type_of(file));
  r.headers.set("Cache-Control", "no-store");
  r.body.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  return r;
}

}  // namespace viaggio::webui
