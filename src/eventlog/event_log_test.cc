#include "eventlog/event_log.h"

#include <algorithm>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "eventlog/chunk.h"
#include "eventlog/rocksdb_log.h"
#include "eventlog/test_events.h"

namespace viaggio::eventlog {
namespace {

using namespace testing;  // NOLINT: this folder's own
namespace fs = std::filesystem;

std::unique_ptr<EventLog> open_log(const std::string& folder, std::size_t tail_ids = 1000) {
  RocksdbOptions o;
  o.tail_ids = tail_ids;
  o.log.cache_bytes = 1u << 20;
  auto log = open_rocksdb_log(folder, o);
  if (!log) ADD_FAILURE() << log.error().code << " " << log.error().detail;
  return log ? std::move(*log) : nullptr;
}

void fill(EventLog& log, Sequence upto, std::size_t batch) {
  while (log.next_sequence() <= upto) {
    const Sequence first = log.next_sequence();
    MadeUpCommit c(first, std::min<std::size_t>(batch, upto + 1 - first));
    const auto at = log.append(c.commit);
    ASSERT_TRUE(at) << at.error().detail;
    ASSERT_EQ(*at, first);
  }
}

TEST(EventLog, KeepsEverythingOverReopening) {
  const TempFolder folder;
  {
    const auto log = open_log(folder.path());
    EXPECT_EQ(log->next_sequence(), 1u);
    fill(*log, 10, 1);
    fill(*log, 5000, 700);
    EXPECT_TRUE(holds_exactly(*log, 5000));
  }
  const auto log = open_log(folder.path());
  EXPECT_TRUE(holds_exactly(*log, 5000));
  fill(*log, 6000, 100);
  EXPECT_TRUE(holds_exactly(*log, 6000));
  EXPECT_TRUE(log->verify());
  EXPECT_GT(log->disk_bytes(), 10'000u);
}

TEST(EventLog, ScansAnyRange) {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  fill(*log, 3000, 1300);  // a commit of more than one chunk
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const Sequence from = random() % 3200, to = random() % 3200;
    Sequence expected = std::max<Sequence>(from, 1);
    ASSERT_TRUE(log->scan_headers(
        from, to, [&](Sequence first, Micros received, std::span<const EventHeader> headers) {
          EXPECT_EQ(first, expected);
          EXPECT_EQ(received, static_cast<Micros>((first - 1) / 1300 * 1300 + 1));
          for (const EventHeader& h : headers) EXPECT_TRUE(same(h, header_of(expected++)));
          return true;
        }));
    const Sequence end = std::min<Sequence>(to, 3001);
    EXPECT_EQ(expected, std::max({from, end, Sequence{1}}));
    expected = std::max<Sequence>(from, 1);
    ASSERT_TRUE(log->scan(from, to, [&](const Record& r) {
      EXPECT_EQ(r.sequence, expected++);
      EXPECT_TRUE(is_made_up(r));
      return true;
    }));
    EXPECT_EQ(expected, std::max({from, end, Sequence{1}}));
  }
}

TEST(EventLog, StopsWhenTold) {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  fill(*log, 100, 10);
  int seen = 0;
  ASSERT_TRUE(log->scan(1, 101, [&](const Record&) { return ++seen < 15; }));
  EXPECT_EQ(seen, 15);
}

TEST(EventLog, GetsRecordsInTheOrderAsked) {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  fill(*log, 4000, 333);
  const std::vector<Sequence> wanted = {4000, 1, 1, 333, 334, 2222, 17, 4000};
  std::vector<Sequence> got;
  ASSERT_TRUE(log->get(wanted, [&](const Record& r) {
    EXPECT_TRUE(is_made_up(r));
    got.push_back(r.sequence);
  }));
  EXPECT_EQ(got, wanted);
  got.clear();
  ASSERT_TRUE(log->get_headers(wanted, [&](const Record& r) {
    EXPECT_TRUE(same(r.header, header_of(r.sequence)));
    EXPECT_TRUE(r.json.empty());
    got.push_back(r.sequence);
  }));
  EXPECT_EQ(got, wanted);
  for (const Sequence missing : {Sequence{0}, Sequence{4001}}) {
    const auto bad = log->get(std::span(&missing, 1), [](const Record&) { FAIL(); });
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, "record_not_found");
  }
}

TEST(EventLog, FindsIdsExactlyBeforeAndAfterReopening) {
  const TempFolder folder;
  const Sequence count = 20'000;  // twenty tails: several levels
  for (int opening = 0; opening < 3; ++opening) {
    if (opening == 2) fs::remove_all(folder.path() + "/ids");  // rebuilt from the log
    const auto log = open_log(folder.path());
    fill(*log, count, 512);
    std::vector<std::string> ids;
    std::vector<EventLog::MessageKey> keys;
    for (Sequence s = 1; s <= count + 5000; ++s) ids.push_back(id_of(s));
    for (Sequence s = 1; s <= count + 5000; ++s)
      keys.push_back({s % 2 ? "web" : "till", ids[s - 1]});
    const auto found = log->find(keys);
    ASSERT_TRUE(found);
    for (Sequence s = 1; s <= count + 5000; ++s)
      ASSERT_EQ((*found)[s - 1], s <= count ? s : 0) << s;
    for (auto& k : keys)
      k.source = k.source == "web" ? "till" : "web";  // the same ids of other sources
    const auto others = log->find(keys);
    ASSERT_TRUE(others);
    EXPECT_TRUE(std::all_of(others->begin(), others->end(), [](Sequence s) { return s == 0; }));
  }
}

TEST(EventLog, AnEmptyIdIsNeverFound) {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  NewCommit c;
  c.records.push_back({EventHeader{}, "web", "", "{}"});
  ASSERT_TRUE(log->append(c));
  const EventLog::MessageKey key{"web", ""};
  EXPECT_EQ(log->find(std::span(&key, 1)).value(), std::vector<Sequence>{0});
}

TEST(EventLog, ReturnsLedgerAndKinds) {
  const TempFolder folder;
  {
    const auto log = open_log(folder.path());
    fill(*log, 300, 100);
    MadeUpCommit c(301, 10);
    c.commit.ledger.clear();
    LedgerEntry e;
    e.id = 302;
    e.sequence = 305;
    e.time = -5;
    e.op = LedgerOp::refuse;
    e.rule = LinkRule::limit;
    e.a = 1;
    e.b = kNoNode;
    e.ref = 1u << 30;
    e.at = std::numeric_limits<Micros>::min();
    e.actor = "Ann";
    c.commit.ledger.push_back(e);
    ASSERT_TRUE(log->append(c.commit));
  }
  const auto log = open_log(folder.path());
  std::vector<LedgerEntry> entries;
  ASSERT_TRUE(log->scan_ledger(1, 1000, [&](const LedgerEntry& e) { entries.push_back(e); }));
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[1].identifier, (Identifier{IdentifierType::email, "a101@example.com"}));
  const LedgerEntry& last = entries.back();
  EXPECT_EQ(last.id, 302u);
  EXPECT_EQ(last.sequence, 305u);
  EXPECT_EQ(last.time, -5);
  EXPECT_EQ(last.op, LedgerOp::refuse);
  EXPECT_EQ(last.rule, LinkRule::limit);
  EXPECT_EQ(last.a, 1u);
  EXPECT_EQ(last.b, kNoNode);
  EXPECT_EQ(last.ref, 1u << 30);
  EXPECT_EQ(last.at, std::numeric_limits<Micros>::min());
  EXPECT_EQ(last.actor, "Ann");
  std::vector<std::uint64_t> ids;
  ASSERT_TRUE(log->scan_ledger(101, 305, [&](const LedgerEntry& e) { ids.push_back(e.id); }));
  EXPECT_EQ(ids, (std::vector<std::uint64_t>{101, 201}));
  std::vector<KindEntry> kinds;
  ASSERT_TRUE(log->scan_kinds([&](const KindEntry& k) { kinds.push_back(k); }));
  ASSERT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[1].id, 1u);
  EXPECT_EQ(kinds[1].kind.name, "Order Completed");
  EXPECT_TRUE(kinds[1].kind.web);
}

