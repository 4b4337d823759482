#include "model/value.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace viaggio {
namespace {

std::string number_text(double v) {
  char buf[40];
  const auto [end, ec] = std::to_chars(buf, buf + sizeof buf, v);
  return ec == std::errc() ? std::string(buf, end) : std::string("0");
}

}  // namespace

Scalar Scalar::of(std::string_view text) {
  Scalar s;
  s.text = to_nfc(text);
  return s;
}

Scalar Scalar::of(double number) {
  Scalar s;
  s.type = Type::number;
  s.number = number;
  s.text = number_text(number);
  return s;
}

Scalar Scalar::of(bool boolean) {
  Scalar s;
  s.type = Type::boolean;
  s.boolean = boolean;
  s.text = boolean ? "true" : "false";
  return s;
}

bool as_number(std::string_view text, double& out) {
  if (text.empty()) return false;
  if (text.front() == '+') text.remove_prefix(1);
  const char c = text.empty() ? 'x' : text.front();
  if (c != '-' && c != '.' && (c < '0' || c > '9')) return false;  // no "inf", no "nan"
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  return ec == std::errc() && end == text.data() + text.size() && std::isfinite(out);
}

bool as_number(const Scalar& s, double& out) {
  if (s.type == Scalar::Type::number) {
    out = s.number;
    return true;
  }
  return s.type == Scalar::Type::text && as_number(s.text, out);
}

bool equal(const Scalar& a, const Scalar& b) {
  if (a.type == Scalar::Type::boolean || b.type == Scalar::Type::boolean) return a.text == b.text;
  double x = 0, y = 0;
  if (as_number(a, x) && as_number(b, y)) return x == y;
  return a.text == b.text;
}

bool compare(const Scalar& a, const Scalar& b, int& out) {
  double x = 0, y = 0;
  const bool left = as_number(a, x), right = as_number(b, y);
  if (left != right) return false;
  if (left) {
    out = x < y ? -1 : (x > y ? 1 : 0);
  } else {
    const int c = a.text.compare(b.text);
    out = c < 0 ? -1 : (c > 0 ? 1 : 0);
  }
  return true;
}

std::string display(const Value& v) {
  std::string out;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (i != 0) out += ", ";
    out += v[i].text;
  }
  return out;
}

}  // namespace viaggio
