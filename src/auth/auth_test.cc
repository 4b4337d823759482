#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "auth/keys.h"
#include "auth/secrets.h"
#include "auth/sessions.h"

namespace viaggio::auth {
namespace {

class AuthTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "viaggio-auth-XXXXXX";
    folder = mkdtemp(name.data());
    file = folder + "/catalog.db";
    catalog = std::move(catalog::Catalog::open(file).value());
  }
  void TearDown() override {
    catalog.reset();
    std::filesystem::remove_all(folder);
  }
  std::string bytes_on_disk() {
    std::stringstream all;
    all << std::ifstream(file, std::ios::binary).rdbuf();
    return all.str();
  }
  std::string folder, file;
  std::unique_ptr<catalog::Catalog> catalog;
};

TEST_F(AuthTest, KeysHaveTheirShapeAndSurviveARestart) {
  auto keys = std::move(Keys::open(*catalog).value());
  const std::string write = keys->create(KeyKind::write, "site").value();
  const std::string secret = keys->create(KeyKind::secret, "till").value();
  EXPECT_EQ(write.size(), 25u);
  EXPECT_EQ(write[0], 'c');
  EXPECT_EQ(write.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  EXPECT_EQ(secret[0], 's');
  EXPECT_GE(secret.size(), 40u);
  auto again = std::move(Keys::open(*catalog).value());
  ASSERT_TRUE(again->check(write).has_value());
  EXPECT_EQ(again->check(write)->kind, KeyKind::write);
  EXPECT_EQ(again->check(write)->source, "site");
  EXPECT_EQ(again->check(secret)->kind, KeyKind::secret);
  for (std::string wrong : {std::string(), write + "x", write.substr(1), secret.substr(0, 39),
                            std::string(5000, 'c')}) {
    EXPECT_FALSE(again->check(wrong).has_value());
  }
}

TEST_F(AuthTest, SecretsAreNeitherListedNorStored) {
  auto keys = std::move(Keys::open(*catalog).value());
  const std::string write = keys->create(KeyKind::write, "site").value();
  const std::string secret = keys->create(KeyKind::secret, "api").value();
  const auto list = keys->list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].key, write);
  EXPECT_EQ(list[1].key.find(secret), std::string::npos);
  EXPECT_NE(bytes_on_disk().find(write), std::string::npos);
  EXPECT_EQ(bytes_on_disk().find(secret), std::string::npos);
}

TEST_F(AuthTest, FirstKeysAreTakenAsGivenAndOnlyOnce) {
  auto keys = std::move(Keys::open(*catalog).value());
  const auto first = keys->ensure_first("My_Own-Write.Key", "").value();
  EXPECT_EQ(first.write, "My_Own-Write.Key");
  EXPECT_EQ(keys->check("My_Own-Write.Key")->kind, KeyKind::write);
  EXPECT_EQ(keys->check(first.secret)->kind, KeyKind::secret);
  const auto second = keys->ensure_first("another-key", "").value();
  EXPECT_EQ(second.write, "");
  EXPECT_FALSE(keys->check("another-key").has_value());
}

TEST_F(AuthTest, BadKeysNameTheField) {
  auto keys = std::move(Keys::open(*catalog).value());
  EXPECT_EQ(keys->add(KeyKind::write, "short", "s").error().field, "key");
  EXPECT_EQ(keys->add(KeyKind::write, "with:colon:inside", "s").error().field, "key");
  EXPECT_EQ(keys->create(KeyKind::write, "").error().field, "source");
  EXPECT_EQ(keys->create(KeyKind::write, "a\nb").error().field, "source");
  EXPECT_EQ(parse_key_kind("admin").error().field, "kind");
}

TEST_F(AuthTest, ALinkOpensOneSession) {
  auto sessions = std::move(Sessions::open(*catalog, 0).value());
  const std::string token = sessions->create_link("w1", 0).value();
  const std::string value = sessions->redeem(token, 1).value();
  EXPECT_EQ(sessions->redeem(token, 1).error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(sessions->find(value, 2)->workspace, "w1");
  EXPECT_FALSE(sessions->find(token, 2).has_value());
  ASSERT_TRUE(sessions->use_workspace(value, "w2", 3));
  auto reopened = std::move(Sessions::open(*catalog, 4).value());
  EXPECT_EQ(reopened->find(value, 5)->workspace, "w2");
  EXPECT_EQ(bytes_on_disk().find(value), std::string::npos);
  ASSERT_TRUE(reopened->close(value));
  EXPECT_FALSE(reopened->find(value, 6).has_value());
}

TEST_F(AuthTest, LinksAndSessionsExpire) {
  auto sessions = std::move(Sessions::open(*catalog, 0).value());
  const std::string old = sessions->create_link("", 0).value();
  EXPECT_FALSE(sessions->redeem(old, Sessions::kLinkLife).has_value());
  const std::string value = sessions->redeem(sessions->create_link("", 0).value(), 0).value();
  EXPECT_TRUE(sessions->find(value, Sessions::kSessionLife - 1).has_value());  // renews it
  EXPECT_TRUE(sessions->find(value, Sessions::kSessionLife + kDay).has_value());
  EXPECT_FALSE(sessions->find(value, 3 * Sessions::kSessionLife).has_value());
  for (std::string_view bad : {"", "x", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"}) {
    EXPECT_FALSE(sessions->redeem(bad, 0).has_value());
    EXPECT_FALSE(sessions->use_workspace(bad, "w", 0));
  }
}

TEST(Secrets, RandomTextsDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random_text(24).value());
  EXPECT_EQ(seen.size(), 200u);
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(equal_in_constant_time("ab", "ab"));
  EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
}

}  // namespace
}  // namespace viaggio::auth
