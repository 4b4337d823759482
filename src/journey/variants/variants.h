#pragma once
// The question `variants`: which ways are gone, and how far they are from the designed one
// (docs/semantics/variants.md). Pure over its Context; thread-safe.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "journey/variants/conformance.h"
#include "model/question.h"
#include "select/context.h"
#include "select/sequences.h"

namespace viaggio::journey {

// The customers with such a sequence; the one that is set says which.
struct VariantsPeople {
  std::optional<std::vector<std::string>> sequence;
  bool other = false;
  std::optional<bool> converted, conforms;
  std::optional<DeviationName> deviation;
  std::optional<std::string> loop;
  std::size_t limit = 100;
};

struct VariantsQuestion {
  Common common;
  select::SequenceQuestion sequences;
  std::optional<Selector> goal;
  std::size_t limit = 100;
  std::vector<DesignStep> design;  // empty: none
  std::optional<VariantsPeople> people;
};

Result<VariantsQuestion> read_variants(const nlohmann::json& question);
// `name` gives the public id of a customer.
Result<nlohmann::json> ask_variants(const VariantsQuestion& question,
                                    const select::Context& context,
                                    const std::function<std::string(CustomerId)>& name);
// The customers of `people`, by number, ascending; no limit.
Result<std::vector<CustomerId>> variants_people(const VariantsQuestion& question,
                                                const select::Context& context);

}  // namespace viaggio::journey
