#include "demo/assortment.h"

#include <array>

namespace viaggio::demo {

namespace {

struct Kind {
  const char *root, *category, *name;
  int euro;  // middle price
};
constexpr Kind kKinds[] = {{"Cucina", "Pentole e padelle", "Padella antiaderente", 39},
                           {"Cucina", "Pentole e padelle", "Casseruola in ghisa", 129},
                           {"Cucina", "Pentole e padelle", "Pentola a pressione", 99},
                           {"Cucina", "Pentole e padelle", "Wok in ferro", 45},
                           {"Cucina", "Coltelli", "Coltello da chef", 69},
                           {"Cucina", "Coltelli", "Coltello per pane", 35},
                           {"Cucina", "Coltelli", "Tagliere in olivo", 42},
                           {"Cucina", "Utensili", "Set mestoli", 29},
                           {"Cucina", "Utensili", "Bilancia da cucina", 32},
                           {"Cucina", "Utensili", "Barattolo ermetico", 12},
                           {"Cucina", "Forno e dolci", "Teglia in ceramica", 34},
                           {"Cucina", "Forno e dolci", "Stampo per torte", 19},
                           {"Elettrodomestici", "Piccoli elettrodomestici", "Robot da cucina", 349},
                           {"Elettrodomestici", "Piccoli elettrodomestici", "Bollitore", 59},
                           {"Elettrodomestici", "Caffè", "Moka", 36},
                           {"Elettrodomestici", "Caffè", "Macinacaffè", 79},
                           {"Tavola", "Piatti", "Piatto piano in gres", 16},
                           {"Tavola", "Piatti", "Servizio di piatti", 139},
                           {"Tavola", "Bicchieri", "Calice da vino", 14},
                           {"Tavola", "Bicchieri", "Caraffa", 28},
                           {"Tavola", "Posate", "Set posate", 89},
                           {"Tavola", "Tazze", "Tazza da colazione", 13},
                           {"Tavola", "Tessili per la tavola", "Tovaglia in lino", 74},
                           {"Casa", "Tessili", "Copripiumino", 119},
                           {"Casa", "Tessili", "Asciugamano", 24},
                           {"Casa", "Tessili", "Cuscino", 38},
                           {"Casa", "Illuminazione", "Lampada da tavolo", 92},
                           {"Casa", "Profumi e candele", "Candela profumata", 22},
                           {"Casa", "Decorazione", "Vaso in vetro", 44},
                           {"Casa", "Arredo", "Sgabello in legno", 115}};
constexpr const char* kBrands[] = {"Ginepro",    "Casa Merlo",    "Officina Tavola",
                                   "Lumen Nord", "Terra & Fuoco", "Lino Vivo"};
constexpr const char* kVariants[] = {"salvia",    "terracotta", "bianco", "grigio",
                                     "blu notte", "naturale",   "nero",   "senape"};

constexpr OriginFacts kFacts[kOrigins] = {
    {"", "", "", "", ""},
    {"https://www.google.com/", "", "", "", ""},
    {"https://www.bing.com/", "", "", "", ""},
    {"https://l.instagram.com/", "", "", "", ""},
    {"https://m.facebook.com/", "", "", "", ""},
    {"https://www.pinterest.it/", "", "", "", ""},
    {"https://www.google.com/", "google", "cpc", "brand-ginepro", "gclid"},
    {"https://www.google.com/", "google", "cpc", "cucina-generico", "gclid"},
    {"https://l.facebook.com/", "meta", "paid_social", "casa-nuova", "fbclid"},
    {"https://www.giallozafferano.example/", "adnet", "display", "remarketing", ""},
    {"", "newsletter", "email", "newsletter-settimanale", ""},
    {"", "cartolina", "qr", "cartoline-qr", ""},
    {"", "vetrina", "qr", "vetrine", ""},
    {"https://casadolcecasa.example/le-migliori-padelle", "", "", "", ""},
    {"https://chatgpt.com/", "", "", "", ""},
    {"", "amico", "referral", "porta-un-amico", ""},
    {"", "sms", "sms", "promemoria", ""}};

std::string slug(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) == 0xC3 && i + 1 < text.size()) {
      out += static_cast<unsigned char>(text[++i]) == 0xA8 ? 'e' : 'a';
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c + 32);
    } else {
      out += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    }
  }
  return out;
}

std::uint16_t category_of(Assortment& a, const Kind& kind) {
  for (std::size_t i = 0; i < a.categories.size(); ++i) {
    if (a.categories[i].name == kind.category) return static_cast<std::uint16_t>(i);
  }
  a.categories.push_back({kind.root, kind.category, "/c/" + slug(kind.category), {}});
  return static_cast<std::uint16_t>(a.categories.size() - 1);
}

