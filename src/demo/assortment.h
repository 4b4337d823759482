#pragma once
// What Bottega Ginepro sells, where, and how it advertises. Constant after creation; also the
// source of the reference tables.
#include <string>
#include <vector>

#include "demo/demo.h"
#include "demo/random.h"

namespace viaggio::demo {

inline constexpr unsigned kStores = 3;
inline constexpr const char* kStoreIds[kStores] = {"bologna", "parma", "rimini"};

// Where a visit comes from. Order is that of the table in assortment.cc.
enum class Origin : std::uint8_t {
  direct,
  google,
  bing,
  instagram,
  facebook,
  pinterest,
  brand_ads,
  search_ads,
  meta_ads,
  display,
  newsletter,
  qr_postcard,
  qr_window,
  blog,
  ai,
  friend_link,
  sms
};
inline constexpr std::size_t kOrigins = 17;
struct OriginFacts {
  const char* referrer;                    // URL or ""
  const char *source, *medium, *campaign;  // utm, or ""
  const char* click_id;                    // "gclid" ... or ""
};
const OriginFacts& facts_of(Origin origin);

struct Sku {
  Product product;
  std::string json;  // "product_id":..,"sku":..,... without price and braces
  std::string path;  // /p/...
  std::string price_text;
  std::int64_t cents = 0;
  std::uint16_t category = 0;
};
struct Category {
  std::string root, name, path;
  std::vector<std::uint16_t> skus;
};

struct Assortment {
  std::vector<Sku> skus;
  std::vector<Category> categories;
  std::vector<Store> stores;
  std::vector<Campaign> campaigns;
  std::vector<Content> contents;
  static Assortment create();
  // Popular things more often; `like` keeps to the category of that sku.
  std::uint16_t pick(Random& random) const;
  std::uint16_t pick_like(Random& random, std::uint16_t like) const;
};

}  // namespace viaggio::demo