TEST(EventLog, KeepsHugeRecordsAndManySources) {
  const TempFolder folder;
  const std::string big = "{\"x\":\"" + std::string(3u << 20, 'y') + "\"}";
  {
    const auto log = open_log(folder.path());
    NewCommit c;
    std::vector<std::string> sources;
    for (int i = 0; i < 2000; ++i) sources.push_back("source " + std::to_string(i));
    for (const std::string& s : sources) c.records.push_back({EventHeader{}, s, "same id", "{}"});
    c.records.push_back({EventHeader{}, "web", "big", big});
    c.kinds.push_back({0, {}});
    ASSERT_TRUE(log->append(c));
  }
  const auto log = open_log(folder.path());
  const Sequence wanted[] = {2001, 1234};
  std::vector<std::string> got;
  ASSERT_TRUE(log->get(wanted, [&](const Record& r) {
    got.push_back(std::string(r.source) + "|" + std::string(r.json));
  }));
  EXPECT_EQ(got[0], "web|" + big);
  EXPECT_EQ(got[1], "source 1233|{}");
  const EventLog::MessageKey key{"source 999", "same id"};
  EXPECT_EQ(log->find(std::span(&key, 1)).value().front(), 1000u);
  EXPECT_TRUE(log->verify());
}

TEST(EventLog, RefusesAnEmptyCommit) {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  const auto r = log->append({});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::invalid);
  EXPECT_EQ(log->next_sequence(), 1u);
}

