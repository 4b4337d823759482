// What people say: surveys, reviews, questions and their answers, friends brought along.
#include <algorithm>

#include "demo/planner.h"
#include "demo/texts_it.h"

namespace viaggio::demo {

namespace {
std::uint32_t any(Random& random, std::size_t n) {
  return random.below(static_cast<std::uint32_t>(n));
}
}  // namespace

// late_store: 1 = a pick-up at Parma that was late, -1 = an online order, -2 = a receipt.
void Planner::feel(Random& random, std::uint32_t person, Micros at, int late_store,
                   std::uint32_t basket) {
  const Person& p = story_.people[person];
  const bool late = late_store == 1;
  const std::uint8_t account = late_store == -2 ? 0 : static_cast<std::uint8_t>(kSignedIn);
  const bool happy = !late && random.chance(0.78);
  if (random.chance(late ? 0.5 : 0.16)) {
    // kind 0 nps, 1 csat, 2 ces; the text after the score
    const unsigned kind = random.below(3);
    const int score = kind == 0   ? (happy  ? random.between(8, 10)
                                     : late ? random.between(2, 6)
                                            : random.between(3, 8))
                      : kind == 1 ? (happy  ? random.between(4, 5)
                                     : late ? random.between(1, 3)
                                            : random.between(2, 4))
                                  : (happy  ? random.between(5, 7)
                                     : late ? random.between(1, 4)
                                            : random.between(2, 5));
    const std::uint32_t text =
        late ? any(random, late_pickup().size()) : any(random, answers(happy).size());
    Happening& h =
        add(What::survey, at, person,
            text + (late    ? 200
                    : happy ? 0
                            : 100),
            static_cast<std::uint16_t>(kind * 100 + static_cast<unsigned>(score)), basket);
    h.marks |= account;
    // Two in five leave no words.
    if (!late && random.chance(0.4)) h.thing = kNone;
  }
  if (happy && p.purchases >= 2)
    advocate(random, person, at + kHour);
  else if (!happy && random.chance(0.05)) {
    const int stars = random.between(1, 3);
    Happening& h =
        add(What::product_reviewed, at + kDay, person, any(random, reviews(stars).size()),
            static_cast<std::uint16_t>(stars), basket);
    h.marks |= account;
  }
}

void Planner::advocate(Random& random, std::uint32_t person, Micros at) {
  const Person& p = story_.people[person];
  const bool account = p.has_account() && known_devices_ != 0;
  const auto mark = [&](Happening& h) {
    if (account) h.marks |= kSignedIn;
  };
  if (random.chance(0.07)) {
    const int stars = random.between(4, 5);
    mark(add(random.chance(0.6) ? What::review : What::product_reviewed, at + kDay, person,
             any(random, reviews(stars).size()), static_cast<std::uint16_t>(stars)));
  }
  if (account && random.chance(0.03)) {
    add(What::social_shared, at + 2 * kHour, person, random.below(400)).marks |= kSignedIn;
  }
  if (account && random.chance(0.025)) {
    add(What::mention, at + 5 * kHour, person, any(random, mentions().size())).marks |= kSignedIn;
  }
  if (p.web && (known_devices_ & 1) != 0 && random.chance(0.025)) {
    Walk walk = arrive(random, person, at + 3 * kHour, Origin::direct, 0);
    open_page(random, walk, Page::product, walk.sku);
    web(What::product_shared, random, walk, walk.sku);
  }
}

// Fact 6: at the weekend Instagram and WhatsApp answer after 31 hours, and 14 % never.
void Planner::ask(Random& random, std::uint32_t person, Micros at) {
  const Person& p = story_.people[person];
  if (known_devices_ == 0 || at > limit_ || !(p.has_account() || p.segment == Segment::guest))
    return;
  constexpr unsigned kMediums[4] = {30, 28, 24, 18};
  Medium medium = static_cast<Medium>(random.weighted(kMediums));
  if (!p.has_account()) medium = Medium::email;
  const std::uint32_t number = ++conversation_;
  const std::uint32_t text = any(random, questions().size());
  const auto n = static_cast<std::uint16_t>(medium);
  if (medium == Medium::phone) {
    add(What::call_received, at, person, text, n, number);
    if (random.chance(0.2)) add(What::call_placed, at + 20 * kHour, person, text, n, number);
  }
  add(What::question, at + kSecond, person, text, n, number);
  add(What::conversation_opened, at + 2 * kSecond, person, text, n, number);
  const bool chat = medium == Medium::whatsapp || medium == Medium::instagram;
  const bool weekend = story_.calendar.weekend(story_.calendar.day_of(at));
  Micros wait = medium == Medium::phone ? kMinute : random.between(40, 200) * kMinute;
  if (chat && weekend) {
    const bool never =
        planted_.weekend_unanswered * 100 + 50 <= planted_.weekend_questions * 14 + 14;
    ++planted_.weekend_questions;
    if (never) {
      ++planted_.weekend_unanswered;
      return;
    }
    wait = random.between(24 * 60, 38 * 60) * kMinute;
  }
  Happening& reply = add(What::conversation_replied, at + wait, person, text, n, number);
  reply.marks |= static_cast<std::uint8_t>(0);
  reply.late = static_cast<std::int32_t>(1);
  add(What::conversation_closed, at + wait + random.between(2, 40) * kMinute, person, text, n,
      number);
  if (random.chance(0.3)) {
    const bool happy = wait < 6 * kHour;
    const int score = happy ? random.between(3, 5) : random.between(1, 3);
    const std::uint32_t words = any(random, answers(happy).size()) + (happy ? 0 : 100);
    Happening& h = add(What::survey, at + wait + 5 * kHour, person, words,
                       static_cast<std::uint16_t>(100 + score), kNone);
    h.marks |= kSignedIn;
  }
  if (chat && medium == Medium::instagram && random.chance(0.3)) {
    add(What::comment, at + kDay, person, any(random, mentions().size()), n);
  }
}

// Fact 8: the invitations that brought the friends; the friend's first visit follows in days.
void Planner::refer_friends() {
  for (std::uint32_t i = 0; i < story_.people.size(); ++i) {
    const Person& p = story_.people[i];
    planted_.accounts += p.has_account();
    planted_.advocates += p.advocate;
    if (p.brought_by == kNobody) continue;
    ++planted_.brought;
    Random random(story_.options.seed, (2ull << 40) + i);
    const int day = std::max(story_.calendar.days() / 4, p.first_day - random.between(1, 5));
    add(What::referral_made, story_.calendar.web_time(random, day), p.brought_by, i).marks |=
        kSignedIn;
  }
}

}  // namespace viaggio::demo
