#pragma once
// Property columns: the value of one JSON path for every event, by sequence, dictionary-coded.
// Built on first use by reading the log once, extended as events arrive.
// Threads: Columns is thread-safe; a Column never changes.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/value.h"

namespace viaggio::select {

using Code = std::uint32_t;  // place in Column::values; 0 = absent

// Immutable: extending a column makes a new one that shares all but the last chunks.
class Column {
 public:
  Code size() const { return size_; }  // codes are below
  const Value& value(Code code) const { return (*values_[code / kValues])[code % kValues]; }
  Code code(Sequence sequence) const {
    const std::size_t chunk = sequence / kChunk;
    return chunk < chunks_.size() && chunks_[chunk] ? chunks_[chunk][sequence % kChunk] : 0;
  }
  Sequence upto() const { return upto_; }
  std::size_t memory_bytes() const;

 private:
  friend class ColumnWriter;
  static constexpr std::size_t kChunk = 1u << 16;
  static constexpr std::size_t kValues = 1u << 10;

  std::vector<std::shared_ptr<std::vector<Value>>> values_;
  std::vector<std::shared_ptr<Code[]>> chunks_;
  Code size_ = 0;
  Sequence upto_ = 0;
};

// A column that is computed, not read from the log: `fill` calls set(sequence, code) for the events
// that have a value; values[0] is "absent".
std::shared_ptr<const Column> make_column(
    const std::vector<Value>& values, Sequence upto,
    const std::function<void(const std::function<void(Sequence, Code)>&)>& fill);

// Reads stored events: calls back with (sequence, JSON text) for from <= sequence <= to.
using EventReader = std::function<Status(Sequence from, Sequence to,
                                         const std::function<void(Sequence, std::string_view)>&)>;

class Columns {
 public:
  explicit Columns(EventReader reader);
  ~Columns();
  // The column of a path ("properties.products.sku"), complete up to a sequence.
  Result<std::shared_ptr<const Column>> column(const std::string& path, Sequence upto);
  // Brings several columns up to a sequence in one reading of the log.
  Status prepare(const std::vector<std::string>& paths, Sequence upto);
  std::size_t memory_bytes() const;

 private:
  struct Entry;
  EventReader reader_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> columns_;
};

// The value at a dotted path of a JSON text; dotted paths enter arrays.
Value value_at(std::string_view json, const std::string& path);

}  // namespace viaggio::select
