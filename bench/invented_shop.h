#pragma once
// Two years of an invented shop, for benchmarks: visits of skewed customers as whole Segment
// messages, in order of time. The same seed and size give the same events on every machine.
//
//   customers   0.075 an event; visits a customer follow a power law (half have one, few hundreds)
//   visits      web, app, till, mails, help desk; 1 to 20 events each, on one of two devices
//   people      two of five say who they are: user id and e-mail, from some visit on
//   properties  product_id 100,000 values (skewed), query 5,000, path 2,000, category 200, brand
//   50,
//               size 10, score, rating; orders and receipts have a total and an id
// Money is in 1/10,000 units, times in microseconds. Not thread-safe.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "model/event.h"

namespace viaggio::bench {

struct Random {
  std::uint64_t state = 0;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((next() >> 32) * n >> 32);
  }
  double unit() { return static_cast<double>(next() >> 11) / 9007199254740992.0; }
  bool chance(double p) { return unit() < p; }
  // Skewed towards small numbers.
  std::uint32_t skewed(std::uint32_t n) {
    const double u = unit();
    return static_cast<std::uint32_t>(u * u * u * n);
  }
};

inline constexpr const char* kShopNames[] = {"Page Viewed",
                                             "Products Searched",
                                             "Product List Viewed",
                                             "Product List Filtered",
                                             "Product Viewed",
                                             "Product Clicked",
                                             "Product Added",
                                             "Product Removed",
                                             "Cart Viewed",
                                             "Checkout Started",
                                             "Checkout Step Completed",
                                             "Payment Info Entered",
                                             "Order Completed",
                                             "Order Updated",
                                             "Order Ready",
                                             "Order Collected",
                                             "Order Delivered",
                                             "Order Refunded",
                                             "Promotion Viewed",
                                             "Promotion Clicked",
                                             "Coupon Applied",
                                             "Product Added to Wishlist",
                                             "Product Shared",
                                             "Product Reviewed",
                                             "Store Visited",
                                             "Receipt Issued",
                                             "Item Returned",
                                             "Loyalty Card Scanned",
                                             "Store Availability Checked",
                                             "Question Asked",
                                             "Conversation Opened",
                                             "Conversation Closed",
                                             "Call Received",
                                             "Survey Answered",
                                             "Message Sent",
                                             "Message Delivered",
                                             "Message Clicked",
                                             "Points Earned",
                                             "Points Spent",
                                             "Content Viewed"};
enum ShopName : std::uint8_t {
  kPage,
  kSearch,
  kList,
  kFilter,
  kView,
  kClick,
  kAdd,
  kRemove,
  kCart,
  kCheckout,
  kStep,
  kPayment,
  kOrder,
  kUpdated,
  kReady,
  kCollected,
  kDelivered,
  kRefunded,
  kPromoView,
  kPromoClick,
  kCoupon,
  kWish,
  kShare,
  kReview,
  kStoreVisit,
  kReceipt,
  kReturn,
  kCard,
  kStock,
  kAsk,
  kOpenTalk,
  kCloseTalk,
  kCall,
  kSurvey,
  kSent,
  kArrived,
  kMailClick,
  kEarn,
  kSpend,
  kContent,
  kShopNameCount,
  kIdentify = 255
};

class InventedShop {
 public:
  static constexpr Micros kStart = 1'730'419'200 * kSecond;  // 2024-11-01T00:00:00Z
  static constexpr std::uint32_t kDays = 730;

  InventedShop(std::uint64_t seed, std::uint64_t events)
      : seed_(seed), left_(events), customers_(static_cast<std::uint32_t>(events * 3 / 40 + 1)) {
    plan_visits();
  }

  // The next events, at most `count`; empty at the end. Names and values of journey events are
  // counted in `truth`.
  std::vector<IncomingEvent> next(std::size_t count) {
    std::vector<IncomingEvent> out;
    while (out.size() < count && left_ != 0 && (at_ < acts_.size() || next_day())) {
      out.push_back(write(acts_[at_++]));
      --left_;
    }
    return out;
  }

  struct Truth {
    std::uint64_t events[kShopNameCount] = {};
    std::int64_t value[kShopNameCount] = {};
  };
  const Truth& truth() const { return truth_; }