std::string money_text(std::int64_t cents) {
  std::string text = std::to_string(cents / 100) + ".";
  text += static_cast<char>('0' + cents / 10 % 10);
  text += static_cast<char>('0' + cents % 10);
  return text;
}

void add_products(Assortment& a) {
  Random random(20, 1);
  for (const Kind& kind : kKinds) {
    for (int v = 0; v < 8; ++v) {
      Sku sku;
      sku.category = category_of(a, kind);
      sku.cents = (kind.euro * 100 * (70 + 9 * v)) / 100 / 50 * 50 + 40;
      const std::string number = std::to_string(1001 + a.skus.size());
      Product& p = sku.product;
      p.sku = "GIN-" + number;
      p.name = std::string(kind.name) + " " + kVariants[v];
      p.brand = kBrands[random.below(6)];
      p.category = {kind.root, kind.category};
      p.price = sku.cents * 100;
      p.margin = p.price * (32 + random.below(24)) / 100;
      sku.path = "/p/" + slug(p.name) + "-" + number;
      sku.price_text = money_text(sku.cents);
      sku.json = "\"product_id\":\"" + number + "\",\"sku\":\"" + p.sku + "\",\"name\":\"" +
                 p.name + "\",\"category\":\"" + kind.category + "\",\"brand\":\"" + p.brand + "\"";
      a.categories[sku.category].skus.push_back(static_cast<std::uint16_t>(a.skus.size()));
      a.skus.push_back(std::move(sku));
    }
  }
}

}  // namespace

const OriginFacts& facts_of(Origin origin) { return kFacts[static_cast<std::size_t>(origin)]; }

Assortment Assortment::create() {
  Assortment a;
  add_products(a);
  const char* const hours = "lun-sab 9:30-13:00, 15:30-19:30; domeniche di dicembre 9:30-19:30";
  a.stores = {
      {"bologna", "Bottega Ginepro Bologna", "Bologna", "Via dell'Indipendenza", hours, 44.4989,
       11.3426},
      {"parma", "Bottega Ginepro Parma", "Parma", "Strada della Repubblica", hours, 44.8015,
       10.3330},
      {"rimini", "Bottega Ginepro Rimini", "Rimini", "Corso d'Augusto", hours, 44.0594, 12.5683}};
  // Costs are filled in from the days: see reference.cc.
  a.campaigns = {
      {"brand-ginepro", "Google: il nostro marchio", "paid_search", "google", "cpc", "decision", 0},
      {"cucina-generico", "Google: cucina", "paid_search", "google", "cpc", "awareness", 0},
      {"casa-nuova", "Meta: casa nuova", "paid_social", "meta", "paid_social", "awareness", 0},
      {"remarketing", "Banner per chi è già venuto", "display", "adnet", "display", "consideration",
       0},
      {"newsletter-settimanale", "Newsletter", "email", "newsletter", "email", "loyalty", 0},
      {"cartoline-qr", "Cartoline con QR", "qr", "cartolina", "qr", "awareness", 0},
      {"vetrine", "QR in vetrina", "qr", "vetrina", "qr", "consideration", 0},
      {"porta-un-amico", "Porta un amico", "word_of_mouth", "amico", "referral", "advocacy", 0},
      {"promemoria", "Promemoria SMS", "sms", "sms", "sms", "decision", 0}};
  a.contents = {{"guida-padelle", "Guida alle padelle", "guide", "/guide/padelle"},
                {"guida-coltelli", "Scegliere il primo coltello", "guide", "/guide/coltelli"},
                {"tavola-autunno", "Una tavola per l'autunno", "article", "/diario/tavola-autunno"},
                {"ricette-ginepro", "Le ricette di Ginepro", "article", "/diario/ricette"},
                {"video-lino", "Come si lava il lino", "video", "/video/lino"},
                {"catalogo", "Il catalogo", "catalogue", "/catalogo.pdf"},
                {"lista-nozze", "La lista nozze", "page", "/lista-nozze"},
                {"manutenzione-ghisa", "Trattare la ghisa", "guide", "/guide/ghisa"}};
  return a;
}

std::uint16_t Assortment::pick(Random& random) const {
  // The product of two draws favours the first third of the list.
  const double at = random.unit() * random.unit();
  const auto n = static_cast<std::uint32_t>(skus.size());
  // 97 is coprime to 240: popularity is spread over the categories.
  return static_cast<std::uint16_t>(static_cast<std::uint32_t>(at * n) * 97 % n);
}

std::uint16_t Assortment::pick_like(Random& random, std::uint16_t like) const {
  const auto& list = categories[skus[like].category].skus;
  return list[random.below(static_cast<std::uint32_t>(list.size()))];
}

}  // namespace viaggio::demo
