#pragma once
// A Field over the codes of one CodeSpace: a table look-up where the field is known from the kind,
// or from the kind and the session's first event. One thread's working memory; prepare() for each
// CodeSpace.
#include <vector>

#include "select/event_filter.h"

namespace viaggio::select {

class FieldCodes {
 public:
  explicit FieldCodes(const Field& field) : field_(&field) {}
  void prepare(const timeline::CodeSpace& codes) {
    codes_ = codes;
    if (!by_table()) return;
    own_.resize(codes.size);
    inherits_.assign(codes.size, 0);
    for (std::uint32_t c = 0; c < codes.size; ++c) {
      const KindId kind = codes.kind(c);
      own_[c] = field_->own_code(kind);
      inherits_[c] = field_->inherits(kind) ? 1 : 0;
    }
  }
  // Known without the event's sequence and customer.
  bool by_table() const {
    return field_->source() == Field::Source::kind || field_->source() == Field::Source::channel;
  }
  // Only by_table().
  Code by_codes(std::uint32_t kind, std::uint32_t entry) const {
    return own_[inherits_[kind] != 0 ? entry : kind];
  }
  // Any field.
  template <class RunT>
  Code at(const RunT& run, std::uint32_t i) const {
    if (by_table()) return by_codes(run.kind[i], run.entry[i]);
    return field_->code(codes_.kind(run.kind[i]), codes_.kind(run.entry[i]), run.sequence(i),
                        run.customer);
  }

 private:
  const Field* field_;
  timeline::CodeSpace codes_;
  std::vector<Code> own_;
  std::vector<std::uint8_t> inherits_;
};

}  // namespace viaggio::select
