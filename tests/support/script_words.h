#pragma once
// The words of golden scripts: what a line is cut into, and names as selectors. Pure functions.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace viaggio::testing {

std::string cut(const std::string& s);  // without the blanks at both ends
// Split at spaces outside quotes, braces and brackets.
std::vector<std::string> words_of(const std::string& line);
std::vector<std::string> split(const std::string& text, char mark);  // likewise
std::string unquoted(std::string s);
// "a", "a|b" or "*".
nlohmann::json selector_of(const std::string& text);

}  // namespace viaggio::testing
