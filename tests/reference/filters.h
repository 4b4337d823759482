#pragma once
// docs/semantics/filters.md, word for word. Naive reference; only tests link it.
#include <optional>
#include <string>
#include <vector>

#include "history.h"
#include "model/question.h"

namespace viaggio::reference {

std::string nfc(const std::string& text);
// A JSON number, or a text that is one as a whole.
std::optional<double> number_of(const json& value);
std::string text_of_value(const json& value);

// What a field holds for an event; stage labels of `stage.MODEL` need `stage_ids`.
struct Fields {
  const Snapshot* snapshot = nullptr;
  std::map<std::string, std::vector<std::string>> stage_ids;  // by model
};
std::vector<json> values_of(const Fields& fields, const Event& event, const std::string& field);
// One value where one is needed: elements joined with ", "; nothing when absent.
std::optional<std::string> single_value(const Fields& fields, const Event& event,
                                        const std::string& field);
bool known_field(const Fields& fields, const std::string& field);

bool holds(const Fields& fields, const Event& event, const Filter& filter);
bool holds(const Fields& fields, const Event& event, const Filters& filters);
bool matches(const Fields& fields, const Event& event, const Selector& selector);

// The first filter with an unknown field or an expression that is none, as an error.
Status check(const Fields& fields, const Filters& filters);

}  // namespace viaggio::reference