TEST(EventLog, AFolderInUseIsRefused) {
  const TempFolder folder;
  const auto log = open_log(folder.path());
  const auto second = EventLog::open(folder.path(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "folder_in_use");
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
}

void flip_byte(const fs::path& file, double where) {
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto at = static_cast<std::streamoff>(static_cast<double>(fs::file_size(file)) * where);
  f.seekg(at);
  const char c = static_cast<char>(f.get() ^ 0x40);
  f.seekp(at);
  f.put(c);
}

std::vector<fs::path> files_of(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> out;
  for (const auto& e : fs::directory_iterator(folder)) {
    if (e.path().extension() == extension) out.push_back(e.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(EventLog, DamageInATableIsFoundAndNamed) {
  const TempFolder folder;
  {
    const auto log = open_log(folder.path());
    fill(*log, 20'000, 500);
  }
  open_log(folder.path());  // replays and flushes: now the records lie in table files
  auto tables = files_of(folder.path() + "/store", ".sst");
  ASSERT_FALSE(tables.empty());
  std::sort(tables.begin(), tables.end(),
            [](auto& a, auto& b) { return fs::file_size(a) > fs::file_size(b); });
  flip_byte(tables.front(), 0.4);  // the largest: bodies
  RocksdbOptions o;
  const auto log = open_rocksdb_log(folder.path(), o);
  const Error error = [&] {
    if (!log) return log.error();
    const Status read = (*log)->verify();
    return read ? Error{} : read.error();
  }();
  EXPECT_EQ(error.code, "log_damaged");
  EXPECT_NE(error.detail.find(tables.front().filename()), std::string::npos) << error.detail;
}

TEST(EventLog, VanishedAcknowledgedCommitsAreNoticed) {
  for (const bool cut : {true, false}) {
    const TempFolder folder;
    {
      const auto log = open_log(folder.path());
      fill(*log, 2000, 100);
    }
    const auto logs = files_of(folder.path() + "/store", ".log");
    ASSERT_FALSE(logs.empty());
    if (cut) {
      fs::resize_file(logs.back(), fs::file_size(logs.back()) / 2);
    } else {
      flip_byte(logs.back(), 0.5);
    }
    const auto log = open_rocksdb_log(folder.path(), {});
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, "log_truncated");
    fs::remove(folder.path() + "/acknowledged");  // the loss is accepted
    const auto again = open_log(folder.path());
    ASSERT_TRUE(again);
    EXPECT_TRUE(holds_exactly(*again, again->next_sequence() - 1));
    EXPECT_LT(again->next_sequence(), 2001u);
    const std::string lost = id_of(2000);
    const EventLog::MessageKey key{"till", lost};
    EXPECT_EQ(again->find(std::span(&key, 1)).value().front(),
              0u);  // the index does not remember it either
  }
}

TEST(Chunk, DamagedValuesAreRefusedWithoutReadingBeyondThem) {
  const MadeUpCommit c(1, 50);
  const std::string headers = encode_headers(5, c.commit.records),
                    bodies = encode_bodies(c.commit.records);
  ChunkHeaders h;
  ChunkBodies b;
  ASSERT_TRUE(decode_headers(headers, h));
  ASSERT_TRUE(ChunkBodies::parse(bodies, b));
  for (std::size_t n = 0; n < headers.size(); ++n)
    EXPECT_FALSE(decode_headers(headers.substr(0, n), h));
  for (std::size_t n = 0; n < bodies.size(); ++n)
    EXPECT_FALSE(ChunkBodies::parse(bodies.substr(0, n), b));
  std::mt19937 random(3);
  for (int round = 0; round < 20'000; ++round) {  // any answer will do, if it is one
    std::string wrong = bodies;
    wrong[random() % 300] = static_cast<char>(random());
    if (!ChunkBodies::parse(wrong, b)) continue;
    for (std::size_t i = 0; i < b.size(); ++i) {
      Body body;
      if (b.at(i, body)) {
        EXPECT_LE(body.json.size() + body.message_id.size(), wrong.size());
      }
    }
  }
}

}  // namespace
}  // namespace viaggio::eventlog
