#pragma once
// The durable side of subscriptions: a small RocksDB of its own. Keys, NAME being a subscriber:
//
//   c NAME 00                 -> cursor, rule, next outbox number (u64 each, little-endian)
//   s NAME 00 key             -> the subscriber's own state
//   t NAME 00 due(8) key      -> payload of a timer; sorted by the time it is due
//   i NAME 00 key             -> due(8) of that timer
//   o NAME 00 number(8)       -> effect key 00 payload
//   d NAME 00 effect key      -> "" : sent once already
//
// One commit is one atomic WriteBatch. Commits are not synced one by one: a power cut takes the
// last ones back whole, cursor and effects alike. sync() makes all of them durable, before anything
// leaves the process. Threads: one writer; get from any thread.
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "subscribe/subscriber.h"

namespace rocksdb {
class DB;
}

namespace viaggio::subscribe {

struct Place {
  Sequence cursor = 0;  // the last event handled
  std::uint64_t rule = 0;
  std::uint64_t next_outbox = 0;
};

std::string state_key(char part, std::string_view name, std::string_view rest = {});
std::string sortable(std::int64_t v);  // 8 bytes that sort as the number does
std::int64_t from_sortable(std::string_view bytes);

class State {
 public:
  static Result<std::unique_ptr<State>> open(const std::string& folder);
  ~State();

  using Changes = std::map<std::string, std::optional<std::string>>;  // nothing = remove
  Result<std::optional<std::string>> get(const std::string& key) const;
  // The first entry whose key starts with `prefix` and comes after the key `after`.
  struct Entry {
    std::string key, value;
  };
  Result<std::optional<Entry>> first(const std::string& prefix,
                                     const std::string& after = {}) const;
  Status commit(const Changes& changes);
  Status remove_all(const std::string& prefix);
  Status sync();

  Result<std::optional<Place>> place(std::string_view name) const;
  static void put_place(std::string_view name, const Place& place, Changes& changes);

 private:
  State() = default;
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace viaggio::subscribe
