#pragma once
// Which events are orders and which give money back, and their money: one definition for segments
// and for forecasts (docs/semantics/value.md). Internal to the module; immutable, shared by
// threads; OrderReader is one thread's.
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "journey/value/value.h"
#include "select/event_filter.h"
#include "select/picked.h"

namespace viaggio::journey {

class OrderEvents {
 public:
  enum class Part : std::uint8_t { none, order, refund };

  static Result<OrderEvents> compile(const ValueQuestion& q, const select::Context& context);

  const select::CustomerFilter& audience() const { return audience_; }
  bool holds_customer(CustomerId customer) const {
    return customer != kNoCustomer ? audience_.passes(customer) : audience_.everybody();
  }

 private:
  friend class OrderReader;
  select::EventFilter orders_, refunds_, where_;
  select::CustomerFilter audience_;
  std::shared_ptr<const select::Field> field_;  // null: the events' money
  std::vector<std::uint8_t> wanted_, ask_;      // by kind
  std::vector<Part> part_;                      // by kind
};

// Walks over the orders and refunds of customers.
class OrderReader {
 public:
  explicit OrderReader(const OrderEvents& events) : events_(&events) {}
  // Before the first run of a space of codes.
  void prepare(const timeline::CodeSpace& codes);

  // customer(run, places): the places of what may be an order or a refund in the run, in order of
  // time; customers without any do not come.
  template <class Code, class Customer>
  void slice(const timeline::Slice<Code>& s, Customer&& customer) {
    picked_.slice(s, wanted_, needed_, [&](std::uint32_t c, std::span<const std::uint32_t> at) {
      places_.clear();
      for (const std::uint32_t place : at) places_.push_back(place - s.offsets[c]);
      customer(s.block->template run<Code>(c), std::span<const std::uint32_t>(places_));
    });
  }
  template <class RunT, class Customer>
  void run(const RunT& r, Customer&& customer) {
    customer(r, picked_.run(r, wanted_));
  }

  // What the event at such a place is.
  template <class RunT>
  OrderEvents::Part part(const RunT& run, std::uint32_t i) const {
    const OrderEvents::Part part = part_[run.kind[i]];
    if (ask_[run.kind[i]] == 0) return part;
    const bool refund = part == OrderEvents::Part::refund;
    const bool passes = events_->where_.passes(codes_, run, i) &&
                        (refund ? events_->refunds_ : events_->orders_).passes(codes_, run, i);
    return passes ? part : OrderEvents::Part::none;
  }
  // Its money, in 1/10,000; of a refund below 0.
  template <class RunT>
  std::int64_t money(const RunT& run, std::uint32_t i, OrderEvents::Part part) const {
    if (!events_->field_) {
      const std::int64_t v = run.value(i);
      return v == kNoValue ? 0 : v;
    }
    const select::Code code = events_->field_->code(
        codes_.kind(run.kind[i]), codes_.kind(run.entry[i]), run.sequence(i), run.customer);
    return amount(code, part);
  }

 private:
  std::int64_t amount(select::Code code, OrderEvents::Part part) const;

  const OrderEvents* events_;
  timeline::CodeSpace codes_;
  std::vector<std::uint8_t> scratch_wanted_, scratch_ask_;
  std::vector<OrderEvents::Part> scratch_part_;
  const std::uint8_t* wanted_ = nullptr;
  const std::uint8_t* ask_ = nullptr;
  const OrderEvents::Part* part_ = nullptr;
  select::Picked picked_;
  std::vector<std::uint32_t> needed_, places_;
};

}  // namespace viaggio::journey
