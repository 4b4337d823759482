#include "auth/sessions.h"

#include <nlohmann/json.hpp>

#include "auth/secrets.h"

namespace viaggio::auth {
namespace {

using nlohmann::json;
constexpr std::string_view kCollection = "session";
constexpr std::size_t kSecretLength = 40, kMaxLinks = 100;

}  // namespace

Result<std::unique_ptr<Sessions>> Sessions::open(catalog::Catalog& catalog, Micros now) {
  std::unique_ptr<Sessions> out(new Sessions(catalog));
  auto rows = catalog.records(kCollection);
  if (!rows) return tl::unexpected<Error>(rows.error());
  for (const catalog::Row& row : *rows) {
    const json j = json::parse(row.json, nullptr, false);
    if (!j.is_object()) continue;
    Session s{row.key.substr(0, 12), j.value("workspace", ""), j.value("expires", Micros{0})};
    if (s.expires > now) {
      out->sessions_[row.key] = std::move(s);
    } else if (auto ok = catalog.remove_record(kCollection, row.key); !ok) {
      return tl::unexpected<Error>(ok.error());
    }
  }
  return out;
}

Result<std::string> Sessions::create_link(std::string_view workspace, Micros now) {
  auto token = random_text(kSecretLength);
  if (!token) return token;
  std::lock_guard lock(mutex_);
  std::erase_if(links_, [&](const auto& l) { return l.second.expires <= now; });
  if (links_.size() >= kMaxLinks)
    return fail(ErrorKind::overloaded, "too_many_links", "too many unused links");
  links_[sha256_hex(*token)] = {std::string(workspace), now + kLinkLife};
  return token;
}

Result<std::string> Sessions::redeem(std::string_view token, Micros now) {
  const auto refused = [] {
    return fail(ErrorKind::unauthorized, "bad_token", "the link was used already or has expired",
                "token");
  };
  if (token.size() != kSecretLength) return refused();
  std::lock_guard lock(mutex_);
  const auto link = links_.find(sha256_hex(token));
  if (link == links_.end()) return refused();
  const Link burnt = link->second;
  links_.erase(link);
  if (burnt.expires <= now) return refused();
  auto value = random_text(kSecretLength);
  if (!value) return value;
  const std::string digest = sha256_hex(*value);
  const Session session{digest.substr(0, 12), burnt.workspace, now + kSessionLife};
  if (auto ok = save(digest, session); !ok) return tl::unexpected<Error>(ok.error());
  return value;
}

std::optional<Session> Sessions::find(std::string_view value, Micros now) {
  if (value.size() != kSecretLength) return std::nullopt;
  const std::string digest = sha256_hex(value);
  std::lock_guard lock(mutex_);
  const auto found = sessions_.find(digest);
  if (found == sessions_.end() || found->second.expires <= now) return std::nullopt;
  if (found->second.expires <
      now + kSessionLife - kDay) {  // once a day is enough to stay signed in
    found->second.expires = now + kSessionLife;
    if (auto ok = save(digest, found->second); !ok) return std::nullopt;
  }
  return found->second;
}

Status Sessions::use_workspace(std::string_view value, std::string_view workspace, Micros now) {
  const std::string digest = sha256_hex(value);
  std::lock_guard lock(mutex_);
  const auto found = sessions_.find(digest);
  if (found == sessions_.end() || found->second.expires <= now) {
    return fail(ErrorKind::unauthorized, "no_session", "the session has ended");
  }
  Session session = found->second;
  session.workspace = workspace;
  return save(digest, session);
}

Status Sessions::close(std::string_view value) {
  const std::string digest = sha256_hex(value);
  std::lock_guard lock(mutex_);
  sessions_.erase(digest);
  return catalog_.remove_record(kCollection, digest);
}

Status Sessions::save(const std::string& digest, const Session& session) {
  const json record = {{"workspace", session.workspace}, {"expires", session.expires}};
  if (auto ok = catalog_.put_record(kCollection, digest, record.dump()); !ok) return ok;
  sessions_[digest] = session;
  return {};
}

}  // namespace viaggio::auth
