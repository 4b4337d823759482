// What each message says beside who and where: the properties of docs/events.
#include "demo/texts_it.h"
#include "demo/writer.h"

namespace viaggio::demo {

namespace {

constexpr std::string_view kMediumNames[] = {"email", "whatsapp", "instagram", "phone"};
constexpr std::string_view kPromotions[] = {"Saldi", "Lista nozze", "Novità in lino",
                                            "Spedizione gratis"};
constexpr std::string_view kEvents[] = {"Corso di coltelli",   "Aperitivo in bottega",
                                        "La tavola di Natale", "Laboratorio di candele",
                                        "Show cooking",        "Presentazione della collezione"};

// What a survey after a purchase asks about; empty: the shop as a whole.
std::string_view asked_about(bool pickup, bool at_till, unsigned kind) {
  constexpr unsigned kNps = 0, kEffort = 2;
  if (pickup) return "pickup";
  if (kind == kNps) return {};
  if (at_till) return "till";
  return kind == kEffort ? "checkout" : "delivery";
}

}  // namespace

void Writer::number(std::uint64_t n) {
  char digits[24];
  int i = 24;
  do digits[--i] = static_cast<char>('0' + n % 10);
  while ((n /= 10) != 0);
  out_->append(digits + i, static_cast<std::size_t>(24 - i));
}

void Writer::money(std::uint64_t cents) {
  number(cents / 100);
  *out_ += '.';
  *out_ += static_cast<char>('0' + cents / 10 % 10);
  *out_ += static_cast<char>('0' + cents % 10);
}

// A member after another one.
void Writer::text(std::string_view key, std::string_view value) {
  put(",\"");
  put(key);
  put("\":\"");
  put(value);
  put("\"");
}

void Writer::product_line(std::uint16_t sku, unsigned quantity) {
  const Sku& s = story_.assortment.skus[sku];
  put(s.json);
  put(",\"price\":");
  put(s.price_text);
  if (quantity > 0) {
    put(",\"quantity\":");
    number(quantity);
  }
}

void Writer::basket_lines(const Basket& b) {
  put("\"products\":[");
  for (unsigned i = 0; i < b.count; ++i) {
    put(i == 0 ? "{" : ",{");
    product_line(b.sku[i], b.quantity[i]);
    put("}");
  }
  put("]");
}

void Writer::order(const Basket& b) {
  put("\"order_id\":\"W");
  number(200000 + b.number);
  put("\"");
}

// {"text","topic","conversation_id","medium","channel"} of a question or conversation.
void Writer::voice(std::string_view text_key) {
  const Ask& ask = questions()[h_->thing];
  put("\"conversation_id\":\"K");
  number(h_->other);
  put("\"");
  text("medium", kMediumNames[h_->n % 4]);
  text("channel", kMediumNames[h_->n % 4]);
  text("topic", ask.topic);
  if (!text_key.empty()) text(text_key, ask.text);
}

void Writer::properties() {
  const Assortment& shop = story_.assortment;
  const auto cart = [&] {
    put("\"cart_id\":\"C");
    number(h_->thing);
    put("\"");
  };
  const auto checkout = [&] {
    put("\"checkout_id\":\"X");
    number(h_->thing);
    put("\",\"step\":");
    number(h_->n);
    if (h_->n == 2) text("shipping_method", basket().pickup ? "ritiro" : "corriere");
    if (h_->n == 3) text("payment_method", mix(h_->thing) % 3 != 0 ? "carta" : "paypal");
  };
  const auto store = [&](std::uint32_t index) { text("store_id", kStoreIds[index % kStores]); };
  const auto total = [&](std::uint64_t cents) {
    put(",\"total\":");
    money(cents);
    put(",\"currency\":\"EUR\"");
  };
  const auto receipt_id = [&] {
    put("\"receipt_id\":\"R");
    number(500000 + basket().number);
    put("\"");
  };
  switch (h_->what) {
    case What::page: {
      put("\"title\":\"");
      const auto page = static_cast<Page>(h_->n);
      if (page == Page::product)
        put(shop.skus[h_->thing].product.name);
      else if (page == Page::category)
        put(shop.categories[h_->thing].name);
      else if (page == Page::content)
        put(shop.contents[h_->thing].title);
      else if (page == Page::checkout)
        put("Cassa");
      else if (page == Page::account)
        put("Il tuo account");
      else
        put("Bottega Ginepro");
      put("\"");
      return;
    }
    case What::screen:
      put("\"name\":\"Home\"");
      return;
    case What::searched: {
      put("\"query\":\"");
      put(searches()[h_->thing]);
      put("\",\"results\":");
      number(mix(h_->thing) % 40);
      return;
    }
    case What::list_viewed:
    case What::filtered:
      put("\"list_id\":\"");
      put(shop.categories[h_->thing].path.substr(3));
      put("\"");
      text("category", shop.categories[h_->thing].name);
      if (h_->what == What::filtered)
        put(",\"filters\":[{\"type\":\"colore\",\"value\":\"salvia\"}]");
      return;
    case What::promotion_viewed:
    case What::promotion_clicked:
      put("\"promotion_id\":\"promo-");
      number(h_->thing);
      put("\"");
      text("name", kPromotions[h_->thing % 4]);
      put(",\"position\":1");
      return;
    case What::clicked:
    case What::viewed:
    case What::wish_added:
    case What::wish_removed:
      product_line(static_cast<std::uint16_t>(h_->thing), 0);
      put(",\"currency\":\"EUR\"");
      if (h_->what == What::wish_added || h_->what == What::wish_removed)
        text("wishlist_id", "preferiti");
      return;
    case What::product_shared:
      put("\"share_via\":\"whatsapp\",");
      product_line(static_cast<std::uint16_t>(h_->thing), 0);
      return;
    case What::availability:
      product_line(static_cast<std::uint16_t>(h_->thing), 0);
      store(h_->n);
      put(mix(h_->thing) % 5 != 0 ? ",\"available\":true" : ",\"available\":false");
      return;
    case What::added:
    case What::removed:
    case What::wish_to_cart: {
      cart();
      put(",");
      const unsigned line = h_->n % 4u;
      product_line(basket().sku[line], basket().quantity[line]);
      put(",\"currency\":\"EUR\"");
      if (h_->what == What::wish_to_cart) text("wishlist_id", "preferiti");
      return;
    }
    case What::cart_viewed:
      cart();
      put(",");
      basket_lines(basket());
      return;
    case What::cart_shared:
      cart();
      put(",\"share_via\":\"whatsapp\",");
      basket_lines(basket());
      return;
    case What::coupon_entered:
    case What::coupon_applied:
    case What::coupon_denied:
    case What::coupon_removed:
      cart();
      text("coupon", mix(h_->thing) % 2 == 0 ? "BENVENUTO10" : "SALDI15");
      if (h_->what == What::coupon_denied) text("reason", "scaduto");
      if (h_->what == What::coupon_applied || h_->what == What::coupon_removed)
        put(",\"discount\":5.00");
      return;
    case What::checkout_started:
      cart();
      put(",\"checkout_id\":\"X");
      number(h_->thing);
      put("\",");
      basket_lines(basket());
      total(basket().cents);
      return;
    case What::step_viewed:
    case What::step_completed:
    case What::payment_entered:
      checkout();
      return;
    case What::order_completed:
    case What::order_reported:
      order(basket());
      put(",\"cart_id\":\"C");
      number(h_->thing);
      put("\",\"checkout_id\":\"X");
      number(h_->thing);
      put("\"");
      total(basket().cents);
      text("affiliation", "bottegaginepro.example");
      if (basket().pickup) {
        text("shipping_method", "ritiro");
        store(basket().store);
      }
      put(",");
      basket_lines(basket());
      return;
    case What::order_updated:
      order(basket());
      text("state", "paid");
      return;
    case What::order_cancelled:
      order(basket());
      text("reason", "ripensamento");
      return;
    case What::order_refunded:
      order(basket());
      total(basket().cents);
      text("reason", mix(h_->thing) % 2 == 0 ? "danneggiato" : "non piace");
      return;
    case What::order_ready:
    case What::order_collected:
    case What::order_expired:
      order(basket());
      store(basket().store);
      return;
    case What::order_delivered:
      order(basket());
      text("carrier", "Corriere Via Emilia");
      return;
    case What::offer_issued:
    case What::offer_redeemed:
      put("\"offer_id\":\"carta-10\",\"code\":\"GIN10-");
      number(h_->thing);
      put("\"");
      if (h_->what == What::offer_redeemed) {
        put(",");
        receipt_id();
        store(h_->other);
      }
      return;
    case What::points_earned:
    case What::points_spent:
      put("\"points\":");
      number(basket().cents / 100);
      text("reason", h_->what == What::points_earned ? "acquisto" : "buono");
      return;
    case What::referral_made:
      put("\"referral_code\":\"");
      append_referral_code(*out_, h_->person);
      put("\",\"referred_user_id\":\"");
      append_user_id(*out_, h_->thing);
      put("\"");
      return;
    case What::store_visited:
      put("\"visit_seconds\":");
      number(240 + mix(static_cast<std::uint64_t>(h_->at)) % 2400);
      store(h_->other);
      return;
    case What::card_scanned:
      put("\"till_id\":\"");
      number(h_->n + 1u);
      put("\",\"card_type\":\"fisica\"");
      store(h_->other);
      return;
    case What::receipt:
      receipt_id();
      store(h_->other);
      put(",\"till_id\":\"");
      number(h_->n + 1u);
      put("\"");
      text("channel", "store");
      total(basket().cents);
      text("payment_method", mix(h_->thing) % 3 != 0 ? "carta" : "contanti");
      put(",");
      basket_lines(basket());
      return;
    case What::item_returned:
      receipt_id();
      store(h_->other);
      total(static_cast<std::uint64_t>(shop.skus[basket().sku[0]].cents));
      text("reason", mix(h_->thing) % 2 == 0 ? "difettoso" : "cambio idea");
      return;
    case What::appointment_booked:
    case What::appointment_attended:
      put("\"appointment_id\":\"A");
      number(h_->thing);
      put("\",\"service\":\"consulenza lista nozze\"");
      store(h_->visit != kNone ? h_->n : h_->other);
      return;
    case What::event_registered:
    case What::event_attended:
      put("\"event_id\":\"E");
      number(h_->thing);
      put("\"");
      text("title", kEvents[h_->thing % 6]);
      text("place", shop.stores[(h_->visit != kNone ? h_->n : h_->other) % kStores].city);
      return;
    case What::qr_scanned:
      put("\"code\":\"");
      put(h_->thing == 0 ? "CARTOLINA" : "VETRINA");
      put("\"");
      text("placement", h_->thing == 0 ? "cartolina" : "vetrina");
      store(h_->n);
      return;
    case What::content_viewed:
    case What::content_downloaded: {
      const Content& content = shop.contents[h_->thing];
      put("\"content_id\":\"");
      put(content.id);
      put("\"");
      text("content_type", content.type);
      text("title", content.title);
      return;
    }
    case What::question:
      voice("text");
      return;
    case What::conversation_opened:
      voice({});
      return;
    case What::conversation_replied:
      voice({});
      text("direction", "out");
      return;
    case What::conversation_closed:
      voice({});
      put(",\"resolved\":true");
      return;
    case What::call_received:
    case What::call_placed:
      put("\"call_id\":\"T");
      number(h_->other);
      put("\"");
      text("topic", questions()[h_->thing].topic);
      put(",\"duration_seconds\":");
      number(60 + mix(h_->other) % 540);
      put(h_->what == What::call_received ? ",\"wait_seconds\":24,\"resolved\":true" : "");
      return;
    case What::survey: {
      constexpr std::string_view kKinds[] = {"nps", "csat", "ces"};
      put("\"survey_id\":\"dopo-acquisto\"");
      text("kind", kKinds[h_->n / 100]);
      put(",\"score\":");
      number(h_->n % 100);
      if (h_->thing != kNone) {
        const auto words = h_->thing >= 200   ? late_pickup()[h_->thing - 200]
                           : h_->thing >= 100 ? answers(false)[h_->thing - 100]
                                              : answers(true)[h_->thing];
        text("text", words.text);
      }
      if (h_->other != kNone) {
        const Basket& b = story_.baskets[h_->other];
        const auto about = asked_about(b.pickup, (h_->marks & kSignedIn) == 0, h_->n / 100);
        if (!about.empty()) text("touchpoint", about);
        if (b.pickup || (h_->marks & kSignedIn) == 0) store(b.store);
      } else {
        text("touchpoint", "support");
      }
      return;
    }
    case What::review:
    case What::product_reviewed: {
      const std::string_view words = reviews(h_->n)[h_->thing];
      put("\"review_id\":\"V");
      number(serial_);
      put("\",\"rating\":");
      number(h_->n);
      text("text", words);
      if (h_->what == What::review) text("site", "google");
      return;
    }
    case What::mention:
    case What::comment: {
      const Line& line = mentions()[h_->thing];
      put("\"network\":\"instagram\"");
      text("channel", "instagram");
      text("text", line.text);
      put(",\"sentiment\":");
      if (line.feeling < 0) put("-");
      put("0.");
      number(
          static_cast<std::uint64_t>((line.feeling < 0 ? -line.feeling : line.feeling) * 10 + 0.5));
      return;
    }
    case What::social_shared:
      put("\"network\":\"instagram\",\"channel\":\"instagram\",\"post_id\":\"P");
      number(h_->thing);
      put("\"");
      return;
    case What::sent:
    case What::delivered:
    case What::opened:
    case What::message_clicked:
    case What::bounced:
    case What::suppressed:
    case What::unsubscribed: {
      const auto subjects = newsletter_subjects();
      put("\"message_id\":\"M");
      number(h_->person);
      put("-");
      number(h_->thing);
      put("\"");
      text("campaign_id", "newsletter-settimanale");
      text("medium", "email");
      text("subject", subjects[h_->thing % subjects.size()]);
      if (h_->what == What::bounced) text("bounce_type", "hard");
      if (h_->what == What::suppressed) text("rule", "frequenza");
      if (h_->what == What::unsubscribed) text("reason", "troppe e-mail");
      return;
    }
    case What::identify_account:
    case What::identify_email:
    case What::identify_card:
    case What::identify_corrected:
    case What::identify_replaced:
      return;
  }
}

}  // namespace viaggio::demo
