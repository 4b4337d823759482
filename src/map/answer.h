#pragma once
// A Tally written as the answer of the map, in parts.
#include <nlohmann/json_fwd.hpp>

#include "map/stakes.h"
#include "map/tally.h"

namespace viaggio::map {

nlohmann::json write_stage_numbers(const StageTally& stage);
nlohmann::json write_flows(const Plan& plan, const Tally& tally, unsigned threads);
// "rows" and "cells".
void write_grid(nlohmann::json& answer, const Plan& plan, const Tally& tally,
                const std::vector<Stake>& stakes);
nlohmann::json write_emotion(const Plan& plan, const Tally& tally);
nlohmann::json write_headlines(const Plan& plan, const Tally& tally,
                               const std::vector<Stake>& stakes);

}  // namespace viaggio::map
