#include "webui/web_app.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace viaggio::webui {
namespace {

http::Request get(std::string path, std::string encoding = "") {
  http::Request r;
  r.method = "GET";
  r.path = std::move(path);
  if (!encoding.empty()) r.headers.add("Accept-Encoding", std::move(encoding));
  return r;
}

// Holds for a build with the web app and for one without.
TEST(WebApp, AnswersAppAddressesWithOnePageAndAStrictPolicy) {
  const WebApp app;
  for (const char* path :
       {"/", "/map", "/customers/c123", "/index.html", "/clienti/email:anna@example.it",
        "/clienti/email%3Aanna%40example.it"}) {
    const auto r = app.serve(get(path));
    EXPECT_EQ(r.status, 200) << path;
    EXPECT_EQ(r.headers.get("Content-Type"), "text/html; charset=utf-8");
    const auto policy = r.headers.get("Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos);
    EXPECT_EQ(policy.find("unsafe-eval"), std::string_view::npos);
    EXPECT_EQ(policy.find("script-src 'self' 'unsafe-inline'"), std::string_view::npos);
    EXPECT_EQ(r.headers.get("Cache-Control").find("immutable"), std::string_view::npos);
    EXPECT_GT(r.content().size(), 100u);
  }
  EXPECT_EQ(app.serve(get("/nothing.js")).status, 404);
  EXPECT_EQ(app.serve(get("/assets/nothing-12345678.css")).status, 404);
}

TEST(WebApp, EveryEmbeddedFileIsServedPlainPackedAndByTag) {
  if (embedded_assets().empty()) GTEST_SKIP() << "built without the web app (VIAGGIO_WEB_DIST)";
  const WebApp app;
  for (const Asset& a : embedded_assets()) {
    const auto plain = app.serve(get(std::string(a.path)));
    EXPECT_EQ(plain.content(), a.plain);
    EXPECT_FALSE(plain.headers.has("Content-Encoding"));
    EXPECT_EQ(app.serve(get(std::string(a.path), "gzip;q=0")).content(), a.plain);
    if (!a.packed.empty()) {
      const auto packed = app.serve(get(std::string(a.path), "br, gzip"));
      EXPECT_EQ(packed.content(), a.packed);
      EXPECT_EQ(packed.headers.get("Content-Encoding"), "gzip");
    }
    auto again = get(std::string(a.path));
    again.headers.add("If-None-Match", "\"" + std::string(a.etag) + "\"");
    EXPECT_EQ(app.serve(again).status, 304);
    if (a.hashed) {
      EXPECT_NE(plain.headers.get("Cache-Control").find("immutable"), std::string_view::npos);
    }
  }
}

TEST(WebApp, AFolderIsServedButNothingOutsideIt) {
  std::string name = ::testing::TempDir() + "viaggio-web-XXXXXX";
  const std::filesystem::path root = mkdtemp(name.data());
  std::filesystem::create_directory(root / "dist");
  std::ofstream(root / "dist/index.html") << "app";
  std::ofstream(root / "dist/a.js") << "code";
  std::ofstream(root / "secret.txt") << "secret";
  std::filesystem::create_symlink(root / "secret.txt", root / "dist/link.txt");
  const WebApp app = WebApp::from_folder((root / "dist").string());
  EXPECT_EQ(app.serve(get("/a.js")).body, "code");
  EXPECT_EQ(app.serve(get("/some/page")).body, "app");
  for (const char* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.txt",
                           "//etc/passwd.x"}) {
    const auto r = app.serve(get(path));
    EXPECT_EQ(r.status, 404) << path;
    EXPECT_EQ(r.body.find("secret"), std::string::npos);
  }
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace viaggio::webui
