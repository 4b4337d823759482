// link: profiles
// How long it takes to find somebody among many customers, and what that needs in memory.
//   profiles_bench [customers = 1,000,000]
// Made-up names (with many rare ones), an e-mail, a telephone number, a card for every fourth and
// two orders each. Every query must find the customer it was made from; else the program ends
// with 1.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "profiles/profiles.h"

namespace {

using namespace viaggio;  // NOLINT
using Clock = std::chrono::steady_clock;

std::uint64_t spread(std::uint64_t v) {  // splitmix64
  v += 0x9E3779B97F4A7C15ull;
  v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9ull;
  v = (v ^ (v >> 27)) * 0x94D049BB133111EBull;
  return v ^ (v >> 31);
}

std::string word(std::uint64_t seed, int syllables) {
  static const char* const kSyllables[] = {"ma", "ri", "lo",  "sa", "gi", "ul", "an",
                                           "na", "be", "tto", "ca", "ro", "fe", "de",
                                           "vi", "ni", "co",  "la", "es", "po"};
  std::string out;
  for (int i = 0; i < syllables; ++i, seed /= 20) out += kSyllables[seed % 20];
  out[0] = static_cast<char>(out[0] - 32);
  return out;
}

struct Person {
  std::string first, last, email, phone, order;
  explicit Person(std::uint64_t n) {
    const std::uint64_t r = spread(n);
    first = word(r % 400, 3);  // few first names
    last = n % 5 == 0 ? word(spread(r), 4)
                      : word(spread(r % 20'000), 4);  // many last names, a fifth of them rare
    email = first + "." + last + std::to_string(n % 1000) + "@example" + std::to_string(r % 50) +
            ".com";
    phone = "+393" + std::to_string(100'000'000 + spread(r + 1) % 900'000'000);
    order = "ORD-" + std::to_string(1'000'000 + n);
  }
};

double ms(Clock::time_point from) {
  return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

void measure(const profiles::Profiles& p, const char* what, std::uint64_t people,
             const std::function<std::string(const Person&)>& query, bool must_find) {
  std::vector<double> times;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const std::uint64_t n = spread(i) % people;
    const std::string q = query(Person(n));
    const auto start = Clock::now();
    const auto hits = p.search(q, 20);
    times.push_back(ms(start));
    const bool found =
        std::any_of(hits.begin(), hits.end(), [&](const auto& h) { return h.node == n; });
    if (must_find ? !found : hits.size() > 20) {
      std::fprintf(stderr, "WRONG: %s \"%s\"\n", what, q.c_str());
      std::exit(1);
    }
  }
  std::sort(times.begin(), times.end());
  std::printf("%-32s median %7.2f ms, slowest %7.2f ms\n", what, times[times.size() / 2],
              times.back());
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t people = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  profiles::Profiles p;
  auto start = Clock::now();
  for (std::uint64_t n = 0; n < people; ++n) {
    const Person person(n);
    const auto node = static_cast<NodeId>(n);
    p.note_traits(node, 1, n + 1,
                  "{\"first_name\":\"" + person.first + "\",\"last_name\":\"" + person.last +
                      "\",\"city\":\"Rome\"}");
    p.note_identifier(node, {IdentifierType::email, person.email});
    p.note_identifier(node, {IdentifierType::phone, person.phone});
    if (n % 4 == 0)
      p.note_identifier(
          node, {IdentifierType::loyalty_card, "CARD" + std::to_string(spread(n) % 1'000'000'000)});
    p.note_order(node, person.order);
    p.note_order(node, person.order + "B");
  }
  std::printf("%llu customers noted in %.1f s, %.0f bytes each in memory\n",
              static_cast<unsigned long long>(people), ms(start) / 1e3,
              static_cast<double>(p.memory_bytes()) / static_cast<double>(people));
  measure(
      p, "first and last name", people, [](const Person& x) { return x.first + " " + x.last; },
      false);
  measure(
      p, "last name with a letter missing", people,
      [](const Person& x) { return x.last.substr(0, 3) + x.last.substr(4); }, false);
  measure(
      p, "common first name", people, [](const Person& x) { return x.first; }, false);
  measure(
      p, "one letter", people, [](const Person& x) { return x.first.substr(0, 1); }, false);
  measure(
      p, "nobody", people, [](const Person&) { return std::string("Wxyzkqj Qwjxz"); }, false);
  measure(
      p, "telephone number", people,
      [](const Person& x) { return x.phone.substr(3, 3) + " " + x.phone.substr(6); }, true);
  measure(
      p, "e-mail", people, [](const Person& x) { return x.email; }, true);
  measure(
      p, "order number", people, [](const Person& x) { return x.order; }, true);
  const std::string file = "/tmp/profiles_bench.ckpt";
  start = Clock::now();
  if (!p.save(file, 1)) return 1;
  std::printf("saved in %.1f s, ", ms(start) / 1e3);
  start = Clock::now();
  if (!p.load(file)) return 1;
  std::printf("loaded in %.1f s\n", ms(start) / 1e3);
  std::remove(file.c_str());
  return 0;
}
