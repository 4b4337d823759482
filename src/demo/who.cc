#include "demo/who.h"

namespace viaggio::demo {

namespace {

enum Seen : std::uint16_t {
  kAccount = 1,
  kCard = 2,
  kSecondCard = 4,
  kMail = 8,
  kMailWithAccountOrCard = 16,
  kDevice0 = 32,
  kDevice1 = 64,
  kDevice0Known = 128,
  kDevice1Known = 256,
  kWrongMail = 512,
  kHandle = 1024,
  kPhone = 2048
};

}  // namespace

void Who::note(const Happening& h) {
  if (h.person == kNobody) return;
  const Person& p = story_.people[h.person];
  std::uint16_t& seen = seen_[h.person];
  if (h.visit != kNone) {
    const std::uint8_t device = story_.visits[h.visit].device;
    const bool account = (h.marks & kSignedIn) != 0 || h.what == What::identify_account;
    const bool mail = h.what == What::identify_email;
    if (account) seen |= kAccount;
    if (h.what == What::identify_account) seen |= kMail | kMailWithAccountOrCard | kPhone;
    if (mail && !p.daughter) seen |= kMail;
    if ((device & kTablet) != 0) return;
    seen |= device == 0 ? kDevice0 : kDevice1;
    if (account || mail) seen |= device == 0 ? kDevice0Known : kDevice1Known;
    return;
  }
  switch (h.what) {
    case What::identify_card:
      seen |= kCard;
      if (!p.daughter) seen |= p.mistyped ? kWrongMail : kMail | kMailWithAccountOrCard;
      if (!p.mistyped && !p.daughter) seen |= kPhone;
      return;
    case What::identify_corrected:
      seen |= kCard | kMail | kMailWithAccountOrCard;
      return;
    case What::identify_replaced:
      seen |= kCard | kSecondCard;
      return;
    case What::sent:
    case What::delivered:
    case What::bounced:
      seen |= kMail;
      return;
    case What::question:
    case What::comment:
    case What::mention:
    case What::social_shared:
      if (h.what != What::question) seen |= kHandle;
      seen |= kMail;
      return;
    case What::receipt:
    case What::card_scanned:
      seen |= kCard;
      return;
    default:
      if ((h.marks & kSignedIn) != 0 && p.has_account()) seen |= kAccount;
      return;
  }
}

void Who::finish(Planted& planted, std::vector<TruePerson>& people) const {
  for (std::uint32_t i = 0; i < seen_.size(); ++i) {
    const std::uint16_t seen = seen_[i];
    if (seen == 0) continue;
    const Person& p = story_.people[i];
    TruePerson person;
    person.number = i;
    person.name = name_of(p, i);
    person.segment = to_string(p.segment);
    person.persona = to_string(p.persona);
    person.purchases = p.purchases;
    const auto add = [&](bool there, const char* type, auto&& append) {
      if (!there) return;
      std::string text(type);
      text += ':';
      append(text);
      person.identifiers.push_back(std::move(text));
    };
    add((seen & kAccount) != 0, "user_id", [&](std::string& o) { append_user_id(o, i); });
    add((seen & kCard) != 0, "loyalty_card", [&](std::string& o) { append_card(o, i, false); });
    add((seen & kSecondCard) != 0, "loyalty_card",
        [&](std::string& o) { append_card(o, i, true); });
    add((seen & kMail) != 0, "email", [&](std::string& o) { append_email(o, p, i, false); });
    add((seen & kWrongMail) != 0, "email", [&](std::string& o) { append_email(o, p, i, true); });
    add((seen & kPhone) != 0, "phone", [&](std::string& o) { append_phone(o, i); });
    add((seen & kDevice0) != 0, "anonymous_id", [&](std::string& o) { append_device(o, i, 0); });
    add((seen & kDevice1) != 0, "anonymous_id", [&](std::string& o) { append_device(o, i, 1); });
    if (p.brought_by != kNobody) append_user_id(person.brought_by, p.brought_by);
    ++planted.people;
    const auto one = [&](bool there) { planted.naive_customers += there; };
    one((seen & kAccount) != 0);
    one((seen & kCard) != 0);
    one((seen & kSecondCard) != 0);
    one((seen & kMail) != 0 && (seen & kMailWithAccountOrCard) == 0);
    one((seen & kDevice0) != 0 && (seen & kDevice0Known) == 0);
    one((seen & kDevice1) != 0 && (seen & kDevice1Known) == 0);
    people.push_back(std::move(person));
  }
}

}  // namespace viaggio::demo
