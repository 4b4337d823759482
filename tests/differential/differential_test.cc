// Random tiny worlds: the engine against the naive reference, field by field. A difference prints
// its seed and a script that shows it. VIAGGIO_TEST_SEED=N runs one seed; VIAGGIO_TEST_ALL=1 runs
// long.
#include <cstdlib>

#include <gtest/gtest.h>

#include "difference.h"
#include "reference_world.h"
#include "support/engine_world.h"
#include "support/script_tests.h"
#include "tiny.h"

namespace viaggio::differential {
namespace {

using testing::World;

std::string disagreement(const Question& question, World& reference, World& engine) {
  const auto expected = ask(question, reference);
  const auto actual = ask(question, engine);
  if (!expected && !actual)
    return expected.error().code == actual.error().code
               ? ""
               : "error " + actual.error().code + ", expected " + expected.error().code;
  if (!expected)
    return "an answer, expected error " + expected.error().code + " " + expected.error().field;
  if (!actual)
    return "error " + actual.error().code + " " + actual.error().field + ": " +
           actual.error().detail;
  return first_difference(*expected, *actual);
}

void run_seed(std::uint64_t seed, const testing::EngineMode& mode, int& shown) {
  const TinyWorld tiny = make_world(seed);
  const auto script = testing::parse_script("seed " + std::to_string(seed), tiny.setup);
  ASSERT_TRUE(script.has_value()) << script.error().detail;
  const auto reference = reference::make_reference_world();
  const auto engine = testing::make_engine_world(mode);
  ASSERT_TRUE(apply(*script, *reference).has_value());
  const auto applied = apply(*script, *engine);
  ASSERT_TRUE(applied.has_value()) << applied.error().detail << "\n" << tiny.setup;
  for (const Question& q : tiny.questions) {
    const std::string what = disagreement(q, *reference, *engine);
    if (what.empty()) continue;
    ADD_FAILURE() << "seed " << seed << " " << q.kind << what << "\n"
                  << tiny.setup << "eval " << q.kind << " " << q.json << "\n";
    ++shown;
  }
}

TEST(Differential, TinyWorlds) {
  const char* only = std::getenv("VIAGGIO_TEST_SEED");
  const std::uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const std::uint64_t count = only != nullptr                                 ? 1
                              : testing::environment_flag("VIAGGIO_TEST_ALL") ? 70'000
                                                                              : 400;
  int shown = 0;
  for (std::uint64_t seed = first; seed < first + count && shown < 5 && !HasFatalFailure(); ++seed)
    run_seed(seed, testing::tiny_block_mode(), shown);
}

}  // namespace
}  // namespace viaggio::differential
