#pragma once
// A request and a response as plain values. Header names compare without case. No threads, no
// sockets; parse functions never throw and refuse what is malformed.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace viaggio::http {

struct Header {
  std::string name, value;
};

class Headers {
 public:
  // The first value of that name, or an empty view.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  void add(std::string name, std::string value);
  void set(std::string name, std::string value);  // replaces all of that name
  const std::vector<Header>& all() const { return list_; }

 private:
  std::vector<Header> list_;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;     // upper case as sent: "GET"
  std::string path;       // raw, still percent-encoded, begins with '/' (or is "*" for OPTIONS)
  std::string raw_query;  // without '?'
  Parameters query;       // decoded, in order
  Headers headers;
  std::string body;  // the whole body, still compressed if the sender compressed it ...
  std::string
      body_file;       // ... or the file that holds it, for routes that spool; the handler owns it
  std::string remote;  // the peer's address, no port
  std::string listener;  // name of the listener it came in by
  // The first parameter of that name; nothing when absent.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Date and Connection are added by the server
  std::string body;
  // Instead of body, for bytes shared by many answers; or for static ones (never freed).
  std::shared_ptr<const std::string> shared_body;
  std::string_view static_body;
  std::string_view content() const {
    return shared_body           ? std::string_view(*shared_body)
           : static_body.empty() ? std::string_view(body)
                                 : static_body;
  }
};

std::string_view reason_phrase(int status);
// "%41" -> "A"; with plus_is_space also '+'. Nothing for a broken escape or a NUL byte.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
// Splits path?query and decodes the query. False when malformed.
bool parse_target(std::string_view target, Request& into);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::optional<std::string> base64_decode(
    std::string_view text);  // standard alphabet, padding optional

}  // namespace viaggio::http
