#pragma once
// Serves the web app: its files, and index.html for the app's own addresses, with caching and a
// strict content security policy. Immutable after construction, thread-safe.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "webui/assets.h"

namespace viaggio::webui {

class WebApp {
 public:
  WebApp();  // the embedded files
  // A folder instead (developing): read anew at each request, no caching.
  static WebApp from_folder(std::string folder);

  // Any GET or HEAD that no other route took. Unknown files (with a suffix) are 404; anything else
  // is an address of the app.
  http::Response serve(const http::Request& request) const;

 private:
  http::Response serve_embedded(const http::Request& request, std::string_view path) const;
  http::Response serve_folder(std::string_view path) const;
  std::map<std::string_view, const Asset*> assets_;
  std::string folder_;
};

}  // namespace viaggio::webui
