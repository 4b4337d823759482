#include "profiles/profiles.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "profiles/fuzzy_scan.h"

namespace viaggio::profiles {
namespace {

std::string name_of(const Profiles& p, NodeId n) {
  const std::array one = {n};
  return p.name(one);
}
std::string text(const Value& v) { return display(v); }
std::vector<NodeId> found(const Profiles& p, std::string_view query, std::size_t limit = 10) {
  std::vector<NodeId> out;
  for (const auto& h : p.search(query, limit)) out.push_back(h.node);
  return out;
}
bool finds(const Profiles& p, std::string_view query, NodeId node) {
  const auto nodes = found(p, query);
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

TEST(Profiles, TheLastValueByTimeThenSequenceStays) {
  Profiles p;
  const std::array<NodeId, 1> n = {1};
  p.note_traits(1, 100, 5, R"({"city":"Rome","age":30})");
  p.note_traits(1, 90, 6, R"({"city":"Late news of old","tier":"gold"})");
  EXPECT_EQ(text(p.trait(n, "city")), "Rome");
  EXPECT_EQ(text(p.trait(n, "tier")), "gold");
  p.note_traits(1, 100, 7, R"({"city":"Milan","age":null})");
  EXPECT_EQ(p.traits_json(n), R"({"age":30,"city":"Milan","tier":"gold"})");
  EXPECT_TRUE(p.trait(n, "height").empty());
}

TEST(Profiles, OrderOfArrivalDoesNotMatter) {
  std::vector<std::pair<Micros, Sequence>> moments;
  for (Micros t = 0; t < 4; ++t) {
    for (Sequence s = 1; s <= 4; ++s) moments.emplace_back(t, s);
  }
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(moments.begin(), moments.end(), random);
    Profiles p;
    for (const auto& [t, s] : moments)
      p.note_traits(1, t, s, "{\"x\":" + std::to_string(t * 10 + static_cast<Micros>(s)) + "}");
    const std::array<NodeId, 1> n = {1};
    EXPECT_EQ(p.traits_json(n), R"({"x":34})");
  }
}

TEST(Profiles, TheSurvivorWinsElseTheLatest) {
  Profiles p;
  p.note_traits(1, 10, 1, R"({"city":"Rome"})");
  p.note_traits(2, 20, 2, R"({"city":"Milan","tier":"gold"})");
  p.note_traits(3, 30, 3, R"({"city":"Turin","tier":"silver"})");
  const std::array<NodeId, 3> all = {1, 2, 3}, others = {4, 2, 3};
  EXPECT_EQ(p.traits_json(all), R"({"city":"Rome","tier":"silver"})");
  EXPECT_EQ(p.traits_json(others), R"({"city":"Turin","tier":"silver"})");
  EXPECT_EQ(p.traits_json({}), "{}");
}

TEST(Profiles, ValuesKeepTheirTypeAndDotsEnterObjects) {
  Profiles p;
  const std::array<NodeId, 1> n = {1};
  p.note_traits(
      1, 1, 1,
      R"({"vip":true,"n":1.5,"tags":["a","b"],"address":{"city":"Rome","geo":{"lat":1}},"a.b":"dotted","odd \"key\"\n":1})");
  EXPECT_EQ(p.trait(n, "vip").front(), Scalar::of(true));
  EXPECT_EQ(p.trait(n, "n").front(), Scalar::of(1.5));
  EXPECT_EQ(p.trait(n, "tags").size(), 2u);
  EXPECT_EQ(text(p.trait(n, "address.city")), "Rome");
  EXPECT_EQ(text(p.trait(n, "address.geo.lat")), "1");
  EXPECT_TRUE(p.trait(n, "address.zip").empty());
  EXPECT_TRUE(p.trait(n, "vip.x").empty());
  EXPECT_TRUE(p.trait(n, "address.").empty());
  EXPECT_EQ(text(p.trait(n, "a.b")), "dotted");
  EXPECT_EQ(text(p.trait(n, "odd \"key\"\n")), "1");
  EXPECT_NE(p.traits_json(n).find(R"("odd \"key\"\u000a":1)"), std::string::npos);
}

TEST(Profiles, ReadsTraitsFromBothPlacesOfAMessage) {
  Profiles p;
  const std::array<NodeId, 1> n = {1};
  p.note_event(
      1, 1, 1,
      R"({"type":"identify","traits":{"city":"Rome"},"context":{"traits":{"tier":"gold","city":"Nowhere"}}})");
  p.note_event(1, 2, 2, R"({"type":"track","properties":{"traits":{"city":"Not a trait"}}})");
  p.note_event(1, 3, 3, R"({"traits":"no object","context":{"traits":[1]}})");
  p.note_event(1, 3, 3, R"({"traits":{"broken)");
  EXPECT_EQ(p.traits_json(n), R"({"city":"Rome","tier":"gold"})");
}

TEST(Profiles, NamesACustomer) {
  Profiles p;
  p.note_traits(1, 1, 1, R"({"name":"Anna Rossi","email":"x@y.z"})");
  p.note_traits(2, 1, 2, R"({"first_name":"Anna","lastName":"Bianchi"})");
  p.note_traits(3, 1, 3, R"({"last_name":"Verdi"})");
  p.note_traits(4, 1, 4, R"({"email":"giulia.neri@example.com"})");
  p.note_traits(5, 1, 5, R"({"city":"Rome"})");
  EXPECT_EQ(name_of(p, 1), "Anna Rossi");
  EXPECT_EQ(name_of(p, 2), "Anna Bianchi");
  EXPECT_EQ(name_of(p, 3), "Verdi");
  EXPECT_EQ(name_of(p, 4), "giulia.neri");
  EXPECT_EQ(name_of(p, 5), "");
}

Profiles some_people() {
  Profiles p;
  p.note_traits(1, 1, 1, R"({"name":"Niccolò D'Amico"})");
  p.note_traits(2, 1, 2, R"({"firstName":"Giulia","lastName":"Rossi"})");
  p.note_traits(3, 1, 3, R"({"name":"Maria Grazia Ferrarese"})");
  p.note_traits(4, 1, 4, R"({"name":"Mario Rossini"})");
  p.note_identifier(1, {IdentifierType::email, "nico.damico@example.com"});
  p.note_identifier(2, {IdentifierType::phone, "+393331234567"});
  p.note_identifier(3, {IdentifierType::loyalty_card, "ABC1234567"});
  p.note_identifier(4, {IdentifierType::user_id, "Customer-77"});
  p.note_identifier(4, {IdentifierType::anonymous_id, "anon-should-not-be-found"});
  p.note_order(2, "ORD-2026-000123");
  p.note_order(3, "ORD-2026-000124");
  return p;
}

TEST(Profiles, FindsByAnyPartOfANameWithAccentsAndTypos) {
  const Profiles p = some_people();
  for (const char* q : {"niccolò", "niccolo", "NICCOLO", "damico", "d'amico", "amico", "colo",
                        "nicolo", "nicclo", "ncicolo", "Amico Niccolò"}) {
    EXPECT_TRUE(finds(p, q, 1)) << q;
  }
  for (const char* q :
       {"giulia rossi", "rossi giulia", "Rossi", "ros", "gulia", "giuilia", "giulia rosi", "rosis"})
    EXPECT_TRUE(finds(p, q, 2)) << q;
  for (const char* q :
       {"maria grazia", "ferarese", "ferrrese", "grazia fer", "mar gra fer", "feraresse"})
    EXPECT_TRUE(finds(p, q, 3)) << q;
  for (const char* q : {"zoe", "xyzzy", "rossi maria grazia", "giulia ferrarese"})
    EXPECT_FALSE(finds(p, q, 2)) << q;
  EXPECT_TRUE(found(p, "").empty());
  EXPECT_TRUE(found(p, "  ' ").empty());
  EXPECT_TRUE(found(p, "rossi", 0).empty());
}

TEST(Profiles, TheBestComesFirst) {
  const Profiles p = some_people();
  EXPECT_EQ(found(p, "rossi"), (std::vector<NodeId>{2, 4}));  // the whole word before its beginning
  EXPECT_EQ(found(p, "rossini").front(), 4u);
  EXPECT_EQ(found(p, "rossi", 1), std::vector<NodeId>{2});
  EXPECT_EQ(found(p, "maria").front(), 3u);  // before mario, a typo away
}

TEST(Profiles, FindsByPhoneEmailCardAndOrder) {
  const Profiles p = some_people();
  for (const char* q : {"+39 333 1234567", "0039 333 123 4567", "333 1234567", "333-1234567",
                        "3331234567", "1234567", "(333) 12.34.567", "+41 333 1234567"}) {
    EXPECT_TRUE(finds(p, q, 2)) << q;
  }
  EXPECT_FALSE(finds(p, "333 7654321", 2));
  for (const char* q : {"nico.damico@example.com", "NICO.DAMICO@", "damico@example", "nico.dam"})
    EXPECT_TRUE(finds(p, q, 1)) << q;
  for (const char* q : {"ABC1234567", "abc 1234567", "ABC-123"}) EXPECT_TRUE(finds(p, q, 3)) << q;
  EXPECT_TRUE(finds(p, "customer-77", 4));
  EXPECT_TRUE(found(p, "should-not-be").empty());
  EXPECT_EQ(found(p, "ord-2026-000123"), std::vector<NodeId>{2});
  EXPECT_EQ(found(p, "ORD-2026").size(), 2u);
  EXPECT_TRUE(found(p, "2026-000123").empty());  // from its start
}

TEST(Profiles, ANewNameReplacesTheOldOne) {
  Profiles p = some_people();
  p.note_traits(2, 5, 9, R"({"lastName":"Colombo"})");
  EXPECT_FALSE(finds(p, "rossi", 2));
  EXPECT_TRUE(finds(p, "giulia colombo", 2));
}

TEST(Profiles, AForgottenNodeLeavesNothing) {
  Profiles p = some_people();
  p.forget(2);
  const std::array<NodeId, 1> n = {2};
  EXPECT_EQ(p.traits_json(n), "{}");
  for (const char* q : {"giulia", "rossi", "3331234567", "ORD-2026-000123"})
    EXPECT_FALSE(finds(p, q, 2)) << q;
  EXPECT_TRUE(finds(p, "rossini", 4));
}

class ProfilesFile : public ::testing::Test {
 protected:
  ProfilesFile() {
    std::string name =
        (std::filesystem::temp_directory_path() / "viaggio-profiles-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    file_ = folder_ + "/profiles.ckpt";
  }
  ~ProfilesFile() override { std::filesystem::remove_all(folder_); }
  std::string folder_, file_;
};

TEST_F(ProfilesFile, ComesBackAsItWasWithoutTheForgotten) {
  Profiles p = some_people();
  p.forget(3);
  ASSERT_TRUE(p.save(file_, 42));
  Profiles q;
  q.note_traits(9, 1, 1, R"({"name":"Somebody Else"})");
  ASSERT_EQ(q.load(file_), Sequence{42});
  for (NodeId n = 1; n <= 9; ++n) {
    const std::array one = {n};
    EXPECT_EQ(q.traits_json(one), p.traits_json(one));
    EXPECT_EQ(q.name(one), p.name(one));
  }
  for (const char* query : {"rossi", "niccolo", "3331234567", "ord-2026", "customer", "ferrarese"})
    EXPECT_EQ(found(q, query), found(p, query)) << query;
  std::ifstream in(file_, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(bytes.find("Ferrarese"), std::string::npos);
  EXPECT_EQ(bytes.find("abc1234567"), std::string::npos);
}

TEST_F(ProfilesFile, AMissingFileIsSequenceZeroAndADamagedOneAnError) {
  Profiles p;
  EXPECT_EQ(p.load(file_), Sequence{0});
  ASSERT_TRUE(some_people().save(file_, 42));
  std::ifstream in(file_, std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string wrong = good;
    wrong[at] = static_cast<char>(wrong[at] ^ 4);
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << wrong;
    const auto r = p.load(file_);
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().code, "profiles_damaged");
    EXPECT_TRUE(found(p, "rossi").empty());
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << good.substr(0, at);
    EXPECT_FALSE(p.load(file_));
  }
}

// The scan against the plain definition: some part of the line is at most `errors` edits away.
unsigned best_part(std::string_view line, std::string_view pattern) {
  std::vector<unsigned> row(pattern.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = static_cast<unsigned>(j);
  unsigned best = row.back();
  for (const char c : line) {
    unsigned diagonal = row[0];
    for (std::size_t j = 1; j < row.size(); ++j) {
      const unsigned next =
          std::min({row[j] + 1, row[j - 1] + 1, diagonal + (pattern[j - 1] != c)});
      diagonal = row[j];
      row[j] = next;
    }
    best = std::min(best, row.back());
  }
  return best;
}

TEST(FuzzyScan, EqualsItsDefinition) {
  std::mt19937 random(9);
  for (int round = 0; round < 3000; ++round) {
    std::string text = "\n", pattern;
    std::vector<std::string> lines(1 + random() % 4);
    for (auto& line : lines) {
      for (auto n = random() % 9; n > 0; --n) line += static_cast<char>('a' + random() % 3);
      text += line + "\n";
    }
    for (auto n = 3 + random() % 4; n > 0; --n) pattern += static_cast<char>('a' + random() % 3);
    const unsigned errors = random() % 3;
    std::vector<bool> hit(lines.size()), expected(lines.size());
    fuzzy_scan(text, pattern, errors, 100, [&](std::size_t position, unsigned wrong) {
      EXPECT_LE(wrong, errors);
      hit[static_cast<std::size_t>(std::count(
              text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n')) -
          1] = true;
    });
    for (std::size_t i = 0; i < lines.size(); ++i)
      expected[i] = best_part(lines[i], pattern) <= errors;
    EXPECT_EQ(hit, expected) << "pattern " << pattern << " errors " << errors << " in" << text;
  }
}

}  // namespace
}  // namespace viaggio::profiles
