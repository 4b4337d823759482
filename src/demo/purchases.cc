// Carts, checkouts, orders and receipts, with the shares planted for facts 1, 2 and 4.
#include <algorithm>

#include "demo/planner.h"

namespace viaggio::demo {

namespace {

// Whether the next one belongs to the part that should make up `percent` of them.
bool due(std::uint64_t part, std::uint64_t whole, unsigned percent) {
  return part * 100 + 50 <= whole * percent + percent;
}

}  // namespace

Basket Planner::fill(Random& random, std::uint16_t first) const {
  const Assortment& shop = story_.assortment;
  Basket basket;
  constexpr unsigned kLines[4] = {56, 27, 12, 5};
  basket.count = static_cast<std::uint8_t>(1 + random.weighted(kLines));
  for (unsigned i = 0; i < basket.count; ++i) {
    basket.sku[i] = i == 0               ? first
                    : random.chance(0.6) ? shop.pick_like(random, first)
                                         : shop.pick(random);
    const bool cheap = shop.skus[basket.sku[i]].cents < 2500;
    basket.quantity[i] = static_cast<std::uint8_t>(cheap ? random.between(1, 6) : 1);
    basket.cents += static_cast<std::uint32_t>(shop.skus[basket.sku[i]].cents) * basket.quantity[i];
  }
  return basket;
}

void Planner::coupons(Random& random, Walk& walk, std::uint32_t basket) {
  if (!random.chance(0.12)) return;
  web(What::coupon_entered, random, walk, basket);
  if (random.chance(0.3)) {
    web(What::coupon_denied, random, walk, basket);
    return;
  }
  web(What::coupon_applied, random, walk, basket);
  if (random.chance(0.08)) web(What::coupon_removed, random, walk, basket);
}

// True when it ends in an order. Steps: 1 address, 2 shipping, 3 payment.
bool Planner::check_out(Random& random, Walk& walk, std::uint32_t basket) {
  open_page(random, walk, Page::checkout);
  web(What::checkout_started, random, walk, basket);
  web(What::step_viewed, random, walk, basket, 1);
  if (random.chance(0.04)) return false;
  web(What::step_completed, random, walk, basket, 1);
  web(What::step_viewed, random, walk, basket, 2);
  bool lost = random.chance(0.2);
  if (story_.visits[walk.visit].phone && walk.at <= limit_) {
    const bool broken = walk.at >= planted_.checkout_broken_since;
    std::uint32_t& seen = broken ? planted_.shipping_after : planted_.shipping_before;
    std::uint32_t& failed = broken ? planted_.shipping_after_lost : planted_.shipping_before_lost;
    lost = due(failed, seen, broken ? 57 : 34);
    ++seen;
    failed += lost;
  }
  if (lost) {
    if (random.chance(0.4)) web(What::step_viewed, random, walk, basket, 2);  // tries again
    return false;
  }
  web(What::step_completed, random, walk, basket, 2);
  web(What::step_viewed, random, walk, basket, 3);
  if (random.chance(0.05)) return false;
  web(What::payment_entered, random, walk, basket, 3);
  web(What::step_completed, random, walk, basket, 3);
  return true;
}

void Planner::buy_online(Random& random, std::uint32_t person, Micros at) {
  Person& p = story_.people[person];
  if (at > limit_) return;
  const bool instagram =
      p.known() && planted_.instagram_revenue * 100 < planted_.online_revenue * 3;
  Walk walk = arrive(random, person, at, instagram ? Origin::instagram : later_origin(random, p),
                     device_of(random, p));
  open_page(random, walk, Page::category, story_.assortment.skus[walk.sku].category);
  consider(random, walk, random.between(1, 2));
  const auto basket = static_cast<std::uint32_t>(story_.baskets.size());
  story_.baskets.push_back(fill(random, walk.sku));
  story_.baskets[basket].store = p.home_store;
  story_.baskets[basket].pickup = p.known() && random.chance(0.28);
  const unsigned lines = story_.baskets[basket].count;
  for (unsigned i = 0; i < lines; ++i) {
    const bool wished = i == 0 && random.chance(0.03);
    web(wished ? What::wish_to_cart : What::added, random, walk, basket,
        static_cast<std::uint16_t>(i));
    if (i == 0 && wished) web(What::added, random, walk, basket, 0);
  }
  if (random.chance(0.05))
    web(What::removed, random, walk, basket, static_cast<std::uint16_t>(lines - 1));
  web(What::cart_viewed, random, walk, basket);
  if (walk.at > limit_) return;
  // A cart is worth a name: accounts and guests are known from the cart on.
  const unsigned device = story_.visits[walk.visit].device;
  if (p.known() && (known_devices_ >> device & 1) == 0)
    sign_in(random, walk);
  else if (p.has_account())
    walk.marks |= kSignedIn;
  coupons(random, walk, basket);
  if (random.chance(0.01)) web(What::cart_shared, random, walk, basket);
  ++planted_.carts;
  const std::uint32_t orders = planted_.carts - planted_.carts_abandoned;
  const bool starts = p.known() && orders * 10 <= planted_.carts * 3 + 3;
  const bool ordered = starts && check_out(random, walk, basket);
  if (ordered && walk.at + 2 * kMinute <= limit_) {
    story_.baskets[basket].number = ++order_number_;
    web(What::order_completed, random, walk, basket);
    ++p.purchases;
    const std::int64_t revenue = static_cast<std::int64_t>(story_.baskets[basket].cents) * 100;
    planted_.online_revenue += revenue;
    if (instagram) planted_.instagram_revenue += revenue;
    after_order(random, walk, basket);
    return;
  }
  ++planted_.carts_abandoned;
  if (p.has_card() && due(planted_.carts_bought_in_store, planted_.carts_abandoned, 28) &&
      recover_in_store(random, person, walk.at, story_.baskets[basket])) {
    ++planted_.carts_bought_in_store;
  }
}

bool Planner::recover_in_store(Random& random, std::uint32_t person, Micros at, Basket basket) {
  const Calendar& days = story_.calendar;
  const int day = days.open_day(days.day_of(at) + random.between(1, 2));
  const Micros when = store_moment(random, day);
  if (when <= at || when > at + 3 * kDay - kHour || when > limit_) return false;
  basket.store = story_.people[person].home_store;
  buy_in_store(random, person, when, basket);
  return true;
}

void Planner::after_order(Random& random, Walk& walk, std::uint32_t basket) {
  const std::uint32_t person = walk.person;
  const Basket& b = story_.baskets[basket];
  const Micros at = walk.at;
  const auto shop = [&](What what, Micros when, std::uint16_t n = 0) {
    add(what, when, person, basket, n).marks |= kSignedIn;
  };
  if (random.chance(0.25)) shop(What::order_reported, at + 3 * kSecond);
  shop(What::order_updated, at + kMinute);
  const char* state = "paid";
  if (random.chance(0.02)) {
    shop(What::order_cancelled, at + 5 * kHour);
    state = "cancelled";
  } else if (b.pickup) {
    pick_up(random, person, at, basket);
    state = "collected";
  } else {
    const Micros arrives = at + random.between(30, 96) * kHour;
    shop(What::order_delivered, arrives);
    state = arrives <= limit_ ? "delivered" : "shipped";
    if (random.chance(0.05)) {
      shop(What::order_refunded, arrives + random.between(2, 9) * kDay);
      state = "returned";
    }
    feel(random, person, arrives + 2 * kDay, -1, basket);
  }
  if (story_.people[person].has_card() && carded_) shop(What::points_earned, at + 2 * kMinute);
  story_.orders.push_back({"W" + std::to_string(200000 + b.number), state,
                           b.pickup ? kStoreIds[b.store] : "", at,
                           static_cast<std::int64_t>(b.cents) * 100});
}

// Ready after some 6 hours; for six weeks Parma took 52 (fact 5).
void Planner::pick_up(Random& random, std::uint32_t person, Micros at, std::uint32_t basket) {
  const Basket& b = story_.baskets[basket];
  const int day = story_.calendar.day_of(at);
  const bool late = b.store == 1 && day >= parma_from_ && day < parma_to_;
  const Micros ready = at + (late ? random.between(44, 60) * kHour : random.between(4, 8) * kHour) +
                       random.below(3600) * kSecond;
  add(What::order_ready, ready, person, basket, 0, b.store).marks |= kSignedIn;
  if (random.chance(0.03)) {
    add(What::order_expired, ready + 7 * kDay, person, basket, 0, b.store).marks |= kSignedIn;
    return;
  }
  const Micros collected =
      store_moment(random, story_.calendar.open_day(story_.calendar.day_of(ready) + 1));
  if (collected > ready)
    add(What::order_collected, collected, person, basket, 0, b.store).marks |= kSignedIn;
  feel(random, person, collected + 3 * kHour, late ? 1 : -1, basket);
}

Micros Planner::store_moment(Random& random, int day) const {
  if (day >= story_.calendar.days()) return story_.calendar.until() + kDay;
  return story_.calendar.store_time(random, day);
}

// Fact 2: an Instagram visit in the 14 days before 21 % of the receipts with a card.
void Planner::before_receipt(Random& random, std::uint32_t person, Micros at) {
  const Person& p = story_.people[person];
  const bool already = std::any_of(instagram_.begin(), instagram_.end(),
                                   [&](Micros t) { return t < at && t >= at - 14 * kDay; });
  bool seen = already;
  if (!live_ && !already && p.web && (known_devices_ & 1) != 0 &&
      due(planted_.card_receipts_after_instagram, planted_.card_receipts, 21)) {
    const Micros before = at - random.between(8, 300) * kHour;
    if (before > planted_.from) {
      Walk walk = arrive(random, person, before, Origin::instagram, 0);
      glance(random, walk);
      if (random.chance(0.5)) consider(random, walk, 1);
      seen = true;
    }
  }
  ++planted_.card_receipts;
  planted_.card_receipts_after_instagram += seen;
}

void Planner::buy_in_store(Random& random, std::uint32_t person, Micros at, Basket basket) {
  if (at > limit_) return;
  Person& p = story_.people[person];
  before_receipt(random, person, at);
  basket.store =
      random.chance(0.94) ? p.home_store : static_cast<std::uint8_t>(random.below(kStores));
  basket.number = ++receipt_number_;
  const auto number = static_cast<std::uint32_t>(story_.baskets.size());
  story_.baskets.push_back(basket);
  const std::uint16_t till = static_cast<std::uint16_t>(random.below(2));
  if (!carded_) {
    Happening& form = add(What::identify_card, at - 3 * kMinute, person, 0, 0, basket.store);
    if (p.daughter) form.marks |= kFamily;
    carded_ = true;
  } else if (random.chance(0.45)) {
    add(What::store_visited, at - random.between(5, 40) * kMinute, person, 0, 0, basket.store);
  }
  add(What::card_scanned, at - 20 * kSecond, person, 0, till, basket.store);
  add(What::receipt, at, person, number, till, basket.store);
  add(What::points_earned, at + kSecond, person, number, 1, basket.store);
  ++planted_.receipts;
  ++p.purchases;
  if (random.chance(0.03)) {
    const int day = story_.calendar.open_day(story_.calendar.day_of(at) + random.between(1, 12));
    add(What::item_returned, store_moment(random, day), person, number, till, basket.store);
  }
  if (random.chance(0.06)) {
    add(What::offer_issued, at - 9 * kDay, person, number);
    add(What::offer_redeemed, at + 2 * kSecond, person, number, 0, basket.store);
  }
  if (random.chance(0.05))
    add(What::points_spent, at + 3 * kSecond, person, number, 0, basket.store);
  feel(random, person, at + 26 * kHour, -2, number);
}

}  // namespace viaggio::demo
