#include "subscribe/state.h"

#include <cstring>
#include <filesystem>

#include <rocksdb/db.h>

namespace viaggio::subscribe {
namespace {

tl::unexpected<Error> as_error(const rocksdb::Status& status, const char* doing) {
  const std::string detail = std::string(doing) + ": " + status.ToString();
  if (status.IsNoSpace()) return fail(ErrorKind::overloaded, "disk_full", detail);
  return internal_error(detail, "subscribers_state");
}

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

}  // namespace

std::string state_key(char part, std::string_view name, std::string_view rest) {
  std::string key(1, part);
  key += name;
  key += '\0';
  key += rest;
  return key;
}

std::string sortable(std::int64_t v) {
  const std::uint64_t u = static_cast<std::uint64_t>(v) ^ kSign;
  std::string out(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(u >> (56 - 8 * i));
  return out;
}

std::int64_t from_sortable(std::string_view bytes) {
  std::uint64_t u = 0;
  for (std::size_t i = 0; i < 8 && i < bytes.size(); ++i)
    u = u << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(u ^ kSign);
}

Result<std::unique_ptr<State>> State::open(const std::string& folder) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  rocksdb::Options o;
  o.create_if_missing = true;
  o.paranoid_checks = true;
  o.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  o.write_buffer_size = 4u << 20;
  o.max_background_jobs = 1;
  o.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  o.keep_log_file_num = 2;
  rocksdb::DB* db = nullptr;
  if (const auto s = rocksdb::DB::Open(o, folder, &db); !s.ok())
    return as_error(s, "opening the subscribers' state");
  std::unique_ptr<State> state(new State);
  state->db_.reset(db);
  return state;
}

State::~State() = default;

Result<std::optional<std::string>> State::get(const std::string& key) const {
  std::string value;
  const auto s = db_->Get({}, key, &value);
  if (s.IsNotFound()) return std::nullopt;
  if (!s.ok()) return as_error(s, "reading the subscribers' state");
  return value;
}

Result<std::optional<State::Entry>> State::first(const std::string& prefix,
                                                 const std::string& after) const {
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
  // What was removed lies there until it is compacted away; a caller that goes on skips it.
  it->Seek(after.empty() ? prefix : after + '\0');
  if (!it->status().ok()) return as_error(it->status(), "reading the subscribers' state");
  if (!it->Valid() || !it->key().starts_with(prefix)) return std::nullopt;
  return Entry{it->key().ToString(), it->value().ToString()};
}

Status State::commit(const Changes& changes) {
  rocksdb::WriteBatch batch;
  for (const auto& [key, value] : changes) {
    if (value) {
      batch.Put(key, *value);
    } else {
      batch.Delete(key);
    }
  }
  const auto s = db_->Write({}, &batch);
  if (!s.ok()) return as_error(s, "keeping what subscribers did");
  return {};
}

Status State::remove_all(const std::string& prefix) {
  rocksdb::WriteBatch batch;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next())
    batch.Delete(it->key());
  if (!it->status().ok()) return as_error(it->status(), "reading the subscribers' state");
  const auto s = db_->Write({}, &batch);
  if (!s.ok()) return as_error(s, "dropping what an older rule left");
  return {};
}

Status State::sync() {
  const auto s = db_->FlushWAL(true);
  if (!s.ok()) return as_error(s, "syncing the subscribers' state");
  return {};
}

Result<std::optional<Place>> State::place(std::string_view name) const {
  const auto value = get(state_key('c', name));
  if (!value) return tl::unexpected(value.error());
  if (!*value) return std::nullopt;
  Place p;
  if ((*value)->size() != sizeof p)
    return internal_error("a cursor cannot be read", "subscribers_state");
  std::memcpy(&p, (*value)->data(), sizeof p);
  return p;
}

void State::put_place(std::string_view name, const Place& place, Changes& changes) {
  changes[state_key('c', name)] = std::string(reinterpret_cast<const char*>(&place), sizeof place);
}

}  // namespace viaggio::subscribe
