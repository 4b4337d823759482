#include "demo/reference.h"

#include <algorithm>

namespace viaggio::demo {

namespace {

struct Spend {
  const char *campaign, *touchpoint;
  unsigned share;  // of spend, in percent; fact 3: 38 brand ads, 4 postcards
  unsigned views;  // impressions for a euro
};
constexpr Spend kSpend[] = {
    {"brand-ginepro", "search-ads", 38, 30},        {"cucina-generico", "search-ads", 24, 40},
    {"casa-nuova", "social-ads", 20, 140},          {"remarketing", "display", 11, 260},
    {"newsletter-settimanale", "newsletter", 3, 0}, {"cartoline-qr", "qr", 4, 2}};

double cents(double euro) {
  return static_cast<double>(static_cast<std::int64_t>(euro * 100 + 0.5)) / 100;
}

}  // namespace

void fill_reference(const Story& story, Reference& tables) {
  const Calendar& days = story.calendar;
  const Assortment& shop = story.assortment;
  tables.stores = shop.stores;
  tables.campaigns = shop.campaigns;
  tables.contents = shop.contents;
  tables.orders = story.orders;
  tables.products.clear();
  for (const Sku& sku : shop.skus) tables.products.push_back(sku.product);
  std::sort(tables.orders.begin(), tables.orders.end(),
            [](const Order& a, const Order& b) { return a.order_id < b.order_id; });

  tables.facts.clear();
  Random random(story.options.seed, 7ull << 40);
  const double scale = story.options.customers / 48000.0;
  for (int day = 0; day < days.days(); ++day) {
    const auto fact = [&](const char* touchpoint, const std::string& campaign, const char* measure,
                          double value) {
      tables.facts.push_back({days.date(day), touchpoint, campaign, measure, value});
    };
    const double busy = days.web_weight(day);
    for (const Spend& spend : kSpend) {
      const double euro = cents(spend.share * 2.4 * busy * scale);
      fact(spend.touchpoint, spend.campaign, "cost", euro);
      if (spend.views > 0)
        fact(spend.touchpoint, spend.campaign, "impressions",
             static_cast<double>(
                 static_cast<std::int64_t>(euro * spend.views * (0.9 + 0.2 * random.unit()))));
      for (Campaign& c : tables.campaigns) {
        if (c.id == spend.campaign) c.cost += static_cast<std::int64_t>(euro * 10000 + 0.5);
      }
    }
    const auto social = static_cast<std::int64_t>((2600 + random.below(900)) * busy * scale);
    fact("instagram", "", "views", static_cast<double>(social));
    fact("instagram", "", "likes", static_cast<double>(social / 24));
    fact("facebook", "", "views", static_cast<double>(social / 4));
    for (unsigned s = 0; s < kStores; ++s) {
      constexpr double kPeople[kStores] = {260, 170, 140};
      fact("store-visit", kStoreIds[s], "footfall",
           static_cast<double>(static_cast<std::int64_t>(kPeople[s] * days.store_weight(day) *
                                                         scale * (0.9 + 0.2 * random.unit()))));
    }
    if (days.weekday(day) == 0) {
      for (unsigned s = 0; s < kStores; ++s)
        fact("till", kStoreIds[s], "stock", 3000 + random.below(900));
    }
  }
}

}  // namespace viaggio::demo
