#pragma once
// One compiled comparison of a filter: does a value pass? Immutable, thread-safe.
#include <memory>
#include <string>

#include "base/result.h"
#include "model/question.h"

namespace re2 {
class RE2;
}

namespace viaggio::classify {

class Comparison {
 public:
  static Result<Comparison> compile(const Filter& filter);
  bool operator()(const Value& value) const;

 private:
  bool one(const Scalar& element) const;

  Op op_ = Op::eq;  // the positive operator
  bool negated_ = false;
  std::vector<Scalar> operands_;
  std::shared_ptr<const re2::RE2> pattern_;
};

}  // namespace viaggio::classify
