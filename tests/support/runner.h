#pragma once
// Runs a golden script over a world and compares; or writes what the world answers into the script.
#include <string>
#include <vector>

#include "script.h"
#include "world.h"

namespace viaggio::testing {

struct Outcome {
  std::vector<std::string> failures;  // "PATH:LINE: what", with expected and actual
  std::size_t questions = 0;
};
Outcome run_script(const Script& script, World& world);

// The script's text with every expected part as the world answers it.
Result<std::string> updated_script(const Script& script, World& world);

// All *.vt files below a folder, sorted.
std::vector<std::string> find_scripts(const std::string& folder);
Result<std::string> read_file(const std::string& path);

}  // namespace viaggio::testing
