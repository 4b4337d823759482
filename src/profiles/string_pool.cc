#include "profiles/string_pool.h"

#include <algorithm>

#include "base/text.h"

namespace viaggio::profiles {

std::size_t StringPool::slot(std::string_view text) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t i = hash64(text) & mask;
  while (table_[i] != 0 && at(table_[i] - 1) != text) i = (i + 1) & mask;
  return i;
}

std::uint32_t StringPool::intern(std::string_view text) {
  std::size_t i = slot(text);
  if (table_[i] != 0) return table_[i] - 1;
  const std::uint32_t id = size();
  lines_.append(text);
  lines_ += '\n';
  starts_.push_back(lines_.size());
  table_[i] = id + 1;
  if (std::size_t{id} * 3 > table_.size() * 2) {
    table_.assign(table_.size() * 2, 0);
    for (std::uint32_t k = 0; k <= id; ++k) table_[slot(at(k))] = k + 1;
  }
  return id;
}

std::optional<std::uint32_t> StringPool::find(std::string_view text) const {
  const std::uint32_t known = table_[slot(text)];
  if (known == 0) return std::nullopt;
  return known - 1;
}

std::uint32_t StringPool::line_at(std::uint64_t position) const {
  return static_cast<std::uint32_t>(std::upper_bound(starts_.begin(), starts_.end(), position) -
                                    starts_.begin() - 1);
}

}  // namespace viaggio::profiles
