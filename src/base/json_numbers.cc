#include "base/json_numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace viaggio {
namespace {

template <class Number>
bool reads_as(std::string_view token) {
  Number value{};
  const char* const end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, value);
  return error == std::errc() && stop == end;
}

std::size_t end_of_string(std::string_view json, std::size_t quote) {
  std::size_t i = quote + 1;
  while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
  return std::min(i + 1, json.size());
}

}  // namespace

bool fits_machine_number(std::string_view token) {
  if (token.size() <= 18 && token.find_first_of("eE") == std::string_view::npos) return true;
  if (token.find_first_of(".eE") == std::string_view::npos)
    return reads_as<std::int64_t>(token) || reads_as<std::uint64_t>(token);
  return std::isfinite(std::strtod(std::string(token).c_str(), nullptr));
}

std::string quote_large_numbers(std::string_view json) {
  std::string out;
  out.reserve(json.size() + 16);
  for (std::size_t i = 0; i < json.size();) {
    const char c = json[i];
    std::size_t end = i + 1;
    bool quoted = false;
    if (c == '"') {
      end = end_of_string(json, i);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      end = std::min(json.find_first_not_of("+-.0123456789eE", i), json.size());
      quoted = !fits_machine_number(json.substr(i, end - i));
    }
    if (quoted) out += '"';
    out.append(json.substr(i, end - i));
    if (quoted) out += '"';
    i = end;
  }
  return out;
}

}  // namespace viaggio
