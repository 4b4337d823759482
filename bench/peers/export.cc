#include "peers/export.h"

#include <algorithm>
#include <functional>

namespace viaggio::bench {
namespace {

constexpr const char* kColumns[] = {"customer", "t",      "seq",     "name",  "touchpoint",
                                    "channel",  "source", "session", "first", "value"};
enum Column { kCustomer, kT, kSeq, kName, kTouch, kChannel, kSource, kSession, kFirst, kMoney };
constexpr std::size_t kColumnCount = std::size(kColumns);

// A dictionary that becomes an ENUM: fewer than 256 texts, so that a code is one byte.
class Texts {
 public:
  std::uint8_t code(const std::string& text) {
    const auto at = std::find(texts_.begin(), texts_.end(), text);
    if (at == texts_.end()) {
      texts_.push_back(text);
      return static_cast<std::uint8_t>(texts_.size() - 1);
    }
    return static_cast<std::uint8_t>(at - texts_.begin());
  }
  std::string enum_type() const {
    std::string out = "ENUM(";
    for (const std::string& t : texts_) {
      out += out.back() == '(' ? "'" : ",'";
      for (const char c : t) out += c == '\'' ? std::string("''") : std::string(1, c);
      out += "'";
    }
    return out + ")";
  }
  std::size_t size() const { return texts_.size(); }

 private:
  std::vector<std::string> texts_;
};

struct Codes {
  Texts names, touchpoints, channels, sources;
  std::vector<std::uint8_t> name, touchpoint, source;  // by kind
  std::vector<std::uint8_t> channel;                   // by code of a channel

  explicit Codes(const classify::Classification& classes) {
    for (const auto& c : classes.channels) channel.push_back(channels.code(c.id));
    for (std::size_t k = 0; k < classes.kinds.size(); ++k) {
      name.push_back(names.code(classes.kinds[k]->name));
      source.push_back(sources.code(classes.kinds[k]->source));
      touchpoint.push_back(touchpoints.code(classes.touchpoints[classes.touchpoint[k]].id));
    }
  }
};

// Appends rows to one table, a chunk at a time.
class Appender {
 public:
  static Result<std::unique_ptr<Appender>> open(duckdb_connection connection, const char* table) {
    auto out = std::make_unique<Appender>();
    if (duckdb_appender_create(connection, nullptr, table, &out->appender_) == DuckDBError)
      return internal_error("cannot append");
    duckdb_logical_type types[kColumnCount];
    for (std::size_t c = 0; c < kColumnCount; ++c)
      types[c] = duckdb_appender_column_type(out->appender_, c);
    out->chunk_ = duckdb_create_data_chunk(types, kColumnCount);
    for (auto& type : types) duckdb_destroy_logical_type(&type);
    out->begin_chunk();
    return out;
  }
  ~Appender() {
    if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
    duckdb_appender_destroy(&appender_);
  }
  template <class T>
  void put(Column column, T value) {
    static_cast<T*>(data_[column])[rows_] = value;
  }
  void put_money(std::int64_t value) {
    static_cast<std::int64_t*>(data_[kMoney])[rows_] = value == kNoValue ? 0 : value;
    duckdb_validity_set_row_validity(valid_, rows_, value != kNoValue);
  }
  void end_row() {
    if (++rows_ == duckdb_vector_size()) flush();
  }
  Status finish() {
    flush();
    if (duckdb_appender_close(appender_) == DuckDBError || failed_)
      return internal_error("appending failed");
    return {};
  }

 private:
  void begin_chunk() {
    duckdb_data_chunk_reset(chunk_);
    rows_ = 0;
    for (std::size_t c = 0; c < kColumnCount; ++c) {
      data_[c] = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk_, c));
    }
    duckdb_vector money = duckdb_data_chunk_get_vector(chunk_, kMoney);
    duckdb_vector_ensure_validity_writable(money);
    valid_ = duckdb_vector_get_validity(money);
  }
  void flush() {
    duckdb_data_chunk_set_size(chunk_, rows_);
    failed_ = duckdb_append_data_chunk(appender_, chunk_) == DuckDBError || failed_;
    begin_chunk();
  }

  duckdb_appender appender_ = nullptr;
  duckdb_data_chunk chunk_ = nullptr;
  void* data_[kColumnCount] = {};
  std::uint64_t* valid_ = nullptr;
  idx_t rows_ = 0;
  bool failed_ = false;
};