 private:
  struct Visit {
    std::uint32_t customer;
    std::uint16_t number;
    std::uint16_t day;
  };
  struct Act {
    Micros time;
    std::uint32_t customer, product;
    std::uint16_t visit;
    std::uint8_t name;
    std::uint8_t place;   // 0 web, 1 app, 2 till, 3 mails, 4 help desk
    std::uint8_t entry;   // 1 + way in of a visit's first page
    std::uint8_t device;  // of the customer
    bool signed_in;
    std::int64_t value;
    bool operator<(const Act& o) const {
      return time != o.time ? time < o.time
                            : std::pair(customer, visit) < std::pair(o.customer, o.visit);
    }
  };

  std::uint64_t mix(std::uint64_t a, std::uint64_t b) const {
    Random r{seed_ * 0x9E3779B97F4A7C15ull + a * 0xD6E8FEB86659FD93ull + b};
    r.next();
    return r.next();
  }
  bool known(std::uint32_t c) const { return mix(c, 1) % 5 < 2; }

  void plan_visits() {
    std::vector<std::uint32_t> counts(kDays + 1, 0);
    auto each = [&](auto&& take) {
      for (std::uint32_t c = 0; c < customers_; ++c) {
        Random r{mix(c, 0)};
        const auto visits = static_cast<std::uint32_t>(
            std::min(400.0, std::pow(std::max(1e-9, r.unit()), -1 / 1.38)));
        const double gap = std::min(20.0, 500.0 / visits);
        double day = r.unit() * std::max(1.0, kDays - 1 - gap * visits);
        for (std::uint32_t v = 0; v < visits; ++v) {
          take(Visit{c, static_cast<std::uint16_t>(v),
                     static_cast<std::uint16_t>(std::min<double>(day, kDays - 1))});
          day += -std::log(std::max(1e-9, r.unit())) * gap;
        }
      }
    };
    each([&](const Visit& v) { ++counts[v.day + 1]; });
    for (std::uint32_t d = 0; d < kDays; ++d) counts[d + 1] += counts[d];
    days_ = counts;
    visits_.resize(counts[kDays]);
    each([&](const Visit& v) { visits_[counts[v.day]++] = v; });
  }

  bool next_day() {
    acts_.clear();
    at_ = 0;
    while (acts_.empty()) {
      if (day_ == kDays) return false;
      for (std::uint32_t v = days_[day_]; v < days_[day_ + 1]; ++v) visit(visits_[v]);
      ++day_;
    }
    std::stable_sort(acts_.begin(), acts_.end());
    return true;
  }

