#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "base/calendar.h"
#include "base/decimal_sum.h"
#include "base/durations.h"
#include "base/json_numbers.h"
#include "base/parallel.h"
#include "base/text.h"
#include "base/time.h"

namespace viaggio {
namespace {

TEST(JsonNumbers, OnlyThoseBeyondAMachineWordAreQuoted) {
  for (const char* fits :
       {"", "{}", R"({"a":[0,-1,1.5,1e300,-1E-400,18446744073709551615,-9223372036854775808]})",
        R"(["1e400","a\"1e400","\\",12.000000000000000000001])"}) {
    EXPECT_EQ(quote_large_numbers(fits), fits);
  }
  EXPECT_EQ(quote_large_numbers(R"({"a":1e400,"b":[-1E+999, 18446744073709551616]})"),
            R"({"a":"1e400","b":["-1E+999", "18446744073709551616"]})");
  for (const char* broken : {"\"", "\"\\", "1e", "-", "[--"}) quote_large_numbers(broken);
}

TEST(Time, ReadsRfc3339AndWritesItBack) {
  EXPECT_EQ(*parse_time("1970-01-01T00:00:01Z"), kSecond);
  EXPECT_EQ(*parse_time("2026-11-23T10:00:00.123+01:00"), *parse_time("2026-11-23T09:00:00.123Z"));
  EXPECT_EQ(*parse_time("2019-10-01 00:00:00 UTC"), *parse_time("2019-10-01"));
  EXPECT_EQ(format_time(*parse_time("2026-11-23T10:00:00.123456Z")), "2026-11-23T10:00:00.123456Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59.999999Z");
  for (const char* bad : {"", "yesterday", "2026-13-01", "2026-02-30", "2026-01-01T25:99:00Z",
                          "2026-01-01T10:00:00+99:00"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Time, DurationsArePositiveWithAUnit) {
  EXPECT_EQ(*parse_duration("30m"), 30 * kMinute);
  EXPECT_EQ(*parse_duration("14d"), 14 * kDay);
  for (const char* bad : {"", "14", "-1d", "0d", "d", "1y", "99999999999999d"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Zone, DaysFollowTheClockOfTheZone) {
  const Zone rome = *Zone::find("Europe/Rome");
  const Micros spring = rome.floor(*parse_time("2026-03-29T12:00:00Z"), CalendarUnit::day);
  EXPECT_EQ(format_time(spring), "2026-03-28T23:00:00.000Z");
  EXPECT_EQ(rome.next(spring, CalendarUnit::day) - spring, 23 * kHour);
  const Micros autumn = rome.floor(*parse_time("2026-10-25T12:00:00Z"), CalendarUnit::day);
  EXPECT_EQ(rome.next(autumn, CalendarUnit::day) - autumn, 25 * kHour);
  EXPECT_EQ(rome.date(rome.floor(*parse_time("2026-11-22T12:00:00Z"), CalendarUnit::week)),
            "2026-11-16");
  EXPECT_EQ(rome.date(rome.next(*rome.parse_local("2026-01-01"), CalendarUnit::month)),
            "2026-02-01");
  EXPECT_FALSE(Zone::find("Mars/Olympus"));
}

TEST(DecimalSum, DoesNotDependOnOrder) {
  DecimalSum up, down;
  for (int i = 1; i <= 1000; ++i) up.add(0.1 * i);
  for (int i = 1000; i >= 1; --i) down.add(0.1 * i);
  EXPECT_EQ(up.value(), down.value());
  EXPECT_DOUBLE_EQ(up.value(), 50050.0);
}

TEST(Durations, QuantilesAreWhatSortingGives) {
  std::uint64_t state = 1;
  auto next = [&] { return state = state * 6364136223846793005ull + 1442695040888963407ull; };
  for (const std::size_t n : {1u, 2u, 9u, 1000u, 16'384u, 60'000u}) {
    Durations a, b, taken;
    std::vector<std::int64_t> sorted;
    for (std::size_t i = 0; i < n; ++i) {
      // Of every magnitude and both signs, with many equal ones.
      const auto v = static_cast<std::int64_t>(next() >> (1 + next() % 63));
      sorted.push_back(next() % 5 == 0 ? -v : v);
      (i % 3 == 0 ? a : i % 3 == 1 ? b : taken).add(sorted.back());
      if (i == n / 2) b.take(taken);  // lists go on to grow after it
    }
    b.take(taken);
    EXPECT_TRUE(taken.empty());
    EXPECT_EQ(a.size() + b.size(), n);
    std::sort(sorted.begin(), sorted.end());
    const Durations* const lists[] = {&a, &b};
    const unsigned percents[] = {1, 50, 90, 100};
    const auto found = quantiles(lists, percents);
    ASSERT_EQ(found.size(), 4u);
    for (std::size_t p = 0; p < 4; ++p)
      EXPECT_EQ(found[p], sorted[(n * percents[p] + 99) / 100 - 1]) << n << " " << percents[p];
  }
  EXPECT_TRUE(quantiles({}, {}).empty());
}

TEST(Calendar, FindsTheUnitThatZoneFloors) {
  const auto rome = Zone::find("Europe/Rome");
  ASSERT_TRUE(rome.has_value());
  const Micros first = parse_time("2025-02-11T10:00:00Z").value();
  const Micros last = parse_time("2026-12-01T00:00:00Z").value();
  for (const auto unit :
       {CalendarUnit::hour, CalendarUnit::day, CalendarUnit::week, CalendarUnit::month}) {
    const auto calendar = Calendar::cover(first, last, *rome, unit, 100'000);
    ASSERT_TRUE(calendar.has_value());
    for (Micros t = first; t <= last; t += 3 * kHour + 7 * kMinute)
      ASSERT_EQ(calendar->start(calendar->bucket(t)), rome->floor(t, unit)) << format_time(t);
    for (std::size_t b = 0; b < calendar->size(); ++b)
      ASSERT_EQ(calendar->bucket(calendar->start(b)), b);
  }
  EXPECT_FALSE(Calendar::cover(first, last, *rome, CalendarUnit::hour, 100).has_value());
}

TEST(Text, FoldsAccentsAndCase) {
  EXPECT_EQ(fold_for_search("Però ÀÉ"), "pero ae");
  EXPECT_EQ(to_nfc("e\xCC\x81"), "\xC3\xA9");
  EXPECT_EQ(trim("  a b \n"), "a b");
}

TEST(Parallel, DoesEveryItemOnce) {
  std::vector<std::atomic<int>> seen(1000);
  parallel_for(seen.size(), 4, [&](std::size_t i, unsigned) { seen[i].fetch_add(1); });
  for (const auto& s : seen) EXPECT_EQ(s.load(), 1);
}

}  // namespace
}  // namespace viaggio
