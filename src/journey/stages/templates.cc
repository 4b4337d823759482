#include "journey/stages/templates.h"

#include <nlohmann/json.hpp>

namespace viaggio::journey {

using nlohmann::json;

namespace {

// Groups of events that mean the same in several models.
const json& group(const std::string& name) {
  static const json groups = json::parse(R"json({
"study": ["Question Asked", "Store Availability Checked", "Product Added to Wishlist", "Content Downloaded",
  "Appointment Booked", "Review Read", "Product Compared", "Product List Compared"],
"look": ["Product Viewed", "Product Clicked"],
"cart": ["Product Added", "Wishlist Product Added to Cart", "Cart Viewed", "Cart Shared", "Checkout Started", "Checkout Step Viewed",
  "Checkout Step Completed", "Payment Info Entered", "Coupon Entered", "Coupon Applied", "Coupon Denied", "Coupon Removed",
  "Quote Requested", "Quote Sent", "Quote Accepted", "Appointment Attended"],
"order": ["Order Completed", "Receipt Issued"],
"fulfilment": ["Order Updated", "Order Ready", "Order Collected", "Order Delivered", "Order Expired", "Order Cancelled", "Order Refunded",
  "Item Returned"],
"served": ["Order Collected", "Order Delivered", "Receipt Issued"],
"engage": ["Message Clicked", "Conversation Opened", "Social Comment", "Event Registered"],
"help": ["Question Asked", "Conversation Opened", "Conversation Replied", "Call Received", "Appointment Booked", "Content Viewed",
  "Content Downloaded", "Survey Answered"],
"voluntary": ["Page Viewed", "Screen Viewed", "Products Searched", "Product List Viewed", "Product Viewed", "Product Added", "Store Visited",
  "Points Spent", "Message Clicked", "Question Asked",
  "Conversation Opened", "Call Received", "Appointment Booked", "Event Registered", "Event Attended", "QR Scanned",
  "Survey Answered", "Review Posted", "Product Reviewed"],
"loyal": ["Points Spent"],
"share": ["Referral Made", "Product Shared", "Cart Shared", "Social Shared"]
})json");
  return groups.at(name);
}

json any_of(const char* name) { return {{"any_of", group(name)}}; }
json rule(const char* name) { return {{"event", any_of(name)}}; }
json rule(const char* name, int min) { return {{"event", any_of(name)}, {"min", min}}; }
json after(const char* name, const char* earlier) {
  return {{"event", any_of(name)}, {"after", any_of(earlier)}};
}

// Any act of a person is a first touch. What the firm sends, what the system derives and
// corrections of invoices are no act: nobody comes back to life by being mailed.
json first_touch() {
  return json::parse(
      R"json({"event": {"all": true, "where": [{"field": "name", "op": "not_in", "value": [
"Message Sent", "Message Delivered", "Message Bounced", "Message Suppressed", "Message Unsubscribed", "Unsubscribed",
"Sent", "Delivered", "Bounced", "Suppressed", "Offer Issued", "Call Placed", "Invoice Adjusted",
"Cart Abandoned", "Cart Recovered", "Stage Entered", "Audience Entered", "Audience Left", "Experiment Viewed"]}]}})json");
}

// A voluntary contact counts as loyalty only once the order is in the customer's hands.
json loyalty_rules() {
  return json::array(
      {after("order", "order"), after("loyal", "order"), after("voluntary", "served")});
}
json praise_rules() {
  return json::parse(R"json([
{"event": {"event": "Survey Answered", "where": [{"field": "properties.kind", "op": "eq", "value": "nps"},
                                               {"field": "properties.score", "op": "gte", "value": 9}]}},
{"event": {"any_of": ["Review Posted", "Product Reviewed"], "where": [{"field": "properties.rating", "op": "gte", "value": 4}]}}
])json");
}
json advocacy_rules() {
  json rules = praise_rules();
  rules.push_back(rule("share"));
  return rules;
}

json label(const char* it, const char* en) { return {{"it", it}, {"en", en}}; }

