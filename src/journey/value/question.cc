// Reads the question `value`.
#include <cmath>

#include <nlohmann/json.hpp>

#include "journey/value/value.h"

namespace viaggio::journey {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxSegments = 25;
constexpr std::int64_t kMaxPeople = 10'000;
constexpr double kMaxAmount = 1e12;

Result<std::array<double, 4>> read_limits(ObjectReader& reader, const char* field, bool whole) {
  const std::string path = reader.at(field);
  const json* array = reader.find(field);
  if (array == nullptr || !array->is_array() || array->size() != 4)
    return invalid(path, "must be four numbers, ascending");
  std::array<double, 4> out{};
  for (std::size_t i = 0; i < 4; ++i) {
    const json& v = (*array)[i];
    if (!v.is_number() || std::abs(v.get<double>()) > kMaxAmount)
      return invalid(path, "must be four numbers, ascending");
    out[i] = v.get<double>();
    if (whole && (out[i] < 0 || out[i] > 1e9 || out[i] != std::floor(out[i])))
      return invalid(path, "must be whole numbers from 0 on");
    if (i != 0 && out[i] < out[i - 1]) return invalid(path, "must be four numbers, ascending");
  }
  return out;
}

Result<CutOffs> read_cut_offs(const json& object) {
  ObjectReader reader(object, "cut_offs");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  auto days = read_limits(reader, "recency", true);
  if (!days) return tl::unexpected(days.error());
  auto orders = read_limits(reader, "frequency", true);
  if (!orders) return tl::unexpected(orders.error());
  auto money = read_limits(reader, "monetary", false);
  if (!money) return tl::unexpected(money.error());
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  CutOffs out;
  for (std::size_t i = 0; i < 4; ++i) {
    out.days[i] = static_cast<std::uint32_t>((*days)[i]);
    out.orders[i] = static_cast<std::uint32_t>((*orders)[i]);
    out.money[i] = std::llround((*money)[i] * 10'000);
  }
  return out;
}

Status read_span(ObjectReader& reader, const char* field, std::uint8_t& low, std::uint8_t& high) {
  const json* array = reader.find(field);
  if (array == nullptr) return {};
  auto is_score = [](const json& v) {
    return v.is_number_integer() && v.get<double>() >= 1 && v.get<double>() <= 5;
  };
  if (!array->is_array() || array->size() != 2 || !is_score((*array)[0]) ||
      !is_score((*array)[1]) || (*array)[0].get<int>() > (*array)[1].get<int>())
    return invalid(reader.at(field), "must be two scores from 1 to 5: [lowest, highest]");
  low = static_cast<std::uint8_t>((*array)[0].get<int>());
  high = static_cast<std::uint8_t>((*array)[1].get<int>());
  return {};
}

Result<std::vector<Segment>> read_segments(const json& array) {
  if (!array.is_array() || array.empty() || array.size() > kMaxSegments)
    return invalid("segments", "must be 1 to 25 segments");
  std::vector<Segment> out;
  for (std::size_t i = 0; i < array.size(); ++i) {
    ObjectReader reader(array[i], "segments[" + std::to_string(i) + "]");
    if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
    Segment s;
    auto id = reader.text("id");
    if (!id) return tl::unexpected(id.error());
    s.id = id->value_or("");
    if (s.id.empty() || s.id == "other")
      return invalid(reader.at("id"), "must be a name; 'other' is the rest");
    for (const Segment& o : out) {
      if (o.id == s.id) return invalid(reader.at("id"), "is there twice");
    }
    if (auto ok = read_span(reader, "r", s.r_low, s.r_high); !ok) return tl::unexpected(ok.error());
    if (auto ok = read_span(reader, "fm", s.fm_low, s.fm_high); !ok)
      return tl::unexpected(ok.error());
    if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
    out.push_back(std::move(s));
  }
  return out;
}

Result<ValuePeople> read_people(const json& object, const std::vector<Segment>& segments) {
  ObjectReader reader(object, "people");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  ValuePeople out;
  auto segment = reader.text("segment");
  if (!segment) return tl::unexpected(segment.error());
  auto r = reader.integer("r", 1, 5);
  if (!r) return tl::unexpected(r.error());
  auto fm = reader.integer("fm", 1, 5);
  if (!fm) return tl::unexpected(fm.error());
  auto alive = reader.integer("alive", 0, 9);
  if (!alive) return tl::unexpected(alive.error());
  const int ways = (segment->has_value() ? 1 : 0) + (r->has_value() || fm->has_value() ? 1 : 0) +
                   (alive->has_value() ? 1 : 0);
  if (ways != 1 || r->has_value() != fm->has_value())
    return invalid("people", "must have a segment, r and fm, or alive");
  if (alive->has_value()) {
    out.alive = static_cast<std::size_t>(**alive);
  } else if (segment->has_value()) {
    out.segment = **segment;
    bool known = out.segment == "other";
    for (const Segment& s : segments) known = known || s.id == out.segment;
    if (!known) return invalid("people.segment", "is not one of the segments");
  } else {
    out.r = static_cast<std::uint8_t>(**r);
    out.fm = static_cast<std::uint8_t>(**fm);
  }
  auto limit = reader.integer("limit", 1, kMaxPeople);
  if (!limit) return tl::unexpected(limit.error());
  out.limit = static_cast<std::size_t>(limit->value_or(100));
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

Result<Forecast> read_forecast(const json& object) {
  ObjectReader reader(object, "clv");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  Forecast out;
  auto months = reader.integer("months", 1, 120);
  if (!months) return tl::unexpected(months.error());
  out.months = static_cast<unsigned>(months->value_or(out.months));
  if (const json* discount = reader.find("discount")) {
    if (!discount->is_number() || discount->get<double>() < 0 || discount->get<double>() > 1)
      return invalid(reader.at("discount"), "must be a number from 0 to 1, a month");
    out.discount = discount->get<double>();
  }
  auto weeks = reader.integer("holdout_weeks", 1, 520);
  if (!weeks) return tl::unexpected(weeks.error());
  if (weeks->has_value()) out.holdout_weeks = static_cast<std::uint32_t>(**weeks);
  auto limit = reader.integer("limit", 0, kMaxPeople);
  if (!limit) return tl::unexpected(limit.error());
  out.limit = static_cast<std::size_t>(limit->value_or(100));
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return out;
}

// The parts of the answer that are asked for; all when nothing is said.
Status read_parts(ObjectReader& reader, ValueQuestion& q) {
  const json* include = reader.find("include");
  if (include == nullptr) return {};
  if (!include->is_array()) return invalid("include", "must be a list of 'rfm' and 'clv'");
  q.rfm = q.clv = false;
  for (const json& part : *include) {
    if (part == "rfm") {
      q.rfm = true;
    } else if (part == "clv") {
      q.clv = true;
    } else {
      return invalid("include", "must be a list of 'rfm' and 'clv'");
    }
  }
  return {};
}

}  // namespace

Result<ValueQuestion> read_value(const json& question) {
  ObjectReader reader(question, "");
  if (auto ok = reader.status(); !ok) return tl::unexpected(ok.error());
  ValueQuestion q;
  if (reader.find("range") != nullptr)
    return invalid("range", "does not belong to value, which looks back by window from as_of");
  auto common = read_common(reader);
  if (!common) return tl::unexpected(common.error());
  q.common = std::move(*common);
  q.orders.events = {"Order Completed", "Receipt Issued"};
  if (const json* orders = reader.find("orders")) {
    auto selector = read_selector(*orders, "orders");
    if (!selector) return tl::unexpected(selector.error());
    q.orders = std::move(*selector);
  }
  auto field = reader.text("value");
  if (!field) return tl::unexpected(field.error());
  q.field = field->value_or("value");
  auto window = reader.duration("window");
  if (!window) return tl::unexpected(window.error());
  q.window = window->value_or(365 * kDay);
  if (q.window <= 0) return invalid("window", "must be longer than nothing");
  q.segments = shipped_segments();
  if (const json* segments = reader.find("segments")) {
    auto read = read_segments(*segments);
    if (!read) return tl::unexpected(read.error());
    q.segments = std::move(*read);
  }
  if (const json* cut_offs = reader.find("cut_offs")) {
    auto read = read_cut_offs(*cut_offs);
    if (!read) return tl::unexpected(read.error());
    q.cut_offs = *read;
  }
  if (auto ok = read_parts(reader, q); !ok) return tl::unexpected(ok.error());
  if (const json* clv = reader.find("clv")) {
    auto read = read_forecast(*clv);
    if (!read) return tl::unexpected(read.error());
    q.forecast = *read;
  }
  if (const json* people = reader.find("people")) {
    auto read = read_people(*people, q.segments);
    if (!read) return tl::unexpected(read.error());
    q.people = std::move(*read);
  }
  if (auto ok = reader.finish(); !ok) return tl::unexpected(ok.error());
  return q;
}

}  // namespace viaggio::journey
