#include "eventlog/rocksdb_log.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "eventlog/bytes.h"
#include "eventlog/chunk.h"
#include "eventlog/chunk_cache.h"
#include "eventlog/entries.h"
#include "eventlog/id_index.h"
#include "eventlog/store.h"
#include "eventlog/watermark.h"

namespace viaggio::eventlog {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kReadahead = 2u << 20;
constexpr std::size_t kMaxCommitBytes = 1u << 30;

std::string_view view(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

tl::unexpected<Error> bad_value(const char* family, Sequence at) {
  return internal_error(
      std::string(family) + " at sequence " + std::to_string(at) + " cannot be read",
      "log_damaged");
}

// Stands on the chunk that holds `s`, or on the first one after it.
void seek_chunk(rocksdb::Iterator& it, Sequence s) {
  it.SeekForPrev(big_endian(s));
  if (!it.Valid() && it.status().ok()) it.Seek(big_endian(s));
}

class RocksdbLog final : public EventLog {
 public:
  RocksdbLog(std::string folder, RocksdbOptions options)
      : folder_(std::move(folder)),
        options_(std::move(options)),
        cache_(options_.log.cache_bytes) {}

  Status start();

  Sequence next_sequence() const override { return next_.load(std::memory_order_acquire); }
  Result<Sequence> append(const NewCommit& commit) override;
  Result<std::vector<Sequence>> find(std::span<const MessageKey> keys) override;
  Status scan_headers(Sequence from, Sequence to, const HeaderBatch& each) const override;
  Status scan(Sequence from, Sequence to,
              const std::function<bool(const Record&)>& each) const override;
  Status get(std::span<const Sequence> sequences,
             const std::function<void(const Record&)>& each) const override;
  Status get_headers(std::span<const Sequence> sequences,
                     const std::function<void(const Record&)>& each) const override;
  Status scan_ledger(Sequence from, Sequence to,
                     const std::function<void(const LedgerEntry&)>& each) const override;
  Status scan_kinds(const std::function<void(const KindEntry&)>& each) const override;
  Status reopen() override;
  Status verify() const override;
  std::uint64_t disk_bytes() const override;
  std::uint64_t id_index_bytes() const override { return ids_->figures().resident_bytes; }

 private:
  Result<Sequence> stored_next() const;
  Status check_commit(const NewCommit& commit) const;
  Status purge_failed();
  Status replay_ids();
  Status confirm(std::span<const MessageKey> keys, std::vector<IdIndex::Candidate>& candidates,
                 std::vector<Sequence>& out) const;
  Status open_store() const;  // an error while the store is closed
  Result<std::shared_ptr<const Chunk>> read_chunk(Sequence s, bool bodies,
                                                  rocksdb::Iterator& headers) const;
  Status get_records(std::span<const Sequence> sequences, bool bodies,
                     const std::function<void(const Record&)>& each) const;
  Status verify_chunks() const;
  Status verify_ledger() const;

  const std::string folder_;
  const RocksdbOptions options_;
  mutable std::shared_mutex store_mutex_;  // shared by all use, alone to reopen
  std::unique_ptr<Store> store_;
  std::unique_ptr<IdIndex> ids_;
  std::unique_ptr<Watermark> watermark_;
  mutable ChunkCache cache_;
  std::mutex index_mutex_;  // one rebuild of a damaged id index at a time
  std::atomic<Sequence> next_{1};
  bool failed_ = false;  // the last append failed: reopen() comes first (writer only)
  std::vector<KindId> failed_kinds_;
};

Status RocksdbLog::start() {
  auto store = Store::open(folder_ + "/store", options_);
  if (!store) return tl::unexpected(store.error());
  store_ = std::move(*store);
  const auto next = stored_next();
  if (!next) return tl::unexpected(next.error());
  next_ = *next;
  auto mark = Watermark::open(folder_ + "/acknowledged");
  if (!mark) return tl::unexpected(mark.error());
  watermark_ = std::move(*mark);
  if (options_.log.sync && watermark_->get() >= *next) {
    return internal_error(
        folder_ + ": the log ends at sequence " + std::to_string(*next - 1) + " but events up to " +
            std::to_string(watermark_->get()) +
            " were acknowledged: its files were damaged or taken away. Restore a back-up, or "
            "delete the file 'acknowledged' in this folder to accept the loss.",
        "log_truncated");
  }
  auto ids = IdIndex::open(folder_ + "/ids", *next, options_.tail_ids);
  if (!ids) return tl::unexpected(ids.error());
  ids_ = std::move(*ids);
  return replay_ids();
}

Result<Sequence> RocksdbLog::stored_next() const {
  const auto headers = store_->iterate(kHeaders, 0), bodies = store_->iterate(kBodies, 0);
  headers->SeekToLast();
  bodies->SeekToLast();
  if (!headers->status().ok()) return as_error(headers->status(), "reading the last headers");
  if (!bodies->status().ok()) return as_error(bodies->status(), "reading the last bodies");
  if (headers->Valid() != bodies->Valid())
    return internal_error("headers without bodies", "log_damaged");
  if (!headers->Valid()) return Sequence{1};
  const Sequence last = from_big_endian(view(headers->key()));
  ChunkHeaders chunk;
  if (headers->key() != bodies->key() || !decode_headers(view(headers->value()), chunk))
    return bad_value("headers", last);
  return last + chunk.headers.size();
}

// --- append
// ---------------------------------------------------------------------------------------

Status RocksdbLog::check_commit(const NewCommit& commit) const {
  if (commit.records.empty())
    return invalid("records", "a commit needs at least one record", "empty_commit");
  std::size_t bytes = 0;
  for (const NewRecord& r : commit.records)
    bytes += r.json.size() + r.message_id.size() + sizeof(EventHeader);
  if (bytes > kMaxCommitBytes)
    return fail(ErrorKind::too_large, "commit_too_large", "a commit holds at most 1 GiB",
                "records");
  return {};
}

Result<Sequence> RocksdbLog::append(const NewCommit& commit) {
  if (const Status ok = check_commit(commit); !ok) return tl::unexpected(ok.error());
  if (failed_) {
    return fail(ErrorKind::overloaded, "storage_unavailable",
                "the log takes nothing until it is opened anew");
  }
  const Sequence first = next_;
  rocksdb::WriteBatch batch;
  std::span<const NewRecord> rest = commit.records;
  for (Sequence at = first; !rest.empty();) {
    const auto chunk = rest.first(chunk_length(rest));
    const std::string key = big_endian(at);
    batch.Put(store_->family(kHeaders), key, encode_headers(commit.received_at, chunk));
    batch.Put(store_->family(kBodies), key, encode_bodies(chunk));
    at += chunk.size();
    rest = rest.subspan(chunk.size());
  }
  if (!commit.ledger.empty())
    batch.Put(store_->family(kLedger), big_endian(first), encode_ledger(commit.ledger));
  for (const KindEntry& k : commit.kinds)
    batch.Put(store_->family(kKinds), big_endian(k.id), encode_kind(k.kind));
  rocksdb::WriteOptions write;
  write.sync = options_.log.sync;
  rocksdb::Status written;
  {
    const std::shared_lock lock(store_mutex_);
    written = store_->db().Write(write, &batch);
  }
  if (!written.ok()) {
    failed_ = true;
    failed_kinds_.clear();
    for (const KindEntry& k : commit.kinds) failed_kinds_.push_back(k.id);
    return as_error(written, "storing a commit");
  }
  std::vector<IdEntry> ids;
  ids.reserve(commit.records.size());
  for (std::size_t i = 0; i < commit.records.size(); ++i) {
    const NewRecord& r = commit.records[i];
    if (!r.message_id.empty()) ids.push_back({message_hash(r.source, r.message_id), first + i});
  }
  const Sequence next = first + commit.records.size();
  watermark_->set(next - 1);
  ids_->add(ids, next);
  next_.store(next, std::memory_order_release);
  return first;
}

// After a failed write nobody knows what reached the disk. The store is opened again, which replays
// and flushes what did, and the failed commit, if it is there, is taken out before anything else.
Status RocksdbLog::reopen() {
  if (!failed_) return {};
  const std::unique_lock lock(store_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return fail(ErrorKind::overloaded, "busy", "readers still use the store");
  store_.reset();
  auto store = Store::open(folder_ + "/store", options_);
  if (!store) return tl::unexpected(store.error());
  store_ = std::move(*store);
  const auto stored = stored_next();
  Status ok;
  if (!stored) {
    ok = tl::unexpected(stored.error());
  } else if (*stored < next_) {
    ok = internal_error("acknowledged commits are missing after reopening", "log_truncated");
  } else if (ok = purge_failed(); ok) {
    cache_.clear();
    failed_ = false;
  }
  if (!ok) store_.reset();
  return ok;
}

Status RocksdbLog::purge_failed() {
  rocksdb::WriteBatch batch;
  for (const Family f : {kHeaders, kBodies, kLedger}) {
    const auto it = store_->iterate(f, 0);
    for (it->Seek(big_endian(next_)); it->Valid(); it->Next())
      batch.Delete(store_->family(f), it->key());
    if (!it->status().ok()) return as_error(it->status(), "looking for the failed commit");
  }
  for (const KindId id : failed_kinds_) batch.Delete(store_->family(kKinds), big_endian(id));
  if (batch.Count() == 0) return {};
  rocksdb::WriteOptions write;
  write.sync = true;
  const rocksdb::Status written = store_->db().Write(write, &batch);
  if (!written.ok()) return as_error(written, "taking out the failed commit");
  return {};
}

// --- ids
// ------------------------------------------------------------------------------------------

Status RocksdbLog::replay_ids() {
  std::vector<IdEntry> batch;
  Sequence last = 0;
  const auto flush = [&] {
    if (!batch.empty()) ids_->add(batch, last + 1);
    batch.clear();
  };
  const Status read = scan(ids_->covered(), next_, [&](const Record& r) {
    last = r.sequence;
    if (!r.message_id.empty()) batch.push_back({message_hash(r.source, r.message_id), r.sequence});
    if (batch.size() == 4096) flush();
    return true;
  });
  flush();
  return read;
}

Result<std::vector<Sequence>> RocksdbLog::find(std::span<const MessageKey> keys) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(keys.size());
  for (const MessageKey& k : keys) hashes.push_back(message_hash(k.source, k.message_id));
  std::vector<Sequence> out(keys.size(), 0);
  std::vector<IdIndex::Candidate> candidates;
  while (!ids_->candidates(hashes, candidates)) {
    const std::lock_guard lock(index_mutex_);
    if (!ids_->damaged()) continue;  // another thread has just rebuilt it
    ids_->reset();
    if (const Status ok = replay_ids(); !ok) return tl::unexpected(ok.error());
  }
  if (const Status ok = confirm(keys, candidates, out); !ok) return tl::unexpected(ok.error());
  return out;
}

// Two ids may share a hash, so the stored text decides.
Status RocksdbLog::confirm(std::span<const MessageKey> keys,
                           std::vector<IdIndex::Candidate>& candidates,
                           std::vector<Sequence>& out) const {
  if (candidates.empty()) return {};
  const Sequence next = next_;
  std::erase_if(candidates, [&](const auto& c) { return c.sequence >= next; });
  std::sort(candidates.begin(), candidates.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  std::vector<Sequence> sequences;
  sequences.reserve(candidates.size());
  for (const auto& c : candidates) sequences.push_back(c.sequence);
  std::size_t i = 0;
  return get(sequences, [&](const Record& r) {
    const IdIndex::Candidate& c = candidates[i++];
    const MessageKey& k = keys[c.key];
    if (out[c.key] == 0 && r.message_id == k.message_id && r.source == k.source)
      out[c.key] = r.sequence;
  });
}

// --- reading
// --------------------------------------------------------------------------------------

Status RocksdbLog::open_store() const {
  if (store_) return {};
  return fail(ErrorKind::overloaded, "storage_unavailable",
              "the log is closed after an error of the disk; try again later");
}

Status RocksdbLog::scan_headers(Sequence from, Sequence to, const HeaderBatch& each) const {
  const std::shared_lock lock(store_mutex_);
  if (const Status ok = open_store(); !ok) return ok;
  from = std::max<Sequence>(from, 1);
  to = std::min<Sequence>(to, next_sequence());
  if (from >= to) return {};
  const auto it = store_->iterate(kHeaders, kReadahead);
  ChunkHeaders chunk;
  for (seek_chunk(*it, from); it->Valid(); it->Next()) {
    const Sequence first = from_big_endian(view(it->key()));
    if (first >= to) break;
    if (!decode_headers(view(it->value()), chunk)) return bad_value("headers", first);
    const Sequence end = std::min<Sequence>(first + chunk.headers.size(), to);
    const Sequence begin = std::max(first, from);
    if (begin >= end) continue;
    if (!each(begin, chunk.received_at,
              std::span(chunk.headers).subspan(begin - first, end - begin)))
      return {};
  }
  if (!it->status().ok()) return as_error(it->status(), "reading headers");
  return {};
}

Status RocksdbLog::scan(Sequence from, Sequence to,
                        const std::function<bool(const Record&)>& each) const {
  const std::shared_lock lock(store_mutex_);
  if (const Status ok = open_store(); !ok) return ok;
  from = std::max<Sequence>(from, 1);
  to = std::min<Sequence>(to, next_sequence());
  if (from >= to) return {};
  const auto headers = store_->iterate(kHeaders, kReadahead),
             bodies = store_->iterate(kBodies, kReadahead);
  ChunkHeaders chunk;
  ChunkBodies texts;
  seek_chunk(*headers, from);
  for (seek_chunk(*bodies, from); headers->Valid() && bodies->Valid();
       headers->Next(), bodies->Next()) {
    const Sequence first = from_big_endian(view(headers->key()));
    if (first >= to) return {};
    if (headers->key() != bodies->key()) return bad_value("bodies", first);
    if (!decode_headers(view(headers->value()), chunk)) return bad_value("headers", first);
    if (!ChunkBodies::parse(view(bodies->value()), texts) || texts.size() != chunk.headers.size())
      return bad_value("bodies", first);
    const Sequence end = std::min<Sequence>(first + texts.size(), to);
    for (Sequence s = std::max(first, from); s < end; ++s) {
      Body body;
      if (!texts.at(s - first, body)) return bad_value("bodies", s);
      if (!each({s, chunk.received_at, chunk.headers[s - first], body.source, body.message_id,
                 body.json}))
        return {};
    }
  }
  if (!headers->status().ok()) return as_error(headers->status(), "reading headers");
  if (!bodies->status().ok()) return as_error(bodies->status(), "reading bodies");
  if (headers->Valid() != bodies->Valid())
    return internal_error("headers and bodies end at different places", "log_damaged");
  return {};
}

Result<std::shared_ptr<const Chunk>> RocksdbLog::read_chunk(Sequence s, bool with_bodies,
                                                            rocksdb::Iterator& headers) const {
  headers.SeekForPrev(big_endian(s));
  if (!headers.status().ok()) return as_error(headers.status(), "reading headers");
  auto chunk = std::make_shared<Chunk>();
  if (headers.Valid()) {
    chunk->first = from_big_endian(view(headers.key()));
    if (!decode_headers(view(headers.value()), chunk->headers))
      return bad_value("headers", chunk->first);
  }
  if (!chunk->holds(s))
    return fail(ErrorKind::not_found, "record_not_found",
                "no record has sequence " + std::to_string(s));
  if (!with_bodies) return chunk;
  rocksdb::ReadOptions read;
  read.fill_cache = false;
  const rocksdb::Status got =
      store_->db().Get(read, store_->family(kBodies), headers.key(), &chunk->value);
  if (!got.ok()) return as_error(got, "reading bodies at sequence " + std::to_string(chunk->first));
  if (!ChunkBodies::parse(chunk->value, chunk->bodies) ||
      chunk->bodies.size() != chunk->headers.headers.size())
    return bad_value("bodies", chunk->first);
  cache_.put(chunk);
  return chunk;
}

Status RocksdbLog::get_records(std::span<const Sequence> sequences, bool bodies,
                               const std::function<void(const Record&)>& each) const {
  const std::shared_lock lock(store_mutex_);
  if (const Status ok = open_store(); !ok) return ok;
  std::unique_ptr<rocksdb::Iterator> headers;
  std::shared_ptr<const Chunk> chunk;
  for (const Sequence s : sequences) {
    if (!chunk || !chunk->holds(s)) chunk = cache_.find(s);
    if (!chunk) {
      if (!headers) headers = store_->iterate(kHeaders, 0);
      auto read = read_chunk(s, bodies, *headers);
      if (!read) return tl::unexpected(read.error());
      chunk = std::move(*read);
    }
    Record r{s, chunk->headers.received_at, chunk->headers.headers[s - chunk->first], {}, {}, {}};
    if (bodies) {
      Body body;
      if (!chunk->bodies.at(s - chunk->first, body)) return bad_value("bodies", s);
      r.source = body.source;
      r.message_id = body.message_id;
      r.json = body.json;
    }
    each(r);
  }
  return {};
}

Status RocksdbLog::get(std::span<const Sequence> sequences,
                       const std::function<void(const Record&)>& each) const {
  return get_records(sequences, true, each);
}

Status RocksdbLog::get_headers(std::span<const Sequence> sequences,
                               const std::function<void(const Record&)>& each) const {
  return get_records(sequences, false, each);
}

Status RocksdbLog::scan_ledger(Sequence from, Sequence to,
                               const std::function<void(const LedgerEntry&)>& each) const {
  const std::shared_lock lock(store_mutex_);
  if (const Status ok = open_store(); !ok) return ok;
  to = std::min<Sequence>(to, next_sequence());
  const auto it = store_->iterate(kLedger, kReadahead);
  std::vector<LedgerEntry> entries;
  for (seek_chunk(*it, from); it->Valid(); it->Next()) {
    const Sequence first = from_big_endian(view(it->key()));
    if (first >= to) break;
    if (!decode_ledger(view(it->value()), entries)) return bad_value("ledger", first);
    for (const LedgerEntry& e : entries) {
      if (e.sequence >= from && e.sequence < to) each(e);
    }
  }
  if (!it->status().ok()) return as_error(it->status(), "reading the ledger");
  return {};
}

Status RocksdbLog::scan_kinds(const std::function<void(const KindEntry&)>& each) const {
  const std::shared_lock lock(store_mutex_);
  if (const Status ok = open_store(); !ok) return ok;
  const auto it = store_->iterate(kKinds, 0);
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    KindEntry entry;
    entry.id = static_cast<KindId>(from_big_endian(view(it->key())));
    if (!decode_kind(view(it->value()), entry.kind))
      return internal_error("kind " + std::to_string(entry.id) + " cannot be read", "log_damaged");
    each(entry);
  }
  if (!it->status().ok()) return as_error(it->status(), "reading kinds");
  return {};
}

// --- verify
// ---------------------------------------------------------------------------------------

Status RocksdbLog::verify() const {
  {
    const std::shared_lock lock(store_mutex_);
    if (const Status ok = open_store(); !ok) return ok;
    const rocksdb::Status sums = store_->db().VerifyChecksum();
    if (!sums.ok()) return as_error(sums, "verifying the store");
  }
  if (const Status ok = verify_chunks(); !ok) return ok;
  return verify_ledger();
}

Status RocksdbLog::verify_chunks() const {
  std::set<KindId> kinds;
  if (const Status ok = scan_kinds([&](const KindEntry& k) { kinds.insert(k.id); }); !ok) return ok;
  const Sequence end = next_sequence();
  Sequence expected = 1;
  Status bad;
  const Status read = scan(1, end, [&](const Record& r) {
    if (r.sequence != expected) {
      bad = internal_error("records " + std::to_string(expected) + " to " +
                               std::to_string(r.sequence - 1) + " are missing",
                           "log_damaged");
    } else if (!kinds.contains(r.header.kind)) {
      bad = internal_error("record " + std::to_string(r.sequence) + " has the unknown kind " +
                               std::to_string(r.header.kind),
                           "log_damaged");
    }
    ++expected;
    return bad.has_value();
  });
  if (!read) return read;
  if (!bad) return bad;
  if (expected != end)
    return internal_error(
        "the log ends at " + std::to_string(expected - 1) + ", not at " + std::to_string(end - 1),
        "log_damaged");
  return {};
}

Status RocksdbLog::verify_ledger() const {
  std::uint64_t last = 0;
  Status bad;
  const Status read = scan_ledger(0, next_sequence(), [&](const LedgerEntry& e) {
    if (bad && e.id <= last)
      bad = internal_error(
          "ledger entry " + std::to_string(e.id) + " follows " + std::to_string(last),
          "log_damaged");
    last = e.id;
  });
  return read ? bad : read;
}

std::uint64_t RocksdbLog::disk_bytes() const {
  std::uint64_t sum = 0;
  std::error_code ec;
  for (auto it = fs::recursive_directory_iterator(folder_, ec);
       !ec && it != fs::recursive_directory_iterator(); it.increment(ec)) {
    std::error_code gone;  // files come and go while RocksDB works
    if (it->is_regular_file(gone)) {
      const auto size = it->file_size(gone);
      if (!gone) sum += size;
    }
  }
  return sum;
}

}  // namespace

Result<std::unique_ptr<EventLog>> open_rocksdb_log(const std::string& folder,
                                                   const RocksdbOptions& options) {
  auto log = std::make_unique<RocksdbLog>(folder, options);
  if (const Status ok = log->start(); !ok) return tl::unexpected(ok.error());
  return log;
}

Result<std::unique_ptr<EventLog>> EventLog::open(const std::string& folder,
                                                 const Options& options) {
  RocksdbOptions rocks;
  rocks.log = options;
  return open_rocksdb_log(folder, rocks);
}

}  // namespace viaggio::eventlog
