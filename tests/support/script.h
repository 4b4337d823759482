#pragma once
// Golden scripts (*.vt): what happened, what is asked, what is answered. docs/HACKING.md and
// tests/journeys/README.md describe the language. Parsing a script needs no world.
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace viaggio::testing {

// 2024-01-01T00:00:00Z, a Monday: what "@0s" means. Times of scripts are relative to it.
inline constexpr Micros kScriptStart = 1'704'067'200 * kSecond;
inline constexpr Micros kScriptClock =
    kScriptStart + 400 * kDay;  // "now", unless a script says otherwise

struct Command {
  enum class Kind { load, merge, undo, mark, clock, model, touchpoints, audience, settings, eval };
  Kind kind = Kind::load;
  std::size_t line = 0;  // from 1
  std::string source;    // load
  std::string json;  // load: a batch; model, touchpoints, audience, settings: the configuration;
                     // eval: the question
  std::string name, other;  // merge: two identifiers; mark, model, audience: a name; eval: the kind
  Micros clock = 0;
  // eval: the expected lines as written, and where they stand in the file: [first, last).
  std::vector<std::string> expected;
  std::size_t first = 0, last = 0;
};

struct Script {
  std::string path;
  std::vector<std::string> lines;
  std::vector<Command> commands;
};

// An Error's detail begins with "PATH:LINE:".
Result<Script> parse_script(const std::string& path, const std::string& text);

// "1d2h", "0s", "5us" after kScriptStart, or an RFC 3339 text.
Result<Micros> parse_script_time(const std::string& text);
std::string show_script_time(Micros t);    // "1d2h" for a time after the start
std::string show_seconds(double seconds);  // 5400 -> "1h30m"

}  // namespace viaggio::testing
