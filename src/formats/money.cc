#include "formats/money.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "formats/json_text.h"
#include "model/order.h"

namespace viaggio::formats {

namespace {

__extension__ typedef __int128 int128;

// A decimal as digits * 10^exponent.
struct Decimal {
  bool negative = false;
  int128 digits = 0;
  int exponent = 0;
};

constexpr int kMaxDigits = 30;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal out;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) out.negative = text[i++] == '-';
  int used = 0;
  bool any = false;
  const auto take = [&](bool fraction) {
    for (; i < text.size() && is_digit(text[i]); ++i) {
      any = true;
      if (used >= kMaxDigits) {  // what is beyond cannot change an amount
        if (!fraction) ++out.exponent;
        continue;
      }
      out.digits = out.digits * 10 + (text[i] - '0');
      if (out.digits != 0) ++used;
      if (fraction) --out.exponent;
    }
  };
  take(false);
  if (i < text.size() && text[i] == '.') {
    ++i;
    take(true);
  }
  if (!any) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool minus = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) minus = text[i++] == '-';
    int power = 0;
    bool digits = false;
    for (; i < text.size() && is_digit(text[i]); ++i) {
      digits = true;
      power = std::min(power * 10 + (text[i] - '0'), 10'000);
    }
    if (!digits) return std::nullopt;
    out.exponent += minus ? -power : power;
  }
  if (i != text.size()) return std::nullopt;
  return out;
}

// digits * 10^exponent as a multiple of 10^-decimals, rounded half away from zero.
std::optional<int128> scaled(const Decimal& value, int decimals, int128 limit) {
  int128 digits = value.digits;
  int shift = value.exponent + decimals;
  if (digits == 0) return int128{0};
  for (; shift > 0; --shift) {
    if (digits > limit) return std::nullopt;
    digits *= 10;
  }
  if (shift < 0) {
    int128 divisor = 1;
    for (; shift < 0; ++shift) {
      if (divisor > digits * 2) return int128{0};
      divisor *= 10;
    }
    digits = (digits + divisor / 2) / divisor;
  }
  if (digits > limit) return std::nullopt;
  return value.negative ? -digits : digits;
}

constexpr int128 kMoneyLimit = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> to_money(const Decimal& value) {
  const auto money = scaled(value, 4, kMoneyLimit);
  if (!money) return std::nullopt;
  return static_cast<std::int64_t>(*money);
}

// A number in JSON, or the number inside a JSON string; empty when it is neither.
std::string number_text(std::string_view json_value) {
  if (json_value.empty()) return {};
  if (json_value.front() != '"') return std::string(json_value);
  return plain_decimal(unquote(json_value), DecimalMark::automatic).value_or(std::string());
}

std::optional<std::int64_t> products_total(std::string_view products) {
  LineTotal total;
  for (JsonElements lines(products); lines.next();) {
    std::string price, quantity = "1";
    for (JsonMembers fields(lines.value()); fields.next();) {
      if (key_is(fields.raw_key(), "price")) price = number_text(fields.value());
      if (key_is(fields.raw_key(), "quantity")) quantity = number_text(fields.value());
    }
    if (!price.empty()) total.add(price, quantity);
  }
  if (total.empty()) return std::nullopt;
  return total.money();
}

enum class ValueRule { revenue_only, order, refund };

ValueRule rule_of(std::string_view name) {
  if (reports_order(name)) return ValueRule::order;
  if (gives_money_back(name)) return ValueRule::refund;
  return ValueRule::revenue_only;
}

}  // namespace

std::optional<std::string> plain_decimal(std::string_view text, DecimalMark mark) {
  std::string digits;  // with the separators still in
  bool negative = false;
  bool exponent = false;
  text = trim(text);
  if (text.size() >= 2 && text.front() == '(' && text.back() == ')') {  // accountants' minus
    negative = true;
    text = text.substr(1, text.size() - 2);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c) || c == '.' || c == ',') {
      digits += c;
    } else if (c == '-' && (digits.empty() || i + 1 == text.size()) && !negative) {
      negative = true;
    } else if ((c == 'e' || c == 'E') && !digits.empty() && i + 1 < text.size() &&
               (is_digit(text[i + 1]) || text[i + 1] == '-' || text[i + 1] == '+')) {
      exponent = true;
      digits.append(text.substr(i));
      break;
    } else if (c == ' ' || c == '\'' || c == '+' || c == '$') {
      continue;
    } else if (text.substr(i, 2) == "\xC2\xA0" || text.substr(i, 2) == "\xC2\xA3" ||
               text.substr(i, 2) == "\xC2\xA5") {  // no-break space, pound, yen
      ++i;
    } else if (text.substr(i, 3) == "\xE2\x82\xAC" || text.substr(i, 3) == "\xE2\x80\xAF") {
      i += 2;  // euro, narrow no-break space
    } else if (text.substr(i, 3) == "EUR" || text.substr(i, 3) == "GBP" ||
               text.substr(i, 3) == "USD" || text.substr(i, 3) == "CHF") {
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  if (!exponent) {
    const std::size_t comma = digits.rfind(',');
    const std::size_t point = digits.rfind('.');
    const bool has_comma = comma != std::string::npos, has_point = point != std::string::npos;
    if (mark == DecimalMark::automatic) {
      if (has_comma && has_point) {
        mark = comma > point ? DecimalMark::comma : DecimalMark::point;
      } else if (has_comma) {
        // One comma that does not cut off exactly three digits is a decimal comma.
        const bool groups = digits.size() - comma - 1 == 3 || digits.find(',') != comma;
        mark = groups ? DecimalMark::point : DecimalMark::comma;
      } else {
        mark = has_point && digits.find('.') != point ? DecimalMark::comma : DecimalMark::point;
      }
    }
    const char group = mark == DecimalMark::comma ? '.' : ',';
    digits.erase(std::remove(digits.begin(), digits.end(), group), digits.end());
    if (mark == DecimalMark::comma) std::replace(digits.begin(), digits.end(), ',', '.');
  }
  if (!parse_decimal(digits)) return std::nullopt;
  // JSON wants a digit before the point, none after it is wrong, and no leading zeros.
  std::size_t zeros = 0;
  while (zeros + 1 < digits.size() && digits[zeros] == '0' && is_digit(digits[zeros + 1])) ++zeros;
  digits.erase(0, zeros);
  if (digits.front() == '.') digits.insert(digits.begin(), '0');
  if (digits.back() == '.') digits.pop_back();
  if (negative) digits.insert(digits.begin(), '-');
  return digits;
}

