#pragma once
// The files of the built web app, compiled into the program. Static data.
#include <span>
#include <string_view>

namespace viaggio::webui {

struct Asset {
  std::string_view path;  // "/index.html", "/assets/index-3fa9c1d2.js"
  std::string_view content_type;
  std::string_view etag;  // without quotes
  std::string_view plain;
  std::string_view packed;  // gzip, or empty when that gains nothing
  bool hashed = false;      // the name holds a hash of the content: never changes
};

// Empty when the program was built without the web app.
std::span<const Asset> embedded_assets();

}  // namespace viaggio::webui
