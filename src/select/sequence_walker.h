#pragma once
// Finds the sequences of a SequencePlan, one after the other, and gives each to a sink:
//   sink.sequence(const Sequence&)
// Sequences of one customer come together, in no particular order; customers come once. Sealed
// customers whose sessions do not interleave are read without times and devices: one bit an event
// tells sessions apart. One thread's working memory; prepare() for each CodeSpace.
#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/parallel.h"
#include "select/field_codes.h"
#include "select/sequences.h"
#include "select/sessions.h"

namespace viaggio::select {

// Lives until the next one is made.
struct Sequence {
  CustomerId customer = kNoCustomer;
  std::uint32_t size = 0;         // at least 1
  const Node* nodes = nullptr;    // neighbours collapsed when asked for
  const Micros* times = nullptr;  // of the nodes; only of walkers with times
  Micros last = 0;                // of the last event with a node; likewise
  bool converted = false;         // an event of the goal lies in it
  std::int64_t value = 0;         // money of these events, 1/10,000
};

template <bool kTimes, class Sink>
class SequenceWalker {
 public:
  SequenceWalker(const SequencePlan& plan, Sink& sink)
      : plan_(plan),
        sink_(sink),
        codes_of_node_(plan.field),
        sessions_(plan.gap),
        anchored_(plan.start || plan.end) {
    if (plan.unit) codes_of_unit_ = std::make_unique<FieldCodes>(*plan.unit);
  }

  void prepare(const timeline::CodeSpace& codes) {
    codes_ = codes;
    meaning_ = timeline::by_code(codes, plan_.meaning, scratch_meaning_);
    codes_of_node_.prepare(codes);
    if (codes_of_unit_) codes_of_unit_->prepare(codes);
    quick_ = plan_.by_table() && !anchored_ && !plan_.goal && !plan_.unit;
    if (!quick_) return;
    node_by_code_.resize(codes.size);
    inherits_.resize(codes.size);
    for (std::uint32_t c = 0; c < codes.size; ++c) {
      const KindId kind = codes.kind(c);
      node_by_code_[c] = plan_.nodes.of_code[plan_.field.own_code(kind)];
      inherits_[c] = plan_.field.inherits(kind) ? 1 : 0;
      quick_ = quick_ && (meaning_[c] & kAskEvent) == 0;
    }
  }

  template <class Code>
  void slice(const timeline::Slice<Code>& s) {
    if (s.block->latest() < plan_.from || s.block->earliest() >= plan_.until) return;
    const bool whole = s.block->earliest() >= plan_.from && s.block->latest() < plan_.until;
    const bool by_bits = plan_.by_session() && s.block->session_gap() == plan_.gap;
    s.each_live([&](std::uint32_t c) {
      const CustomerId customer_id = s.block->customer_ids()[c];
      if (!plan_.audience.passes(customer_id)) return;
      if (plan_.by_session() && (!by_bits || s.is_mixed(c)))
        return customer(s.block->template run<Code>(c));
      Span span{s.offsets[c], s.offsets[c + 1]};
      if (!whole) span = inside(s.time, span);
      if (span.from == span.to) return;
      if (!quick_) {
        by_bits ? pieces(s, c, span) : customer(s.block->template run<Code>(c));
      } else {
        quick(s, customer_id, span);
      }
    });
  }

  template <class RunT>
  void customer(const RunT& run) {
    if (!plan_.audience.passes(run.customer)) return;
    const Span all{0, run.size};
    const Span span = plan_.holds_all ? all : inside(run.time, all);
    if (span.from == span.to) return;
    if (quick_ && (!plan_.by_session() || knows_sessions(run)))
      return quick(run, run.customer, span);
    if (!plan_.by_session() && !plan_.unit) {
      read(run, span.to - span.from, [&](std::uint32_t k) { return span.from + k; });
      return;
    }
    const std::uint32_t units = plan_.unit ? assign_values(run, span) : assign_sessions(run, span);
    order_by_unit(span, units);
    for (std::uint32_t u = 0; u < units; ++u) {
      const std::uint32_t* const places = order_.data() + first_[u];
      read(run, first_[u + 1] - first_[u], [&](std::uint32_t k) { return places[k]; });
    }
  }

 private:
  struct Span {
    std::uint32_t from = 0, to = 0;
  };
  static constexpr std::uint32_t kNoUnit = 0xFFFFFFFFu;

  Span inside(const Micros* time, Span all) const {
    const Micros* const last = time + all.to;
    const auto from =
        static_cast<std::uint32_t>(std::lower_bound(time + all.from, last, plan_.from) - time);
    return {from,
            static_cast<std::uint32_t>(std::lower_bound(time + from, last, plan_.until) - time)};
  }

