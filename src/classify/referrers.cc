#include "classify/referrers.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace viaggio::classify {
namespace {

// Brands that run one site a country: the label before the public suffix decides.
constexpr std::array<std::string_view, 6> kSearchBrands = {"google", "bing",  "yahoo",
                                                           "yandex", "baidu", "qwant"};

const std::unordered_map<std::string_view, std::string_view>& hosts() {
  static const std::unordered_map<std::string_view, std::string_view> table = {
      {"duckduckgo.com", "search"},
      {"ecosia.org", "search"},
      {"startpage.com", "search"},
      {"search.brave.com", "search"},
      {"naver.com", "search"},
      {"seznam.cz", "search"},
      {"ask.com", "search"},
      {"aol.com", "search"},
      {"sogou.com", "search"},
      {"swisscows.com", "search"},
      {"mojeek.com", "search"},
      {"kagi.com", "search"},
      {"lycos.com", "search"},
      {"lilo.org", "search"},
      {"metager.de", "search"},
      {"daum.net", "search"},
      {"coccoc.com", "search"},
      {"rambler.ru", "search"},
      {"so.com", "search"},
      {"search.virgilio.it", "search"},
      {"ricerca.virgilio.it", "search"},
      {"arianna.libero.it", "search"},
      {"presearch.com", "search"},
      {"gibiru.com", "search"},
      {"dogpile.com", "search"},
      {"excite.com", "search"},
      {"com.google.android.googlequicksearchbox", "search"},
      {"facebook.com", "social"},
      {"fb.com", "social"},
      {"fb.me", "social"},
      {"messenger.com", "social"},
      {"instagram.com", "social"},
      {"t.co", "social"},
      {"twitter.com", "social"},
      {"x.com", "social"},
      {"linkedin.com", "social"},
      {"lnkd.in", "social"},
      {"pinterest.com", "social"},
      {"pin.it", "social"},
      {"tiktok.com", "social"},
      {"reddit.com", "social"},
      {"threads.net", "social"},
      {"threads.com", "social"},
      {"snapchat.com", "social"},
      {"tumblr.com", "social"},
      {"vk.com", "social"},
      {"ok.ru", "social"},
      {"whatsapp.com", "social"},
      {"wa.me", "social"},
      {"telegram.org", "social"},
      {"t.me", "social"},
      {"bsky.app", "social"},
      {"mastodon.social", "social"},
      {"weibo.com", "social"},
      {"quora.com", "social"},
      {"nextdoor.com", "social"},
      {"discord.com", "social"},
      {"xing.com", "social"},
      {"flickr.com", "social"},
      {"news.ycombinator.com", "social"},
      {"meetup.com", "social"},
      {"twitch.tv", "social"},
      {"youtube.com", "video"},
      {"youtu.be", "video"},
      {"vimeo.com", "video"},
      {"dailymotion.com", "video"},
      {"netflix.com", "video"},
      {"chatgpt.com", "ai"},
      {"chat.openai.com", "ai"},
      {"openai.com", "ai"},
      {"perplexity.ai", "ai"},
      {"claude.ai", "ai"},
      {"gemini.google.com", "ai"},
      {"bard.google.com", "ai"},
      {"copilot.microsoft.com", "ai"},
      {"copilot.com", "ai"},
      {"you.com", "ai"},
      {"phind.com", "ai"},
      {"chat.mistral.ai", "ai"},
      {"chat.deepseek.com", "ai"},
      {"meta.ai", "ai"},
      {"poe.com", "ai"},
      {"grok.com", "ai"},
      {"mail.google.com", "mail"},
      {"outlook.live.com", "mail"},
      {"outlook.office.com", "mail"},
      {"outlook.office365.com", "mail"},
      {"mail.yahoo.com", "mail"},
      {"mail.libero.it", "mail"},
      {"webmail.libero.it", "mail"},
      {"mail.virgilio.it", "mail"},
      {"mail.tiscali.it", "mail"},
      {"webmail.aruba.it", "mail"},
      {"mail.proton.me", "mail"},
      {"mail.aol.com", "mail"},
      {"com.google.android.gm", "mail"},
      {"amazon.it", "shopping"},
      {"amazon.com", "shopping"},
      {"ebay.it", "shopping"},
      {"ebay.com", "shopping"},
      {"etsy.com", "shopping"},
      {"trovaprezzi.it", "shopping"},
      {"idealo.it", "shopping"},
      {"kelkoo.it", "shopping"},
      {"subito.it", "shopping"},
      {"alibaba.com", "shopping"},
      {"walmart.com", "shopping"},
      {"shopping.google.com", "shopping"},
      {"shopzilla.com", "shopping"}};
  return table;
}

// google.it, www.google.co.uk, images.google.com: a brand label followed only by a public suffix.
bool is_brand(std::string_view host) {
  for (const std::string_view brand : kSearchBrands) {
    for (std::size_t p = host.find(brand); p != std::string_view::npos;
         p = host.find(brand, p + 1)) {
      if (p != 0 && host[p - 1] != '.') continue;
      const std::string_view rest = host.substr(p + brand.size());
      if (rest.size() >= 3 && rest.size() <= 7 && rest.front() == '.' &&
          std::count(rest.begin(), rest.end(), '.') <= 2)
        return true;
    }
  }
  return false;
}

}  // namespace

std::string_view referrer_type(std::string_view host) {
  for (std::string_view part = host; !part.empty();) {
    const auto at = hosts().find(part);
    if (at != hosts().end()) return at->second;
    const std::size_t dot = part.find('.');
    if (dot == std::string_view::npos) break;
    part.remove_prefix(dot + 1);
  }
  return is_brand(host) ? "search" : "";
}

}  // namespace viaggio::classify
