#include "http/gzip.h"

#include <gtest/gtest.h>

namespace viaggio::http {
namespace {

TEST(Gzip, RoundTripAndLimit) {
  const std::string text(100'000, 'a');
  const std::string packed = gzip(text);
  EXPECT_TRUE(looks_like_gzip(packed));
  EXPECT_LT(packed.size(), 1000u);
  EXPECT_EQ(gunzip(packed, text.size()).value(), text);
  const auto beyond = gunzip(packed, text.size() - 1);
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().kind, ErrorKind::too_large);
  EXPECT_EQ(gunzip(packed + gzip("b"), 200'000).value(), text + "b");
  EXPECT_EQ(gunzip(gzip(""), 0).value(), "");
}

TEST(Gzip, DamageIsAnError) {
  const std::string packed = gzip("hello hello hello hello");
  for (std::size_t cut = 0; cut < packed.size(); ++cut) {
    EXPECT_FALSE(gunzip(packed.substr(0, cut), 1000).has_value()) << cut;
  }
  std::string flipped = packed;
  flipped[packed.size() - 6] ^= 1;  // the checksum
  EXPECT_FALSE(gunzip(flipped, 1000).has_value());
  EXPECT_FALSE(gunzip(packed + "x", 1000).has_value());
}

}  // namespace
}  // namespace viaggio::http
