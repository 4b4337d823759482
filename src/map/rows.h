#pragma once
// The rows of a map: the touchpoints or channels that events in use have, numbered densely.
// Immutable after making; thread-safe.
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "select/context.h"

namespace viaggio::map {

using Row = std::uint32_t;
inline constexpr Row kNoRow = 0xFFFFFFFFu;

struct RowText {
  std::string id, it, en, group, icon;
};

class Rows {
 public:
  Rows(const classify::Classification& classes, bool channels);
  Row of(KindId kind, KindId entry) const {
    return channels_ && inherits_[kind] != 0 ? by_kind_[entry] : by_kind_[kind];
  }
  // of() in two halves, for tables: the kind's own row, and whether the session's first event says.
  Row own(KindId kind) const { return by_kind_[kind]; }
  bool inherits(KindId kind) const { return channels_ && inherits_[kind] != 0; }
  std::size_t size() const { return size_; }  // rows that events can have are below
  Row find(const std::string& id) const;      // kNoRow when there is none
  Row find_or_add(const std::string& id);     // a row that only answers are about
  const RowText& text(Row row) const { return texts_[row]; }

 private:
  const classify::Classification* classes_;
  bool channels_;
  std::vector<Row> by_kind_;
  std::vector<std::uint8_t> inherits_;
  std::vector<RowText> texts_;
  std::unordered_map<std::string, Row> ids_;
  std::size_t size_ = 0;
};

}  // namespace viaggio::map
