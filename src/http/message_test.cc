#include "http/message.h"

#include <gtest/gtest.h>

namespace viaggio::http {
namespace {

TEST(Target, SplitsAndDecodes) {
  Request r;
  r.method = "GET";
  ASSERT_TRUE(parse_target("/a%20b?x=1&y=%C3%A8+z&flag", r));
  EXPECT_EQ(r.path, "/a%20b");
  EXPECT_EQ(r.parameter("y").value(), "è z");
  EXPECT_EQ(r.parameter("flag").value(), "");
  EXPECT_FALSE(r.parameter("none").has_value());
  Request whole;
  whole.method = "GET";
  ASSERT_TRUE(parse_target("http://host:1/p?q=1", whole));
  EXPECT_EQ(whole.path, "/p");
  for (std::string_view bad : {"", "x", "/%", "/%g0", "/a?%=1", "/a#b", "*"}) {
    Request b;
    b.method = "GET";
    EXPECT_FALSE(parse_target(bad, b)) << bad;
  }
}

TEST(Base64, BothAlphabetsWithOrWithoutPadding) {
  EXPECT_EQ(base64_decode("YWI6").value(), "ab:");
  EXPECT_EQ(base64_decode("YWI=").value(), "ab");
  EXPECT_EQ(base64_decode("YWI").value(), "ab");
  EXPECT_FALSE(base64_decode("Y").has_value());
  EXPECT_FALSE(base64_decode("Y*==").has_value());
}

TEST(HeaderNames, CompareWithoutCase) {
  Headers h;
  h.add("Content-Type", "a");
  EXPECT_EQ(h.get("content-TYPE"), "a");
  h.set("CONTENT-TYPE", "b");
  EXPECT_EQ(h.count("Content-Type"), 1u);
  EXPECT_EQ(h.get("x"), "");
}

}  // namespace
}  // namespace viaggio::http
