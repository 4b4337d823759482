#include "journey/value/order_events.h"

#include <cmath>

#include "model/order.h"

namespace viaggio::journey {

using select::Answer;

namespace {

constexpr double kMaxAmount = 1e12;  // a larger one is no amount; its sums would not fit

}  // namespace

Result<OrderEvents> OrderEvents::compile(const ValueQuestion& q, const select::Context& context) {
  OrderEvents out;
  auto orders = select::EventFilter::compile(q.orders, context);
  if (!orders) return tl::unexpected(orders.error());
  out.orders_ = std::move(*orders);
  Selector back = q.orders;
  back.all = false;
  back.events = {"Order Refunded", "Item Returned"};
  auto refunds = select::EventFilter::compile(back, context);
  if (!refunds) return tl::unexpected(refunds.error());
  out.refunds_ = std::move(*refunds);
  auto where = select::EventFilter::compile(q.common.where, context);
  if (!where) return tl::unexpected(where.error());
  out.where_ = std::move(*where);
  auto audience = select::CustomerFilter::compile(q.common.audience, context);
  if (!audience) return tl::unexpected(audience.error());
  out.audience_ = std::move(*audience);
  if (q.field != "value") {
    auto field = select::Field::resolve(q.field, "value", context);
    if (!field) return tl::unexpected(field.error());
    out.field_ = std::make_shared<const select::Field>(std::move(*field));
  }
  const std::size_t kinds = context.classes->kinds.size();
  out.wanted_.resize(kinds, 0);
  out.ask_.resize(kinds, 0);
  out.part_.resize(kinds, Part::none);
  for (KindId k = 0; k < kinds; ++k) {
    const bool refund = gives_money_back(context.classes->kinds[k]->name);
    const Answer a = (refund ? out.refunds_ : out.orders_).by_kind()[k];
    const Answer w = out.where_.by_kind()[k];
    if (a == Answer::no || w == Answer::no) continue;
    out.wanted_[k] = 1;
    out.ask_[k] = a == Answer::maybe || w == Answer::maybe ? 1 : 0;
    out.part_[k] = refund ? Part::refund : Part::order;
  }
  return out;
}

void OrderReader::prepare(const timeline::CodeSpace& codes) {
  codes_ = codes;
  wanted_ = timeline::by_code(codes, events_->wanted_, scratch_wanted_);
  ask_ = timeline::by_code(codes, events_->ask_, scratch_ask_);
  part_ = timeline::by_code(codes, events_->part_, scratch_part_);
  select::codes_with(wanted_, codes.size, needed_);
}

std::int64_t OrderReader::amount(select::Code code, OrderEvents::Part part) const {
  std::int64_t sum = 0;
  for (const Scalar& e : events_->field_->value(code)) {
    double v = 0;
    if (!as_number(e, v) || !(std::abs(v) <= kMaxAmount)) continue;
    const std::int64_t exact = std::llround(v * 10'000);
    sum += part == OrderEvents::Part::refund ? -std::abs(exact) : exact;
  }
  return sum;
}

}  // namespace viaggio::journey
