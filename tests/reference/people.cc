// docs/semantics/audiences.md: who is behind an answer.
#include <algorithm>
#include <set>

#include "counted_stays.h"

namespace viaggio::reference {
namespace {

bool is_part(const Ask& ask, const Stay& s, const std::string& part) {
  if (part == "entered") return s.start >= ask.from;
  if (part == "before") return s.start < ask.from;
  if (part == "here_now") return s.how == End::open;
  if (part == "forward") return s.how == End::forward;
  if (part == "back") return s.how == End::back;
  if (part == "lost") return s.how == End::lost;
  return true;
}

bool touches(const Ask& ask, const Stay& s, const std::string& row) {
  return std::any_of(s.events.begin(), s.events.end(),
                     [&](const Event* e) { return ask.sees(*e) && e->touchpoint == row; });
}

}  // namespace

Result<json> answer_people(const Ask& ask, ObjectReader& question, const json& select) {
  std::set<std::string> names;
  if (select.is_null()) {
    for (const auto& [name, customer] : ask.snapshot->customers) {
      const bool any = std::any_of(customer.events.begin(), customer.events.end(),
                                   [&](const Event* e) { return ask.sees(*e) && ask.passes(*e); });
      if (any && ask.in_audience(customer)) names.insert(name);
    }
    return json{{"people", names}};
  }
  auto id = question.text("model");
  if (!id) return tl::unexpected(id.error());
  auto counted = count_stays(ask, id->value_or(""));
  if (!counted) return tl::unexpected(counted.error());
  for (const Stay& s : counted->all) {
    if (select.contains("stage") && place(counted->model, s.stage) != select["stage"]) continue;
    if (select.contains("row")) {
      if (touches(ask, s, select["row"])) names.insert(s.customer);
      continue;
    }
    const bool in_range =
        std::find(counted->stays.begin(), counted->stays.end(), &s) != counted->stays.end();
    if (in_range && is_part(ask, s, select.value("part", "any"))) names.insert(s.customer);
  }
  return json{{"people", names}};
}

}  // namespace viaggio::reference
