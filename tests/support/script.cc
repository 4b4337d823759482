#include "script.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <set>

#include <nlohmann/json.hpp>

#include "script_words.h"
#include "short_forms.h"

namespace viaggio::testing {
namespace {

using nlohmann::json;

bool blank(const std::string& line) { return line.find_first_not_of(" \t") == std::string::npos; }
bool indented(const std::string& line) {
  return !line.empty() && (line[0] == ' ' || line[0] == '\t');
}
json value_of(const std::string& text) {
  json parsed = json::parse(text, nullptr, false);
  return parsed.is_discarded() ? json(text) : parsed;
}

// "total=12.5,cart.id=c1" or a JSON object.
json properties_of(const std::string& body) {
  if (body.empty()) return json::object();
  if (body[0] == '"') {
    json parsed = json::parse("{" + body + "}", nullptr, false);
    if (!parsed.is_discarded()) return parsed;
  }
  json out = json::object();
  for (const std::string& pair : split(body, ',')) {
    const auto equals = pair.find('=');
    json* at = &out;
    for (const std::string& key : split(cut(pair.substr(0, equals)), '.')) at = &(*at)[key];
    *at = equals == std::string::npos ? json(true) : value_of(cut(pair.substr(equals + 1)));
  }
  return out;
}

class Parser {
 public:
  Parser(const std::string& path, const std::string& text) {
    script_.path = path;
    std::string line;
    for (char c : text) {
      if (c == '\n') {
        script_.lines.push_back(line);
        line.clear();
      } else if (c != '\r') {
        line += c;
      }
    }
    if (!line.empty()) script_.lines.push_back(line);
    for (const std::string& l : script_.lines) {
      const auto words = words_of(l);
      if (words.size() >= 3 && words[0] == "link" && indented(l)) devices_.insert(words[2]);
    }
  }

  Result<Script> run() {
    while (at_ < script_.lines.size()) {
      const std::string& line = script_.lines[at_];
      if (blank(line) || line[0] == '#') {
        ++at_;
        continue;
      }
      if (indented(line)) return error("a line that belongs to no command");
      if (auto ok = command(); !ok) return tl::unexpected(ok.error());
    }
    return std::move(script_);
  }

 private:
  tl::unexpected<Error> error(const std::string& what) const {
    return invalid("", script_.path + ":" + std::to_string(at_ + 1) + ": " + what, "bad_script");
  }

  Status command() {
    const auto words = words_of(script_.lines[at_]);
    Command c;
    c.line = at_ + 1;
    const std::string& verb = words[0];
    if (verb == "load") return load(c, words);
    if (verb == "model") return model(c, words);
    if (verb == "touchpoints") return touchpoints(c);
    if (verb == "eval" || verb == "audience") return eval(c);
    ++at_;
    if (verb == "merge" && words.size() == 3) {
      c.kind = Command::Kind::merge;
      c.name = identifier(words[1]);
      c.other = identifier(words[2]);
    } else if (verb == "settings") {
      c.kind = Command::Kind::settings;
      c.json = cut(script_.lines[c.line - 1].substr(verb.size()));
      if (json::parse(c.json, nullptr, false).is_discarded()) {
        --at_;
        return error("settings are JSON");
      }
    } else if (verb == "undo") {
      c.kind = Command::Kind::undo;
    } else if (verb == "mark" && words.size() == 2) {
      c.kind = Command::Kind::mark;
      c.name = words[1];
    } else if (verb == "clock" && words.size() == 2 && words[1][0] == '@') {
      c.kind = Command::Kind::clock;
      auto t = parse_script_time(words[1].substr(1));
      if (!t) return tl::unexpected(t.error());
      c.clock = *t;
    } else {
      --at_;
      return error("no such command: " + verb);
    }
    script_.commands.push_back(std::move(c));
    return {};
  }

  bool is_device(const std::string& name) const {
    return name[0] == '~' || devices_.count(name) != 0;
  }
  std::string device(const std::string& name) const {
    return name[0] == '~' ? name.substr(1) : name;
  }
  std::string identifier(const std::string& name) const {
    return is_device(name) ? "anonymous_id:" + device(name) : "user_id:" + name;
  }

  // "ann", "ann~phone", "~phone", "-" -> the ids of a message.
  void who(const std::string& name, json& message) const {
    if (name == "-") return;
    if (is_device(name)) {
      message["anonymousId"] = device(name);
      return;
    }
    const auto tilde = name.find('~');
    message["userId"] = name.substr(0, tilde);
    if (tilde != std::string::npos) message["anonymousId"] = name.substr(tilde + 1);
  }