json stage(const char* id, json names, const char* dormancy, json rules, json needs = nullptr) {
  json out{
      {"id", id}, {"label", std::move(names)}, {"dormancy", dormancy}, {"rules", std::move(rules)}};
  if (!needs.is_null()) out["needs"] = std::move(needs);
  return out;
}
json model(const char* id, json names, const char* mode, json stages) {
  return {{"id", id},     {"label", std::move(names)}, {"subject", "relationship"},
          {"mode", mode}, {"window", "30d"},           {"stages", std::move(stages)}};
}

json needs_web() {
  return label(
      "Le visite al sito o all'app: collega il negozio online o incolla il codice nelle pagine.",
      "Visits to the site or app: connect the online shop or paste the snippet into its pages.");
}
json needs_interest() {
  return label(
      "Le schede prodotto viste, le domande e i controlli di disponibilità: collega il negozio "
      "online o l'assistenza.",
      "Product pages viewed, questions and availability checks: connect the online shop or "
      "support.");
}
json needs_orders() {
  return label(
      "Carrelli, ordini o scontrini: collega il negozio online o carica gli scontrini della cassa.",
      "Carts, orders or receipts: connect the online shop or upload the till's receipts.");
}
json needs_identity() {
  return label(
      "Acquisti riconoscibili della stessa persona: carta fedeltà, e-mail sugli scontrini o "
      "accesso al sito.",
      "Purchases known to be the same person's: a loyalty card, an e-mail on receipts or a login.");
}
json needs_voice() {
  return label(
      "Sondaggi NPS, recensioni, condivisioni e inviti: collega i sondaggi o carica le recensioni.",
      "NPS surveys, reviews, shares and referrals: connect surveys or upload reviews.");
}
json needs_service() {
  return label("Consegne, resi e richieste di assistenza: collega spedizioni, cassa e assistenza.",
               "Deliveries, returns and support requests: connect shipping, the till and support.");
}

json awareness(const char* id, json names) {
  return stage(id, std::move(names), "30d", json::array({first_touch()}), needs_web());
}
json consideration(const char* id, json names) {
  return stage(id, std::move(names), "30d", json::array({rule("look", 2), rule("study")}),
               needs_interest());
}

json five_phases() {
  return model(
      "five-phases", label("Cinque fasi", "Five phases"), "free",
      json::array(
          {awareness("awareness", label("Consapevolezza", "Awareness")),
           consideration("consideration", label("Considerazione", "Consideration")),
           stage("decision", label("Decisione", "Decision"), "60d",
                 json::array({rule("cart"), rule("order"), rule("fulfilment")}), needs_orders()),
           stage("loyalty", label("Fidelizzazione", "Loyalty"), "365d", loyalty_rules(),
                 needs_identity()),
           stage("advocacy", label("Advocacy", "Advocacy"), "365d", advocacy_rules(),
                 needs_voice())}));
}

json four_phases() {
  return model(
      "four-phases", label("Quattro fasi digitali", "Four digital phases"), "free",
      json::array(
          {awareness("awareness", label("Consapevolezza", "Awareness")),
           stage("engagement", label("Coinvolgimento", "Engagement"), "30d",
                 json::array({rule("look", 2), rule("study"), rule("cart"), rule("engage")}),
                 needs_interest()),
           stage("transaction", label("Transazione/adempimento", "Transaction/Fulfilment"), "60d",
                 json::array({rule("order"), rule("fulfilment")}), needs_orders()),
           stage("retention", label("Fidelizzazione", "Retention"), "365d",
                 json::array({after("order", "order"), after("loyal", "order"),
                              after("voluntary", "served"), after("share", "order")}),
                 needs_identity())}));
}

