#pragma once
// What the counted variants say of a design: how many replay it, how the others deviate, where
// people walk in circles. Pure; on several threads, the same on any number of them.
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "journey/variants/conformance.h"
#include "journey/variants/variant_table.h"
#include "select/context.h"

namespace viaggio::journey {

// Whether all sequences are short enough to be aligned in memory: `too_long` otherwise.
Status can_align(const VariantCounts& counts, const NodeBytes& nodes, const Design& design);
// `conformance` of the answer.
nlohmann::json conformance(const VariantCounts& counts, const NodeBytes& nodes,
                           const Design& design, const select::SequencePlan& plan,
                           const select::Context& context);

// One of these.
struct DeviatingChoice {
  std::optional<bool> conforms;
  std::optional<DeviationName> deviation;
  std::optional<std::string> loop;
};
// Marks the chosen variants with 1, the others with 0.
void mark_deviating(VariantCounts& counts, const NodeBytes& nodes, const Design& design,
                    const DeviatingChoice& choice, const select::Context& context);

}  // namespace viaggio::journey
