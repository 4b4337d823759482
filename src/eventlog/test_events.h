#pragma once
// For the tests of this folder: temporary folders and made-up commits whose every byte follows from
// the sequence, so that any record can be checked wherever it is found.
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "eventlog/event_log.h"

namespace viaggio::eventlog::testing {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "viaggio-log-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string id_of(Sequence s) { return "id-" + std::to_string(s); }
inline std::string json_of(Sequence s) {
  return "{\"n\":" + std::to_string(s) + ",\"pad\":\"" + std::string(s % 97, 'x') + "\"}";
}
inline EventHeader header_of(Sequence s) {
  EventHeader h;
  h.time = static_cast<Micros>(s * 1'000'003);
  h.value = s % 3 == 0 ? static_cast<std::int64_t>(s) - 1000 : kNoValue;
  h.node = static_cast<NodeId>(s * 7);
  h.device = s % 2 == 0 ? kNoNode : static_cast<NodeId>(s);
  h.kind = static_cast<KindId>(s % 2);
  h.type = s % 5 == 0 ? EventType::identify : EventType::track;
  h.flags = static_cast<std::uint8_t>(s % 4);
  h.reserved = static_cast<std::uint16_t>(s);
  return h;
}
inline bool same(const EventHeader& a, const EventHeader& b) {
  return a.time == b.time && a.value == b.value && a.node == b.node && a.device == b.device &&
         a.kind == b.kind && a.type == b.type && a.flags == b.flags && a.reserved == b.reserved;
}
inline bool is_made_up(const Record& r) {
  return same(r.header, header_of(r.sequence)) && r.source == (r.sequence % 2 ? "web" : "till") &&
         r.message_id == id_of(r.sequence) && r.json == json_of(r.sequence);
}

// A commit with the texts it points to.
struct MadeUpCommit {
  std::vector<std::string> texts;
  NewCommit commit;
  MadeUpCommit(Sequence first, std::size_t count) {
    texts.reserve(count * 2);
    commit.received_at = static_cast<Micros>(first);
    for (Sequence s = first; s < first + count; ++s) {
      texts.push_back(id_of(s));
      texts.push_back(json_of(s));
      commit.records.push_back(
          {header_of(s), s % 2 ? "web" : "till", texts[texts.size() - 2], texts.back()});
    }
    LedgerEntry e;
    e.id = first;
    e.sequence = first;
    e.identifier = {IdentifierType::email, "a" + std::to_string(first) + "@example.com"};
    commit.ledger.push_back(e);
    if (first == 1) {
      for (const KindId k : {0u, 1u}) commit.kinds.push_back({k, {}});
      commit.kinds[1].kind.name = "Order Completed";
      commit.kinds[1].kind.web = true;
    }
  }
};

// Every record from 1 on is there and as made up; false also when the count is another one.
inline bool holds_exactly(const EventLog& log, Sequence count) {
  Sequence seen = 0;
  bool good = true;
  const Status read = log.scan(1, count + 1000, [&](const Record& r) {
    good = good && r.sequence == ++seen && is_made_up(r);
    return good;
  });
  return read.has_value() && good && seen == count && log.next_sequence() == count + 1;
}

}  // namespace viaggio::eventlog::testing
