#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/quantile.h"
#include "map/answer.h"

namespace viaggio::map {

using nlohmann::json;

namespace {

constexpr std::uint64_t kEnoughAnswers = 10;

struct RowSum {
  bool used = false;
  std::uint64_t customers = 0, events = 0, stays = 0, losses = 0;
  double importance = 0;
  FeelingCounts feelings;
  double drop_off() const {
    return stays == 0 ? 0 : static_cast<double>(losses) / static_cast<double>(stays);
  }
};

double importance(const StageTally& stage, const CellTally& cell) {
  const Rate& with = cell.touched;
  const std::uint64_t n = stage.in_range.n - with.n, moved = stage.in_range.moved - with.moved;
  if (with.n == 0 || n == 0) return 0;
  const double a = static_cast<double>(with.moved) / static_cast<double>(with.n);
  const double b = static_cast<double>(moved) / static_cast<double>(n);
  return static_cast<double>(cell.customers.count) * std::abs(a - b);
}

json write_feeling(const FeelingCounts* counts) {
  const auto s = counts == nullptr ? std::nullopt : summarize(*counts);
  if (!s) return nullptr;
  return {{"mean", s->mean}, {"n", s->n}, {"low", s->low}, {"high", s->high}};
}

json write_row(const RowText& text, const RowSum& sum, const char* reason) {
  return {{"id", text.id},
          {"label", {{"it", text.it}, {"en", text.en}}},
          {"group", text.group},
          {"icon", text.icon},
          {"customers", sum.customers},
          {"events", sum.events},
          {"importance", sum.importance},
          {"critical", reason != nullptr},
          {"reason", reason == nullptr ? json(nullptr) : json(reason)}};
}

json write_rows(const Plan& plan, const std::vector<RowSum>& sums) {
  std::vector<Row> order;
  std::vector<std::uint64_t> customers;
  std::vector<double> drops;
  for (Row r = 0; r < sums.size(); ++r) {
    if (!sums[r].used) continue;
    order.push_back(r);
    customers.push_back(sums[r].customers);
    drops.push_back(sums[r].drop_off());
  }
  std::sort(order.begin(), order.end(), [&](Row a, Row b) {
    if (sums[a].importance != sums[b].importance) return sums[a].importance > sums[b].importance;
    if (sums[a].customers != sums[b].customers) return sums[a].customers > sums[b].customers;
    return plan.rows.text(a).id < plan.rows.text(b).id;
  });
  const auto busy = quantile(customers, 50);
  const auto leaky = quantile(drops, 50);
  json out = json::array();
  for (const Row r : order) {
    const char* reason = nullptr;
    if (sums[r].customers >= *busy) {
      const auto feeling = summarize(sums[r].feelings);
      if (feeling && feeling->n >= kEnoughAnswers && feeling->mean < 0) reason = "feeling";
      if (sums[r].drop_off() > *leaky) reason = "drop_off";
    }
    out.push_back(write_row(plan.rows.text(r), sums[r], reason));
  }
  return out;
}

}  // namespace

void write_grid(json& answer, const Plan& plan, const Tally& tally,
                const std::vector<Stake>& stakes) {
  std::size_t all_rows = tally.rows;
  for (const auto& [place, counts] : tally.feelings) {
    if (place.second != kNoRow)
      all_rows = std::max<std::size_t>(all_rows, place.second + std::size_t{1});
  }
  std::vector<Row> order(all_rows);
  for (Row r = 0; r < all_rows; ++r) order[r] = r;
  std::sort(order.begin(), order.end(),
            [&](Row a, Row b) { return plan.rows.text(a).id < plan.rows.text(b).id; });
  std::vector<RowSum> sums(all_rows);
  for (Row r = 0; r < tally.rows; ++r) sums[r].customers = tally.row_customers[r].count;
  const CellTally nothing;
  json cells = json::array();
  for (std::size_t s = 0; s < tally.n; ++s) {
    const bool last = s + 1 == tally.n;
    for (const Row r : order) {
      const CellTally& cell = r < tally.rows ? tally.cell(s, r) : nothing;
      const auto felt = tally.feelings.find({static_cast<std::uint32_t>(s), r});
      const FeelingCounts* feelings = felt == tally.feelings.end() ? nullptr : &felt->second;
      if (cell.events == 0 && cell.losses == 0 && feelings == nullptr) continue;
      const double weight = last ? 0 : importance(tally.stages[s], cell);
      const std::uint64_t n = last ? 0 : cell.touched.n;
      cells.push_back(
          {{"stage", plan.stages().stages[s].id},
           {"row", plan.rows.text(r).id},
           {"customers", cell.customers.count},
           {"events", cell.events},
           {"stays", cell.stays},
           {"to_next",
            n == 0 ? json(nullptr)
                   : json(static_cast<double>(cell.touched.moved) / static_cast<double>(n))},
           {"to_next_n", n},
           {"importance", weight},
           {"emotion", write_feeling(feelings)},
           {"value", money(cell.value)},
           {"at_stake", rounded_money(static_cast<double>(cell.losses) * stakes[s].per_loss)}});
      RowSum& sum = sums[r];
      sum.used = true;
      sum.events += cell.events;
      sum.stays += cell.stays;
      sum.losses += cell.losses;
      sum.importance += weight;
      if (feelings != nullptr) sum.feelings.add(*feelings);
    }
  }
  answer["rows"] = write_rows(plan, sums);
  answer["cells"] = std::move(cells);
}

json write_emotion(const Plan& plan, const Tally& tally) {
  json out = json::array();
  std::vector<FeelingCounts> stages(tally.n);
  for (const auto& [place, counts] : tally.feelings) stages[place.first].add(counts);
  for (std::size_t s = 0; s < tally.n; ++s) {
    json feeling = write_feeling(&stages[s]);
    if (feeling.is_null()) continue;
    feeling["stage"] = plan.stages().stages[s].id;
    const Quote& quote = tally.quotes[s];
    feeling["quote"] =
        quote.text.empty() ? json(nullptr) : json{{"text", quote.text}, {"answer", quote.answer}};
    out.push_back(std::move(feeling));
  }
  return out;
}

}  // namespace viaggio::map
