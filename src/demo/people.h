#pragma once
// The people of the demo: who they are and by which identifiers the firm's systems know them.
// Everything textual is derived from the person's number, so that millions cost little memory.
#include <string>
#include <vector>

#include "demo/calendar.h"
#include "demo/demo.h"

namespace viaggio::demo {

enum class Segment : std::uint8_t {
  visitor,  // one device, never known
  online,   // an account
  guest,    // buys online with an e-mail, never registers
  store,    // a loyalty card
  both      // an account and a card
};
enum class Persona : std::uint8_t { none, new_home, last_minute_gift, neighbour };
inline constexpr std::uint32_t kNobody = 0xFFFFFFFFu;

struct Person {
  Segment segment = Segment::visitor;
  Persona persona = Persona::none;
  std::uint8_t home_store = 0;
  bool woman = false, phone_first = false, two_devices = false, web = false, newsletter = false;
  bool mistyped = false, corrected = false, card_replaced = false;
  bool advocate = false;
  bool daughter = false;  // of the person before
  std::int16_t first_day = 0;
  std::uint32_t brought_by = kNobody;
  std::uint16_t intents = 0;    // planned purchases
  std::uint16_t purchases = 0;  // made

  bool has_account() const { return segment == Segment::online || segment == Segment::both; }
  bool has_card() const { return segment == Segment::store || segment == Segment::both; }
  bool known() const { return segment != Segment::visitor; }
};

std::vector<Person> create_people(const Options& options, const Calendar& calendar);

// Identifiers and traits, from the number.
std::string name_of(const Person& person, std::uint32_t number);
void append_user_id(std::string& out, std::uint32_t number);
void append_card(std::string& out, std::uint32_t number, bool replacement);
void append_email(std::string& out, const Person& person, std::uint32_t number, bool mistyped);
void append_phone(std::string& out, std::uint32_t number);
void append_device(std::string& out, std::uint32_t number, unsigned device);
void append_referral_code(std::string& out, std::uint32_t number);
std::string_view city_of(const Person& person, std::uint32_t number);
std::string birthday_of(std::uint32_t number);

std::string_view to_string(Segment segment);
std::string_view to_string(Persona persona);

}  // namespace viaggio::demo