  // The unit of each event of the span, by its place from the span's beginning.
  template <class RunT>
  std::uint32_t assign_sessions(const RunT& run, Span span) {
    sessions_.assign(run, span.to);
    unit_.assign(sessions_.of.begin() + span.from, sessions_.of.end());
    return sessions_.count;
  }
  template <class RunT>
  std::uint32_t assign_values(const RunT& run, Span span) {
    unit_of_value_.resize(plan_.unit->size(), kNoUnit);
    unit_.resize(span.to - span.from);
    values_.clear();
    for (std::uint32_t i = span.from; i < span.to; ++i) {
      const Code code = codes_of_unit_->at(run, i);
      std::uint32_t& unit = unit_of_value_[code];
      if (unit == kNoUnit && !plan_.unit->value(code).empty()) {
        unit = static_cast<std::uint32_t>(values_.size());
        values_.push_back(code);
      }
      unit_[i - span.from] = unit;
    }
    for (const Code code : values_) unit_of_value_[code] = kNoUnit;
    return static_cast<std::uint32_t>(values_.size());
  }
  // Fills order_ with the places of the units' events, unit by unit; unit u has [first_[u],
  // first_[u + 1]).
  void order_by_unit(Span span, std::uint32_t units) {
    first_.assign(units + std::size_t{2}, 0);
    for (const std::uint32_t u : unit_) {
      if (u != kNoUnit) ++first_[u + std::size_t{2}];
    }
    for (std::size_t u = 2; u < first_.size(); ++u) first_[u] += first_[u - 1];
    order_.resize(first_.back());
    for (std::size_t k = 0; k < unit_.size(); ++k) {
      if (unit_[k] != kNoUnit)
        order_[first_[unit_[k] + std::size_t{1}]++] = span.from + static_cast<std::uint32_t>(k);
    }
  }

  // Sessions of a sealed customer, told apart by bits.
  template <class Code>
  void pieces(const timeline::Slice<Code>& s, std::uint32_t c, Span span) {
    const auto run = s.block->template run<Code>(c);
    const std::uint32_t offset = s.offsets[c];
    for (std::uint32_t i = span.from; i < span.to;) {
      const std::uint32_t first = i++;
      while (i < span.to && !s.begins_session(i)) ++i;
      read(run, i - first, [&](std::uint32_t k) { return first - offset + k; });
    }
  }

  // One unit's sequences; at(k) is the place of its k-th event in the run.
  template <class RunT, class At>
  void read(const RunT& run, std::uint32_t n, At&& at) {
    room_for(n);
    bool open = !plan_.start;
    restart();
    for (std::uint32_t k = 0; k < n; ++k) {
      const std::uint32_t i = at(k);
      Meaning m = meaning_[run.kind[i]];
      if ((m & kAskEvent) != 0) m = ask(run, i);
      if (m == 0) continue;
      const bool opens = !open;
      if (opens) {
        if ((m & kIsStart) == 0) continue;
        open = true;
        restart();
      }
      take(run, i, m);
      if ((m & kIsEnd) == 0 || opens) continue;
      give(run.customer);
      if (plan_.question.unit != SequenceQuestion::Unit::journey) return;
      open = (m & kIsStart) != 0;
      if (!open) continue;
      restart();
      take(run, i, m);
    }
    if (open && !plan_.end) give(run.customer);
  }

  template <class RunT>
  Meaning ask(const RunT& run, std::uint32_t i) const {
    if (!plan_.where.passes(codes_, run, i)) return 0;
    Meaning m = kMayBeNode;
    for (const EventFilter& filter : plan_.exclude) {
      if (filter.passes(codes_, run, i)) m = 0;
    }
    auto add = [&](const std::optional<EventFilter>& filter, Meaning bit) {
      if (filter && filter->passes(codes_, run, i)) m = static_cast<Meaning>(m | bit);
    };
    add(plan_.start, kIsStart);
    add(plan_.end, kIsEnd);
    add(plan_.goal, kIsGoal);
    return m;
  }