// The sessions of one customer, numbered in the order of their first events.
class Sessions {
 public:
  explicit Sessions(Micros gap) : gap_(gap) {}
  void next_customer() { open_.clear(); }
  // True when the event begins a session; `number` is its session's.
  bool add(NodeId device, Micros t, std::uint32_t& number) {
    if (device != kNoNode) {
      for (Open& o : open_) {
        if (o.device != device) continue;
        const bool begins = t - o.last > gap_;
        if (begins) o.number = next_++;
        o.last = t;
        number = o.number;
        return begins;
      }
      open_.push_back({device, next_, t});
    }
    number = next_++;
    return true;
  }

 private:
  struct Open {
    NodeId device;
    std::uint32_t number;
    Micros last;
  };
  Micros gap_;
  std::uint32_t next_ = 0;
  std::vector<Open> open_;
};

Status make_tables(DuckdbPeer& peer, const Codes& codes) {
  for (const char* table : {"events", "unowned"}) {
    auto made =
        peer.ask(std::string("CREATE TABLE ") + table +
                 " (customer UINTEGER, t BIGINT, seq UINTEGER, name " + codes.names.enum_type() +
                 ", touchpoint " + codes.touchpoints.enum_type() + ", channel " +
                 codes.channels.enum_type() + ", source " + codes.sources.enum_type() +
                 ", session UINTEGER, first BOOLEAN, value BIGINT)");
    if (!made) return tl::unexpected(made.error());
  }
  return {};
}

Status append(DuckdbPeer& peer, const select::Context& context, const Codes& codes) {
  auto owned = Appender::open(peer.connection(), "events");
  auto unowned = Appender::open(peer.connection(), "unowned");
  if (!owned) return tl::unexpected(owned.error());
  if (!unowned) return tl::unexpected(unowned.error());
  const auto& classes = *context.classes;
  Sessions sessions(context.session_gap);
  context.snapshot->scan(
      1, [](unsigned, const timeline::CodeSpace& space) { return space; },
      [&](const timeline::CodeSpace& space, const auto& run) {
        Appender& to = run.customer == kNoCustomer ? **unowned : **owned;
        sessions.next_customer();
        for (std::uint32_t i = 0; i < run.size; ++i) {
          const KindId kind = space.kind(run.kind[i]), entry = space.kind(run.entry[i]);
          std::uint32_t session = 0;
          const bool first = sessions.add(run.device[i], run.time[i], session);
          to.put<std::uint32_t>(kCustomer, run.customer);
          to.put<std::int64_t>(kT, run.time[i]);
          to.put<std::uint32_t>(kSeq, static_cast<std::uint32_t>(run.sequence(i)));
          to.put<std::uint8_t>(kName, codes.name[kind]);
          to.put<std::uint8_t>(kTouch, codes.touchpoint[kind]);
          to.put<std::uint8_t>(kChannel, codes.channel[classes.channel(kind, entry)]);
          to.put<std::uint8_t>(kSource, codes.source[kind]);
          to.put<std::uint32_t>(kSession, session);
          to.put<bool>(kFirst, first);
          to.put_money(run.value(i));
          to.end_row();
        }
      },
      true);
  if (auto ok = (*owned)->finish(); !ok) return ok;
  return (*unowned)->finish();
}

}  // namespace

Status export_events(const select::Context& context, const std::string& duckdb_file,
                     const std::string& parquet_folder) {
  auto peer = DuckdbPeer::open(duckdb_file);
  if (!peer) return tl::unexpected(peer.error());
  const Codes codes(*context.classes);
  for (const Texts* texts : {&codes.names, &codes.touchpoints, &codes.channels, &codes.sources}) {
    if (texts->size() > 255) return internal_error("more texts than a byte can count");
  }
  if (auto ok = make_tables(**peer, codes); !ok) return ok;
  if (auto ok = append(**peer, context, codes); !ok) return ok;
  for (const std::string table : {"events", "unowned"}) {
    std::string list;
    for (const char* c : kColumns) {
      list += list.empty() ? "" : ", ";
      const bool text = c == std::string("name") || c == std::string("touchpoint") ||
                        c == std::string("channel") || c == std::string("source");
      list += text ? std::string("CAST(") + c + " AS VARCHAR) AS " + c : c;
    }
    auto done = (*peer)->ask("COPY (SELECT " + list + " FROM " + table +
                             " ORDER BY customer, t, seq) TO '" + parquet_folder + "/" + table +
                             ".parquet' (FORMAT parquet)");
    if (!done) return tl::unexpected(done.error());
  }
  return {};
}

}  // namespace viaggio::bench
