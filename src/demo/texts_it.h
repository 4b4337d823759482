#pragma once
// What people and products are called and what people say, in Italian. Constant tables.
#include <span>
#include <string_view>

namespace viaggio::demo {

struct Line {  // what somebody writes, and how it feels in [-1, 1]
  std::string_view text;
  double feeling;
};
struct Ask {
  std::string_view topic, text;
};

std::span<const std::string_view> women();
std::span<const std::string_view> men();
std::span<const std::string_view> surnames();
std::span<const std::string_view> cities();
std::span<const std::string_view> searches();
std::span<const Ask> questions();
std::span<const Line> answers(bool happy);             // to surveys
std::span<const Line> late_pickup();                   // about an order that was ready too late
std::span<const std::string_view> reviews(int stars);  // 1..5
std::span<const Line> mentions();
std::span<const std::string_view> newsletter_subjects();

}  // namespace viaggio::demo
