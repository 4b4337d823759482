#pragma once
// Which key may do what. A write key ("c" and 24 of [a-z0-9]) is public and only stores events; a
// secret key ("s" and 40 of [a-z0-9]) may read and change everything. Write keys are kept as they
// are (people copy them into web pages), secret keys only as a SHA-256.
// Keys live as catalog records; a copy in memory answers check() without the disk.
// Thread-safe. Errors: invalid (kind, source), internal (the catalog).
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"

namespace viaggio::auth {

enum class KeyKind { write, secret };

struct Grant {
  KeyKind kind = KeyKind::write;
  std::string source;  // the collector's name that events of this key carry
};

struct KeyInfo {
  KeyKind kind = KeyKind::write;
  std::string key;  // a write key whole; of a secret key the first and last characters
  std::string source;
};

class Keys {
 public:
  // The catalog must outlive this.
  static Result<std::unique_ptr<Keys>> open(catalog::Catalog& catalog);

  // The time taken does not depend on the key's characters.
  std::optional<Grant> check(std::string_view key) const;
  // A new random key, shown once.
  Result<std::string> create(KeyKind kind, std::string_view source);
  // A key of any shape, chosen by the firm (8 to 200 printable characters without space or colon).
  // The same key again changes nothing.
  Status add(KeyKind kind, std::string_view key, std::string_view source);
  // Makes the first keys: the given ones if any, else new ones. Only on a catalog without keys;
  // returns the keys (write, secret), empty where nothing was made.
  struct First {
    std::string write, secret;
  };
  Result<First> ensure_first(std::string_view write_key, std::string_view secret_key);
  std::vector<KeyInfo> list() const;

 private:
  explicit Keys(catalog::Catalog& catalog) : catalog_(catalog) {}
  Status load();
  struct Entry {
    KeyInfo info;
    std::string digest;  // SHA-256 of the key
  };
  catalog::Catalog& catalog_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Entry, std::less<>> by_digest_;
};

Result<KeyKind> parse_key_kind(std::string_view text);
std::string_view to_string(KeyKind kind);

}  // namespace viaggio::auth
