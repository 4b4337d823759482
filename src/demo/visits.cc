// Visits to the site: where from, which pages, which products.
#include <algorithm>

#include "demo/planner.h"
#include "demo/texts_it.h"

namespace viaggio::demo {

unsigned Planner::device_of(Random& random, const Person& person) const {
  return person.two_devices && random.chance(0.4) ? 1 : 0;
}

Happening& Planner::web(What what, Random& random, Walk& walk, std::uint32_t thing, std::uint16_t n,
                        std::uint32_t other) {
  walk.at += (4 + random.below(75)) * kSecond + random.below(1000) * Micros{1000};
  Happening& h = add(what, walk.at, walk.person, thing, n, other);
  h.visit = walk.visit;
  h.marks = walk.marks;
  h.late = 1;
  walk.marks &= static_cast<std::uint8_t>(~kArrival);
  return h;
}

void Planner::open_page(Random& random, Walk& walk, Page page, std::uint32_t thing) {
  web(What::page, random, walk, thing, static_cast<std::uint16_t>(page));
}

Planner::Walk Planner::arrive(Random& random, std::uint32_t person, Micros at, Origin origin,
                              unsigned device) {
  const Person& p = story_.people[person];
  Walk walk{person, static_cast<std::uint32_t>(story_.visits.size()), at, kArrival,
            story_.assortment.pick(random)};
  story_.visits.push_back(
      {static_cast<std::uint8_t>(device), origin, (device == 0) == p.phone_first});
  if (origin == Origin::instagram) instagram_.push_back(at);
  const bool known = (known_devices_ >> device & 1) != 0;
  if (p.has_account() && known && random.chance(0.7)) walk.marks |= kSignedIn;
  if (origin == Origin::qr_postcard || origin == Origin::qr_window) {
    web(What::qr_scanned, random, walk, origin == Origin::qr_postcard ? 0 : 1, p.home_store);
  }
  if (story_.visits.back().phone && random.chance(0.02)) web(What::screen, random, walk);
  // A second device makes itself known at once, or it would be a stranger for ever.
  if (device == 1 && !known) {
    open_page(random, walk, Page::account);
    sign_in(random, walk);
  }
  return walk;
}

void Planner::sign_in(Random& random, Walk& walk) {
  const Person& p = story_.people[walk.person];
  const unsigned device = story_.visits[walk.visit].device;
  if (p.has_account()) {
    walk.marks |= kSignedIn;
    web(What::identify_account, random, walk);
  } else if ((known_devices_ >> device & 1) == 0) {
    web(What::identify_email, random, walk);
  }
  // What would happen after the end of the story makes nobody known.
  if (walk.at <= limit_) known_devices_ |= static_cast<std::uint8_t>(1u << (device & 7));
}

void Planner::glance(Random& random, Walk& walk) {
  const std::uint16_t category = story_.assortment.skus[walk.sku].category;
  const unsigned landing = random.below(10);
  if (landing < 5)
    open_page(random, walk, Page::home);
  else if (landing < 8)
    open_page(random, walk, Page::category, category);
  else
    open_page(random, walk, Page::content, random.below(8));
  if (landing < 5 && random.chance(0.25)) {
    const std::uint32_t promotion = random.below(4);
    web(What::promotion_viewed, random, walk, promotion);
    if (random.chance(0.2)) web(What::promotion_clicked, random, walk, promotion);
  }
  if (landing >= 8) web(What::content_viewed, random, walk, random.below(8));
  if (random.chance(0.4)) web(What::list_viewed, random, walk, category);
  if (random.chance(0.2))
    web(What::searched, random, walk, random.below(static_cast<std::uint32_t>(searches().size())));
}

void Planner::consider(Random& random, Walk& walk, int products) {
  const Assortment& shop = story_.assortment;
  for (int i = 0; i < products; ++i) {
    if (i > 0) walk.sku = shop.pick_like(random, walk.sku);
    if (random.chance(0.35)) web(What::list_viewed, random, walk, shop.skus[walk.sku].category);
    if (random.chance(0.1)) web(What::filtered, random, walk, shop.skus[walk.sku].category);
    if (random.chance(0.35)) web(What::clicked, random, walk, walk.sku);
    if (random.chance(0.8)) open_page(random, walk, Page::product, walk.sku);
    web(What::viewed, random, walk, walk.sku);
  }
}

void Planner::side_steps(Random& random, Walk& walk) {
  const Person& p = story_.people[walk.person];
  if (random.chance(0.06)) {
    web(What::wish_added, random, walk, walk.sku);
    if (random.chance(0.2)) web(What::wish_removed, random, walk, walk.sku);
  }
  if (random.chance(0.07)) web(What::availability, random, walk, walk.sku, p.home_store);
  if (random.chance(0.05)) web(What::content_viewed, random, walk, random.below(8));
  if (random.chance(0.01)) web(What::content_downloaded, random, walk, 5);
  if (p.known() && random.chance(0.006)) {
    const std::uint32_t number = conversation_++;
    web(What::appointment_booked, random, walk, number, p.home_store);
    if (!p.has_card() || !carded_) return;
    const Micros at =
        store_moment(random, story_.calendar.open_day(story_.calendar.day_of(walk.at) + 3));
    add(What::appointment_attended, at, walk.person, number, p.home_store);
  } else if (p.known() && random.chance(0.004)) {
    const std::uint32_t number = random.below(6);
    web(What::event_registered, random, walk, number, p.home_store);
    if (p.has_card() && carded_ && random.chance(0.7)) {
      const int day = story_.calendar.open_day(story_.calendar.day_of(walk.at) + 5);
      add(What::event_attended, store_moment(random, day), walk.person, number, p.home_store);
    }
  }
}

void Planner::browse(Random& random, std::uint32_t person, Micros at, Origin origin, Depth depth) {
  const Person& p = story_.people[person];
  Walk walk = arrive(random, person, at, origin, device_of(random, p));
  glance(random, walk);
  if (depth == Depth::glance) {
    if (random.chance(0.35)) consider(random, walk, 1);
  } else {
    consider(random, walk, random.between(2, 4));
    side_steps(random, walk);
  }
  // Whoever has only a card leaves an e-mail at the newsletter form: the one bridge from the
  // device to the card.
  if (p.segment == Segment::store && (known_devices_ & 1) == 0) sign_in(random, walk);
  last_walk_ = walk;
}

}  // namespace viaggio::demo
