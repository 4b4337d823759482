// What is hidden in the story on purpose: shared tablets, a family, a till that repeats itself.
#include <algorithm>

#include "demo/planner.h"
#include "demo/texts_it.h"

namespace viaggio::demo {

// Five tablets a shop; the first of Bologna is used by 312 people (of 48,000), each signed in.
void Planner::tablets() {
  Random random(story_.options.seed, 3ull << 40);
  std::vector<std::uint32_t> members;
  for (std::uint32_t i = 0; i < story_.people.size(); ++i) {
    const Person& p = story_.people[i];
    if (p.has_account() && p.purchases > 0 && p.first_day < story_.calendar.days() * 9 / 10)
      members.push_back(i);
  }
  const auto wanted = [&](unsigned full) {
    return std::max<std::size_t>(8, story_.people.size() * full / 48000);
  };
  for (unsigned tablet = 0; tablet < kStores * kTabletsPerStore; ++tablet) {
    const std::size_t users = std::min(members.size(), wanted(tablet == 0 ? 312 : 40));
    if (tablet == 0) planted_.tablet_people = static_cast<std::uint32_t>(users);
    for (std::size_t i = 0; i < users; ++i) {
      std::swap(members[i],
                members[i + random.below(static_cast<std::uint32_t>(members.size() - i))]);
      const std::uint32_t person = members[i];
      const Person& p = story_.people[person];
      const int day =
          story_.calendar.store_day(random, p.first_day + 30, story_.calendar.days() - 2);
      Walk walk{person, static_cast<std::uint32_t>(story_.visits.size()),
                story_.calendar.store_time(random, day), kSignedIn, story_.assortment.pick(random)};
      story_.visits.push_back({static_cast<std::uint8_t>(kTablet + tablet), Origin::direct, false});
      web(What::identify_account, random, walk);
      const int seen = random.between(1, 3);
      for (int k = 0; k < seen; ++k) {
        // Some look on without the sign-in being sent along: theirs all the same.
        walk.marks = random.chance(0.6) ? kSignedIn : 0;
        web(What::viewed, random, walk, walk.sku);
        walk.sku = story_.assortment.pick_like(random, walk.sku);
      }
      if (random.chance(0.4))
        web(What::availability, random, walk, walk.sku,
            static_cast<std::uint16_t>(tablet / kTabletsPerStore));
    }
  }
}

// At least 40 % of the receipts: 0.74 for each one with a card.
void Planner::receipts_without_card() {
  Random random(story_.options.seed, 4ull << 40);
  const std::uint32_t count = planted_.card_receipts * 74 / 100;
  constexpr unsigned kShares[3] = {46, 30, 24};
  for (std::uint32_t i = 0; i < count; ++i) {
    const int day =
        story_.calendar.open_day(story_.calendar.store_day(random, 0, story_.calendar.days() - 1));
    const Micros at = store_moment(random, day);
    if (at > limit_) continue;
    Basket basket = fill(random, story_.assortment.pick(random));
    basket.store = static_cast<std::uint8_t>(random.weighted(kShares));
    basket.number = ++receipt_number_;
    const auto number = static_cast<std::uint32_t>(story_.baskets.size());
    story_.baskets.push_back(basket);
    add(What::receipt, at, kNobody, number, static_cast<std::uint16_t>(random.below(2)),
        basket.store);
    ++planted_.receipts;
    if (random.chance(0.02)) add(What::item_returned, at + kDay, kNobody, number, 0, basket.store);
  }
}

void Planner::strangers_on_social() {
  Random random(story_.options.seed, 5ull << 40);
  const std::uint32_t count = static_cast<std::uint32_t>(story_.people.size() / 60);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Micros at = story_.calendar.web_time(
        random, story_.calendar.web_day(random, 0, story_.calendar.days() - 1));
    const std::uint32_t text = random.below(static_cast<std::uint32_t>(mentions().size()));
    add(random.chance(0.5) ? What::mention : What::comment, at, kNobody, text,
        static_cast<std::uint16_t>(Medium::instagram));
  }
}

// Fact 10: all of one Saturday at Rimini a second time, stamped an hour later, just after the
// first.
void Planner::double_saturday() {
  const Calendar& days = story_.calendar;
  int day = days.days() - 36;
  while (day > 0 && (days.weekday(day) != 5 || days.store_weight(day) == 0)) --day;
  planted_.saturday = days.date(day);
  planted_.saturday_from = days.midnight(day);
  const Micros from = days.midnight(day), to = days.midnight(day + 1);
  const std::size_t count = story_.happenings.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Happening& h = story_.happenings[i];
    const bool till = h.what == What::receipt || h.what == What::card_scanned;
    if (!till || h.other != 2 || h.at < from || h.at >= to) continue;
    planted_.saturday_receipts += h.what == What::receipt;
    Happening copy = h;
    copy.at += kHour;
    copy.late = -3600 + 5;
    copy.marks |= kTwice;
    story_.happenings.push_back(copy);
  }
}

// The daughter orders as a guest with her mother's e-mail; the loyalty form (buy_in_store) repeats
// it.
void Planner::daughters_order(std::uint32_t daughter) {
  Person& p = story_.people[daughter];
  Random random(story_.options.seed, 6ull << 40);
  const Micros at = story_.calendar.midnight(std::max(1, p.first_day - 8)) + 18 * kHour;
  Walk walk = arrive(random, daughter, at, Origin::google, 0);
  consider(random, walk, 2);
  const auto basket = static_cast<std::uint32_t>(story_.baskets.size());
  Basket bought = fill(random, walk.sku);
  bought.number = ++order_number_;
  bought.store = p.home_store;
  story_.baskets.push_back(bought);
  web(What::added, random, walk, basket, 0);
  web(What::identify_email, random, walk).marks |= kFamily;
  web(What::order_completed, random, walk, basket);
  ++planted_.carts;
  ++p.purchases;
  planted_.online_revenue += static_cast<std::int64_t>(bought.cents) * 100;
  known_devices_ = 1;
  const std::uint32_t mother = daughter - 1;
  append_user_id(planted_.mother_user_id, mother);
  append_email(planted_.mother_email, story_.people[mother], mother, false);
  append_card(planted_.daughter_card, daughter, false);
  planted_.wrong_merge_message_id = "demo-family-1";
}

}  // namespace viaggio::demo
