#pragma once
// The plan of the story: what happens to whom and when, 32 bytes each, before any text is written.
// Plain values; built by the Planner, read by the Writer.
#include <cstdint>
#include <vector>

#include "demo/assortment.h"
#include "demo/calendar.h"
#include "demo/people.h"

namespace viaggio::demo {

enum class What : std::uint8_t {
  // identify messages: account at login, e-mail alone (newsletter form, guest), the till's loyalty
  // form, the CRM's corrections
  identify_account,
  identify_email,
  identify_card,
  identify_corrected,
  identify_replaced,
  // web
  page,
  screen,
  searched,
  list_viewed,
  filtered,
  promotion_viewed,
  promotion_clicked,
  clicked,
  viewed,
  added,
  removed,
  cart_viewed,
  checkout_started,
  step_viewed,
  step_completed,
  payment_entered,
  order_completed,
  coupon_entered,
  coupon_applied,
  coupon_denied,
  coupon_removed,
  wish_added,
  wish_removed,
  wish_to_cart,
  product_shared,
  cart_shared,
  product_reviewed,
  availability,
  content_viewed,
  content_downloaded,
  qr_scanned,
  event_registered,
  appointment_booked,
  // the shop's own systems
  order_reported,
  order_updated,
  order_refunded,
  order_cancelled,
  order_ready,
  order_collected,
  order_expired,
  order_delivered,
  offer_issued,
  points_earned,
  points_spent,
  referral_made,
  // tills
  store_visited,
  card_scanned,
  receipt,
  item_returned,
  offer_redeemed,
  appointment_attended,
  event_attended,
  // voice
  question,
  conversation_opened,
  conversation_replied,
  conversation_closed,
  call_received,
  call_placed,
  survey,
  review,
  mention,
  comment,
  social_shared,
  // messages
  sent,
  delivered,
  opened,
  message_clicked,
  bounced,
  suppressed,
  unsubscribed
};

inline constexpr std::uint32_t kNone = 0xFFFFFFFFu;
enum Mark : std::uint8_t {
  kSignedIn = 1,  // the message carries the user_id
  kArrival = 2,   // first message of a visit: says where the visitor comes from
  kTwice = 4,     // the till's second, wrong copy: one hour ahead
  kFamily = 8     // the daughter's loyalty form with her mother's e-mail
};

struct Happening {
  Micros at = 0;
  std::uint32_t person = kNobody;
  std::uint32_t visit = kNone;
  std::uint32_t thing = 0, other = 0;  // product, basket, text ...: see the Writer
  std::int32_t late = 0;               // seconds until it arrives
  std::uint16_t n = 0;                 // step, score, page ...
  What what = What::page;
  std::uint8_t marks = 0;
  Micros arrival() const { return at + late * kSecond; }
};

enum class Page : std::uint16_t {
  home,
  category,
  product,
  content,
  cart,
  checkout,
  account,
  stores
};
enum class Medium : std::uint8_t { email, whatsapp, instagram, phone };

struct Visit {
  std::uint8_t device = 0;  // of the person; kTablet + number for the shops' tablets
  Origin origin = Origin::direct;
  bool phone = false;
};
inline constexpr std::uint8_t kTablet = 0x80;
inline constexpr unsigned kTabletsPerStore = 5;

struct Basket {
  std::uint16_t sku[4] = {};
  std::uint8_t quantity[4] = {};
  std::uint8_t count = 0, store = 0;
  bool pickup = false;
  std::uint32_t cents = 0, number = 0;
};

struct Story {
  Options options;
  Calendar calendar;
  Assortment assortment;
  std::vector<Person> people;
  std::vector<Happening> happenings;
  std::vector<Visit> visits;
  std::vector<Basket> baskets;
  std::vector<Order> orders;
  Planted planted;

  explicit Story(const Options& o)
      : options(o),
        calendar(o.until, o.days),
        assortment(Assortment::create()),
        people(create_people(o, calendar)) {}
};

}  // namespace viaggio::demo
