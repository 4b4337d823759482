#pragma once
// The mappings that come with the product (the files of mappings/, compiled in).
#include <string_view>
#include <vector>

namespace viaggio::imports {

struct ShippedMapping {
  std::string_view id;
  std::string_view toml;
};
const std::vector<ShippedMapping>& shipped_mappings();

}  // namespace viaggio::imports