std::optional<std::int64_t> parse_money(std::string_view json_number) {
  const auto decimal = parse_decimal(json_number);
  if (!decimal) return std::nullopt;
  return to_money(*decimal);
}

std::optional<std::int64_t> money_of_json(std::string_view json_value) {
  if (json_value.empty()) return std::nullopt;
  if (json_value.front() != '"') return parse_money(json_value);
  const auto text = plain_decimal(unquote(json_value), DecimalMark::automatic);
  return text ? parse_money(*text) : std::nullopt;
}

std::string format_money(std::int64_t ten_thousandths) {
  const bool negative = ten_thousandths < 0;
  const std::uint64_t amount = negative ? 0 - static_cast<std::uint64_t>(ten_thousandths)
                                        : static_cast<std::uint64_t>(ten_thousandths);
  std::string out = negative ? "-" : "";
  out += std::to_string(amount / 10'000);
  std::uint64_t rest = amount % 10'000;
  if (rest != 0) {
    char decimals[5] = {'0', '0', '0', '0', 0};
    for (int i = 3; i >= 0; --i, rest /= 10) decimals[i] = static_cast<char>('0' + rest % 10);
    std::string_view text(decimals, 4);
    while (text.back() == '0') text.remove_suffix(1);
    out.append(".").append(text);
  }
  return out;
}

bool LineTotal::add(std::string_view price, std::string_view quantity) {
  const auto p = parse_decimal(price);
  const auto q = parse_decimal(quantity);
  if (!p || !q) return false;
  constexpr int128 kFactorLimit = static_cast<int128>(1'000'000'000'000'000'000);
  const auto price_units = scaled(*p, 6, kFactorLimit);
  const auto quantity_units = scaled(*q, 6, kFactorLimit);
  if (!price_units || !quantity_units) return false;
  const int128 product = *price_units * *quantity_units;  // at most 10^36
  const int128 sum = total_ + product;
  const int128 limit = kFactorLimit * kFactorLimit * 10;
  if (sum > limit || sum < -limit) return false;
  total_ = sum;
  any_ = true;
  return true;
}

std::optional<std::int64_t> LineTotal::money() const {
  constexpr int128 kUnit = 100'000'000;  // 10^-12 -> 10^-4
  const int128 half = total_ < 0 ? -kUnit / 2 : kUnit / 2;
  const int128 money = (total_ + half) / kUnit;
  if (money > kMoneyLimit || money < -kMoneyLimit) return std::nullopt;
  return static_cast<std::int64_t>(money);
}

std::optional<std::int64_t> event_value(std::string_view event_name, std::string_view properties) {
  if (properties.empty()) return std::nullopt;
  std::string_view total, revenue, value, products;
  for (JsonMembers fields(properties); fields.next();) {
    if (key_is(fields.raw_key(), "total"))
      total = fields.value();
    else if (key_is(fields.raw_key(), "revenue"))
      revenue = fields.value();
    else if (key_is(fields.raw_key(), "value"))
      value = fields.value();
    else if (key_is(fields.raw_key(), "products"))
      products = fields.value();
  }
  const ValueRule rule = rule_of(event_name);
  if (rule == ValueRule::revenue_only) return money_of_json(revenue);
  auto amount = money_of_json(total);
  if (!amount) amount = money_of_json(revenue);
  if (!amount) amount = money_of_json(value);
  if (!amount) amount = products_total(products);
  if (amount && rule == ValueRule::refund) return *amount < 0 ? *amount : -*amount;
  return amount;
}

}  // namespace viaggio::formats