  Status load(Command& c, const std::vector<std::string>& words) {
    c.kind = Command::Kind::load;
    c.source = words.size() >= 3 && words[1] == "from" ? words[2] : "script";
    json batch = json::array();
    for (++at_;
         at_ < script_.lines.size() && !blank(script_.lines[at_]) && indented(script_.lines[at_]);
         ++at_) {
      const auto row = words_of(cut(script_.lines[at_]));
      if (row[0][0] == '#') continue;
      if (row[0] == "link" || row[0] == "trait") {
        if (auto ok = identify(row, batch); !ok) return ok;
        continue;
      }
      for (std::size_t i = 1; i < row.size(); ++i) {
        if (auto ok = event(row[0], row[i], batch); !ok) return ok;
      }
    }
    c.json = json{{"batch", batch}}.dump();
    script_.commands.push_back(std::move(c));
    return {};
  }

  Status stamp(const std::string& time, json& message) {
    auto t = parse_script_time(time);
    if (!t) return error(t.error().detail);
    message["timestamp"] = format_time(*t);
    if (!message.contains("messageId")) message["messageId"] = "m" + std::to_string(++messages_);
    return {};
  }

  // link CUSTOMER DEVICE [@time] and trait CUSTOMER key=value,... [@time].
  Status identify(const std::vector<std::string>& row, json& batch) {
    if (row.size() < 3) return error(row[0] + " needs two words");
    json message{{"type", "identify"}};
    who(row[1], message);
    if (row[0] == "link")
      message["anonymousId"] = device(row[2]);
    else
      message["traits"] = properties_of(row[2]);
    if (auto ok = stamp(row.size() > 3 ? row[3].substr(1) : "0s", message); !ok) return ok;
    batch.push_back(message);
    return {};
  }

  // name@time{properties}; $id, $context, $type in the properties go to the message itself.
  Status event(const std::string& customer, const std::string& word, json& batch) {
    const auto brace = word.find('{');
    const std::string head = word.substr(0, brace);
    const auto at = head.rfind('@');
    if (at == std::string::npos) return error("no time in '" + word + "'");
    json message{{"type", "track"}, {"event", unquoted(head.substr(0, at))}};
    who(customer, message);
    json properties = brace == std::string::npos
                          ? json::object()
                          : properties_of(word.substr(brace + 1, word.size() - brace - 2));
    for (const auto& [from, to] : {std::pair("$id", "messageId"), std::pair("$context", "context"),
                                   std::pair("$type", "type")}) {
      if (!properties.contains(from)) continue;
      message[to] = properties[from];
      properties.erase(from);
    }
    if (message["type"] != "track") {
      message["name"] = message["event"];
      message.erase("event");
    }
    message["properties"] = properties;
    if (auto ok = stamp(head.substr(at + 1), message); !ok) return ok;
    batch.push_back(message);
    return {};
  }

  // model ID [key value]... and one indented line a stage: "id: names [xN] [after names] [returns],
  // ...; key value; ..."
  Status model(Command& c, const std::vector<std::string>& words) {
    c.kind = Command::Kind::model;
    c.name = words.size() > 1 ? words[1] : "";
    json model{{"id", c.name},
               {"label", {{"it", c.name}, {"en", c.name}}},
               {"subject", "relationship"},
               {"mode", "free"},
               {"window", "30d"},
               {"stages", json::array()}};
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
      if (words[i] == "closes")
        model["closes"] = selector_of(words[i + 1]);
      else
        model[words[i]] = words[i + 1];
    }
    for (++at_;
         at_ < script_.lines.size() && !blank(script_.lines[at_]) && indented(script_.lines[at_]);
         ++at_) {
      const std::string line = cut(script_.lines[at_]);
      const auto colon = line.find(':');
      if (colon == std::string::npos) return error("a stage is written 'id: rules'");
      const std::string id = cut(line.substr(0, colon));
      json stage{{"id", id}, {"label", {{"it", id}, {"en", id}}}, {"rules", json::array()}};
      const auto parts = split(line.substr(colon + 1), ';');
      for (const std::string& text : split(parts[0], ',')) stage["rules"].push_back(rule(text));
      for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto option = words_of(cut(parts[i]));
        if (option.empty()) continue;
        if (option[0] == "returns")
          stage["return_signal"] = true;
        else if (option[0] == "target")
          stage["target"] = std::atof(option[1].c_str());
        else
          stage[option[0]] = option[1];
      }
      model["stages"].push_back(stage);
    }
    c.json = model.dump();
    script_.commands.push_back(std::move(c));
    return {};
  }

