#pragma once
// Filters compiled for one question: which events pass, which customers pass, and how events fall
// into groups. Fields:
//   name, type, source, touchpoint, referrer, utm_source, utm_medium, utm_campaign, click_id,
//   store, device            known from the event's kind channel           known from its kind and
//   its session's first event properties.x, context.x, event.traits.x   a property column
//   stage.MODEL                               the stage the event counts in; asked of a customer,
//   the
//                                             stage they are in now
//   traits.x                                  a column over customers
// Immutable after compiling; safe on any number of threads.
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/question.h"
#include "select/context.h"

namespace viaggio::select {

enum class Answer : std::uint8_t { no = 0, yes = 1, maybe = 2 };

// The value of one field for every event; the one place that knows what fields there are.
class Field {
 public:
  enum class About : std::uint8_t { event, customer };
  static Result<Field> resolve(const std::string& name, const std::string& path,
                               const Context& context, About about = About::event);
  enum class Source : std::uint8_t { kind, channel, property, customer };
  Source source() const { return source_; }
  Code size() const;  // codes are below
  const Value& value(Code code) const;
  Code code(KindId kind, KindId entry, Sequence sequence, CustomerId customer) const {
    switch (source_) {
      case Source::kind:
        return by_kind_[kind];
      case Source::channel:
        return 1u + classes_->channel(kind, entry);
      case Source::property:
        return column_->code(sequence);
      case Source::customer:
        return customers_->code(customer);
    }
    return 0;
  }
  Code code_of_kind(KindId kind) const { return by_kind_[kind]; }
  // Of a field of source kind or channel: the code that the kind gives by itself, and whether an
  // event takes that of its session's first event instead.
  Code own_code(KindId kind) const {
    return source_ == Source::channel ? 1u + classes_->own_channel[kind] : by_kind_[kind];
  }
  bool inherits(KindId kind) const {
    return source_ == Source::channel && classes_->inherits[kind] != 0;
  }

 private:
  Source source_ = Source::kind;
  std::vector<Code> by_kind_;
  std::vector<Value> values_;
  std::shared_ptr<const classify::Classification> classes_;
  std::shared_ptr<const Column> column_;
  std::shared_ptr<const CustomerColumn> customers_;
};

class EventFilter {
 public:
  static Result<EventFilter> compile(const Filters& filters, const Context& context,
                                     Field::About about = Field::About::event);
  // A selector is its names and its filters; `path` for errors.
  static Result<EventFilter> compile(const Selector& selector, const Context& context);

  // What the kind alone says.
  const std::vector<Answer>& by_kind() const { return by_kind_; }
  bool passes(KindId kind, KindId entry, Sequence sequence, CustomerId customer) const {
    const Answer a = by_kind_[kind];
    return a == Answer::yes || (a == Answer::maybe && eval(root_, kind, entry, sequence, customer));
  }
  // As passes() for event i of a run.
  template <class RunT>
  bool passes(const timeline::CodeSpace& codes, const RunT& run, std::uint32_t i) const {
    const KindId kind = codes.kind(run.kind[i]);
    const Answer a = by_kind_[kind];
    if (a != Answer::maybe) return a == Answer::yes;
    return eval(root_, kind, codes.kind(run.entry[i]), run.sequence(i), run.customer);
  }
  bool always() const { return always_; }  // no filter at all

 private:
  struct Node {
    enum class Type : std::uint8_t { all, any, field, names } type = Type::all;
    std::vector<std::uint32_t> children;
    std::shared_ptr<const Field> field;
    std::vector<std::uint8_t> pass;  // by code of the field, or by kind for names
  };
  bool eval(std::uint32_t node, KindId kind, KindId entry, Sequence sequence,
            CustomerId customer) const;
  Answer eval_kind(std::uint32_t node, KindId kind) const;
  Result<std::uint32_t> add(const Filters& filters, const Context& context, Field::About about);
  Result<std::uint32_t> add(const Filter& filter, const Context& context, Field::About about);
  void finish(const Context& context);

  std::vector<Node> nodes_;
  std::uint32_t root_ = 0;
  std::vector<Answer> by_kind_;
  bool always_ = false;
};

// The customers a question is about. Empty filters: everybody. traits.* and stage.* are facts of
// the customer; other fields mean "has at least one event that passes all of them".
class CustomerFilter {
 public:
  static Result<CustomerFilter> compile(const Filters& audience, const Context& context);
  bool everybody() const { return everybody_; }
  bool passes(CustomerId customer) const {
    return everybody_ ||
           (customer / 64 < bits_.size() && (bits_[customer / 64] >> (customer % 64) & 1) != 0);
  }

 private:
  bool everybody_ = true;
  std::vector<std::uint64_t> bits_;
};

}  // namespace viaggio::select
