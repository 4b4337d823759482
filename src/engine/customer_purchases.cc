#include "engine/customer_purchases.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "base/json_numbers.h"
#include "model/order.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

constexpr std::size_t kOrdersRead = 1000;
constexpr std::size_t kFavourites = 5;

double number_of(const json& line, const char* field, double otherwise) {
  const auto at = line.find(field);
  return at != line.end() && at->is_number() ? at->get<double>() : otherwise;
}

std::string text_of(const json& line, const char* field) {
  const auto at = line.find(field);
  return at != line.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// Most first; equal quantities by name, so that the same customer always reads the same.
json favourites(const std::map<std::string, double>& quantities) {
  std::vector<std::pair<std::string, double>> sorted(quantities.begin(), quantities.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  json out = json::array();
  for (std::size_t i = 0; i < sorted.size() && i < kFavourites; ++i)
    out.push_back({{"value", sorted[i].first}, {"quantity", sorted[i].second}});
  return out;
}

}  // namespace

Result<json> purchases_of(const CustomerJourney& journey, const select::Context& context,
                          const eventlog::EventLog& log) {
  std::vector<std::size_t> orders;
  for (std::size_t i = 0; i < journey.size(); ++i) {
    if (reports_order(context.classes->kinds[journey.kinds[i].first]->name)) orders.push_back(i);
  }
  std::map<std::string, double> categories, products;
  const std::size_t from = orders.size() > kOrdersRead ? orders.size() - kOrdersRead : 0;
  for (std::size_t k = from; k < orders.size(); ++k) {
    const Sequence one[] = {journey.sequences[orders[k]]};
    const Status read = log.get(one, [&](const eventlog::Record& r) {
      json sent = json::parse(r.json, nullptr, false);
      if (sent.is_discarded()) sent = json::parse(quote_large_numbers(r.json), nullptr, false);
      if (!sent.is_object() || !sent.contains("properties")) return;
      const json& properties = sent["properties"];
      if (!properties.is_object() || !properties.contains("products")) return;
      for (const json& line : properties["products"]) {
        if (!line.is_object()) continue;
        const double quantity = number_of(line, "quantity", 1);
        if (!(quantity > 0)) continue;
        if (const std::string category = text_of(line, "category"); !category.empty())
          categories[category] += quantity;
        std::string product = text_of(line, "name");
        if (product.empty()) product = text_of(line, "sku");
        if (product.empty()) product = text_of(line, "product_id");
        if (!product.empty()) products[product] += quantity;
      }
    });
    if (!read) return tl::unexpected(read.error());
  }
  const double revenue = static_cast<double>(journey.money) / 10'000.0;
  const auto count = static_cast<double>(orders.size());
  json out = {{"orders", orders.size()},
              {"revenue", revenue},
              {"average_order_value", nullptr},
              {"first_order", nullptr},
              {"last_order", nullptr},
              {"days_between_orders", nullptr},
              {"favourite_categories", favourites(categories)},
              {"favourite_products", favourites(products)}};
  if (orders.empty()) return out;
  const Micros first = journey.times[orders.front()], last = journey.times[orders.back()];
  out["average_order_value"] = std::round(revenue / count * 10'000) / 10'000;
  out["first_order"] = format_time(first);
  out["last_order"] = format_time(last);
  if (orders.size() > 1)
    out["days_between_orders"] =
        static_cast<double>(last - first) / static_cast<double>(kDay) / (count - 1);
  return out;
}

}  // namespace viaggio::engine
