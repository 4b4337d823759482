#include "runner.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "short_forms.h"
#include "tables.h"

namespace viaggio::testing {
namespace {

using nlohmann::json;

// Runs the commands; `on_eval` gets each question's answer.
class Run {
 public:
  using OnEval = std::function<void(const Command&, const Result<std::string>&)>;
  Run(const Script& script, World& world) : script_(script), world_(world) {}

  Status all(const OnEval& on_eval) {
    for (const Command& c : script_.commands) {
      if (c.kind == Command::Kind::eval) {
        auto question = prepare(json::parse(c.json));
        if (!question) return at(c, question.error());
        on_eval(c, world_.query(c.name, question->dump()));
      } else if (auto ok = step(c); !ok) {
        return at(c, ok.error());
      }
    }
    return {};
  }

 private:
  tl::unexpected<Error> at(const Command& c, const Error& e) const {
    return invalid("",
                   script_.path + ":" + std::to_string(c.line) + ": " + e.code + " " + e.field +
                       " " + e.detail,
                   e.code);
  }

  Status step(const Command& c) {
    switch (c.kind) {
      case Command::Kind::load:
        return world_.load(c.source, c.json);
      case Command::Kind::merge:
        return world_.merge(c.name, c.other);
      case Command::Kind::undo:
        return world_.undo_last_merge();
      case Command::Kind::model:
        return world_.put_stage_model(c.name, c.json);
      case Command::Kind::touchpoints:
        return world_.put_touchpoints(c.json);
      case Command::Kind::clock:
        clock_ = c.clock;
        return {};
      case Command::Kind::mark:
        marks_[c.name] = world_.epoch(clock_);
        return {};
      case Command::Kind::settings:
        return world_.put_settings(c.json);
      case Command::Kind::audience:
        return put_audience(c);
      case Command::Kind::eval:
        return {};
    }
    return {};
  }

  Status put_audience(const Command& c) {
    json body = json::parse(c.json);
    auto question = prepare(body["question"]);
    if (!question) return tl::unexpected(question.error());
    // A saved question has the epoch and the calendar of whoever asks.
    question->erase("as_of");
    question->erase("timezone");
    body["question"] = *question;
    return world_.put_audience(c.name, body.dump());
  }

  // Times "@1d" become RFC 3339; as_of, a mark or a time, becomes an epoch; the zone is UTC unless
  // said.
  Result<json> prepare(json question) {
    std::string as_of = question.value("as_of", "");
    if (marks_.count(as_of) != 0) {
      question["as_of"] = marks_[as_of];
    } else if (as_of.empty() || as_of[0] == '@') {
      Micros clock = clock_;
      if (!as_of.empty()) {
        auto t = parse_script_time(as_of.substr(1));
        if (!t) return tl::unexpected(t.error());
        clock = *t;
      }
      question["as_of"] = world_.epoch(clock);
    }
    if (!question.contains("timezone")) question["timezone"] = "UTC";
    if (auto ok = resolve_times(question); !ok) return tl::unexpected(ok.error());
    return question;
  }

  const Script& script_;
  World& world_;
  Micros clock_ = kScriptClock;
  std::map<std::string, std::string> marks_;
};

std::string error_line(const Error& e) {
  return "error " + e.code + (e.field.empty() ? "" : " " + e.field);
}

std::vector<std::string> normal(const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  for (const std::string& line : lines) {
    std::string joined;
    for (const std::string& cell : cells_of(line)) joined += (joined.empty() ? "" : " ") + cell;
    out.push_back(joined);
  }
  return out;
}

// What the world answers, in the shape of the expected part.
std::vector<std::string> actual_lines(const Command& c, const Result<std::string>& answer,
                                      const NameOf& name_of) {
  if (!answer) return {"  " + error_line(answer.error())};
  std::vector<std::string> headers;
  for (const std::string& line : c.expected) {
    if (is_header(c.name, line)) headers.push_back(line);
  }
  if (headers.empty()) headers = default_headers(c.name, *answer);
  std::vector<std::string> out;
  for (const std::string& header : headers) {
    auto table = make_table(c.name, *answer, header, name_of);
    if (!table) {
      out.push_back("  error " + table.error().code + " " + table.error().detail);
      continue;
    }
    for (const std::string& line : show(*table)) out.push_back(line);
  }
  return out;
}

bool same(const Command& c, const std::vector<std::string>& actual) {
  const auto expected = normal(c.expected), got = normal(actual);
  // "error CODE" without a field accepts any field.
  if (expected.size() == 1 && got.size() == 1 && expected[0].rfind("error ", 0) == 0) {
    return got[0] == expected[0] || got[0].rfind(expected[0] + " ", 0) == 0;
  }
  return expected == got;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out;
}

}  // namespace

Outcome run_script(const Script& script, World& world) {
  Outcome out;
  const NameOf name_of = [&](const std::string& id) { return world.customer_name(id); };
  const auto done =
      Run(script, world).all([&](const Command& c, const Result<std::string>& answer) {
        ++out.questions;
        const auto actual = actual_lines(c, answer, name_of);
        if (same(c, actual)) return;
        std::string what = script.path + ":" + std::to_string(c.line) + ": " + world.name() +
                           " answers otherwise\nexpected\n" + joined(c.expected) + "actual\n" +
                           joined(actual);
        if (!answer) what += "  (" + answer.error().detail + ")\n";
        out.failures.push_back(what);
      });
  if (!done) out.failures.push_back(done.error().detail);
  return out;
}

Result<std::string> updated_script(const Script& script, World& world) {
  std::vector<std::pair<const Command*, std::vector<std::string>>> parts;
  const NameOf name_of = [&](const std::string& id) { return world.customer_name(id); };
  const auto done =
      Run(script, world).all([&](const Command& c, const Result<std::string>& answer) {
        auto lines = actual_lines(c, answer, name_of);
        if (same(c, lines)) {  // keep what a person laid out
          lines.clear();
          for (std::size_t i = c.first; i < c.last; ++i) lines.push_back(script.lines[i]);
        }
        parts.emplace_back(&c, std::move(lines));
      });
  if (!done) return tl::unexpected(done.error());
  std::string out;
  std::size_t at = 0;
  const auto copy = [&](std::size_t to) {
    for (; at < to; ++at) out += script.lines[at] + "\n";
  };
  for (const auto& [command, lines] : parts) {
    copy(command->first);
    for (const std::string& line : lines) out += line + "\n";
    at = command->last;
  }
  copy(script.lines.size());
  return out;
}

std::vector<std::string> find_scripts(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".vt") out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorKind::not_found, "not_found", path + " cannot be read");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace viaggio::testing
