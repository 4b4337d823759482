#include "journey/attribution/tally.h"

#include <algorithm>

namespace viaggio::journey {

Tally::Tally(const AttributionQuestion& question, std::uint32_t key_count)
    : keys(key_count + std::size_t{1}),
      credits((key_count + std::size_t{1}) * question.models.size()),
      question_(&question),
      shapley_(question.asks(AttributionModel::shapley)) {
  if (question.asks(AttributionModel::markov))
    chain = std::make_unique<MarkovChain>(question.markov_order, key_count);
}

void Tally::note_journey(std::span<const Touch> touches, bool converts) {
  walk_.clear();
  for (const Touch& t : touches) {
    walk_.push_back(t.key);
    ++keys[t.key].all_touches;
  }
  if (chain) chain->add(walk_, converts);
  distinct_ = walk_;
  std::sort(distinct_.begin(), distinct_.end());
  distinct_.erase(std::unique(distinct_.begin(), distinct_.end()), distinct_.end());
  if (!shapley_) return;
  Coalition& c = coalitions[distinct_];
  ++c.journeys;
  c.conversions += converts ? 1 : 0;
}

void Tally::credit_each_key(std::size_t model, Wide value) {
  for (const std::uint32_t key : distinct_)
    credit(key, model).add({Wide{kWhole}, value * Wide{kWhole}});
}

void Tally::converted(std::span<const Touch> path, Micros at, Wide value, CustomerId customer) {
  total.add({1, value});
  if (path.empty()) {
    for (std::size_t m = 0; m < question_->models.size(); ++m)
      credit(0, m).add({Wide{kWhole}, value * Wide{kWhole}});
    return;
  }
  with_path.add({1, value});
  ++converting;
  note_journey(path, true);
  for (const std::uint32_t key : distinct_) {
    if (keys[key].last == customer) continue;
    keys[key].last = customer;
    ++keys[key].customers;
  }
  ages_.clear();
  direct_.clear();
  for (const Touch& t : path) {
    ++keys[t.key].touches;
    ages_.push_back(at - t.time);
    direct_.push_back(t.direct);
  }
  for (std::size_t m = 0; m < question_->models.size(); ++m) {
    const AttributionModel model = question_->models[m];
    if (model == AttributionModel::markov || model == AttributionModel::shapley) continue;
    if (model == AttributionModel::participation) {
      credit_each_key(m, value);
      continue;
    }
    share(model, ages_, direct_, question_->half_life, shares_);
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (shares_[i] != 0) credit(path[i].key, m).add({Wide{shares_[i]}, value * Wide{shares_[i]}});
    }
  }
}

void Tally::not_converted(std::span<const Touch> journey) {
  ++not_converting;
  note_journey(journey, false);
}

// Each customer is counted by one thread only, so distinct counts add up.
void Tally::add(const Tally& other) {
  for (std::size_t k = 0; k < keys.size(); ++k) {
    keys[k].touches += other.keys[k].touches;
    keys[k].all_touches += other.keys[k].all_touches;
    keys[k].customers += other.keys[k].customers;
  }
  for (std::size_t c = 0; c < credits.size(); ++c) credits[c].add(other.credits[c]);
  total.add(other.total);
  with_path.add(other.with_path);
  converting += other.converting;
  not_converting += other.not_converting;
  if (chain) chain->add(*other.chain);
  for (const auto& [set, c] : other.coalitions) {
    coalitions[set].journeys += c.journeys;
    coalitions[set].conversions += c.conversions;
  }
}

}  // namespace viaggio::journey