  void visit(const Visit& v) {
    Random r{mix(v.customer, 1000 + v.number)};
    Act a{};
    a.customer = v.customer;
    a.visit = v.number;
    // More in the evening than in the morning.
    a.time = kStart + v.day * kDay + static_cast<Micros>(std::sqrt(r.unit()) * 86'000) * kSecond +
             r.below(1'000'000);
    a.device = static_cast<std::uint8_t>(r.below(4) == 0 ? 1 : 0);
    a.signed_in = known(v.customer) && v.number > 0 && r.chance(0.6);
    const std::uint32_t way = r.below(100);
    if (way < 62) return browse(r, a, 0);
    if (way < 72) return browse(r, a, 1);
    if (way < 82) return till(r, a);
    if (way < 95) return mails(r, a);
    return desk(r, a);
  }

  void add(Random& r, Act& a, std::uint8_t name, std::uint32_t seconds,
           std::int64_t value = kNoValue) {
    a.name = name;
    a.value = value;
    a.product = r.skewed(100'000);
    acts_.push_back(a);
    a.entry = 0;
    a.time += (1 + r.below(seconds * 2)) * kSecond + r.below(1'000'000);
  }

  static std::int64_t amount(Random& r) {
    return 100 * static_cast<std::int64_t>(500 + r.skewed(40'000));
  }

  void browse(Random& r, Act& a, std::uint8_t place) {
    a.place = place;
    a.entry = static_cast<std::uint8_t>(1 + r.skewed(24));
    add(r, a, kPage, 30);
    if (known(a.customer) && !a.signed_in && r.chance(0.35)) add(r, a, kIdentify, 5);
    if (r.chance(0.15)) add(r, a, kPromoView, 10);
    if (r.chance(0.04)) add(r, a, kPromoClick, 10);
    if (r.chance(0.3)) add(r, a, kSearch, 20);
    if (r.chance(0.4)) add(r, a, kList, 20);
    if (r.chance(0.1)) add(r, a, kFilter, 20);
    if (r.chance(0.05)) add(r, a, kContent, 60);
    const std::uint32_t views = r.skewed(9);
    for (std::uint32_t i = 0; i < views; ++i) {
      if (r.chance(0.3)) add(r, a, kClick, 5);
      add(r, a, kView, 60);
      if (r.chance(0.03)) add(r, a, kWish, 10);
      if (r.chance(0.02)) add(r, a, kStock, 10);
      if (r.chance(0.01)) add(r, a, kShare, 10);
    }
    if (views == 0 || !r.chance(0.35)) return;
    add(r, a, kAdd, 30);
    if (r.chance(0.1)) add(r, a, kRemove, 30);
    if (r.chance(0.6)) add(r, a, kCart, 30);
    if (!r.chance(0.5)) return;
    add(r, a, kCheckout, 60);
    if (r.chance(0.8)) add(r, a, kStep, 60);
    if (r.chance(0.1)) add(r, a, kCoupon, 20);
    if (r.chance(0.7)) add(r, a, kPayment, 60);
    if (!r.chance(0.55)) return;
    const std::int64_t value = amount(r);
    add(r, a, kOrder, 60, value);
    const Micros ordered = a.time;
    if (r.chance(0.2)) add(r, a, kUpdated, 3600);
    a.time = ordered + (1 + r.below(5)) * kDay;
    add(r, a, r.chance(0.3) ? kReady : kDelivered, 86'400);
    if (acts_.back().name == kReady) add(r, a, kCollected, 60);
    if (r.chance(0.05)) add(r, a, kRefunded, 60, -value);
    a.time += 3 * kDay;
    if (r.chance(0.15)) add(r, a, kReview, 60);
    if (r.chance(0.2)) add(r, a, kSurvey, 60);
  }

  void till(Random& r, Act& a) {
    a.place = 2;
    a.device = 255;
    if (r.chance(0.2)) add(r, a, kStoreVisit, 600);
    if (known(a.customer) && r.chance(0.7)) add(r, a, kCard, 10);
    const std::int64_t value = amount(r);
    add(r, a, kReceipt, 5, value);
    if (known(a.customer)) add(r, a, r.chance(0.8) ? kEarn : kSpend, 5);
    a.time += 2 * kDay;
    if (r.chance(0.04)) add(r, a, kReturn, 60, -value);
  }

  void mails(Random& r, Act& a) {
    a.place = 3;
    const std::uint8_t device = a.device;
    a.device = 255;
    add(r, a, kSent, 60);
    add(r, a, kArrived, 3600);
    if (!r.chance(0.3)) return;
    add(r, a, kMailClick, 5);
    a.device = device;
    browse(r, a, 0);
  }

  void desk(Random& r, Act& a) {
    a.place = 4;
    a.device = 255;
    if (r.chance(0.3)) {
      add(r, a, kCall, 600);
      return;
    }
    add(r, a, r.chance(0.5) ? kAsk : kOpenTalk, 600);
    if (acts_.back().name == kOpenTalk) add(r, a, kCloseTalk, 600);
    if (r.chance(0.5)) add(r, a, kSurvey, 60);
  }

  void facts(const Act& a, EventKind& kind) const {
    static const char* const sources[] = {"web", "app", "till", "mails", "desk"};
    kind.source = sources[a.place];
    if (a.name == kPage) kind.type = EventType::page;
    kind.name = kShopNames[a.name];
    if (a.place == 2) kind.store = fmt::format("s{:02}", 1 + a.customer % 30);
    if (a.place > 1) return;
    kind.web = a.place == 0;
    kind.device = a.device == 1 ? "desktop" : "mobile";
    static const char* const hosts[] = {"google.com",   "",           "bing.com",  "instagram.com",
                                        "facebook.com", "tiktok.com", "idealo.it", "blog.example"};
    if (a.entry == 0) return;
    if (a.entry <= 16) {
      kind.referrer_host = hosts[(a.entry - 1) % 8];
    } else if (a.entry <= 20) {
      kind.utm_source = "google";
      kind.utm_medium = "cpc";
      kind.utm_campaign = fmt::format("brand-{}", a.entry);
    } else {
      kind.utm_source = "newsletter";
      kind.utm_medium = "email";
      kind.utm_campaign = fmt::format("week-{}", a.entry);
    }
  }

  static void properties(const Act& a, std::string& json) {
    auto out = std::back_inserter(json);
    const std::uint32_t p = a.product;
    switch (a.name) {
      case kView:
      case kClick:
      case kAdd:
      case kRemove:
      case kWish:
      case kStock:
      case kShare:
        fmt::format_to(
            out, R"("product_id":"p{}","category":"c{}","brand":"b{}","size":"{}","price":{})", p,
            p % 200, p % 50, p % 10, 5 + p % 120);
        break;
      case kReview:
        fmt::format_to(out, R"("product_id":"p{}","rating":{})", p, 1 + (p * 7) % 5);
        break;
      case kSurvey:
        fmt::format_to(out, R"("kind":"nps","score":{})", (p * 7) % 11);
        break;
      case kSearch:
        fmt::format_to(out, R"("query":"words {}")", p % 5000);
        break;
      case kList:
      case kFilter:
      case kPromoView:
      case kPromoClick:
        fmt::format_to(out, R"("category":"c{}")", p % 200);
        break;
      case kOrder:
      case kReceipt:
      case kReturn:
      case kRefunded:
        fmt::format_to(out, R"("{}":"{}-{}-{}","total":{})",
                       a.name == kReceipt || a.name == kReturn ? "receipt_id" : "order_id",
                       a.customer, a.visit, a.name, static_cast<double>(a.value) / 10'000);
        break;
      default:
        break;
    }
    if (a.place == 2) {
      if (json.back() != '{') json += ',';
      fmt::format_to(out, R"("store_id":"s{:02}")", 1 + a.customer % 30);
    }
  }

  IncomingEvent write(const Act& a) {
    IncomingEvent e;
    e.time = a.time;
    e.message_id = fmt::format("{}", ++messages_);
    const bool identify = a.name == kIdentify;
    const bool user = known(a.customer) && (identify || a.signed_in || a.device == 255);
    // A till or desk that does not know the person knows nobody: one in three has no identifier.
    const bool anonymous = a.device != 255 || (!user && a.customer % 3 != 0);
    const std::string user_id = fmt::format("u{}", a.customer);
    const std::string device = fmt::format("a{}-{}", a.customer, a.device == 1 ? 1 : 0);
    std::string& json = e.json;
    json.reserve(320);
    auto out = std::back_inserter(json);
    fmt::format_to(out, R"({{"type":"{}","messageId":"{}")",
                   identify          ? "identify"
                   : a.name == kPage ? "page"
                                     : "track",
                   e.message_id);
    if (user) {
      fmt::format_to(out, R"(,"userId":"{}")", user_id);
      e.identifiers.push_back({IdentifierType::user_id, user_id});
    }
    if (anonymous) {
      fmt::format_to(out, R"(,"anonymousId":"{}")", device);
      e.identifiers.push_back({IdentifierType::anonymous_id, device});
    }
    fmt::format_to(out, R"(,"timestamp":"{}")", format_time(a.time));
    if (identify) {
      e.kind.type = EventType::identify;
      e.kind.source = a.place == 1 ? "app" : "web";
      const std::string email = fmt::format("{}@example.com", user_id);
      e.identifiers.push_back({IdentifierType::email, email});
      e.traits_json = fmt::format(R"({{"email":"{}","name":"Name{} Surname{}","city":"City {}"}})",
                                  email, a.customer % 900, a.customer % 7000, a.customer % 300);
      json += ",\"traits\":" + e.traits_json + "}";
      return e;
    }
    facts(a, e.kind);
    if (a.name != kPage) fmt::format_to(out, R"(,"event":"{}")", kShopNames[a.name]);
    json += ",\"properties\":{";
    properties(a, json);
    json += '}';
    if (a.place == 0) {
      fmt::format_to(out, R"(,"context":{{"page":{{"path":"/{}"}}}})", a.product % 2000);
    }
    json += '}';
    e.value = a.value;
    if (a.name == kOrder || a.name == kReceipt)
      e.order_id = fmt::format("{}-{}-{}", a.customer, a.visit, a.name);
    ++truth_.events[a.name];
    if (a.value != kNoValue) truth_.value[a.name] += a.value;
    return e;
  }

  std::uint64_t seed_, left_;
  std::uint32_t customers_;
  std::vector<Visit> visits_;        // by day
  std::vector<std::uint32_t> days_;  // first visit of each day
  std::uint32_t day_ = 0;
  std::vector<Act> acts_;  // of the day
  std::size_t at_ = 0;
  std::uint64_t messages_ = 0;
  Truth truth_;
};

}  // namespace viaggio::bench
