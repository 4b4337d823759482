#pragma once
// Which orders are known already: an order counts once under its order_id, whoever reports it
// (browser, webhook, till). Kept in memory as 64-bit hashes. Not thread-safe.
// Invariant: the first report in log order is the order; later ones are repeats.
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "model/event.h"
#include "model/order.h"

namespace viaggio::ingest {

class OrderIndex {
 public:
  // True when the order is new.
  bool add(std::string_view order_id);
  void forget(std::string_view order_id);
  std::size_t size() const { return seen_.size(); }
  Status save(const std::string& file, Sequence upto) const;
  Result<Sequence> load(const std::string& file);

 private:
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace viaggio::ingest
