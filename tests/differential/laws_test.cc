// The reference keeps the laws in every tiny world: what it is compared with must be sound itself.
#include "laws.h"

#include <gtest/gtest.h>

#include "reference_world.h"
#include "support/script_tests.h"
#include "tiny.h"

namespace viaggio::differential {
namespace {

TEST(Laws, HoldForTheReference) {
  const std::uint64_t count = testing::environment_flag("VIAGGIO_TEST_ALL") ? 100'000 : 500;
  int shown = 0;
  for (std::uint64_t seed = 1; seed <= count && shown < 5; ++seed) {
    const TinyWorld tiny = make_world(seed);
    const auto script = testing::parse_script("seed " + std::to_string(seed), tiny.setup);
    ASSERT_TRUE(script.has_value()) << script.error().detail << tiny.setup;
    const auto world = reference::make_reference_world();
    ASSERT_TRUE(apply(*script, *world).has_value());
    for (const Question& q : tiny.questions) {
      const auto answer = ask(q, *world);
      const std::string what =
          answer ? broken_law(q.kind, q.json, *answer)
                 : answer.error().code + " " + answer.error().field + " " + answer.error().detail;
      if (what.empty()) continue;
      ADD_FAILURE() << "seed " << seed << " " << q.kind << ": " << what << "\n"
                    << tiny.setup << "eval " << q.kind << " " << q.json << "\n"
                    << (answer ? *answer : "");
      ++shown;
    }
  }
}

}  // namespace
}  // namespace viaggio::differential
