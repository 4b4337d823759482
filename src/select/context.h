#pragma once
// What every question is asked of: one immutable snapshot, one classification, the columns, "now".
// Lives as long as the question; used by one question at a time.
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "classify/classification.h"
#include "model/question.h"
#include "select/columns.h"
#include "timeline/snapshot.h"

namespace viaggio::select {

// A value for each customer number, dictionary-coded (0 = absent).
struct CustomerColumn {
  std::vector<Value> values{Value{}};
  std::vector<Code> codes;  // by customer number; beyond its end: absent
  Code code(CustomerId customer) const { return customer < codes.size() ? codes[customer] : 0; }
};

// A bit for each customer number; beyond its end: not among them.
using CustomerBits = std::vector<std::uint64_t>;

struct Context {
  std::shared_ptr<const timeline::Snapshot> snapshot;
  std::shared_ptr<const classify::Classification> classes;
  Columns* columns = nullptr;
  // "stage.MODEL" of an event: the stage that the event counts in, by sequence.
  std::function<Result<std::shared_ptr<const Column>>(const std::string& field)> event_column;
  // "traits.x" and, asked of a customer, "stage.MODEL": a column over customers. The engine knows
  // how to make both.
  std::function<Result<std::shared_ptr<const CustomerColumn>>(const std::string& field)>
      customer_column;
  // The saved audience that the question names; null: everybody.
  std::shared_ptr<const CustomerBits> audience;
  Zone zone = Zone::utc();
  Micros now = 0;  // the epoch's instant
  Micros session_gap = 30 * kMinute;
  unsigned threads = 0;  // 0 = as many as allowed
  const std::atomic<bool>* cancelled = nullptr;

  bool is_cancelled() const {
    return cancelled != nullptr && cancelled->load(std::memory_order_relaxed);
  }
};

}  // namespace viaggio::select
