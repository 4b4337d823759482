#include "script_words.h"

namespace viaggio::testing {

using nlohmann::json;

std::string cut(const std::string& s) {
  const auto from = s.find_first_not_of(" \t"), to = s.find_last_not_of(" \t");
  return from == std::string::npos ? std::string() : s.substr(from, to - from + 1);
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> out;
  std::string word;
  int depth = 0;
  bool quoted = false;
  for (char c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '{' || c == '[')) ++depth;
    if (!quoted && (c == '}' || c == ']')) --depth;
    if (c == ' ' && depth == 0 && !quoted) {
      if (!word.empty()) out.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) out.push_back(word);
  return out;
}

std::string unquoted(std::string s) {
  std::erase(s, '"');
  return s;
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> out(1);
  int depth = 0;
  bool quoted = false;
  for (char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '{' || c == '[')) ++depth;
    if (!quoted && (c == '}' || c == ']')) --depth;
    if (c == mark && depth == 0 && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

json selector_of(const std::string& text) {
  const std::string names = cut(text);
  if (names == "*") return {{"all", true}};
  const auto list = split(names, '|');
  if (list.size() == 1) return {{"event", unquoted(cut(list[0]))}};
  json any = json::array();
  for (const auto& name : list) any.push_back(unquoted(cut(name)));
  return {{"any_of", any}};
}

}  // namespace viaggio::testing
