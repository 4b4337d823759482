#pragma once
// Property columns: the value of one JSON path for every event, by sequence, dictionary-coded.
// Built on first use by reading the log once, on all cores, extended as events arrive, and kept in
// files, so that the first question after a start does not read the log again.
// Threads: Columns is thread-safe; a Column never changes.
// Files: a folder holds one for each path, named by its hash; little-endian, with a checksum. A
// file that is damaged, of another version or ahead of the log is not used.
#include <bit>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/value.h"

namespace viaggio::select {

using Code = std::uint32_t;  // place in Column::values; 0 = absent

// The codes of 65,536 sequences in a row. Few of them: a bit for each and the codes packed; many:
// the codes themselves. Immutable once its column is finished.
class ColumnChunk {
 public:
  static constexpr std::size_t kSize = 1u << 16;
  // Compresses where that is smaller.
  static ColumnChunk of(std::shared_ptr<Code[]> dense);
  Code at(std::size_t place) const {
    if (dense_) return dense_[static_cast<std::ptrdiff_t>(place)];
    if (!sparse_) return 0;
    const std::uint64_t word = sparse_->bits[place / 64], bit = std::uint64_t{1} << (place % 64);
    if ((word & bit) == 0) return 0;
    return sparse_->codes[sparse_->before[place / 64] +
                          static_cast<unsigned>(std::popcount(word & (bit - 1)))];
  }
  bool empty() const { return !dense_ && !sparse_; }
  std::shared_ptr<Code[]> copy() const;  // dense
  void rename(std::span<const Code> names);
  std::size_t memory_bytes() const;

 private:
  friend class ColumnFile;
  struct Sparse {
    std::uint64_t bits[kSize / 64] = {};
    std::uint16_t before[kSize / 64] = {};  // codes before the word; never all 65,536
    std::vector<Code> codes;
  };
  std::shared_ptr<const Code[]> dense_;
  std::shared_ptr<const Sparse> sparse_;
};

// Immutable: extending a column makes a new one that shares all but the last chunks.
class Column {
 public:
  Code size() const { return size_; }  // codes are below
  const Value& value(Code code) const { return (*values_[code / kValues])[code % kValues]; }
  Code code(Sequence sequence) const {
    const std::size_t chunk = sequence / kChunk;
    return chunk < chunks_.size() ? chunks_[chunk].at(sequence % kChunk) : 0;
  }
  Sequence upto() const { return upto_; }
  std::size_t memory_bytes() const;

 private:
  friend class ColumnWriter;
  friend class ColumnFile;
  static constexpr std::size_t kChunk = ColumnChunk::kSize;
  static constexpr std::size_t kValues = 1u << 10;

  std::vector<std::shared_ptr<std::vector<Value>>> values_;
  std::vector<ColumnChunk> chunks_;
  Code size_ = 0;
  Sequence upto_ = 0;
};

// A column that is computed, not read from the log: `fill` calls set(sequence, code) for the events
// that have a value; values[0] is "absent".
std::shared_ptr<const Column> make_column(
    const std::vector<Value>& values, Sequence upto,
    const std::function<void(const std::function<void(Sequence, Code)>&)>& fill);

// Reads stored events: calls back with (sequence, JSON text) for from <= sequence <= to. Called by
// several threads at once.
using EventReader = std::function<Status(Sequence from, Sequence to,
                                         const std::function<void(Sequence, std::string_view)>&)>;

class Columns {
 public:
  // `folder`: where columns are kept; empty: nowhere. It is used from the first prepare() on.
  explicit Columns(EventReader reader, std::string folder = {});
  ~Columns();
  // Writes the columns that have grown by more than a twentieth since they were written.
  Status save() const;
  // The column of a path ("properties.products.sku"), complete up to a sequence.
  Result<std::shared_ptr<const Column>> column(const std::string& path, Sequence upto);
  // Brings several columns up to a sequence in one reading of the log.
  Status prepare(const std::vector<std::string>& paths, Sequence upto);
  std::size_t memory_bytes() const;

 private:
  struct Entry;
  struct Job;
  class Reading;
  std::unique_ptr<Job> begin(const std::string& path, Sequence upto);  // null: nothing to do
  Status read(std::vector<std::unique_ptr<Job>>& jobs, Sequence from, Sequence upto) const;
  // The code of each value, by what raw_of() says of it.
  static void index_values(Entry& entry);

  EventReader reader_;
  std::string folder_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> columns_;
};

// The value at a dotted path of a JSON text; dotted paths enter arrays.
Value value_at(std::string_view json, const std::string& path);

}  // namespace viaggio::select
