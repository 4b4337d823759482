#pragma once
// The parts that all questions share, as api.md writes them, read strictly: an unknown field, a
// wrong type or a bad value is an Error that names its place ("steps[1].where[0].op"). Plain
// values; no threads.
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/time.h"
#include "model/value.h"

namespace viaggio {

enum class Op {
  eq,
  neq,
  in,
  not_in,
  contains,
  not_contains,
  starts_with,
  regex,
  gt,
  gte,
  lt,
  lte,
  exists,
  not_exists
};

struct Filter {
  std::string field;
  Op op = Op::eq;
  std::vector<Scalar> values;            // one; several for in and not_in; none for exists
  std::vector<std::vector<Filter>> any;  // not empty: an OR of ANDs, the fields above unused
  std::string path;                      // where it stood in the question, for errors
};
using Filters = std::vector<Filter>;  // AND

// Which events: all, or those with one of the names; and the filters.
struct Selector {
  bool all = false;
  std::vector<std::string> events;
  Filters where;
};

struct Range {
  Micros from = std::numeric_limits<Micros>::min();  // inclusive
  Micros to = std::numeric_limits<Micros>::max();    // exclusive
  bool holds(Micros t) const { return t >= from && t < to; }
};

struct Breakdown {
  std::string by;
  std::size_t limit = 25;
};

// What a question of any kind may carry.
struct Common {
  std::string as_of;  // empty: now
  Range range;
  std::string timezone;  // empty: the workspace's
  Filters where;
  Filters audience;
  std::string audience_id;  // a saved audience; then `audience` is filled by the engine
};

// Reads an object and remembers which fields were asked for; finish() names the first unknown one.
class ObjectReader {
 public:
  ObjectReader(const nlohmann::json& object, std::string path);
  Status status() const;  // not an object
  const nlohmann::json* find(const char* field);
  std::string at(const std::string& field) const {
    return path_.empty() ? field : path_ + "." + field;
  }

  Result<std::optional<std::string>> text(const char* field);
  Result<std::optional<bool>> boolean(const char* field);
  Result<std::optional<std::int64_t>> integer(const char* field, std::int64_t low,
                                              std::int64_t high);
  Result<std::optional<Micros>> duration(const char* field);
  // One of the names; the answer is its index.
  Result<std::optional<std::size_t>> choice(const char* field,
                                            const std::vector<std::string>& names);
  Status finish() const;  // an unknown field is an error that names it

 private:
  const nlohmann::json& object_;
  std::string path_;
  std::set<std::string> asked_;
};

Result<Filters> read_filters(const nlohmann::json& array, const std::string& path);
// The fields event, any_of, all and where of an object that may hold others too.
Result<Selector> read_selector(ObjectReader& object);
Result<Selector> read_selector(const nlohmann::json& object, const std::string& path);
Result<Range> read_range(const nlohmann::json& object, const std::string& path);
// `breakdown` of a question, {by, limit}; nothing when absent.
Result<std::optional<Breakdown>> read_breakdown(ObjectReader& question);
// Takes as_of, range, timezone, where and audience out of the question.
Result<Common> read_common(ObjectReader& question);

}  // namespace viaggio
