#pragma once
// Recency, frequency and money of customers as scores 1 to 5 (5 best), and the segments that the
// scores fall into (docs/semantics/value.md). Days are whole; money is 1/10,000 of the currency.
// Pure; plain values.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/event.h"

namespace viaggio::journey {

// What a customer with at least one order has bought inside the window.
struct Buyer {
  CustomerId customer = kNoCustomer;
  std::uint32_t days = 0;    // since the last order
  std::uint32_t orders = 0;  // at least 1
  std::int64_t money = 0;    // net of refunds
};

struct Scores {
  std::uint8_t r = 1, f = 1, m = 1;
  std::uint8_t fm() const { return static_cast<std::uint8_t>((f + m + 1) / 2); }  // half up
};

// Limits between the scores, ascending: of days, orders and money.
struct CutOffs {
  std::array<std::uint32_t, 4> days{}, orders{};
  std::array<std::int64_t, 4> money{};
};

struct Segment {
  std::string id;
  std::uint8_t r_low = 1, r_high = 5, fm_low = 1, fm_high = 5;
  bool holds(std::uint8_t r, std::uint8_t fm) const {
    return r >= r_low && r <= r_high && fm >= fm_low && fm <= fm_high;
  }
};

const std::vector<Segment>& shipped_segments();
// The place of the first segment that holds the scores; segments.size(): none.
std::size_t segment_of(const std::vector<Segment>& segments, std::uint8_t r, std::uint8_t fm);
// Scores by place of `buyers`: by the limits, or by fifths of the ranks with ties together.
std::vector<Scores> score(const std::vector<Buyer>& buyers, const std::optional<CutOffs>& cut_offs);

}  // namespace viaggio::journey
