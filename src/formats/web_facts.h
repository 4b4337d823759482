#pragma once
// What a web address, a referrer and a user agent say about a visit. Pure, thread-safe; text that
// is no address gives empty answers.
#include <string>
#include <string_view>

namespace viaggio::formats {

// "https://www.Google.com:443/x" -> "google.com"; empty when there is no host.
std::string host_of(std::string_view url);

struct QueryFacts {
  std::string utm_source, utm_medium, utm_campaign;
  std::string_view click_id;  // name of the parameter, one of a fixed list; static storage
};
// From the query of an address ("https://x/?a=b#c") or a bare query ("?a=b").
QueryFacts query_facts(std::string_view url_or_query);

struct AgentFacts {
  std::string_view device;  // "mobile", "tablet", "desktop" or empty; static storage
  bool bot = false;
};
// Remembers recent answers per thread: a few user agents send most events.
AgentFacts agent_facts(std::string_view user_agent);

}  // namespace viaggio::formats
