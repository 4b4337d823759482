#pragma once
// A column in a file of its own, so that it need not be read out of the log again. Errors: writing
// fails with a Status; a file that cannot be used reads as none. Re-entrant.
#include <memory>
#include <string>

#include "base/result.h"
#include "select/columns.h"

namespace viaggio::select {

class ColumnFile {
 public:
  static Status write(const Column& column, const std::string& folder, const std::string& path);
  static std::shared_ptr<const Column> read(const std::string& folder, const std::string& path);
};

}  // namespace viaggio::select
