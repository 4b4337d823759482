#pragma once
// Finds where a short pattern occurs in a text with a few typos (a letter wrong, missing or extra):
// the bit-parallel automaton of Wu and Manber (1992), one 64-bit word for each number of errors.
// Cost: text bytes x (errors + 1) word operations. A match never spans a line break.
#include <array>
#include <cstdint>
#include <string_view>

namespace viaggio::profiles {

// Calls found(end position, errors) for at most `most` lines; patterns over 60 bytes are cut.
template <class Found>
void fuzzy_scan(std::string_view text, std::string_view pattern, unsigned errors, std::size_t most,
                Found&& found) {
  if (pattern.size() > 60) pattern = pattern.substr(0, 60);
  if (pattern.empty() || errors > 2) return;
  std::array<std::uint64_t, 256> mask{};
  for (std::size_t i = 0; i < pattern.size(); ++i)
    mask[static_cast<unsigned char>(pattern[i])] |= std::uint64_t{1} << i;
  const std::uint64_t accept = std::uint64_t{1} << (pattern.size() - 1);
  std::array<std::uint64_t, 3> state{};
  auto restart = [&] {
    state[0] = 0;
    for (unsigned e = 1; e <= errors; ++e) state[e] = (state[e - 1] << 1) | 1;
  };
  restart();
  bool line_done = false;
  for (std::size_t p = 0; p < text.size() && most > 0; ++p) {
    const auto c = static_cast<unsigned char>(text[p]);
    if (c == '\n') {
      restart();
      line_done = false;
      continue;
    }
    if (line_done) continue;
    std::uint64_t before = state[0];
    state[0] = ((state[0] << 1) | 1) & mask[c];
    for (unsigned e = 1; e <= errors; ++e) {
      const std::uint64_t old = state[e];
      state[e] = ((((old << 1) | 1) & mask[c]) | before | (before << 1) | (state[e - 1] << 1)) | 1;
      before = old;
    }
    for (unsigned e = 0; e <= errors; ++e) {
      if ((state[e] & accept) == 0) continue;
      found(p, e);
      --most;
      line_done = true;
      break;
    }
  }
}

}  // namespace viaggio::profiles
