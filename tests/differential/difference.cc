#include "difference.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace viaggio::differential {
namespace {

using nlohmann::json;

bool close(double a, double b) {
  return a == b || std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

std::string compare(const json& expected, const json& actual, const std::string& path) {
  if (expected.is_object() && actual.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (key == "epoch" || key == "elapsed_ms") continue;
      if (!actual.contains(key)) return path + "." + key + " is missing, expected " + value.dump();
      if (auto d = compare(value, actual[key], path + "." + key); !d.empty()) return d;
    }
    return {};
  }
  if (expected.is_array() && actual.is_array()) {
    if (expected.size() != actual.size())
      return path + " has " + std::to_string(actual.size()) + " elements, expected " +
             std::to_string(expected.size()) + ": " + expected.dump();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (auto d = compare(expected[i], actual[i], path + "[" + std::to_string(i) + "]");
          !d.empty())
        return d;
    }
    return {};
  }
  const bool same = expected.is_number() && actual.is_number()
                        ? close(expected.get<double>(), actual.get<double>())
                        : expected == actual;
  return same ? std::string() : path + " is " + actual.dump() + ", expected " + expected.dump();
}

}  // namespace

std::string first_difference(const std::string& expected_json, const std::string& actual_json) {
  return compare(json::parse(expected_json), json::parse(actual_json), "");
}

}  // namespace viaggio::differential
