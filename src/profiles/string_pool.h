#pragma once
// Texts kept once and known by number: one text of lines, so that it can also be searched as a
// whole. Texts must not hold a line break. About 20 bytes a text beside its own. Threads: one
// writer, or many readers.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace viaggio::profiles {

class StringPool {
 public:
  StringPool() : starts_{1}, table_(1024, 0) {}
  std::uint32_t intern(std::string_view text);
  std::optional<std::uint32_t> find(std::string_view text) const;
  std::string_view at(std::uint32_t id) const {
    return std::string_view(lines_).substr(starts_[id], starts_[id + 1] - starts_[id] - 1);
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(starts_.size() - 1); }
  // Starts with a line break; every text ends with one.
  std::string_view lines() const { return lines_; }
  std::uint32_t line_at(std::uint64_t position) const;
  std::size_t memory_bytes() const {
    return lines_.capacity() + starts_.capacity() * 8 + table_.capacity() * 4;
  }

 private:
  std::size_t slot(std::string_view text) const;
  std::string lines_ = "\n";
  std::vector<std::uint64_t> starts_;  // one more than texts: where the next one will begin
  std::vector<std::uint32_t> table_;   // id + 1, open addressing, at most two thirds full
};

}  // namespace viaggio::profiles
