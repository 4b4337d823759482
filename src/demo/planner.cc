#include "demo/planner.h"

#include <algorithm>

namespace viaggio::demo {

Planner::Planner(Story& story) : story_(story), planted_(story.planted) {
  limit_ = story.calendar.until();
  planted_.from = story.calendar.from();
  planted_.until = limit_;
  planted_.checkout_broken_since = story.calendar.midnight(std::max(0, story.calendar.days() - 19));
  parma_from_ = story.calendar.days() * 55 / 100;
  parma_to_ = parma_from_ + 42;
}

void Planner::everything() {
  story_.happenings.reserve(story_.people.size() * 64ull);
  for (std::uint32_t i = 0; i < story_.people.size(); ++i) life(i);
  refer_friends();
  tablets();
  receipts_without_card();
  strangers_on_social();
  double_saturday();
}

Happening& Planner::add(What what, Micros at, std::uint32_t person, std::uint32_t thing,
                        std::uint16_t n, std::uint32_t other) {
  static thread_local Happening nowhere;  // what would happen after the end
  if (at > limit_ || at < planted_.from) {
    nowhere = {};
    return nowhere;
  }
  Happening& h = story_.happenings.emplace_back();
  h.at = at;
  h.person = person;
  h.thing = thing;
  h.other = other;
  h.n = n;
  h.what = what;
  return h;
}

Origin Planner::first_origin(Random& random) const {
  constexpr unsigned kShares[kOrigins] = {8, 28, 3, 18, 7, 4, 4, 9, 9, 3, 0, 2, 1, 3, 1, 0, 0};
  return static_cast<Origin>(random.weighted(kShares));
}

// Never an unpaid social network: what those bring to the order is planted (fact 2).
Origin Planner::later_origin(Random& random, const Person& person) const {
  constexpr unsigned kShares[kOrigins] = {36, 22, 2, 0, 0, 0, 20, 4, 4, 5, 0, 1, 1, 1, 1, 0, 2};
  if (person.newsletter && random.chance(0.3)) return Origin::newsletter;
  return static_cast<Origin>(random.weighted(kShares));
}

void Planner::life(std::uint32_t person) {
  Random random(story_.options.seed, (1ull << 40) + person);
  instagram_.clear();
  known_devices_ = 0;
  carded_ = false;
  last_walk_ = {};
  if (story_.people[person].known())
    customer(random, person);
  else
    stranger(random, person);
}

void Planner::stranger(Random& random, std::uint32_t person) {
  const Calendar& days = story_.calendar;
  int day = story_.people[person].first_day;
  const unsigned kind = random.below(100);  // looks, considers, leaves a cart
  int visits = 1;
  while (visits < 5 && random.chance(kind < 58 ? 0.25 : 0.5)) ++visits;
  for (int v = 0; v < visits; ++v) {
    const bool deeper = kind >= 58 && v + 1 >= visits / 2;
    browse(random, person, days.web_time(random, day),
           v == 0 ? first_origin(random) : Origin::google,
           deeper ? Depth::consider : Depth::glance);
    day += random.between(1, 12);
    if (day >= days.days()) return;
  }
  if (kind >= 91) buy_online(random, person, days.web_time(random, day));
}

void Planner::customer(Random& random, std::uint32_t person) {
  const Calendar& days = story_.calendar;
  Person& p = story_.people[person];
  if (p.daughter) daughters_order(person);
  int day = p.first_day;
  if (p.web) {
    const int visits = random.between(1, p.persona == Persona::new_home ? 4 : 2);
    for (int v = 0; v < visits && day < days.days(); ++v, day += random.between(0, 7)) {
      const Origin origin = v > 0                     ? later_origin(random, p)
                            : p.brought_by != kNobody ? Origin::friend_link
                                                      : first_origin(random);
      browse(random, person, days.web_time(random, day), origin,
             v == 0 ? Depth::glance : Depth::consider);
    }
    if (p.newsletter) newsletters(random, person, day + random.between(2, 30));
  }
  for (unsigned k = 0; k < p.intents && day < days.days(); ++k) {
    const bool online = p.segment == Segment::online || p.segment == Segment::guest ||
                        (p.segment == Segment::both && (k + person) % 2 == 0);
    const int research =
        p.web ? random.between(online ? 1 : 0, p.persona == Persona::new_home ? 4 : 3) : 0;
    for (int v = 0; v < research && day < days.days(); ++v, day += random.between(1, 6)) {
      browse(random, person, days.web_time(random, day), later_origin(random, p), Depth::consider);
    }
    if (random.chance(0.1))
      ask(random, person, days.web_time(random, std::min(day, days.days() - 1)));
    day = online ? days.web_day(random, day, day + 6) : days.store_day(random, day, day + 9);
    if (online)
      buy_online(random, person, days.web_time(random, day));
    else
      buy_in_store(random, person, store_moment(random, days.open_day(day)),
                   fill(random, story_.assortment.pick(random)));
    const int pause = p.persona == Persona::neighbour  ? random.between(8, 50)
                      : p.persona == Persona::new_home ? random.between(3, 34)
                                                       : random.between(14, 150);
    if (p.web && random.chance(0.5)) {
      const int idle = day + pause / 2;
      if (idle < days.days()) {
        browse(random, person, days.web_time(random, idle), later_origin(random, p), Depth::glance);
      }
    }
    day += pause;
  }
  // Nobody whom the firm knows stays unknown on a device of theirs: true people can be counted.
  if (last_walk_.visit != kNone &&
      (known_devices_ >> story_.visits[last_walk_.visit].device & 1) == 0) {
    last_walk_.at = std::min(last_walk_.at, limit_ - 3 * kMinute);
    sign_in(random, last_walk_);
  }
  if (p.corrected && carded_) {
    add(What::identify_corrected,
        days.midnight(std::min(p.first_day + 40, days.days() - 1)) + 10 * kHour, person);
  }
  if (p.card_replaced && carded_) {
    add(What::identify_replaced,
        days.midnight(std::min(p.first_day + 120, days.days() - 1)) + 11 * kHour, person);
  }
}

void Planner::newsletters(Random& random, std::uint32_t person, int first_day) {
  const Calendar& days = story_.calendar;
  std::uint32_t issue = person % 8;
  for (int day = first_day; day < days.days(); day += random.between(38, 62), ++issue) {
    const Micros at = days.midnight(day) + 9 * kHour + random.below(7200) * kSecond;
    if (random.chance(0.01)) {
      add(What::suppressed, at, person, issue);
      continue;
    }
    add(What::sent, at, person, issue);
    if (random.chance(0.015)) {
      add(What::bounced, at + 4 * kSecond, person, issue);
      continue;
    }
    add(What::delivered, at + 6 * kSecond, person, issue);
    if (random.chance(0.01)) add(What::opened, at + 2 * kHour, person, issue);
    if (random.chance(0.07)) {
      const Micros click = at + random.below(40000) * kSecond;
      add(What::message_clicked, click, person, issue);
      browse(random, person, click + 2 * kSecond, Origin::newsletter, Depth::glance);
    }
    if (random.chance(0.008)) {
      add(What::unsubscribed, at + 3 * kHour, person, issue);
      return;
    }
  }
}

void Planner::moment(Random& random, Micros at) {
  live_ = true;
  limit_ = at + 365 * kDay;
  const auto person = random.below(static_cast<std::uint32_t>(story_.people.size()));
  const Person& p = story_.people[person];
  instagram_.clear();
  known_devices_ = 1;
  carded_ = true;
  const unsigned hour = static_cast<unsigned>((at / kHour + 1) % 24);
  const bool open = (hour >= 9 && hour < 13) || (hour >= 15 && hour < 19);
  if (open && p.has_card() && random.chance(0.5)) {
    buy_in_store(random, person, at, fill(random, story_.assortment.pick(random)));
  } else if (p.web && p.known() && random.chance(0.2)) {
    buy_online(random, person, at);
  } else if (random.chance(0.06) && p.has_account()) {
    ask(random, person, at);
  } else if (p.web) {
    browse(random, person, at, p.known() ? later_origin(random, p) : first_origin(random),
           random.chance(0.5) ? Depth::consider : Depth::glance);
  }
}

}  // namespace viaggio::demo
