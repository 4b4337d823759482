#pragma once
// Where configuration lives: JSON documents by (type, id), every past revision kept, plus reference
// tables, facts without a person, and plain records (keys, sessions, imports).
// One global configuration revision grows by one with each change of a document: "as of revision r"
// means the newest version of each document written at or before r. Tables, facts and records are
// not versioned and do not move the revision.
// Threads: every method from any thread; one connection behind one lock. Durable: a method that
// changes something returns after SQLite's commit (rollback journal, synchronous=FULL: the
// write-ahead log of this release can corrupt, see docs/decisions).
// Errors: conflict "version_conflict", not_found "unknown_document", internal "catalog" (the cause
// is logged, never in the detail).
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace viaggio::catalog {

using Revision = std::uint64_t;  // 0 = nothing configured yet

struct Document {
  std::string id;
  std::string json;
  Revision revision = 0;  // the change that wrote this version
  Micros time = 0;
  std::string etag() const { return "r" + std::to_string(revision); }
};

struct Row {
  std::string key;
  std::string json;
};

// A measure of a day that belongs to no person (views, cost, footfall, stock).
struct Fact {
  std::string day;  // 2026-11-23
  std::string touchpoint, campaign, measure;
  double value = 0;
};

struct FactFilter {
  std::string from, to;                       // days, to exclusive; empty = open
  std::string touchpoint, campaign, measure;  // empty = any
};

class Catalog {
 public:
  // Creates the file when absent. Refuses one of a newer format (impossible "newer_format").
  static Result<std::unique_ptr<Catalog>> open(const std::string& file);
  virtual ~Catalog() = default;

  virtual Revision revision() const = 0;  // cheap: no disk

  // ---- documents ----
  virtual Result<Document> get(std::string_view type, std::string_view id,
                               std::optional<Revision> as_of = std::nullopt) const = 0;
  virtual Result<std::vector<Document>> list(
      std::string_view type,  // by id
      std::optional<Revision> as_of = std::nullopt) const = 0;
  // expected: an etag, "*" (must exist already) or empty (whatever is there). Equal text changes
  // nothing and gives back the present version.
  virtual Result<Document> put(std::string_view type, std::string_view id, std::string_view json,
                               std::string_view expected = {}) = 0;
  virtual Result<Revision> remove(std::string_view type, std::string_view id,
                                  std::string_view expected = {}) = 0;
  virtual Result<std::vector<Document>> history(std::string_view type,
                                                std::string_view id) const = 0;

  // ---- reference tables (by key) and facts; writing the same twice changes nothing ----
  virtual Status upsert_rows(std::string_view table, const std::vector<Row>& rows) = 0;
  virtual Result<std::vector<Row>> rows(std::string_view table) const = 0;  // by key
  virtual Result<std::optional<Row>> row(std::string_view table, std::string_view key) const = 0;
  virtual Status upsert_facts(const std::vector<Fact>& facts) = 0;
  virtual Result<std::vector<Fact>> facts(const FactFilter& filter) const = 0;

  // ---- records ----
  virtual Status put_record(std::string_view collection, std::string_view id,
                            std::string_view json) = 0;
  virtual Result<std::optional<std::string>> record(std::string_view collection,
                                                    std::string_view id) const = 0;
  virtual Result<std::vector<Row>> records(std::string_view collection) const = 0;  // by id
  virtual Status remove_record(std::string_view collection, std::string_view id) = 0;

  virtual Status check() const = 0;  // SQLite's own integrity check
  // Copies the whole catalog into a new file, consistent, while others go on.
  virtual Status copy_to(const std::string& file) const = 0;
};

// The tables that exist, and the field that is each one's key.
struct TableKind {
  std::string_view name, key;
};
const std::vector<TableKind>& reference_tables();

// What PUT /api/tables/{table} takes: {"rows":[{...}]} or [{...}]. Errors name rows[i].field.
Result<std::vector<Row>> parse_rows(std::string_view table, std::string_view json);
// What POST /api/facts takes: [{"day","touchpoint","campaign","measure","value"}].
Result<std::vector<Fact>> parse_facts(std::string_view json);
std::string rows_json(const std::vector<Row>& rows);     // {"rows":[...]}
std::string facts_json(const std::vector<Fact>& facts);  // {"facts":[...]}

}  // namespace viaggio::catalog