  static json rule(const std::string& text) {
    json rule;
    const auto words = words_of(cut(text));
    rule["event"] = selector_of(words.empty() ? "*" : words[0]);
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i] == "returns")
        rule["return_signal"] = true;
      else if (words[i] == "after" && i + 1 < words.size())
        rule["after"] = selector_of(words[++i]);
      else if (words[i][0] == 'x')
        rule["min"] = std::atoi(words[i].c_str() + 1);
      else if (words[i] == "where")
        rule["event"]["where"] = json::parse(words[++i]);
    }
    return rule;
  }

  // "id: name, name": which names happen at which touchpoint; its channel has the same id.
  Status touchpoints(Command& c) {
    c.kind = Command::Kind::touchpoints;
    json config{{"touchpoints", json::array()},
                {"channels", json::array()},
                {"rules", json::array()},
                {"channel_rules", json::array()}};
    for (++at_;
         at_ < script_.lines.size() && !blank(script_.lines[at_]) && indented(script_.lines[at_]);
         ++at_) {
      const std::string line = cut(script_.lines[at_]);
      const auto colon = line.find(':');
      if (colon == std::string::npos) return error("a touchpoint is written 'id: names'");
      const std::string id = cut(line.substr(0, colon));
      config["channels"].push_back({{"id", id}, {"label", {{"it", id}, {"en", id}}}});
      config["touchpoints"].push_back({{"id", id},
                                       {"label", {{"it", id}, {"en", id}}},
                                       {"group", "online"},
                                       {"icon", "web"},
                                       {"channel", id}});
      for (const std::string& name : split(line.substr(colon + 1), ',')) {
        const json where =
            json::array({{{"field", "name"}, {"op", "eq"}, {"value", unquoted(cut(name))}}});
        config["rules"].push_back({{"where", where}, {"touchpoint", id}});
        config["channel_rules"].push_back({{"where", where}, {"channel", id}});
      }
    }
    c.json = config.dump();
    script_.commands.push_back(std::move(c));
    return {};
  }

  // eval KIND ... {JSON}, and audience ID KIND ... {JSON}: the same question, saved.
  Status eval(Command& c) {
    const bool saved = script_.lines[at_].starts_with("audience");
    c.kind = saved ? Command::Kind::audience : Command::Kind::eval;
    std::string text = script_.lines[at_].substr(saved ? 8 : 4);
    const auto open = [&] {
      int depth = 0;
      bool quoted = false;
      for (char ch : text) {
        if (ch == '"') quoted = !quoted;
        if (!quoted) depth += (ch == '{') - (ch == '}');
      }
      return depth > 0;
    };
    ++at_;
    while (open() && at_ < script_.lines.size()) text += " " + cut(script_.lines[at_++]);
    const auto brace = text.find('{');
    auto words = words_of(cut(text.substr(0, brace)));
    std::string id;
    if (saved && !words.empty()) {
      id = words[0];
      words.erase(words.begin());
    }
    if (words.empty()) return error("eval needs a kind of question");
    c.name = words[0];
    json question = json::object();
    if (auto ok = read_short_form(words, question); !ok) return error(ok.error().detail);
    if (brace != std::string::npos) {
      const json more = json::parse(text.substr(brace), nullptr, false);
      if (more.is_discarded()) return error("the question is not JSON");
      question.update(more);
    }
    if (saved) {
      question["kind"] = c.name;
      c.name = id;
      c.json = json{{"name", id}, {"question", question}}.dump();
      script_.commands.push_back(std::move(c));
      return {};
    }
    c.json = question.dump();
    c.first = at_;
    while (at_ < script_.lines.size() && indented(script_.lines[at_]) && !blank(script_.lines[at_]))
      c.expected.push_back(cut(script_.lines[at_++]));
    c.last = at_;
    script_.commands.push_back(std::move(c));
    return {};
  }

  Script script_;
  std::size_t at_ = 0;
  int messages_ = 0;
  std::set<std::string> devices_;
};

struct Unit {
  const char* name;
  Micros size;
};
constexpr Unit kUnits[] = {{"d", kDay},    {"h", kHour}, {"m", kMinute},
                           {"s", kSecond}, {"ms", 1000}, {"us", 1}};

std::string show_micros(Micros t) {
  if (t == 0) return "0s";
  std::string out = t < 0 ? "-" : "";
  t = t < 0 ? -t : t;
  for (const Unit& unit : kUnits) {
    if (t < unit.size) continue;
    out += std::to_string(t / unit.size) + unit.name;
    t %= unit.size;
  }
  return out;
}

}  // namespace

Result<Script> parse_script(const std::string& path, const std::string& text) {
  return Parser(path, text).run();
}

Result<Micros> parse_script_time(const std::string& text) {
  if (text.size() > 4 && text[4] == '-') return parse_time(text);
  Micros sum = 0;
  const char* p = text.data();
  const char* end = p + text.size();
  const Micros sign = p != end && *p == '-' ? -1 : 1;
  if (sign < 0) ++p;
  if (p == end) return invalid("", "'" + text + "' is not a time");
  while (p != end) {
    Micros n = 0;
    const auto read = std::from_chars(p, end, n);
    if (read.ec != std::errc()) return invalid("", "'" + text + "' is not a time");
    p = read.ptr;
    std::string unit;
    while (p != end && std::isalpha(static_cast<unsigned char>(*p)) != 0) unit += *p++;
    bool known = unit == "w";
    if (known) sum += n * 7 * kDay;
    for (const Unit& u : kUnits) {
      if (unit != u.name) continue;
      sum += n * u.size;
      known = true;
    }
    if (!known) return invalid("", "'" + text + "' is not a time");
  }
  return kScriptStart + sign * sum;
}

std::string show_script_time(Micros t) { return show_micros(t - kScriptStart); }
std::string show_seconds(double seconds) { return show_micros(std::llround(seconds * 1e6)); }

}  // namespace viaggio::testing
