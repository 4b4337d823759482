#include "demo/writer.h"

#include "demo/texts_it.h"

namespace viaggio::demo {

namespace {

constexpr std::string_view kSite = "https://www.bottegaginepro.example";
constexpr std::string_view kTills[] = {"cassa-bologna", "cassa-parma", "cassa-rimini"};
constexpr std::string_view kMediumSources[] = {"email", "whatsapp", "instagram", "telefono"};

constexpr std::string_view kPhones[] = {
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"};
constexpr std::string_view kDesktops[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"};
constexpr std::string_view kTabletAgent =
    "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.6 Mobile/15E148 Safari/604.1";

// In the order of What.
constexpr std::string_view kNames[] = {"",
                                       "",
                                       "",
                                       "",
                                       "",
                                       "Page Viewed",
                                       "Screen Viewed",
                                       "Products Searched",
                                       "Product List Viewed",
                                       "Product List Filtered",
                                       "Promotion Viewed",
                                       "Promotion Clicked",
                                       "Product Clicked",
                                       "Product Viewed",
                                       "Product Added",
                                       "Product Removed",
                                       "Cart Viewed",
                                       "Checkout Started",
                                       "Checkout Step Viewed",
                                       "Checkout Step Completed",
                                       "Payment Info Entered",
                                       "Order Completed",
                                       "Coupon Entered",
                                       "Coupon Applied",
                                       "Coupon Denied",
                                       "Coupon Removed",
                                       "Product Added to Wishlist",
                                       "Product Removed from Wishlist",
                                       "Wishlist Product Added to Cart",
                                       "Product Shared",
                                       "Cart Shared",
                                       "Product Reviewed",
                                       "Store Availability Checked",
                                       "Content Viewed",
                                       "Content Downloaded",
                                       "QR Scanned",
                                       "Event Registered",
                                       "Appointment Booked",
                                       "Order Completed",
                                       "Order Updated",
                                       "Order Refunded",
                                       "Order Cancelled",
                                       "Order Ready",
                                       "Order Collected",
                                       "Order Expired",
                                       "Order Delivered",
                                       "Offer Issued",
                                       "Points Earned",
                                       "Points Spent",
                                       "Referral Made",
                                       "Store Visited",
                                       "Loyalty Card Scanned",
                                       "Receipt Issued",
                                       "Item Returned",
                                       "Offer Redeemed",
                                       "Appointment Attended",
                                       "Event Attended",
                                       "Question Asked",
                                       "Conversation Opened",
                                       "Conversation Replied",
                                       "Conversation Closed",
                                       "Call Received",
                                       "Call Placed",
                                       "Survey Answered",
                                       "Review Posted",
                                       "Social Mention",
                                       "Social Comment",
                                       "Social Shared",
                                       "Message Sent",
                                       "Message Delivered",
                                       "Message Opened",
                                       "Message Clicked",
                                       "Message Bounced",
                                       "Message Suppressed",
                                       "Message Unsubscribed"};
static_assert(std::size(kNames) == static_cast<std::size_t>(What::unsubscribed) + 1);

constexpr bool is_identify(What what) { return what <= What::identify_replaced; }

}  // namespace

std::string_view event_name(What what) { return kNames[static_cast<std::size_t>(what)]; }

std::string_view source_of(const Happening& h) {
  if (h.visit != kNone) return "sito";
  switch (h.what) {
    case What::identify_account:
    case What::identify_email:
      return "sito";
    case What::identify_corrected:
    case What::identify_replaced:
      return "crm";
    case What::identify_card:
    case What::store_visited:
    case What::card_scanned:
    case What::receipt:
    case What::item_returned:
    case What::offer_redeemed:
    case What::points_spent:
    case What::appointment_attended:
    case What::event_attended:
      return kTills[h.other % kStores];
    case What::points_earned:
      return h.n == 1 ? kTills[h.other % kStores] : "negozio-online";
    case What::order_ready:
    case What::order_collected:
    case What::order_expired:
      return kTills[h.other % kStores];
    case What::question:
    case What::conversation_opened:
    case What::conversation_replied:
    case What::conversation_closed:
    case What::call_received:
    case What::call_placed:
      return kMediumSources[h.n % 4];
    case What::mention:
    case What::comment:
    case What::social_shared:
      return "instagram";
    case What::survey:
      return "sondaggi";
    case What::review:
    case What::product_reviewed:
      return "recensioni";
    case What::sent:
    case What::delivered:
    case What::opened:
    case What::message_clicked:
    case What::bounced:
    case What::suppressed:
    case What::unsubscribed:
    case What::offer_issued:
      return "newsletter";
    default:
      return "negozio-online";
  }
}

void Writer::time(Micros at) {
  const std::int64_t day = at / kDay;
  if (day != day_) {
    day_ = day;
    const std::string whole = format_time(day * kDay);
    whole.copy(date_, 10);
  }
  const std::int64_t ms = at % kDay / 1000;
  const unsigned h = static_cast<unsigned>(ms / 3'600'000),
                 m = static_cast<unsigned>(ms / 60'000 % 60),
                 s = static_cast<unsigned>(ms / 1000 % 60), f = static_cast<unsigned>(ms % 1000);
  char buffer[24];
  for (int i = 0; i < 10; ++i) buffer[i] = date_[i];
  const auto two = [&](int place, unsigned v) {
    buffer[place] = static_cast<char>('0' + v / 10);
    buffer[place + 1] = static_cast<char>('0' + v % 10);
  };
  buffer[10] = 'T';
  two(11, h);
  buffer[13] = ':';
  two(14, m);
  buffer[16] = ':';
  two(17, s);
  buffer[19] = '.';
  buffer[20] = static_cast<char>('0' + f / 100);
  two(21, f % 100);
  buffer[23] = 'Z';
  out_->append(buffer, 24);
}

void Writer::head(std::string_view type, std::string_view event) {
  put("{\"type\":\"");
  put(type);
  if (!event.empty()) {
    put("\",\"event\":\"");
    put(event);
  }
  put("\",\"messageId\":\"");
  if ((h_->marks & kFamily) != 0 && h_->what == What::identify_card) {
    put("demo-family-1");
  } else {
    put(prefix_);
    number(serial_);
  }
  put("\",\"timestamp\":\"");
  time(h_->at);
  put("\"");
}

void Writer::web_page_address() {
  const Assortment& shop = story_.assortment;
  switch (h_->what) {
    case What::page:
      switch (static_cast<Page>(h_->n)) {
        case Page::home:
          put("/");
          return;
        case Page::category:
          put(shop.categories[h_->thing].path);
          return;
        case Page::product:
          put(shop.skus[h_->thing].path);
          return;
        case Page::content:
          put(shop.contents[h_->thing].url);
          return;
        case Page::cart:
          put("/carrello");
          return;
        case Page::checkout:
          put("/cassa");
          return;
        case Page::account:
          put("/account");
          return;
        case Page::stores:
          put("/negozi");
          return;
      }
      return;
    case What::list_viewed:
    case What::filtered:
      put(shop.categories[h_->thing].path);
      return;
    case What::clicked:
    case What::viewed:
    case What::wish_added:
    case What::availability:
    case What::product_shared:
      put(shop.skus[h_->thing].path);
      return;
    case What::content_viewed:
    case What::content_downloaded:
      put(shop.contents[h_->thing].url);
      return;
    case What::searched:
      put("/cerca");
      return;
    case What::added:
    case What::removed:
    case What::cart_viewed:
    case What::cart_shared:
    case What::coupon_entered:
    case What::coupon_applied:
    case What::coupon_denied:
    case What::coupon_removed:
      put("/carrello");
      return;
    case What::checkout_started:
    case What::step_viewed:
    case What::step_completed:
    case What::payment_entered:
      put("/cassa");
      return;
    case What::order_completed:
      put("/grazie");
      return;
    default:
      put("/");
      return;
  }
}

void Writer::web_context() {
  const Visit& visit = story_.visits[h_->visit];
  const bool tablet = (visit.device & kTablet) != 0;
  put(",\"anonymousId\":\"");
  if (tablet) {
    const unsigned number_of = visit.device & 0x7Fu;
    put("tablet-");
    put(kStoreIds[number_of / kTabletsPerStore]);
    put("-");
    number(number_of % kTabletsPerStore + 1);
  } else {
    append_device(*out_, h_->person, visit.device);
  }
  put("\"");
  if ((h_->marks & kSignedIn) != 0 || h_->what == What::identify_account) {
    put(",\"userId\":\"");
    append_user_id(*out_, h_->person);
    put("\"");
  }
  put(",\"context\":{");
  if (h_->what == What::screen) {
    put("\"app\":{\"name\":\"Bottega "
        "Ginepro\",\"version\":\"2.1\"},\"device\":{\"type\":\"mobile\"}");
    return;
  }
  put("\"page\":{\"url\":\"");
  put(kSite);
  web_page_address();
  const OriginFacts& origin = facts_of(visit.origin);
  const bool arrival = (h_->marks & kArrival) != 0;
  const bool campaign = arrival && origin.source[0] != 0;
  if (campaign) {
    put("?utm_source=");
    put(origin.source);
    put("&utm_medium=");
    put(origin.medium);
    put("&utm_campaign=");
    put(origin.campaign);
    if (origin.click_id[0] != 0) {
      put("&");
      put(origin.click_id);
      put("=Cj0K");
      number(mix(serial_) >> 20);
    }
    if (visit.origin == Origin::friend_link && person().brought_by != kNobody) {
      put("&amico=");
      append_referral_code(*out_, person().brought_by);
    }
  }
  put("\"");
  if (arrival && origin.referrer[0] != 0) {
    put(",\"referrer\":\"");
    put(origin.referrer);
    put("\"");
  }
  put("}");
  if (campaign) {
    put(",\"campaign\":{\"source\":\"");
    put(origin.source);
    put("\",\"medium\":\"");
    put(origin.medium);
    put("\",\"name\":\"");
    put(origin.campaign);
    put("\"}");
  }
  put(",\"userAgent\":\"");
  put(tablet ? kTabletAgent : visit.phone ? kPhones[h_->person % 3] : kDesktops[h_->person % 3]);
  put("\",\"device\":{\"type\":\"");
  put(tablet ? "tablet" : visit.phone ? "mobile" : "desktop");
  put("\"}");
}

bool Writer::replaced_card() const {
  const Person& p = person();
  const int day = p.first_day + 120;
  return p.card_replaced && day < story_.calendar.days() && h_->at >= story_.calendar.midnight(day);
}

void Writer::external_id(std::string_view type) {
  put("\"externalIds\":[{\"id\":\"");
  if (type == "loyalty_card") {
    append_card(*out_, h_->person, replaced_card());
  } else if (type == "wa_id") {
    put("39399");
    std::string phone;
    append_phone(phone, h_->person);
    put(std::string_view(phone).substr(6));
  } else {  // social_handle
    std::string email;
    append_email(email, person(), h_->person, false);
    put(std::string_view(email).substr(0, email.find('@')));
  }
  put("\",\"type\":\"");
  put(type);
  put("\"}]");
}

// By which identifier a system other than the site knows the person.
void Writer::contact() {
  if (h_->person == kNobody) {
    put(",\"context\":{");
    return;
  }
  const Person& p = person();
  const std::string_view source = source_of(*h_);
  const auto mail = [&] {
    put("\"traits\":{\"email\":\"");
    append_email(*out_, p, h_->person, false);
    put("\"}");
  };
  const auto phone = [&] {
    put("\"traits\":{\"phone\":\"");
    append_phone(*out_, h_->person);
    put("\"}");
  };
  if (source == "whatsapp") {
    put(",\"context\":{");
    external_id("wa_id");
    put(",");
    phone();
  } else if (source == "telefono") {
    put(",\"context\":{");
    phone();
  } else if (source == "email" || source == "newsletter") {
    put(",\"context\":{");
    if (h_->what == What::offer_issued)
      external_id("loyalty_card");
    else
      mail();
  } else if (source == "instagram") {
    put(",\"context\":{");
    external_id("social_handle");
    put(",");
    mail();
  } else if ((h_->marks & kSignedIn) != 0 && p.has_account()) {
    put(",\"userId\":\"");
    append_user_id(*out_, h_->person);
    put("\",\"context\":{");
  } else if (p.has_card() && ((h_->marks & kSignedIn) == 0 || !p.has_account())) {
    put(",\"context\":{");
    external_id("loyalty_card");
  } else {
    put(",\"context\":{");
    mail();
  }
}

void Writer::traits() {
  const Person& p = person();
  const bool form = h_->what == What::identify_card;
  const bool account = h_->what == What::identify_account;
  const bool family = (h_->marks & kFamily) != 0;
  put(",\"traits\":{\"email\":\"");
  if (family)
    append_email(*out_, story_.people[h_->person - 1], h_->person - 1, false);
  else
    append_email(*out_, p, h_->person, form && p.mistyped);
  put("\"");
  if (form || account) {
    put(",\"name\":\"");
    put(name_of(p, h_->person));
    put("\",\"city\":\"");
    put(city_of(p, h_->person));
    put("\",\"birthday\":\"");
    put(family ? "2003-05-17" : birthday_of(h_->person));
    put("\"");
    if (!family && !(form && p.mistyped)) {
      put(",\"phone\":\"");
      append_phone(*out_, h_->person);
      put("\"");
    }
    if (form) text("favourite_store", kStoreIds[h_->other % kStores]);
    if (account && p.brought_by != kNobody) {
      put(",\"referral_code\":\"");
      append_referral_code(*out_, p.brought_by);
      put("\"");
    }
  }
  put("}}");
}

void Writer::identify() {
  head("identify", {});
  if (h_->visit != kNone) {
    web_context();
  } else {
    put(",\"context\":{");
    if (h_->what == What::identify_replaced) {
      put("\"externalIds\":[{\"id\":\"");
      append_card(*out_, h_->person, false);
      put("\",\"type\":\"loyalty_card\"},{\"id\":\"");
      append_card(*out_, h_->person, true);
      put("\",\"type\":\"loyalty_card\"}]},\"traits\":{\"card_replaced\":true}}");
      return;
    }
    external_id("loyalty_card");
  }
  put(",\"consent\":{\"marketing_email\":");
  put(person().newsletter ? "true" : "false");
  put(",\"profiling\":");
  put(mix(h_->person) % 3 != 0 ? "true" : "false");
  put("}}");
  traits();
}

std::string_view Writer::write(const Happening& happening, std::string& out) {
  h_ = &happening;
  out_ = &out;
  ++serial_;
  if (is_identify(h_->what)) {
    identify();
    return source_of(happening);
  }
  if (h_->what == What::page)
    head("page", {});
  else if (h_->what == What::screen)
    head("screen", {});
  else
    head("track", event_name(h_->what));
  if (h_->visit != kNone)
    web_context();
  else
    contact();
  put("},\"properties\":{");
  properties();
  put("}}");
  return source_of(happening);
}

}  // namespace viaggio::demo
