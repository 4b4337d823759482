#pragma once
// Which events report an order (rulings: an order counts once, whoever reports it), and which give
// its money back.
#include <string_view>

namespace viaggio {

constexpr bool reports_order(std::string_view event_name) {
  return event_name == "Order Completed" || event_name == "Receipt Issued";
}

constexpr bool gives_money_back(std::string_view event_name) {
  return event_name == "Order Refunded" || event_name == "Item Returned";
}

}  // namespace viaggio
