#include "engine/live_counters.h"

#include <algorithm>
#include <charconv>

namespace viaggio::engine {
namespace {

constexpr std::int64_t kKeptMinutes = 120;

std::string minute_key(std::int64_t minute) {
  return "minute/" + std::to_string(minute % kKeptMinutes);  // slots that come around again
}

// "MINUTE KIND:COUNT KIND:COUNT"
template <class Kinds>
std::string minute_text(std::int64_t minute, const Kinds& kinds) {
  std::string out = std::to_string(minute);
  for (const auto& [kind, count] : kinds)
    out += " " + std::to_string(kind) + ":" + std::to_string(count);
  return out;
}

template <class Number>
bool take_number(std::string_view& text, Number& into) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return true;
}

}  // namespace

Status LiveCounters::load(const subscribe::Subscriptions& from, Micros now) {
  Counts counts;
  const std::int64_t last = now / kMinute;
  for (std::int64_t m = last - kKeptMinutes + 1; m <= last; ++m) {
    auto text = from.state(name(), minute_key(m));
    if (!text) return tl::unexpected(text.error());
    std::string_view rest = *text;
    std::int64_t minute = 0;
    if (!take_number(rest, minute) || minute != m) continue;
    KindId kind = 0;
    std::uint64_t count = 0;
    while (take_number(rest, kind) && take_number(rest, count)) counts.minutes[m][kind] = count;
  }
  auto day = from.state(name(), "day");
  if (!day) return tl::unexpected(day.error());
  if (const std::size_t cut = day->find(' '); cut != std::string::npos) {
    counts.day = day->substr(0, cut);
    std::string_view rest = std::string_view(*day).substr(cut + 1);
    take_number(rest, counts.today);
  }
  const std::lock_guard lock(mutex_);
  counts_ = std::move(counts);
  return {};
}

Status LiveCounters::handle(std::span<const eventlog::Record> events, subscribe::Effects& effects) {
  next_ = counts_;  // only this thread changes counts_
  const Zone zone = zone_();
  std::map<std::int64_t, bool> touched;
  Micros dated = -1;
  for (const auto& r : events) {
    if (r.header.type == EventType::system) continue;
    const std::int64_t minute = r.received_at / kMinute;
    ++next_.minutes[minute][r.header.kind];
    touched[minute] = true;
    if (r.received_at != dated) {  // a commit's events share the moment
      dated = r.received_at;
      std::string day = zone.date(dated);
      if (day > next_.day) {
        next_.day = std::move(day);
        next_.today = 0;
      }
    }
    ++next_.today;
  }
  while (!next_.minutes.empty() &&
         next_.minutes.begin()->first <= next_.minutes.rbegin()->first - kKeptMinutes)
    next_.minutes.erase(next_.minutes.begin());
  for (const auto& [minute, yes] : touched) {
    const auto at = next_.minutes.find(minute);
    if (at != next_.minutes.end()) effects.put(minute_key(minute), minute_text(minute, at->second));
  }
  effects.put("day", next_.day + " " + std::to_string(next_.today));
  return {};
}

void LiveCounters::settled() {
  const std::lock_guard lock(mutex_);
  counts_ = std::move(next_);
}

LiveCounters::Picture LiveCounters::picture(Micros now) const {
  Picture p;
  const std::int64_t last = now / kMinute;
  const std::string today = zone_().date(now);
  const std::lock_guard lock(mutex_);
  for (const auto& [minute, kinds] : counts_.minutes) {
    if (minute > last || minute <= last - 60) continue;
    for (const auto& [kind, count] : kinds) {
      p.per_minute[static_cast<std::size_t>(minute - last + 59)] += count;
      if (kind >= p.by_kind.size()) p.by_kind.resize(kind + 1);
      p.by_kind[kind] += count;
    }
  }
  if (counts_.day == today) p.today = counts_.today;
  return p;
}

}  // namespace viaggio::engine
