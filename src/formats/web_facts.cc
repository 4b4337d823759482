#include "formats/web_facts.h"

#include <array>

#include "base/text.h"

namespace viaggio::formats {

namespace {

// Parameters by which advertising platforms mark a click. Order: the first found in the list wins.
constexpr std::array<std::string_view, 20> kClickIds = {
    "gclid",  "gbraid",    "wbraid", "dclid",   "msclkid", "fbclid", "ttclid",
    "twclid", "li_fat_id", "epik",   "sccid",   "rdt_cid", "yclid",  "irclickid",
    "awc",    "tduid",     "qclid",  "srsltid", "mc_eid",  "igshid"};

constexpr std::size_t kLongestAgent = 1024;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode_parameter(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
               hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (std::size_t i = 0; i + lower.size() <= text.size(); ++i) {
    std::size_t k = 0;
    while (k < lower.size() && static_cast<char>(text[i + k] | 0x20) == lower[k]) ++k;
    if (k == lower.size()) return true;
  }
  return false;
}

std::string_view device_of(std::string_view agent) {
  if (agent.empty()) return {};
  if (contains(agent, "iPad") || contains(agent, "Tablet") || contains(agent, "Kindle") ||
      contains(agent, "Silk/")) {
    return "tablet";
  }
  const bool android = contains(agent, "Android");
  if (android && !contains(agent, "Mobile")) {
    return contains(agent, "Android TV") || contains(agent, "Linux; U") ? "mobile" : "tablet";
  }
  if (android || contains(agent, "iPhone") || contains(agent, "Mobi")) return "mobile";
  if (contains(agent, "Windows NT") || contains(agent, "Macintosh") || contains(agent, "X11") ||
      contains(agent, "CrOS")) {
    return "desktop";
  }
  return {};
}

bool is_bot(std::string_view agent) {
  // "cubot" is a make of telephones.
  return (contains_ignoring_case(agent, "bot") && !contains_ignoring_case(agent, "cubot")) ||
         contains_ignoring_case(agent, "crawl") || contains_ignoring_case(agent, "spider");
}

}  // namespace

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#\\"));
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    rest = rest.substr(at + 1);
  }
  if (!rest.empty() && rest.front() == '[') {
    rest = rest.substr(0, rest.find(']') + 1);
  } else {
    rest = rest.substr(0, rest.find(':'));
  }
  if (rest.size() > 253) return {};
  std::string host(rest);
  for (char& c : host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  if (host.starts_with("www.")) host.erase(0, 4);
  while (!host.empty() && host.back() == '.') host.pop_back();
  return host;
}

QueryFacts query_facts(std::string_view url_or_query) {
  QueryFacts facts;
  const std::size_t mark = url_or_query.find('?');
  if (mark == std::string_view::npos) return facts;
  std::string_view query = url_or_query.substr(mark + 1);
  query = query.substr(0, query.find('#'));
  std::size_t best_click = kClickIds.size();
  while (!query.empty()) {
    const std::size_t amp = query.find('&');
    const std::string_view pair = query.substr(0, amp);
    query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals + 1 == pair.size()) continue;
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (key == "utm_source")
      facts.utm_source = decode_parameter(value);
    else if (key == "utm_medium")
      facts.utm_medium = decode_parameter(value);
    else if (key == "utm_campaign")
      facts.utm_campaign = decode_parameter(value);
    else {
      for (std::size_t i = 0; i < best_click; ++i) {
        if (kClickIds[i] == key) best_click = i;
      }
    }
  }
  if (best_click < kClickIds.size()) facts.click_id = kClickIds[best_click];
  return facts;
}

AgentFacts agent_facts(std::string_view agent) {
  if (agent.empty() || agent.size() > kLongestAgent) return {};
  struct Entry {
    std::string agent;
    AgentFacts facts;
  };
  thread_local std::array<Entry, 512> recent;
  Entry& entry = recent[hash64(agent) % recent.size()];
  if (entry.agent != agent) entry = {std::string(agent), {device_of(agent), is_bot(agent)}};
  return entry.facts;
}

}  // namespace viaggio::formats
