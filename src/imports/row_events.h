#pragma once
// Rows of a table -> messages of the Segment model, through a mapping. Rows that share a group key
// are gathered into one message with line items; the others are one message each.
// The id of a message is a hash of the source and the row's key (or the row itself and its ordinal
// among equal rows), so that reading a file again gives the same ids.
// One thread. Memory: without a group nothing but a counter per distinct row; with one, the line
// items of every open group.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "files/table_reader.h"
#include "imports/mapping.h"

namespace viaggio::imports {

// A message made of rows: the text of a JSON object, and the first row it came from.
struct RowMessage {
  std::uint64_t line = 0;
  std::string json;
  std::string text;  // the row, or the group's key; for the report of rejected rows
};

struct RejectedRow {
  std::uint64_t line = 0;
  std::string code, field, detail, text;
};

// The message id of a row: 128 bits of hash, the same on every machine.
std::string row_id(std::string_view source, std::string_view row);

class RowEvents {
 public:
  struct Output {
    std::function<void(RowMessage&&)> message;
    std::function<void(RejectedRow&&)> rejected;
  };
  // The columns of the table decide which columns the mapping means; a column that the mapping
  // names and the table lacks is an error (JSON lines: a path that a row lacks is null).
  static Result<std::unique_ptr<RowEvents>> create(const Mapping& mapping, std::string source,
                                                   const Zone& zone, Micros now,
                                                   const files::TableReader& table);
  virtual ~RowEvents() = default;
  virtual void add(const files::RowBatch& batch, const Output& out) = 0;
  virtual void finish(const Output& out) = 0;  // gives out the groups still open
};

}  // namespace viaggio::imports