json intention_model() {
  return model(
      "five-phases-intention", label("Cinque fasi con l'intenzione", "Five phases with intention"),
      "free",
      json::array(
          {awareness("awareness", label("Awareness (Consapevolezza)", "Awareness")),
           consideration("consideration", label("Consideration (Considerazione)", "Consideration")),
           stage("intention", label("Intention (Intenzione)", "Intention"), "30d",
                 json::array({rule("cart")}), needs_orders()),
           stage("decision", label("Decision (Decisione)", "Decision"), "60d",
                 json::array({rule("order"), rule("fulfilment")}), needs_orders()),
           stage("loyalty", label("Loyalty (Fidelizzazione)", "Loyalty"), "365d",
                 json::array({after("order", "order"), after("loyal", "order"),
                              after("voluntary", "served"), after("share", "order")}),
                 needs_identity())}));
}

json classic_linear() {
  return model("classic-linear", label("Classico lineare", "Classic linear"), "forward",
               json::array({awareness("need", label("Bisogno", "Need")),
                            stage("familiarity", label("Familiarità", "Familiarity"), "30d",
                                  json::array({rule("look", 2), rule("study"), rule("cart")}),
                                  needs_interest()),
                            stage("purchase", label("Acquisto", "Purchase"), "60d",
                                  json::array({rule("order"), rule("fulfilment")}), needs_orders()),
                            stage("repurchase", label("Riacquisto", "Repurchase"), "365d",
                                  json::array({after("order", "order")}), needs_identity())}));
}

json sharing_model() {
  return model(
      "five-phases-sharing", label("Cinque fasi con la condivisione", "Five phases with sharing"),
      "free",
      json::array(
          {awareness("awareness", label("Consapevolezza", "Awareness")),
           consideration("consideration", label("Considerazione", "Consideration")),
           stage("purchase", label("Fase di acquisto", "Purchase"), "60d",
                 json::array({rule("cart"), rule("order"), rule("fulfilment")}), needs_orders()),
           stage("loyalty", label("Fidelizzazione", "Loyalty"), "365d", loyalty_rules(),
                 needs_identity()),
           stage("sharing", label("Condivisione", "Sharing"), "365d", advocacy_rules(),
                 needs_voice())}));
}

json post_purchase_model() {
  json promoter = advocacy_rules();
  promoter.push_back(after("order", "order"));
  return model(
      "five-phases-use",
      label("Cinque fasi con l'uso (titoli ricostruiti)",
            "Five phases with use (titles reconstructed)"),
      "free",
      json::array(
          {awareness("awareness", label("Bisogno e scoperta", "Awareness")),
           consideration("consideration", label("Esplorazione e confronto", "Consideration")),
           stage("decision", label("Decisione", "Purchase decision"), "60d",
                 json::array({rule("cart"), rule("order")}), needs_orders()),
           stage("use", label("Dopo l'acquisto: uso e assistenza", "Post-purchase use and service"),
                 "180d", json::array({after("fulfilment", "order"), after("help", "order")}),
                 needs_service()),
           stage("loyalty", label("Riacquisto e promozione", "Loyalty and advocacy"), "365d",
                 std::move(promoter), needs_identity())}));
}

json contact_to_ambassador() {
  return model("contact-to-ambassador",
               label("Dal primo contatto all'ambasciatore", "First contact to ambassador"), "free",
               json::array({awareness("first-contact", label("Primo contatto", "First contact")),
                            stage("need", label("Bisogno", "Need"), "30d",
                                  json::array({rule("look", 2), rule("study"), rule("cart")}),
                                  needs_interest()),
                            stage("purchase", label("Acquisto", "Purchase"), "60d",
                                  json::array({rule("order")}), needs_orders()),
                            stage("post-sale", label("Post-vendita", "Post-sale"), "365d",
                                  json::array({after("fulfilment", "order"), after("help", "order"),
                                               after("order", "order"), after("loyal", "order")}),
                                  needs_service()),
                            stage("ambassador", label("Ambasciatore", "Ambassador"), "365d",
                                  advocacy_rules(), needs_voice())}));
}

}  // namespace

json stage_templates() {
  return json::array({five_phases(), four_phases(), intention_model(), classic_linear(),
                      sharing_model(), post_purchase_model(), contact_to_ambassador()});
}

}  // namespace viaggio::journey
