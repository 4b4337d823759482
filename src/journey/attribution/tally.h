#pragma once
// What an attribution counts: credits by key and model, and the journeys that the models over all
// journeys need. A Tally is one thread's; add() joins two, in any order with the same result.
#include <memory>
#include <vector>

#include "journey/attribution/attribution.h"
#include "journey/attribution/markov.h"
#include "journey/attribution/shapley.h"
#include "journey/attribution/shares.h"

namespace viaggio::journey {

__extension__ typedef __int128 Wide;

// Conversions in kWhole, value in kWhole of 10^-9 currency units.
struct Credit {
  Wide conversions = 0, value = 0;
  void add(const Credit& o) {
    conversions += o.conversions;
    value += o.value;
  }
};

// A touch before a conversion, or of a journey without one. Keys are numbered from 1.
struct Touch {
  Micros time = 0;
  std::uint32_t key = 0;
  std::uint8_t direct = 0;
};

class Tally {
 public:
  Tally(const AttributionQuestion& question, std::uint32_t keys);
  // `value` in 10^-9 currency units.
  void converted(std::span<const Touch> path, Micros at, Wide value, CustomerId customer);
  void not_converted(std::span<const Touch> journey);
  void add(const Tally& other);

  // By key; 0 is the conversions without a touch. credits by key, then place of the model.
  struct Key {
    std::uint64_t touches = 0, all_touches = 0, customers = 0;
    CustomerId last = kNoCustomer;
  };
  std::vector<Key> keys;
  std::vector<Credit> credits;
  Credit total, with_path;  // in whole conversions, not kWhole
  std::uint64_t converting = 0, not_converting = 0;
  std::unique_ptr<MarkovChain> chain;
  Coalitions coalitions;

  Credit& credit(std::size_t key, std::size_t model) {
    return credits[key * question_->models.size() + model];
  }
  const Credit& credit(std::size_t key, std::size_t model) const {
    return credits[key * question_->models.size() + model];
  }

 private:
  void credit_each_key(std::size_t model, Wide value);
  void note_journey(std::span<const Touch> touches, bool converts);

  const AttributionQuestion* question_;
  bool shapley_ = false;
  std::vector<Micros> ages_;
  std::vector<std::uint8_t> direct_;
  std::vector<Share> shares_;
  std::vector<std::uint32_t> walk_, distinct_;
};

}  // namespace viaggio::journey