  void restart() {
    size_ = 0;
    before_ = kNoNodeHere;
    converted_ = false;
    value_ = 0;
  }
  void room_for(std::uint32_t events) {
    if (nodes_.size() > events) return;
    nodes_.resize(events + std::size_t{1});
    if (kTimes) times_.resize(nodes_.size());
  }
  void add_node(Node node, const Micros* time) {
    nodes_[size_] = node;
    if constexpr (kTimes) {
      times_[size_] = *time;
      last_ = *time;
    }
    size_ += !plan_.question.collapse_repeats || node != before_ ? 1u : 0u;
    before_ = node;
  }
  template <class RunT>
  void take(const RunT& run, std::uint32_t i, Meaning m) {
    if ((m & kMayBeNode) != 0) {
      const Node node = plan_.nodes.of_code[codes_of_node_.at(run, i)];
      if (node != kNoNodeHere) add_node(node, run.time + i);
    }
    if ((m & kIsGoal) == 0) return;
    converted_ = true;
    const std::int64_t value = run.value(i);
    if (value != kNoValue) value_ += value;
  }
  void give(CustomerId customer) {
    if (size_ == 0) return;
    sink_.sequence(Sequence{customer, size_, nodes_.data(), kTimes ? times_.data() : nullptr, last_,
                            converted_, value_});
  }

  template <class RunT>
  bool knows_sessions(const RunT& run) const {
    return run.breaks != nullptr && !run.mixed && run.session_gap == plan_.gap;
  }
  // `columns` of a slice or a run, whose sessions are told apart by a bit an event.
  template <class Columns>
  void quick(const Columns& columns, CustomerId customer, Span span) {
    const bool by_session = plan_.by_session();
    if (plan_.field.source() == Field::Source::channel) {
      by_session ? walk<true, true>(columns, customer, span)
                 : walk<true, false>(columns, customer, span);
    } else {
      by_session ? walk<false, true>(columns, customer, span)
                 : walk<false, false>(columns, customer, span);
    }
  }
  template <bool kInherits, bool kBySession, class Columns>
  void walk(const Columns& s, CustomerId customer, Span span) {
    room_for(span.to - span.from);
    restart();
    const bool collapse = plan_.question.collapse_repeats;
    Node* const nodes = nodes_.data();
    std::uint32_t size = 0;
    Node before = kNoNodeHere;
    for (std::uint32_t i = span.from; i < span.to; ++i) {
      const auto code = s.kind[i];
      if (kBySession && s.begins_session(i)) {
        size_ = size;
        give(customer);
        size = 0;
        before = kNoNodeHere;
      }
      if (meaning_[code] == 0) continue;
      const Node node = node_by_code_[kInherits && inherits_[code] != 0 ? s.entry[i] : code];
      if (node == kNoNodeHere) continue;
      nodes[size] = node;
      if constexpr (kTimes) {
        times_[size] = s.time[i];
        last_ = s.time[i];
      }
      size += !collapse || node != before ? 1u : 0u;
      before = node;
    }
    size_ = size;
    give(customer);
  }

  const SequencePlan& plan_;
  Sink& sink_;
  timeline::CodeSpace codes_;
  std::vector<Meaning> scratch_meaning_;
  const Meaning* meaning_ = nullptr;
  FieldCodes codes_of_node_;
  std::unique_ptr<FieldCodes> codes_of_unit_;
  Sessions sessions_;
  bool anchored_, quick_ = false;
  std::vector<Node> node_by_code_;      // of walk()
  std::vector<std::uint8_t> inherits_;  // by code: the session's first event says the node
  std::vector<std::uint32_t> unit_;     // by event of a span
  std::vector<std::uint32_t> first_, order_;
  std::vector<std::uint32_t> unit_of_value_;
  std::vector<Code> values_;
  // The sequence that is being made:
  std::vector<Node> nodes_;
  std::vector<Micros> times_;
  std::uint32_t size_ = 0;
  Node before_ = kNoNodeHere;
  Micros last_ = 0;
  bool converted_ = false;
  std::int64_t value_ = 0;
};

// Gives every sequence to a sink of its thread; make() -> std::unique_ptr<Sink>. Null: of a thread
// that had nothing to do.
template <bool kTimes, class Make>
auto scan_sequences(const SequencePlan& plan, const Context& context, Make&& make) {
  using Sinks = std::invoke_result_t<Make&>;
  using Sink = typename Sinks::element_type;
  using Walker = SequenceWalker<kTimes, Sink>;
  const unsigned threads = context.threads == 0 ? worker_threads() : context.threads;
  std::vector<Sinks> sinks(threads);
  std::vector<std::unique_ptr<Walker>> walkers(threads);
  context.snapshot->scan_slices(
      threads,
      [&](unsigned worker, const timeline::CodeSpace& codes) {
        if (!sinks[worker]) {
          sinks[worker] = make();
          walkers[worker] = std::make_unique<Walker>(plan, *sinks[worker]);
        }
        walkers[worker]->prepare(codes);
        return walkers[worker].get();
      },
      [&](Walker* w, const auto& slice) {
        if (!context.is_cancelled()) w->slice(slice);
      },
      [&](Walker* w, const auto& run) {
        if (!context.is_cancelled()) w->customer(run);
      });
  return sinks;
}

}  // namespace viaggio::select
