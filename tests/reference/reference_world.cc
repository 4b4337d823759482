#include "reference_world.h"

#include <algorithm>
#include <charconv>

#include "questions.h"

namespace viaggio::reference {

bool Ask::in_audience(const Customer& customer) const {
  if (saved != nullptr && saved->count(customer.name) == 0) return false;
  if (common.audience.empty()) return true;
  Filters of_customer, of_events;
  for (const Filter& f : common.audience)
    (f.any.empty() && (f.field.rfind("traits.", 0) == 0) ? of_customer : of_events).push_back(f);
  if (customer.events.empty()) return false;
  if (!holds(fields, *customer.events.front(), of_customer)) return false;
  return of_events.empty() ||
         std::any_of(customer.events.begin(), customer.events.end(),
                     [&](const Event* e) { return holds(fields, *e, of_events); });
}

namespace {

class ReferenceWorld final : public viaggio::testing::World {
 public:
  std::string name() const override { return "reference"; }

  Status put_stage_model(const std::string& id, const std::string& text) override {
    models_[id] = json::parse(text);
    return {};
  }
  Status put_touchpoints(const std::string& text) override {
    history_.set_touchpoints(json::parse(text));
    return {};
  }
  Status put_settings(const std::string& text) override {
    const json settings = json::parse(text);
    if (settings.contains("session_gap"))
      gap_ = parse_duration(settings["session_gap"].get<std::string>()).value();
    if (settings.contains("session_id_field"))
      history_.set_session_id_field(settings["session_id_field"]);
    return {};
  }
  Status put_audience(const std::string& id, const std::string& text) override {
    audiences_[id] = json::parse(text)["question"];
    return {};
  }
  Status load(const std::string& source, const std::string& batch) override {
    const json parsed = json::parse(batch);
    for (const json& message : parsed["batch"]) history_.add_message(source, message);
    return {};
  }
  Status merge(const std::string& a, const std::string& b) override {
    history_.merge(a, b);
    return {};
  }
  Status undo_last_merge() override {
    if (!history_.undo_last_merge())
      return fail(ErrorKind::not_found, "not_found", "there is no merge to undo");
    return {};
  }
  std::string epoch(Micros clock) override {
    return std::to_string(history_.sequence()) + "-1-" + std::to_string(clock);
  }
  std::string customer_name(const std::string& id) override { return id; }

  Result<std::string> query(const std::string& kind, const std::string& question) override {
    const json parsed = json::parse(question, nullptr, false);
    if (parsed.is_discarded()) return invalid("", "is not JSON", "invalid_json");
    auto answer = ask(kind, parsed);
    if (!answer) return tl::unexpected(answer.error());
    return answer->dump();
  }

 private:
  // The customers of a saved audience, asked at the epoch of the question that names it.
  Result<std::set<std::string>> customers_of(const std::string& id, const std::string& as_of) {
    const auto known = audiences_.find(id);
    if (known == audiences_.end()) return invalid("audience", "is not known", "unknown_audience");
    json question = known->second;
    const std::string kind = question["kind"];
    const json select = question.value("select", json());
    question.erase("kind");
    question.erase("select");
    question["as_of"] = as_of;
    const bool in_answer = question.contains("people");  // of a funnel, of retention
    if (in_answer) question["people"]["limit"] = 10'000;
    auto answer = in_answer ? ask(kind, question) : ask("people", question, select);
    if (!answer) return tl::unexpected(answer.error());
    std::set<std::string> out;
    for (const json& name : (*answer)["people"]) out.insert(name.get<std::string>());
    return out;
  }

  Result<json> ask(const std::string& kind, const json& parsed, const json& select = {}) {
    ObjectReader reader(parsed, "");
    if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
    auto common = read_common(reader);
    if (!common) return tl::unexpected(common.error());
    Ask out;
    out.common = *common;
    std::uint64_t sequence = history_.sequence();
    Micros clock = now_micros();
    if (!common->as_of.empty() && !read_epoch(common->as_of, sequence, clock))
      return invalid("as_of", "is no epoch");
    auto zone = Zone::find(common->timezone.empty() ? "UTC" : common->timezone);
    if (!zone) return invalid("timezone", "is not known");
    out.zone = *zone;
    Micros gap = gap_;
    if (parsed.contains("session_gap")) {
      auto duration = reader.duration("session_gap");
      if (!duration) return tl::unexpected(duration.error());
      gap = **duration;
    }
    Snapshot snapshot = history_.as_of(sequence, clock, gap);
    out.snapshot = &snapshot;
    out.models = &models_;
    out.fields.snapshot = &snapshot;
    stamp_stages(snapshot, out.fields, models_);
    out.from = common->range.from;
    out.has_from = out.from != std::numeric_limits<Micros>::min();
    out.has_to = common->range.to != std::numeric_limits<Micros>::max();
    out.end = std::min(common->range.to, clock + 1);
    if (auto ok = check(out.fields, common->where); !ok) return tl::unexpected(ok.error());
    if (auto ok = check(out.fields, common->audience); !ok) return tl::unexpected(ok.error());
    std::set<std::string> saved;
    if (!common->audience_id.empty()) {
      auto customers = customers_of(common->audience_id, common->as_of);
      if (!customers) return tl::unexpected(customers.error());
      saved = std::move(*customers);
      out.saved = &saved;
    }
    if (kind == "people") return answer_people(out, reader, select);
    if (kind == "funnel") return answer_funnel(out, reader);
    if (kind == "transitions") return answer_transitions(out, reader);
    if (kind == "trend") return answer_trend(out, reader);
    if (kind == "retention") return answer_retention(out, reader);
    if (kind == "lifecycle") return answer_lifecycle(out, reader);
    if (kind == "value") return answer_value(out, reader);
    if (kind == "attribution") return answer_attribution(out, reader);
    if (kind == "paths") return answer_paths(out, reader);
    if (kind == "variants") return answer_variants(out, reader);
    if (kind == "stages") return answer_stages(out, reader);
    if (kind == "map") return answer_map(out, reader);
    return fail(ErrorKind::not_found, "unknown_question", "there is no question of this kind");
  }

  static bool read_epoch(const std::string& text, std::uint64_t& sequence, Micros& clock) {
    const auto first = text.find('-'), second = text.find('-', first + 1);
    if (first == std::string::npos || second == std::string::npos) return false;
    std::from_chars(text.data(), text.data() + first, sequence);
    const auto end = std::from_chars(text.data() + second + 1, text.data() + text.size(), clock);
    return end.ec == std::errc() && end.ptr == text.data() + text.size();
  }

  History history_;
  Micros gap_ = 30 * kMinute;
  std::map<std::string, json> models_, audiences_;
};

}  // namespace

std::unique_ptr<viaggio::testing::World> make_reference_world() {
  return std::make_unique<ReferenceWorld>();
}

}  // namespace viaggio::reference
