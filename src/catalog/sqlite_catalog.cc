#include <atomic>
#include <mutex>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <spdlog/spdlog.h>

#include "catalog/catalog.h"

namespace viaggio::catalog {
namespace {

constexpr int kFormat = 1;

constexpr const char* kSchema[] = {
    "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS documents(type TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER "
    "NOT NULL, "
    "json TEXT NOT NULL, deleted INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(type, id, "
    "revision)) "
    "WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS reference_rows(name TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT "
    "NULL, "
    "PRIMARY KEY(name, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS facts(day TEXT NOT NULL, touchpoint TEXT NOT NULL, campaign TEXT "
    "NOT NULL, "
    "measure TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY(day, touchpoint, campaign, measure)) "
    "WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS records(collection TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT "
    "NULL, "
    "PRIMARY KEY(collection, id)) WITHOUT ROWID",
};

struct Version {
  std::string json;
  Revision revision = 0;
  Micros time = 0;
  bool deleted = false;
};

class SqliteCatalog : public Catalog {
 public:
  Status open(const std::string& file) {
    return guarded([&]() -> Status {
      sql_.open(soci::sqlite3, "db=\"" + file + "\" synchronous=full");
      std::string mode;
      sql_ << "PRAGMA journal_mode=DELETE", soci::into(mode);
      sql_ << "PRAGMA synchronous=FULL";
      int busy = 0;
      sql_ << "PRAGMA busy_timeout=5000", soci::into(busy);
      for (const char* statement : kSchema) sql_ << statement;
      int format = 0;
      sql_ << "SELECT coalesce(max(value), 0) FROM meta WHERE name = 'format'", soci::into(format);
      if (format > kFormat) {
        return fail(ErrorKind::impossible, "newer_format",
                    "the catalog was written by a newer version of this program");
      }
      sql_ << "INSERT OR REPLACE INTO meta(name, value) VALUES('format', :f)", soci::use(kFormat);
      long long revision = 0;
      sql_ << "SELECT coalesce(max(revision), 0) FROM documents", soci::into(revision);
      revision_ = static_cast<Revision>(revision);
      return {};
    });
  }

  Revision revision() const override { return revision_; }

  Result<Document> get(std::string_view type, std::string_view id,
                       std::optional<Revision> as_of) const override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<Document> {
      auto v = version(type, id, as_of);
      if (!v || v->deleted) return unknown(type, id);
      return Document{std::string(id), std::move(v->json), v->revision, v->time};
    });
  }

