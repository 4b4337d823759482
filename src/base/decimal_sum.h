#pragma once
// An exact sum of decimal numbers: fixed point of 10^-9 in 128 bits, so the result does not depend
// on the order of additions or on threads. Numbers beyond +-10^17 are clamped.
#include <cmath>
#include <cstdint>

namespace viaggio {

class DecimalSum {
 public:
  __extension__ typedef __int128 int128;
  static constexpr double kScale = 1e9;
  void add(double v) {
    if (!(v > -1e17)) v = -1e17;
    if (v > 1e17) v = 1e17;
    const double whole = std::nearbyint(v);
    total_ += static_cast<int128>(whole) * 1'000'000'000 +
              static_cast<int128>(std::nearbyint((v - whole) * kScale));
  }
  void add_money(std::int64_t ten_thousandths) {
    total_ += static_cast<int128>(ten_thousandths) * 100'000;
  }
  void add(const DecimalSum& other) { total_ += other.total_; }
  double value() const {
    const int128 whole = total_ / 1'000'000'000;
    return static_cast<double>(whole) +
           static_cast<double>(total_ - whole * 1'000'000'000) / kScale;
  }

 private:
  int128 total_ = 0;
};

}  // namespace viaggio
