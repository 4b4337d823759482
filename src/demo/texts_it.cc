#include "demo/texts_it.h"

namespace viaggio::demo {

namespace {
using S = std::string_view;
constexpr S kWomen[] = {"Giulia",   "Francesca", "Chiara",   "Sara",    "Anna",      "Martina",
                        "Elena",    "Laura",     "Alessia",  "Silvia",  "Valentina", "Federica",
                        "Elisa",    "Paola",     "Monica",   "Roberta", "Lucia",     "Giorgia",
                        "Beatrice", "Sofia",     "Cristina", "Barbara", "Caterina",  "Ilaria",
                        "Marta",    "Daniela",   "Simona",   "Camilla", "Teresa",    "Nadia"};
constexpr S kMen[] = {"Marco",   "Andrea",  "Luca",     "Francesco", "Alessandro", "Matteo",
                      "Davide",  "Stefano", "Paolo",    "Simone",    "Giovanni",   "Federico",
                      "Roberto", "Lorenzo", "Riccardo", "Antonio",   "Giuseppe",   "Nicola",
                      "Fabio",   "Filippo", "Tommaso",  "Michele",   "Enrico",     "Massimo",
                      "Claudio", "Pietro",  "Giacomo",  "Emanuele",  "Daniele",    "Alberto"};
constexpr S kSurnames[] = {
    "Rossi",      "Ferrari",   "Bianchi", "Romano",    "Gallo",     "Costa",      "Fontana",
    "Conti",      "Esposito",  "Ricci",   "Bruno",     "Rizzo",     "Moretti",    "Barbieri",
    "Lombardi",   "Giordano",  "Cassani", "Colombo",   "Mancini",   "Longo",      "Leone",
    "Martinelli", "Marchetti", "Martini", "Galli",     "Gatti",     "Mariani",    "Ferrara",
    "Santoro",    "Marini",    "Bianco",  "Conte",     "Serra",     "Farina",     "Gentile",
    "Caruso",     "Morelli",   "Ferri",   "Testa",     "Ferraro",   "Pellegrini", "Grassi",
    "Rossetti",   "Bernardi",  "Mazza",   "Rinaldi",   "Silvestri", "Lazzari",    "Montanari",
    "Zanetti",    "Venturi",   "Benassi", "Tassinari", "Casadei",   "Zani",       "Neri",
    "Fabbri",     "Monti",     "Guidi",   "Pagani"};
constexpr S kCities[] = {"Bologna",  "Parma",  "Rimini",   "Modena", "Reggio Emilia", "Ferrara",
                         "Ravenna",  "Cesena", "Forlì",    "Imola",  "Milano",        "Firenze",
                         "Piacenza", "Faenza", "Riccione", "Pesaro", "Verona",        "Torino"};
constexpr S kSearches[] = {"padella antiaderente",
                           "tovaglia lino",
                           "piatti gres",
                           "coltello chef",
                           "calici vino",
                           "moka induzione",
                           "tagliere legno",
                           "set posate",
                           "copripiumino",
                           "candele profumate",
                           "robot da cucina",
                           "pentola a pressione",
                           "lampada da tavolo",
                           "regalo nozze",
                           "tazze colazione",
                           "teglia forno",
                           "asciugamani",
                           "barattoli vetro",
                           "bilancia cucina",
                           "cuscini divano",
                           "regalo natale cucina",
                           "bollitore",
                           "macchina pasta",
                           "vassoio",
                           "tende lino"};
constexpr Ask kQuestions[] = {
    {"disponibilita", "Buongiorno, la casseruola in ghisa è disponibile nel negozio di Bologna?"},
    {"disponibilita", "Avete ancora il servizio di piatti in gres color salvia?"},
    {"spedizione", "In quanti giorni arriva un ordine in provincia di Modena?"},
    {"spedizione", "Si può scegliere il giorno della consegna?"},
    {"compatibilita", "Questa padella va bene per l'induzione?"},
    {"compatibilita", "Le tazze si possono mettere in lavastoviglie?"},
    {"misure", "La tovaglia 150x250 va bene per un tavolo da otto persone?"},
    {"misure", "Quanto è alto il barattolo grande?"},
    {"reso", "Posso rendere in negozio un articolo comprato sul sito?"},
    {"reso", "Ho ricevuto un bicchiere scheggiato, come faccio per il cambio?"},
    {"lista-nozze", "Fate liste nozze? Come funziona?"},
    {"ritiro", "Quando è pronto il mio ordine da ritirare a Parma?"},
    {"pagamento", "Si può pagare a rate il robot da cucina?"},
    {"carta", "I punti della carta valgono anche sul sito?"},
    {"regalo", "Fate la confezione regalo? C'è un costo?"},
    {"orari", "Siete aperti domenica pomeriggio?"},
    {"garanzia", "La garanzia delle padelle copre l'antiaderente?"},
    {"consiglio", "Quale coltello consigliate per chi comincia?"}};
constexpr Line kHappy[] = {{"Personale gentile, mi hanno aiutato a scegliere senza fretta.", 0.9},
                           {"Consegna veloce e imballo curatissimo.", 0.8},
                           {"Prodotti belli, si vede che sono scelti uno per uno.", 0.8},
                           {"Ho trovato il regalo giusto in dieci minuti.", 0.7},
                           {"Torno sempre volentieri, il negozio profuma di casa.", 0.9},
                           {"Ritiro in negozio comodissimo.", 0.7},
                           {"Mi hanno cambiato il pezzo rotto senza discutere.", 0.8},
                           {"Le guide sul sito sono davvero utili.", 0.6}};
constexpr Line kUnhappy[] = {
    {"Sul telefono non riuscivo a scegliere la spedizione, ho rinunciato.", -0.8},
    {"Ho scritto nel fine settimana e mi hanno risposto martedì.", -0.7},
    {"Spese di spedizione scoperte solo alla fine.", -0.6},
    {"Il prodotto era diverso dalla foto.", -0.7},
    {"In negozio non trovavano il mio ordine.", -0.6},
    {"Troppe e-mail.", -0.4},
    {"Prezzi un po' alti.", -0.3},
    {"Reso complicato, ho dovuto telefonare due volte.", -0.7}};
constexpr Line kLate[] = {
    {"A Parma il ritiro doveva essere pronto in giornata, ho aspettato più di due giorni.", -0.9},
    {"Sono andata due volte in negozio a Parma e l'ordine non era ancora pronto.", -0.9},
    {"Click and collect a Parma: 52 ore di attesa, la prossima volta compro altrove.", -1.0},
    {"Nessuno mi ha avvisato del ritardo del ritiro.", -0.8}};
constexpr S kStars1[] = {"Arrivato rotto e nessuno risponde.",
                         "Deludente: dopo un mese l'antiaderente si stacca."};
constexpr S kStars2[] = {"Bello ma delicato, non vale il prezzo.", "Colore diverso dalla foto."};
constexpr S kStars3[] = {"Nella media, fa quello che deve.",
                         "Buono, la consegna però è stata lenta."};
constexpr S kStars4[] = {"Ottima qualità, manca solo il coperchio.",
                         "Molto contenta, lo ricomprerei.", "Bello e robusto."};
constexpr S kStars5[] = {"Perfetto! Lo uso ogni giorno.",
                         "Regalo riuscitissimo, confezione splendida.",
                         "Qualità eccezionale, si vede la differenza.",
                         "Lo consiglio a tutti, mia sorella l'ha già ordinato."};
constexpr Line kMentions[] = {{"La mia tavola della domenica con i piatti di @bottegaginepro", 0.9},
                              {"Qualcuno conosce @bottegaginepro? Vale la pena?", 0.0},
                              {"@bottegaginepro ma rispondete ai messaggi?", -0.7},
                              {"Bottega Ginepro a Bologna è il mio posto del cuore", 0.9},
                              {"Che bella la vetrina di Natale!", 0.7},
                              {"Quanto costa quella lampada?", 0.1}};
constexpr S kSubjects[] = {"Le novità della settimana",   "Una tavola per l'autunno",
                           "Saldi: fino al 40 % in meno", "Idee regalo sotto i 30 euro",
                           "La guida alle padelle",       "Black Friday in bottega",
                           "Torna il lino lavato",        "Le ricette di Ginepro"};
}  // namespace

std::span<const S> women() { return kWomen; }
std::span<const S> men() { return kMen; }
std::span<const S> surnames() { return kSurnames; }
std::span<const S> cities() { return kCities; }
std::span<const S> searches() { return kSearches; }
std::span<const Ask> questions() { return kQuestions; }
std::span<const Line> answers(bool happy) {
  if (happy) return kHappy;
  return kUnhappy;
}
std::span<const Line> late_pickup() { return kLate; }
std::span<const S> reviews(int stars) {
  switch (stars) {
    case 1:
      return kStars1;
    case 2:
      return kStars2;
    case 3:
      return kStars3;
    case 4:
      return kStars4;
    default:
      return kStars5;
  }
}
std::span<const Line> mentions() { return kMentions; }
std::span<const S> newsletter_subjects() { return kSubjects; }

}  // namespace viaggio::demo