  Result<std::vector<Document>> list(std::string_view type,
                                     std::optional<Revision> as_of) const override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<std::vector<Document>> {
      const std::string t(type);
      const long long limit = bound(as_of);
      std::vector<Document> out;
      std::string id, json;
      long long revision = 0, at = 0;
      soci::statement st = (sql_.prepare << "SELECT d.id, d.json, d.revision, d.at FROM documents "
                                            "d JOIN (SELECT id, max(revision) "
                                            "AS newest FROM documents WHERE type = :t AND revision "
                                            "<= :r GROUP BY id) n ON n.id = "
                                            "d.id AND n.newest = d.revision WHERE d.type = :t2 AND "
                                            "d.deleted = 0 ORDER BY d.id",
                            soci::use(t), soci::use(limit), soci::use(t), soci::into(id),
                            soci::into(json), soci::into(revision), soci::into(at));
      st.execute();
      while (st.fetch()) out.push_back({id, json, static_cast<Revision>(revision), at});
      return out;
    });
  }

  Result<Document> put(std::string_view type, std::string_view id, std::string_view json,
                       std::string_view expected) override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<Document> {
      auto now = version(type, id, std::nullopt);
      if (now && now->deleted) now.reset();
      if (auto ok = check_expected(now, expected); !ok) return tl::unexpected<Error>(ok.error());
      if (now && now->json == json)
        return Document{std::string(id), std::move(now->json), now->revision, now->time};
      return write(type, id, json, false);
    });
  }

  Result<Revision> remove(std::string_view type, std::string_view id,
                          std::string_view expected) override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<Revision> {
      auto now = version(type, id, std::nullopt);
      if (!now || now->deleted) return unknown(type, id);
      if (auto ok = check_expected(now, expected); !ok) return tl::unexpected<Error>(ok.error());
      return write(type, id, "", true).revision;
    });
  }

  Result<std::vector<Document>> history(std::string_view type, std::string_view id) const override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<std::vector<Document>> {
      const std::string t(type), i(id);
      std::vector<Document> out;
      std::string json;
      long long revision = 0, at = 0;
      soci::statement st =
          (sql_.prepare << "SELECT json, revision, at FROM documents WHERE type = :t AND id = :i "
                           "ORDER BY revision",
           soci::use(t), soci::use(i), soci::into(json), soci::into(revision), soci::into(at));
      st.execute();
      while (st.fetch()) out.push_back({i, json, static_cast<Revision>(revision), at});
      return out;
    });
  }

  Status upsert_rows(std::string_view table, const std::vector<Row>& rows) override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Status {
      soci::transaction all(sql_);
      std::string name(table), key, json;
      soci::statement st =
          (sql_.prepare
               << "INSERT OR REPLACE INTO reference_rows(name, id, json) VALUES(:n, :k, :j)",
           soci::use(name), soci::use(key), soci::use(json));
      for (const Row& r : rows) {
        key = r.key;
        json = r.json;
        st.execute(true);
      }
      all.commit();
      return {};
    });
  }

  Result<std::vector<Row>> rows(std::string_view table) const override {
    return pairs("SELECT id, json FROM reference_rows WHERE name = :n ORDER BY id", table);
  }

  Result<std::optional<Row>> row(std::string_view table, std::string_view key) const override {
    auto json = single("SELECT json FROM reference_rows WHERE name = :n AND id = :k", table, key);
    if (!json) return tl::unexpected<Error>(json.error());
    if (!*json) return std::optional<Row>();
    return std::optional<Row>(Row{std::string(key), std::move(**json)});
  }

  Status upsert_facts(const std::vector<Fact>& facts) override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Status {
      soci::transaction all(sql_);
      Fact f;
      soci::statement st =
          (sql_.prepare
               << "INSERT OR REPLACE INTO facts(day, touchpoint, campaign, measure, value) "
                  "VALUES(:d, :t, :c, :m, :v)",
           soci::use(f.day), soci::use(f.touchpoint), soci::use(f.campaign), soci::use(f.measure),
           soci::use(f.value));
      for (const Fact& given : facts) {
        f = given;
        st.execute(true);
      }
      all.commit();
      return {};
    });
  }

  Result<std::vector<Fact>> facts(const FactFilter& filter) const override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<std::vector<Fact>> {
      std::vector<Fact> out;
      Fact f;
      soci::statement st =
          (sql_.prepare << "SELECT day, touchpoint, campaign, measure, value FROM facts WHERE (:f1 "
                           "= '' OR day >= "
                           ":f2) AND (:o1 = '' OR day < :o2) AND (:t1 = '' OR touchpoint = :t2) "
                           "AND (:c1 = '' OR "
                           "campaign = :c2) AND (:m1 = '' OR measure = :m2) ORDER BY day, "
                           "touchpoint, campaign, measure",
           soci::use(filter.from), soci::use(filter.from), soci::use(filter.to),
           soci::use(filter.to), soci::use(filter.touchpoint), soci::use(filter.touchpoint),
           soci::use(filter.campaign), soci::use(filter.campaign), soci::use(filter.measure),
           soci::use(filter.measure), soci::into(f.day), soci::into(f.touchpoint),
           soci::into(f.campaign), soci::into(f.measure), soci::into(f.value));
      st.execute();
      while (st.fetch()) out.push_back(f);
      return out;
    });
  }

  Status put_record(std::string_view collection, std::string_view id,
                    std::string_view json) override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Status {
      const std::string c(collection), i(id), j(json);
      sql_ << "INSERT OR REPLACE INTO records(collection, id, json) VALUES(:c, :i, :j)",
          soci::use(c), soci::use(i), soci::use(j);
      return {};
    });
  }

  Result<std::optional<std::string>> record(std::string_view collection,
                                            std::string_view id) const override {
    return single("SELECT json FROM records WHERE collection = :c AND id = :i", collection, id);
  }

  Result<std::vector<Row>> records(std::string_view collection) const override {
    return pairs("SELECT id, json FROM records WHERE collection = :c ORDER BY id", collection);
  }

  Status remove_record(std::string_view collection, std::string_view id) override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Status {
      const std::string c(collection), i(id);
      sql_ << "DELETE FROM records WHERE collection = :c AND id = :i", soci::use(c), soci::use(i);
      return {};
    });
  }

  Status check() const override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Status {
      std::string verdict;
      sql_ << "PRAGMA integrity_check(1)", soci::into(verdict);
      if (verdict == "ok") return {};
      return internal_error("the catalog is damaged: " + verdict, "catalog_damaged");
    });
  }

  Status copy_to(const std::string& file) const override {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Status {
      sql_ << "VACUUM INTO :f", soci::use(file);
      return {};
    });
  }

 private:
  // Runs what may throw; nothing of the cause reaches the caller but its code.
  template <class F>
  auto guarded(F body) const -> decltype(body()) {
    try {
      return body();
    } catch (const std::exception& e) {
      spdlog::error("catalog: {}", e.what());
      return internal_error("the catalog could not be read or written", "catalog");
    }
  }

  static tl::unexpected<Error> unknown(std::string_view type, std::string_view id) {
    return fail(ErrorKind::not_found, "unknown_document",
                "there is no " + std::string(type) + " \"" + std::string(id) + "\"");
  }

  static long long bound(std::optional<Revision> as_of) {
    return as_of ? static_cast<long long>(*as_of) : std::numeric_limits<long long>::max();
  }

  static Status check_expected(const std::optional<Version>& now, std::string_view expected) {
    if (expected.empty()) return {};
    const bool fits = now && (expected == "*" || expected == "r" + std::to_string(now->revision));
    if (fits) return {};
    return fail(ErrorKind::conflict, "version_conflict",
                now ? "it was changed by someone else since it was read; read it again"
                    : "it does not exist yet");
  }

  std::optional<Version> version(std::string_view type, std::string_view id,
                                 std::optional<Revision> as_of) const {
    const std::string t(type), i(id);
    const long long limit = bound(as_of);
    Version v;
    long long revision = 0, at = 0;
    int deleted = 0;
    sql_ << "SELECT json, revision, at, deleted FROM documents WHERE type = :t AND id = :i AND "
            "revision <= :r ORDER "
            "BY revision DESC LIMIT 1",
        soci::use(t), soci::use(i), soci::use(limit), soci::into(v.json), soci::into(revision),
        soci::into(at), soci::into(deleted);
    if (!sql_.got_data()) return std::nullopt;
    v.revision = static_cast<Revision>(revision);
    v.time = at;
    v.deleted = deleted != 0;
    return v;
  }

  Document write(std::string_view type, std::string_view id, std::string_view json, bool deleted) {
    const std::string t(type), i(id), j(json);
    const long long revision = static_cast<long long>(revision_.load()) + 1, at = now_micros();
    const int gone = deleted ? 1 : 0;
    sql_ << "INSERT INTO documents(type, id, revision, json, deleted, at) VALUES(:t, :i, :r, :j, "
            ":d, :a)",
        soci::use(t), soci::use(i), soci::use(revision), soci::use(j), soci::use(gone),
        soci::use(at);
    revision_ = static_cast<Revision>(revision);
    return {i, j, revision_, at};
  }

  Result<std::vector<Row>> pairs(const char* query, std::string_view first) const {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<std::vector<Row>> {
      const std::string f(first);
      std::vector<Row> out;
      Row r;
      soci::statement st =
          (sql_.prepare << query, soci::use(f), soci::into(r.key), soci::into(r.json));
      st.execute();
      while (st.fetch()) out.push_back(r);
      return out;
    });
  }

  Result<std::optional<std::string>> single(const char* query, std::string_view first,
                                            std::string_view second) const {
    std::lock_guard lock(mutex_);
    return guarded([&]() -> Result<std::optional<std::string>> {
      const std::string f(first), s(second);
      std::string json;
      sql_ << query, soci::use(f), soci::use(s), soci::into(json);
      if (!sql_.got_data()) return std::optional<std::string>();
      return std::optional<std::string>(std::move(json));
    });
  }

  mutable std::mutex mutex_;
  mutable soci::session sql_;
  std::atomic<Revision> revision_{0};
};

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(const std::string& file) {
  auto catalog = std::make_unique<SqliteCatalog>();
  if (auto ok = catalog->open(file); !ok) return tl::unexpected<Error>(ok.error());
  return catalog;
}

}  // namespace viaggio::catalog
