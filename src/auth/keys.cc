#include "auth/keys.h"

#include <nlohmann/json.hpp>

#include "auth/secrets.h"

namespace viaggio::auth {
namespace {

using nlohmann::json;
constexpr std::string_view kCollection = "key";
constexpr std::size_t kWriteLength = 24, kSecretLength = 40;

std::string masked(std::string_view key) {
  if (key.size() < 12) return "…";
  return std::string(key.substr(0, 4)) + "…" + std::string(key.substr(key.size() - 4));
}

Status check_shape(std::string_view key) {
  if (key.size() < 8 || key.size() > 200) return invalid("key", "must have 8 to 200 characters");
  for (char c : key) {
    // A colon would end the user name of HTTP Basic.
    if (c <= ' ' || c > '~' || c == ':')
      return invalid("key", "must be printable ASCII without space or colon");
  }
  return {};
}

Status check_source(std::string_view source) {
  if (source.empty() || source.size() > 100)
    return invalid("source", "must have 1 to 100 characters");
  for (char c : source) {
    if (static_cast<unsigned char>(c) < ' ')
      return invalid("source", "may not hold control characters");
  }
  return {};
}

}  // namespace

std::string_view to_string(KeyKind kind) { return kind == KeyKind::write ? "write" : "secret"; }

Result<KeyKind> parse_key_kind(std::string_view text) {
  if (text == "write") return KeyKind::write;
  if (text == "secret") return KeyKind::secret;
  return invalid("kind", "must be \"write\" or \"secret\"");
}

Result<std::unique_ptr<Keys>> Keys::open(catalog::Catalog& catalog) {
  std::unique_ptr<Keys> keys(new Keys(catalog));
  if (auto ok = keys->load(); !ok) return tl::unexpected<Error>(ok.error());
  return keys;
}

Status Keys::load() {
  auto rows = catalog_.records(kCollection);
  if (!rows) return tl::unexpected<Error>(rows.error());
  for (const catalog::Row& row : *rows) {
    const json j = json::parse(row.json, nullptr, false);
    auto kind =
        j.is_object() ? parse_key_kind(j.value("kind", "")) : Result<KeyKind>(invalid("kind", ""));
    if (!kind) return internal_error("a stored key cannot be read", "catalog");
    by_digest_[row.key] = {{*kind, j.value("key", ""), j.value("source", "")}, row.key};
  }
  return {};
}

std::optional<Grant> Keys::check(std::string_view key) const {
  if (key.empty() || key.size() > 200) return std::nullopt;
  // The digest hides which characters fit; what the map's order gives away is of the digest only.
  const std::string digest = sha256_hex(key);
  std::shared_lock lock(mutex_);
  const auto found = by_digest_.find(digest);
  if (found == by_digest_.end() || !equal_in_constant_time(found->second.digest, digest))
    return std::nullopt;
  return Grant{found->second.info.kind, found->second.info.source};
}

Result<std::string> Keys::create(KeyKind kind, std::string_view source) {
  auto random = random_text(kind == KeyKind::write ? kWriteLength : kSecretLength);
  if (!random) return random;
  const std::string key = (kind == KeyKind::write ? "c" : "s") + *random;
  if (auto ok = add(kind, key, source); !ok) return tl::unexpected<Error>(ok.error());
  return key;
}

Status Keys::add(KeyKind kind, std::string_view key, std::string_view source) {
  if (auto ok = check_shape(key); !ok) return ok;
  if (auto ok = check_source(source); !ok) return ok;
  const std::string digest = sha256_hex(key);
  std::unique_lock lock(mutex_);
  if (by_digest_.count(digest) != 0) return {};
  const KeyInfo info{kind, kind == KeyKind::write ? std::string(key) : masked(key),
                     std::string(source)};
  const json record = {{"kind", to_string(kind)}, {"key", info.key}, {"source", info.source}};
  const std::string text = record.dump(-1, ' ', false, json::error_handler_t::replace);
  if (auto ok = catalog_.put_record(kCollection, digest, text); !ok) return ok;
  by_digest_[digest] = {info, digest};
  return {};
}

Result<Keys::First> Keys::ensure_first(std::string_view write_key, std::string_view secret_key) {
  {
    std::shared_lock lock(mutex_);
    if (!by_digest_.empty()) return First{};
  }
  First first;
  const auto make = [&](KeyKind kind, std::string_view given,
                        std::string_view source) -> Result<std::string> {
    if (given.empty()) return create(kind, source);
    if (auto ok = add(kind, given, source); !ok) return tl::unexpected<Error>(ok.error());
    return std::string(given);
  };
  auto write = make(KeyKind::write, write_key, "web");
  if (!write) return tl::unexpected<Error>(write.error());
  auto secret = make(KeyKind::secret, secret_key, "api");
  if (!secret) return tl::unexpected<Error>(secret.error());
  return First{std::move(*write), std::move(*secret)};
}

std::vector<KeyInfo> Keys::list() const {
  std::shared_lock lock(mutex_);
  std::vector<KeyInfo> out;
  for (KeyKind kind : {KeyKind::write, KeyKind::secret}) {
    for (const auto& [digest, entry] : by_digest_) {
      if (entry.info.kind == kind) out.push_back(entry.info);
    }
  }
  return out;
}

}  // namespace viaggio::auth
