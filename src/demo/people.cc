#include "demo/people.h"

#include <algorithm>

#include "demo/texts_it.h"

namespace viaggio::demo {

namespace {

constexpr std::string_view kMailHosts[] = {"posta.example", "libera.example", "mail.example",
                                           "casella.example"};

std::uint64_t trait(std::uint32_t number, unsigned which) {
  return mix(number * 16ull + which + 977);
}

std::string_view first_name(const Person& p, std::uint32_t number) {
  const auto names = p.woman ? women() : men();
  return names[trait(number, 1) % names.size()];
}
std::string_view surname(std::uint32_t number) {
  return surnames()[trait(number, 2) % surnames().size()];
}

void append_padded(std::string& out, std::uint64_t n, int width) {
  char digits[24];
  for (int i = width; i-- > 0; n /= 10) digits[i] = static_cast<char>('0' + n % 10);
  out.append(digits, static_cast<std::size_t>(width));
}

void append_lower(std::string& out, std::string_view text) {
  for (char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

Segment segment_of(Random& random) {
  constexpr unsigned kShares[5] = {499, 108, 50, 97, 246};
  return static_cast<Segment>(random.weighted(kShares));
}

Person create_person(const Options& options, const Calendar& calendar, std::uint32_t number) {
  Random random(options.seed, number);
  Person p;
  p.segment = segment_of(random);
  p.woman = random.chance(0.64);
  constexpr unsigned kHome[3] = {46, 30, 24};
  p.home_store = static_cast<std::uint8_t>(random.weighted(kHome));
  p.phone_first = random.chance(0.62);
  // A third of the known were there when the story begins.
  const int last = calendar.days() - 1;
  const bool old = p.known() && random.chance(0.3);
  p.first_day = static_cast<std::int16_t>(calendar.web_day(random, 0, old ? last / 12 : last));
  p.web = p.segment != Segment::store || random.chance(0.55);
  p.two_devices = p.has_account() && random.chance(0.35);
  p.newsletter = p.known() && p.web && random.chance(0.6);
  if (!p.known()) return p;
  const unsigned kind = random.below(100);
  if (kind < 18)
    p.persona = Persona::new_home;
  else if (kind < 42)
    p.persona = Persona::last_minute_gift;
  else if (p.segment == Segment::store || (p.segment == Segment::both && kind < 64))
    p.persona = Persona::neighbour;
  p.mistyped = p.has_card() && random.chance(0.1);
  p.corrected = p.mistyped && random.chance(0.93);
  p.card_replaced = p.has_card() && random.chance(0.05);
  std::uint16_t intents = 1;
  const double again = p.persona == Persona::last_minute_gift ? 0.45 : 0.72;
  while (intents < 14 && random.chance(again)) ++intents;
  if (p.segment == Segment::both) intents = static_cast<std::uint16_t>(intents + 1);
  if (p.persona == Persona::new_home) intents = static_cast<std::uint16_t>(intents + 2);
  p.intents = intents;
  return p;
}

// 5 % of the accounts bring 19 % of them; the friends come later than those who bring them.
void plant_word_of_mouth(const Options& options, const Calendar& calendar,
                         std::vector<Person>& people) {
  const int days = calendar.days();
  std::vector<std::uint32_t> early, late;
  std::size_t accounts = 0;
  for (std::uint32_t i = 0; i < people.size(); ++i) {
    if (!people[i].has_account() || people[i].daughter) continue;
    ++accounts;
    if (people[i].first_day < days / 4)
      early.push_back(i);
    else if (people[i].first_day > days * 3 / 10 && people[i].first_day < days * 97 / 100)
      late.push_back(i);
  }
  const std::size_t advocates = std::min(early.size(), (accounts * 5 + 50) / 100);
  const std::size_t brought = std::min(late.size(), (accounts * 19 + 50) / 100);
  if (advocates == 0) return;
  Random random(options.seed, 0xADC0ull << 32);
  const auto choose = [&](std::vector<std::uint32_t>& from, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      std::swap(from[i], from[i + random.below(static_cast<std::uint32_t>(from.size() - i))]);
    }
  };
  choose(early, advocates);
  choose(late, brought);
  for (std::size_t i = 0; i < advocates; ++i) {
    people[early[i]].advocate = true;
    people[early[i]].intents = static_cast<std::uint16_t>(people[early[i]].intents + 2);
  }
  for (std::size_t i = 0; i < brought; ++i) people[late[i]].brought_by = early[i % advocates];
}

// The first account with a card, and the person after: a daughter known by a card of her own only.
void plant_mother_and_daughter(const Calendar& calendar, std::vector<Person>& people) {
  for (std::uint32_t i = 0; i + 1 < people.size(); ++i) {
    if (people[i].segment != Segment::both || people[i].first_day > calendar.days() / 8) continue;
    Person& mother = people[i];
    mother.woman = true;
    mother.mistyped = mother.card_replaced = mother.two_devices = false;
    mother.web = true;
    mother.persona = Persona::neighbour;
    Person& daughter = people[i + 1];
    daughter = Person{};
    daughter.segment = Segment::store;
    daughter.woman = daughter.phone_first = daughter.daughter = true;
    daughter.home_store = mother.home_store;
    daughter.first_day = static_cast<std::int16_t>(calendar.days() / 2);
    daughter.intents = 4;
    return;
  }
}

}  // namespace

std::vector<Person> create_people(const Options& options, const Calendar& calendar) {
  std::vector<Person> people;
  people.reserve(options.customers);
  for (std::uint32_t i = 0; i < options.customers; ++i)
    people.push_back(create_person(options, calendar, i));
  plant_mother_and_daughter(calendar, people);
  plant_word_of_mouth(options, calendar, people);
  return people;
}

std::string name_of(const Person& person, std::uint32_t number) {
  std::string name(first_name(person, number));
  name += ' ';
  name += surname(person.daughter ? number - 1 : number);
  return name;
}
void append_user_id(std::string& out, std::uint32_t number) {
  out += 'U';
  append_padded(out, 100000 + number, number < 900000 ? 6 : 8);
}
void append_card(std::string& out, std::uint32_t number, bool replacement) {
  out += replacement ? "GN2" : "GN1";
  append_padded(out, 4'000'000ull + number, 8);
}
void append_email(std::string& out, const Person& person, std::uint32_t number, bool mistyped) {
  append_lower(out, first_name(person, number));
  out += '.';
  append_lower(out, surname(number));
  out += std::to_string(number + 1);
  if (mistyped) out += "x";
  out += '@';
  out += kMailHosts[trait(number, 3) % 4];
}
void append_phone(std::string& out, std::uint32_t number) {
  out += "+39399";  // no operator has this prefix
  append_padded(out, number, 7);
}
void append_device(std::string& out, std::uint32_t number, unsigned device) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::uint64_t bits = trait(number, 8 + device);
  for (int i = 0; i < 14; ++i, bits >>= 4) out += kHex[bits & 15];
  out += '-';
  out += std::to_string(number);
  out += static_cast<char>('a' + device);
}
void append_referral_code(std::string& out, std::uint32_t number) {
  out += "AMICO";
  out += std::to_string(number + 1);
}
std::string_view city_of(const Person& person, std::uint32_t number) {
  return trait(number, 5) % 10 < 6 ? cities()[person.home_store]
                                   : cities()[trait(number, 6) % cities().size()];
}
std::string birthday_of(std::uint32_t number) {
  std::string out = std::to_string(1944 + trait(number, 7) % 62) + "-";
  append_padded(out, 1 + trait(number, 12) % 12, 2);
  out += '-';
  append_padded(out, 1 + trait(number, 13) % 28, 2);
  return out;
}

std::string_view to_string(Segment segment) {
  constexpr std::string_view kNames[] = {"visitor", "online", "guest", "store", "both"};
  return kNames[static_cast<std::size_t>(segment)];
}
std::string_view to_string(Persona persona) {
  constexpr std::string_view kNames[] = {"", "Casa nuova", "Regalo all'ultimo",
                                         "Vicini di bottega"};
  return kNames[static_cast<std::size_t>(persona)];
}

}  // namespace viaggio::demo
