#include "script_tests.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "runner.h"

namespace viaggio::testing {
namespace {

class ScriptTest : public ::testing::Test {
 public:
  ScriptTest(std::string path, MakeWorld make, bool may_update)
      : path_(std::move(path)), make_(std::move(make)), may_update_(may_update) {}

  void TestBody() override {
    const auto text = read_file(path_);
    ASSERT_TRUE(text.has_value()) << text.error().detail;
    const auto script = parse_script(path_, *text);
    ASSERT_TRUE(script.has_value()) << script.error().detail;
    if (may_update_ && environment_flag("VIAGGIO_TEST_UPDATE")) {
      const auto world = make_();
      const auto updated = updated_script(*script, *world);
      ASSERT_TRUE(updated.has_value()) << updated.error().detail;
      if (*updated != *text) std::ofstream(path_, std::ios::binary) << *updated;
      return;
    }
    const auto world = make_();
    ASSERT_NE(world, nullptr);
    const Outcome outcome = run_script(*script, *world);
    EXPECT_GT(outcome.questions, 0u) << path_ << " asks nothing";
    for (const std::string& failure : outcome.failures) ADD_FAILURE() << failure;
  }

 private:
  std::string path_;
  MakeWorld make_;
  bool may_update_;
};

}  // namespace

void register_scripts(const std::string& world, const MakeWorld& make, bool may_update) {
  for (const std::string& path : find_scripts(std::string(VIAGGIO_ROOT) + "/tests/journeys")) {
    const std::string name = std::filesystem::path(path).stem().string();
    ::testing::RegisterTest(
        ("Journeys/" + world).c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
        [=]() -> ::testing::Test* { return new ScriptTest(path, make, may_update); });
  }
}

std::string shared_folder() {
  const char* set = std::getenv("VIAGGIO_SHARED");
  const std::string folder = set != nullptr ? set : std::string(VIAGGIO_ROOT) + "/../shared";
  return std::filesystem::exists(folder) ? folder : std::string();
}

bool environment_flag(const char* name) {
  const char* set = std::getenv(name);
  return set != nullptr && std::string(set) == "1";
}

}  // namespace viaggio::testing
