#pragma once
// Who is signed in with a browser. A one-time link carries a token; redeeming it burns the token
// and opens a session, whose value becomes a cookie. Only digests are kept, as catalog records, so
// that a restart signs nobody out. A session looks at one workspace at a time. Thread-safe. Times
// are passed in, so that expiry can be tested.
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "catalog/catalog.h"

namespace viaggio::auth {

struct Session {
  std::string id;         // for logs and audit: no secret
  std::string workspace;  // id; empty = the first one
  Micros expires = 0;
};

class Sessions {
 public:
  static constexpr Micros kLinkLife = kHour;
  static constexpr Micros kSessionLife = 30 * kDay;  // since last use

  // The catalog must outlive this.
  static Result<std::unique_ptr<Sessions>> open(catalog::Catalog& catalog, Micros now);

  // A token for one sign-in; links live in memory and die with the process.
  Result<std::string> create_link(std::string_view workspace, Micros now);
  // The new session's secret value. Errors: unauthorized "bad_token".
  Result<std::string> redeem(std::string_view token, Micros now);
  std::optional<Session> find(std::string_view value, Micros now);
  Status use_workspace(std::string_view value, std::string_view workspace, Micros now);
  Status close(std::string_view value);

 private:
  explicit Sessions(catalog::Catalog& catalog) : catalog_(catalog) {}
  Status save(const std::string& digest, const Session& session);
  struct Link {
    std::string workspace;
    Micros expires = 0;
  };
  catalog::Catalog& catalog_;
  std::mutex mutex_;
  std::map<std::string, Link, std::less<>> links_;        // by digest of the token
  std::map<std::string, Session, std::less<>> sessions_;  // by digest of the value
};

}  // namespace viaggio::auth
