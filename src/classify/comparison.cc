#include "classify/comparison.h"

#include <algorithm>

#include <re2/re2.h>

namespace viaggio::classify {

Result<Comparison> Comparison::compile(const Filter& filter) {
  Comparison test;
  test.operands_ = filter.values;
  switch (filter.op) {
    case Op::neq:
      test.op_ = Op::eq;
      test.negated_ = true;
      break;
    case Op::not_in:
      test.op_ = Op::in;
      test.negated_ = true;
      break;
    case Op::not_contains:
      test.op_ = Op::contains;
      test.negated_ = true;
      break;
    case Op::not_exists:
      test.op_ = Op::exists;
      test.negated_ = true;
      break;
    default:
      test.op_ = filter.op;
      break;
  }
  const bool needs_text =
      test.op_ == Op::contains || test.op_ == Op::starts_with || test.op_ == Op::regex;
  if (needs_text && test.operands_.front().type == Scalar::Type::boolean) {
    return invalid(filter.path + ".value", "must be a text for this operator");
  }
  if (test.op_ == Op::regex) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    auto pattern = std::make_shared<re2::RE2>(test.operands_.front().text, options);
    if (!pattern->ok())
      return invalid(filter.path + ".value", "is not a regular expression: " + pattern->error());
    test.pattern_ = std::move(pattern);
  }
  return test;
}

bool Comparison::one(const Scalar& element) const {
  const Scalar* operand = operands_.empty() ? nullptr : &operands_.front();
  int order = 0;
  switch (op_) {
    case Op::eq:
      return equal(element, *operand);
    case Op::in:
      return std::any_of(operands_.begin(), operands_.end(),
                         [&](const Scalar& o) { return equal(element, o); });
    case Op::contains:
      return element.text.find(operand->text) != std::string::npos;
    case Op::starts_with:
      return element.text.starts_with(operand->text);
    case Op::regex:
      return re2::RE2::PartialMatch(element.text, *pattern_);
    case Op::gt:
      return compare(element, *operand, order) && order > 0;
    case Op::gte:
      return compare(element, *operand, order) && order >= 0;
    case Op::lt:
      return compare(element, *operand, order) && order < 0;
    case Op::lte:
      return compare(element, *operand, order) && order <= 0;
    default:
      return true;
  }
}

bool Comparison::operator()(const Value& value) const {
  const bool passes =
      std::any_of(value.begin(), value.end(), [&](const Scalar& s) { return one(s); });
  return passes != negated_;
}

}  // namespace viaggio::classify
