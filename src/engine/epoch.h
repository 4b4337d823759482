#pragma once
// A moment of the whole product: log sequence, configuration revision, clock. Written
// "SEQUENCE-REVISION-MICROS". Plain value.
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/catalog.h"
#include "model/event.h"

namespace viaggio::engine {

struct Epoch {
  Sequence sequence = 0;
  catalog::Revision revision = 0;
  Micros clock = 0;
  std::string text() const;
  static Result<Epoch> parse(std::string_view text);  // errors name the field as_of
};

}  // namespace viaggio::engine
