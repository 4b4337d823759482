#include <algorithm>

#include "demo/planner.h"
#include "demo/writer.h"

namespace viaggio::demo {

struct Trickle::Impl {
  Story story;
  Planner planner;
  Writer writer;
  Random random;
  Micros last;
  std::vector<Happening> waiting;  // sorted by time
  double owed = 0;                 // moments

  Impl(const Options& options, Micros start)
      : story(options),
        planner(story),
        writer(story, "live-" + std::to_string(start / kSecond) + "-"),
        random(options.seed, static_cast<std::uint64_t>(start)),
        last(start) {}
};

Trickle::Trickle(const Options& options, Micros start) {
  Options until_now = options;
  until_now.until = start;
  if (until_now.customers < 100) until_now.customers = 100;
  impl_ = std::make_unique<Impl>(until_now, start);
}
Trickle::~Trickle() = default;
Trickle::Trickle(Trickle&&) noexcept = default;
Trickle& Trickle::operator=(Trickle&&) noexcept = default;

std::vector<Message> Trickle::next(Micros now) {
  Impl& t = *impl_;
  std::vector<Message> out;
  if (now <= t.last) return out;
  Micros at = std::max(t.last, now - kHour);
  t.last = now;
  // A moment is a visit or a purchase of some seven events; at most one every two seconds.
  constexpr Micros kStep = kSecond / 2;
  for (; at < now; at += kStep) {
    const unsigned hour = static_cast<unsigned>((at / kHour + 1) % 24);
    const Micros step = std::min(kStep, now - at);
    t.owed += static_cast<double>(step) / kSecond * web_hour_weight(hour) / 70.0;
    for (; t.owed >= 1; t.owed -= 1) {
      const std::size_t before = t.story.happenings.size();
      t.planner.moment(t.random, at);
      for (std::size_t i = before; i < t.story.happenings.size(); ++i) {
        Happening& h = t.story.happenings[i];
        if (h.at <= at) h.at = at + 1000 * static_cast<Micros>(i - before + 1);
        // What would follow in days is not waited for.
        if (h.at <= at + kHour) t.waiting.push_back(h);
      }
      t.story.happenings.clear();
    }
  }
  const auto by_time = [](const Happening& a, const Happening& b) { return a.at < b.at; };
  std::stable_sort(t.waiting.begin(), t.waiting.end(), by_time);
  std::size_t ready = 0;
  for (; ready < t.waiting.size() && t.waiting[ready].at <= now; ++ready) {
    Message& message = out.emplace_back();
    message.source = t.writer.write(t.waiting[ready], message.json);
  }
  t.waiting.erase(t.waiting.begin(), t.waiting.begin() + static_cast<std::ptrdiff_t>(ready));
  if (t.waiting.empty()) {
    t.story.visits.clear();
    t.story.baskets.clear();
  }
  t.story.orders.clear();
  return out;
}

}  // namespace viaggio::demo
