#include "short_forms.h"

#include <cctype>

#include "script.h"
#include "script_words.h"

namespace viaggio::testing {
namespace {

using nlohmann::json;

class ShortForm {
 public:
  ShortForm(const std::vector<std::string>& words, json& question) : words_(words), q_(question) {}

  Status run() {
    while (at_ < words_.size()) {
      if (as_of() || value("zone", "timezone")) continue;
      const bool understood = word();
      if (!understood) return invalid("", "not understood: " + words_[at_], "bad_script");
    }
    return {};
  }

 private:
  bool word() {
    const std::string& kind = words_[0];
    if (kind == "funnel") return funnel();
    if (kind == "trend") return trend();
    if (kind == "transitions") return transitions();
    if (kind == "stages" || kind == "map") return model();
    if (kind == "retention") return retention();
    if (kind == "lifecycle") return lifecycle();
    if (kind == "attribution") return attribution();
    if (kind == "value") return value("window", "window") || selector("orders");
    return (kind == "paths" || kind == "variants") && sequences();
  }
  bool is(const char* word) const { return words_[at_] == word; }
  bool more() const { return at_ + 1 < words_.size(); }

  // "WORD VALUE" -> a member.
  bool value(const char* word, const char* member) {
    if (!is(word) || !more()) return false;
    q_[member] = words_[at_ + 1];
    at_ += 2;
    return true;
  }
  // "WORD" -> a member with the same name as text, or another one.
  bool flag(const char* word, const char* member) {
    if (!is(word)) return false;
    q_[member] = words_[at_++];
    return true;
  }
  // "as of 30d", "as of @30d", "as of MARK".
  bool as_of() {
    if (!is("as") || at_ + 2 >= words_.size()) return false;
    const std::string& when = words_[at_ + 2];
    const bool ready = when[0] == '@' || std::isalpha(static_cast<unsigned char>(when[0])) != 0;
    q_["as_of"] = (ready ? "" : "@") + when;
    at_ += 3;
    return true;
  }
  // Names where a selector is due.
  bool selector(const char* member) {
    if (q_.contains(member)) return false;
    q_[member] = selector_of(words_[at_++]);
    return true;
  }

  bool funnel() {
    if (!q_.contains("steps")) q_["steps"] = json::array();
    if (is("->") && !step_due_) {
      step_due_ = true;
      ++at_;
      return true;
    }
    if (is("within") && more()) {
      if (step_due_) q_["steps"].push_back(json::object());
      step_due_ = false;
      return value("within", "window");
    }
    if (!step_due_)
      return flag("strict", "order") || flag("any", "order") || flag("ordered", "order");
    if (is("->")) return false;
    q_["steps"].push_back(selector_of(words_[at_++]));
    step_due_ = false;
    return true;
  }

  bool trend() {
    if (value("by", "interval")) return true;
    const std::string& w = words_[at_];
    const auto open = w.find('(');
    if (open == std::string::npos) return false;
    const auto inside = split(w.substr(open + 1, w.size() - open - 2), ',');
    json series = selector_of(inside[0]);
    series["measure"] = w.substr(0, open);
    if (inside.size() > 1) series["field"] = inside[1];
    q_["series"].push_back(series);
    ++at_;
    return true;
  }

  bool transitions() { return value("by", "node") || value("unit", "unit"); }

  bool model() {
    if (at_ != 1) return false;
    q_["model"] = words_[at_++];
    return true;
  }

  bool retention() {
    if (is("->") && more()) {
      ++at_;
      return selector("return");
    }
    if (value("by", "unit") || flag("recurring", "mode") || flag("first_time", "mode") ||
        flag("on_or_after", "match"))
      return true;
    return selector("start");
  }

  bool lifecycle() { return value("by", "unit") || selector("selector"); }

  bool attribution() {
    if (is("by") && more()) {
      q_["touch"]["key"] = words_[at_ + 1];
      at_ += 2;
      return true;
    }
    if (is("models") && more()) {
      for (const std::string& model : split(words_[at_ + 1], ',')) q_["models"].push_back(model);
      at_ += 2;
      return true;
    }
    return value("lookback", "lookback") || selector("conversion");
  }

  // "by NODE", "unit UNIT", "from NAMES", "to NAMES".
  bool sequences() {
    for (const auto& [word, anchor] : {std::pair("from", "start"), std::pair("to", "end")}) {
      if (!is(word) || !more()) continue;
      ++at_;
      return selector(anchor);
    }
    return value("by", "node") || value("unit", "unit");
  }

  const std::vector<std::string>& words_;
  json& q_;
  std::size_t at_ = 1;
  bool step_due_ = true;  // of a funnel
};

}  // namespace

Status read_short_form(const std::vector<std::string>& words, json& question) {
  return ShortForm(words, question).run();
}

Status resolve_times(json& question) {
  for (const auto& [part, member] :
       {std::pair("range", "from"), std::pair("range", "to"), std::pair("people", "cohort")}) {
    if (!question.contains(part) || !question[part].is_object() || !question[part].contains(member))
      continue;
    json& text = question[part][member];
    if (!text.is_string() || !text.get<std::string>().starts_with("@")) continue;
    auto t = parse_script_time(text.get<std::string>().substr(1));
    if (!t) return tl::unexpected(t.error());
    text = format_time(*t);
  }
  return {};
}

}  // namespace viaggio::testing
