#include "map/feelings.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace viaggio::map {

using select::Field;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double within(double v, double low, double high) { return v >= low && v <= high ? v : kNone; }

double from_survey(std::uint8_t kind, double score) {
  switch (kind) {
    case 1: {
      const double a = within(score, 0, 10);
      return a <= 6.5 ? (a - 6.5) / 3.25 : (a - 6.5) / 1.75;
    }
    case 2:
      return within(score, 1, 5) - 3;
    case 3:
      return (within(score, 1, 7) - 4) * 2 / 3;
    default:
      return kNone;
  }
}

select::Code code_at(const Field& field, Sequence sequence) {
  return field.code(0, 0, sequence, kNoCustomer);
}

}  // namespace

std::optional<FeelingSummary> summarize(const FeelingCounts& counts) {
  FeelingSummary out;
  double sum = 0;
  for (const auto& [value, n] : counts.by_value) {
    out.n += n;
    sum += value * static_cast<double>(n);
  }
  if (out.n == 0) return std::nullopt;
  const auto n = static_cast<double>(out.n);
  out.mean = sum / n;
  double squares = 0;
  for (const auto& [value, times] : counts.by_value)
    squares += static_cast<double>(times) * (value - out.mean) * (value - out.mean);
  const double half = out.n == 1 ? 0 : 1.96 * std::sqrt(squares / (n - 1)) / std::sqrt(n);
  out.low = std::max(-2.0, out.mean - half);
  out.high = std::min(2.0, out.mean + half);
  return out;
}

double Feelings::Numbers::at(Sequence sequence) const {
  return field ? by_code[code_at(*field, sequence)] : kNone;
}

Status Feelings::load(Numbers& into, const std::string& name, const select::Context& context) {
  auto field = Field::resolve(name, "", context);
  if (!field) return tl::unexpected(field.error());
  into.by_code.assign(std::max<select::Code>(field->size(), 1), kNone);
  for (select::Code c = 0; c < field->size(); ++c) {
    const Value& v = field->value(c);
    double number = 0;
    if (v.size() == 1 && as_number(v.front(), number)) into.by_code[c] = number;
  }
  into.field = std::move(*field);
  return {};
}

Result<Feelings> Feelings::make(const select::Context& context, bool touchpoint_rows, Rows& rows) {
  Feelings out;
  bool surveys = false, reviews = false;
  for (const EventKind* kind : context.classes->kinds) {
    Role role = Role::other;
    if (kind->name == "Survey Answered") role = Role::survey;
    if (kind->name == "Review Posted" || kind->name == "Product Reviewed") role = Role::review;
    surveys = surveys || role == Role::survey;
    reviews = reviews || role == Role::review;
    out.role_.push_back(role);
  }
  if (context.columns == nullptr) {
    std::fill(out.role_.begin(), out.role_.end(), Role::none);
    return out;
  }
  // One reading of the log brings all of them.
  if (auto ok = context.columns->prepare(
          {"properties.sentiment", "properties.score", "properties.kind", "properties.rating",
           "properties.comment", "properties.text", "properties.touchpoint"},
          context.snapshot->upto());
      !ok)
    return tl::unexpected(ok.error());
  if (auto ok = load(out.sentiment_, "properties.sentiment", context); !ok)
    return tl::unexpected(ok.error());
  const bool sentiment = out.sentiment_.by_code.size() > 1;
  if (!sentiment) std::replace(out.role_.begin(), out.role_.end(), Role::other, Role::none);
  if (!surveys && !reviews && !sentiment) return out;
  if (surveys) {
    if (auto ok = load(out.score_, "properties.score", context); !ok)
      return tl::unexpected(ok.error());
    auto kind = Field::resolve("properties.kind", "", context);
    if (!kind) return tl::unexpected(kind.error());
    for (select::Code c = 0; c < kind->size(); ++c) {
      const std::string text = display(kind->value(c));
      out.survey_by_code_.push_back(text == "nps" ? 1 : text == "csat" ? 2 : text == "ces" ? 3 : 0);
    }
    out.survey_kind_ = std::move(*kind);
  }
  if (reviews) {
    if (auto ok = load(out.rating_, "properties.rating", context); !ok)
      return tl::unexpected(ok.error());
  }
  for (const char* name : {"properties.comment", "properties.text"}) {
    auto field = Field::resolve(name, "", context);
    if (!field) return tl::unexpected(field.error());
    if (field->size() > 1) out.words_.push_back(std::move(*field));
  }
  if (!touchpoint_rows) return out;
  auto touchpoint = Field::resolve("properties.touchpoint", "", context);
  if (!touchpoint) return tl::unexpected(touchpoint.error());
  for (select::Code c = 0; c < touchpoint->size(); ++c) {
    const std::string id = display(touchpoint->value(c));
    out.row_by_code_.push_back(id.empty() ? kNoRow : rows.find_or_add(id));
  }
  out.touchpoint_ = std::move(*touchpoint);
  return out;
}

double Feelings::as_sent(KindId kind, Sequence sequence) const {
  switch (role_[kind]) {
    case Role::survey:
      return score_.at(sequence);
    case Role::review:
      return rating_.at(sequence);
    case Role::other:
      return sentiment_.at(sequence);
    case Role::none:
      break;
  }
  return kNone;
}

double Feelings::value(KindId kind, Sequence sequence) const {
  const double sent = as_sent(kind, sequence);
  switch (role_[kind]) {
    case Role::survey:
      return from_survey(survey_by_code_[code_at(*survey_kind_, sequence)], sent);
    case Role::review:
      return within(sent, 1, 5) - 3;
    case Role::other:
      return within(sent, -1, 1) * 2;
    case Role::none:
      break;
  }
  return kNone;
}

Row Feelings::row(Row own, Sequence sequence) const {
  if (!touchpoint_) return own;
  const Row about = row_by_code_[code_at(*touchpoint_, sequence)];
  return about == kNoRow ? own : about;
}

std::string Feelings::words(Sequence sequence) const {
  for (const Field& field : words_) {
    const select::Code code = code_at(field, sequence);
    if (code != 0) return display(field.value(code));
  }
  return {};
}

}  // namespace viaggio::map
