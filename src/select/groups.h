#pragma once
// The groups that a field parts things into: values that read the same are one group, 0 is "no
// value". Immutable after making; thread-safe.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "select/event_filter.h"

namespace viaggio::select {

struct Groups {
  std::vector<std::string> names{""};  // by group
  std::vector<std::uint32_t> of_code;  // by code of the field
  std::size_t size() const { return names.size(); }

  static Groups of(const Field& field) {
    Groups out;
    std::map<std::string, std::uint32_t> known;
    out.of_code.resize(field.size(), 0);
    for (Code c = 0; c < field.size(); ++c) {
      if (field.value(c).empty()) continue;
      const auto [at, fresh] =
          known.try_emplace(display(field.value(c)), static_cast<std::uint32_t>(out.names.size()));
      if (fresh) out.names.push_back(at->first);
      out.of_code[c] = at->second;
    }
    return out;
  }
};

}  // namespace viaggio::select
