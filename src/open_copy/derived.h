#pragma once
// What is derived of an event and may change after it was stored: whose it is, its session, its
// name in journeys, its channel and touchpoint. Read from one snapshot of the timeline; events that
// are in no journey (a repeated report of an order, identify) are not among them.
#include <cstdint>
#include <string_view>
#include <vector>

#include "select/context.h"
#include "select/sessions.h"

namespace viaggio::open_copy {

struct Derived {
  Sequence sequence = 0;
  Sequence session = 0;  // sequence of the session's first event in time; 0: nobody's event
  std::int64_t value = kNoValue;
  CustomerId customer = kNoCustomer;
  KindId kind = 0;
  std::uint16_t channel = 0, touchpoint = 0;  // codes of the classification
};

// Numbers that stand for the texts of a classification, the same in every process, and the sum over
// events that tells whether anything derived has changed.
class Digest {
 public:
  explicit Digest(const classify::Classification& classes);
  std::uint64_t of(const Derived& d) const {
    std::uint64_t h = mix(d.sequence);
    h = mix(h ^ d.customer);
    h = mix(h ^ d.session);
    h = mix(h ^ static_cast<std::uint64_t>(d.value));
    return mix(h ^ channels_[d.channel] ^ touchpoints_[d.touchpoint]);
  }

 private:
  static std::uint64_t mix(std::uint64_t x) {  // the finaliser of splitmix64
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
  }
  std::vector<std::uint64_t> channels_, touchpoints_;
};

// visit(const Derived&, Micros time) for every journey event; on the calling thread.
template <class Visit>
void each_derived(const select::Context& context, Visit&& visit) {
  const classify::Classification& classes = *context.classes;
  select::Sessions sessions(context.session_gap);
  std::vector<Sequence> first;
  context.snapshot->scan(
      1, [](unsigned, const timeline::CodeSpace& codes) { return &codes; },
      [&](const timeline::CodeSpace* codes, const auto& run) {
        const bool owned = run.customer != kNoCustomer;
        if (owned) {
          sessions.assign(run, run.size);
          first.assign(sessions.count, 0);
        }
        for (std::uint32_t i = 0; i < run.size; ++i) {
          Derived d;
          d.sequence = run.sequence(i);
          d.customer = run.customer;
          d.value = run.value(i);
          d.kind = codes->kind(run.kind[i]);
          d.touchpoint = classes.touchpoint[d.kind];
          d.channel = classes.channel(d.kind, codes->kind(run.entry[i]));
          if (owned) {
            Sequence& begins = first[sessions.of[i]];
            if (begins == 0) begins = d.sequence;
            d.session = begins;
          }
          visit(d, run.time[i]);
        }
      },
      true);
}

}  // namespace viaggio::open_copy
