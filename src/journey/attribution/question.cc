// Reads the question `attribution`.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "journey/attribution/attribution.h"

namespace viaggio::journey {

using nlohmann::json;

const std::vector<std::string>& attribution_model_names() {
  static const std::vector<std::string> names{
      "first",    "last",      "last_non_direct", "linear", "time_decay", "u_shaped",
      "j_shaped", "inverse_j", "participation",   "markov", "shapley"};
  return names;
}

bool AttributionQuestion::asks(AttributionModel m) const {
  return std::find(models.begin(), models.end(), m) != models.end();
}

namespace {

Status read_touch(const json& object, AttributionQuestion& q) {
  ObjectReader reader(object, "touch");
  if (auto ok = reader.status(); !ok) return ok;
  auto key = reader.text("key");
  if (!key) return tl::unexpected(key.error());
  q.key = key->value_or("channel");
  if (const json* where = reader.find("where")) {
    auto filters = read_filters(*where, "touch.where");
    if (!filters) return tl::unexpected(filters.error());
    q.touch_where = std::move(*filters);
    q.every_event = true;
  }
  return reader.finish();
}

Status read_models(ObjectReader& reader, AttributionQuestion& q) {
  const json* models = reader.find("models");
  if (models == nullptr) {
    for (std::size_t m = 0; m < kAttributionModels; ++m)
      q.models.push_back(static_cast<AttributionModel>(m));
    return {};
  }
  if (!models->is_array() || models->empty())
    return invalid("models", "must be a list of at least one model");
  const auto& names = attribution_model_names();
  for (const json& m : *models) {
    const auto at =
        m.is_string() ? std::find(names.begin(), names.end(), m.get<std::string>()) : names.end();
    if (at == names.end())
      return invalid("models",
                     "holds something that is no model; there are first, last, last_non_direct, "
                     "linear, time_decay, u_shaped, j_shaped, inverse_j, participation, markov, "
                     "shapley");
    const auto model = static_cast<AttributionModel>(at - names.begin());
    if (!q.asks(model)) q.models.push_back(model);
  }
  return {};
}

}  // namespace

Result<AttributionQuestion> read_attribution(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  AttributionQuestion q;
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  q.conversion.events = {"Order Completed", "Receipt Issued"};
  if (const json* conversion = reader.find("conversion")) {
    auto selector = read_selector(*conversion, "conversion");
    if (!selector) return tl::unexpected(selector.error());
    q.conversion = std::move(*selector);
  }
  auto value = reader.text("value");
  if (!value) return tl::unexpected(value.error());
  q.value = value->value_or("");
  if (const json* touch = reader.find("touch")) {
    if (auto ok = read_touch(*touch, q); !ok) return tl::unexpected(ok.error());
  }
  auto lookback = reader.duration("lookback");
  if (!lookback) return tl::unexpected(lookback.error());
  q.lookback = lookback->value_or(q.lookback);
  auto half_life = reader.duration("half_life");
  if (!half_life) return tl::unexpected(half_life.error());
  q.half_life = half_life->value_or(q.half_life);
  if (q.half_life <= 0) return invalid("half_life", "must be longer than nothing");
  auto order = reader.integer("markov_order", 1, 3);
  if (!order) return tl::unexpected(order.error());
  q.markov_order = static_cast<unsigned>(order->value_or(1));
  if (auto ok = read_models(reader, q); !ok) return tl::unexpected(ok.error());
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

}  // namespace viaggio::journey
