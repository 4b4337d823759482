#pragma once
// Loading a tiny world's script and asking its questions: shared by the tests of this folder.
#include <string>

#include "generator.h"
#include "support/script.h"
#include "support/world.h"

namespace viaggio::differential {

Status apply(const testing::Script& script, testing::World& world);
// Times as scripts write them -> what a world takes.
std::string prepared(const std::string& question_json, testing::World& world);
// The answer with people as sorted names.
Result<std::string> ask(const Question& question, testing::World& world);

}  // namespace viaggio::differential
