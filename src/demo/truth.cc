// facts.json: each planted fact with the question that finds it and the screen that shows it.
#include <nlohmann/json.hpp>

#include "demo/demo.h"

namespace viaggio::demo {

namespace {

using nlohmann::json;

double percent(double part, double whole) { return whole == 0 ? 0 : 100 * part / whole; }

json query(const char* kind, json body) {
  return {
      {"method", "POST"}, {"path", std::string("/api/query/") + kind}, {"body", std::move(body)}};
}

json filter(const char* field, const char* op, json value) {
  return {{"field", field}, {"op", op}, {"value", std::move(value)}};
}

json step(const char* event, json where = json::array()) {
  json selector = {{"event", event}};
  if (!where.empty()) selector["where"] = std::move(where);
  return selector;
}

class Facts {
 public:
  void add(int fact, const char* id, const char* text, json question, const char* read,
           double value, double tolerance, const char* screen) {
    list_.push_back({{"fact", fact},
                     {"id", id},
                     {"text", text},
                     {"question", std::move(question)},
                     {"read", read},
                     {"value", value},
                     {"tolerance", tolerance},
                     {"screen", screen}});
  }
  std::string text() const { return list_.dump(1) + "\n"; }

 private:
  json list_ = json::array();
};

void carts(Facts& facts, const Planted& p, const json& range) {
  facts.add(
      1, "carts_abandoned", "Carrelli che sembrano abbandonati, in percento",
      query("funnel", {{"count_by", "properties.cart_id"},
                       {"window", "14d"},
                       {"range", range},
                       {"steps", json::array({step("Product Added"), step("Order Completed")})}}),
      "100 * (1 - steps[1].count / steps[0].count)", percent(p.carts_abandoned, p.carts), 2,
      "/funnel");
  facts.add(1, "carts_bought_in_store",
            "Di questi, comprati in negozio entro 3 giorni, in percento", nullptr,
            "abandoned carts with a receipt of the same customer and sku within 3 days",
            percent(p.carts_bought_in_store, p.carts_abandoned), 2, "/map");
}

void instagram(Facts& facts, const Planted& p, const json& range) {
  json sum_of_orders = step("Order Completed");
  sum_of_orders["measure"] = "sum";
  sum_of_orders["field"] = "value";
  facts.add(
      2, "instagram_last_click",
      "Quota del fatturato online all'ultimo clic di Instagram, in percento",
      query("trend", {{"interval", "month"},
                      {"range", range},
                      {"breakdown", {{"by", "channel"}}},
                      {"series", json::array({sum_of_orders})}}),
      "100 * sum(organic_social) / sum(all)",
      percent(static_cast<double>(p.instagram_revenue), static_cast<double>(p.online_revenue)), 0.5,
      "/trend");
  facts.add(2, "instagram_before_receipts",
            "Scontrini con carta preceduti da Instagram entro 14 giorni, in percento", nullptr,
            "receipts with a customer that have a visit from Instagram in the 14 days before",
            percent(p.card_receipts_after_instagram, p.card_receipts), 1.5, "/map");
}

void checkout(Facts& facts, const Planted& p) {
  const auto funnel = [&](Micros from, Micros to) {
    const json mobile = json::array({filter("context.device.type", "eq", "mobile")});
    const json second = json::array({filter("properties.step", "eq", 2)});
    return query("funnel", {{"count_by", "properties.checkout_id"},
                            {"window", "1h"},
                            {"where", mobile},
                            {"range", {{"from", format_time(from)}, {"to", format_time(to)}}},
                            {"steps", json::array({step("Checkout Step Viewed", second),
                                                   step("Checkout Step Completed", second)})}});
  };
  facts.add(4, "phone_shipping_before",
            "Abbandono alla spedizione dal telefono, prima, in percento",
            funnel(p.from, p.checkout_broken_since), "100 * (1 - steps[1].count / steps[0].count)",
            percent(p.shipping_before_lost, p.shipping_before), 2, "/funnel");
  facts.add(4, "phone_shipping_now",
            "Abbandono alla spedizione dal telefono, ultimi 19 giorni, in percento",
            funnel(p.checkout_broken_since, p.until + 1),
            "100 * (1 - steps[1].count / steps[0].count)",
            percent(p.shipping_after_lost, p.shipping_after), 3, "/map");
}

void voice_and_friends(Facts& facts, const Planted& p) {
  facts.add(6, "weekend_unanswered",
            "Domande del fine settimana su Instagram e WhatsApp mai risposte, in percento", nullptr,
            "Question Asked at a weekend on instagram or whatsapp without Conversation Replied",
            percent(p.weekend_unanswered, p.weekend_questions), 3, "/map");
  facts.add(8, "advocates", "Clienti con account che portano amici, in percento", nullptr,
            "distinct senders of Referral Made / distinct user_ids",
            percent(p.advocates, p.accounts), 1, "/map");
  facts.add(8, "brought_by_friends", "Clienti con account arrivati da un amico, in percento",
            nullptr, "distinct referred_user_id / distinct user_ids",
            percent(p.brought, p.accounts), 2, "/map");
}

void identity(Facts& facts, const Planted& p) {
  const json customers = {{"method", "GET"}, {"path", "/api/customers?limit=1"}, {"body", nullptr}};
  facts.add(9, "true_customers", "Clienti veri", customers, "total", p.people, p.people * 0.02,
            "/customers");
  facts.add(9, "naive_customers", "Clienti contati sommando i sistemi", nullptr,
            "user_ids + cards + e-mails and devices never seen with them", p.naive_customers,
            p.naive_customers * 0.02, "/customers");
  facts.add(9, "tablet_people", "Persone sul tablet di Bologna", nullptr,
            "distinct user_ids with anonymousId tablet-bologna-1", p.tablet_people, 0,
            "/customers");
  facts.add(9, "wrong_merge",
            "Madre e figlia unite per sbaglio: annullare il legame aggiunge un cliente",
            json{{"method", "GET"},
                 {"path", "/api/customers?search=" + p.mother_user_id},
                 {"body", nullptr},
                 {"undo",
                  {{"cause_message_id", p.wrong_merge_message_id},
                   {"a", "loyalty_card:" + p.daughter_card},
                   {"b", "email:" + p.mother_email}}}},
            "customers[0] holds daughter's card; after undo GET /api/customers total grows by 1", 1,
            0, "/customers");
}

void saturday(Facts& facts, const Planted& p) {
  facts.add(
      10, "doubled_saturday", "Scontrini di Rimini mandati due volte il sabato, contati una",
      query(
          "trend",
          {{"interval", "day"},
           {"timezone", "Europe/Rome"},
           {"range",
            {{"from", format_time(p.saturday_from)}, {"to", format_time(p.saturday_from + kDay)}}},
           {"series", json::array({step("Receipt Issued",
                                        json::array({filter("source", "eq", "cassa-rimini")}))})}}),
      "sum of the series", p.saturday_receipts, 0, "/live");
}

}  // namespace

std::string truth_facts_json(const Truth& truth) {
  const Planted& p = truth.planted;
  const json range = {{"from", format_time(p.from)}, {"to", format_time(p.until + 1)}};
  Facts facts;
  carts(facts, p, range);
  instagram(facts, p, range);
  checkout(facts, p);
  voice_and_friends(facts, p);
  identity(facts, p);
  saturday(facts, p);
  return facts.text();
}

std::string truth_person_json(const TruePerson& person) {
  json line = {{"person", person.number},
               {"name", person.name},
               {"segment", person.segment},
               {"identifiers", person.identifiers},
               {"purchases", person.purchases}};
  if (!person.persona.empty()) line["persona"] = person.persona;
  if (!person.brought_by.empty()) line["brought_by"] = person.brought_by;
  return line.dump();
}

}  // namespace viaggio::demo
