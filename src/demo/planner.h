#pragma once
// Fills a Story: lives of people, visits, purchases and what follows, and the planted facts.
// Shares that are planted are kept by running counts, so they hold at every size of the demo.
// One thread.
#include <vector>

#include "demo/story.h"

namespace viaggio::demo {

class Planner {
 public:
  explicit Planner(Story& story);

  // The whole story: all lives, shop tablets, receipts without a card, the doubled Saturday.
  void everything();
  // One more thing that a person of the demo does at about `at` (for the trickle).
  void moment(Random& random, Micros at);

 private:
  enum class Depth { glance, consider };
  // A visit under way.
  struct Walk {
    std::uint32_t person = kNobody, visit = kNone;
    Micros at = 0;
    std::uint8_t marks = 0;
    std::uint16_t sku = 0;
  };

  // planner.cc
  Happening& add(What what, Micros at, std::uint32_t person, std::uint32_t thing = 0,
                 std::uint16_t n = 0, std::uint32_t other = 0);
  void life(std::uint32_t person);
  void stranger(Random& random, std::uint32_t person);
  void customer(Random& random, std::uint32_t person);
  void newsletters(Random& random, std::uint32_t person, int first_day);
  Origin first_origin(Random& random) const;
  Origin later_origin(Random& random, const Person& person) const;

  // visits.cc
  Happening& web(What what, Random& random, Walk& walk, std::uint32_t thing = 0,
                 std::uint16_t n = 0, std::uint32_t other = 0);
  void open_page(Random& random, Walk& walk, Page page, std::uint32_t thing = 0);
  Walk arrive(Random& random, std::uint32_t person, Micros at, Origin origin, unsigned device);
  void glance(Random& random, Walk& walk);
  void consider(Random& random, Walk& walk, int products);
  void browse(Random& random, std::uint32_t person, Micros at, Origin origin, Depth depth);
  void sign_in(Random& random, Walk& walk);
  void side_steps(Random& random, Walk& walk);
  unsigned device_of(Random& random, const Person& person) const;

  // purchases.cc
  Basket fill(Random& random, std::uint16_t first) const;
  void buy_online(Random& random, std::uint32_t person, Micros at);
  bool check_out(Random& random, Walk& walk, std::uint32_t basket);
  void coupons(Random& random, Walk& walk, std::uint32_t basket);
  void after_order(Random& random, Walk& walk, std::uint32_t basket);
  void pick_up(Random& random, std::uint32_t person, Micros at, std::uint32_t basket);
  bool recover_in_store(Random& random, std::uint32_t person, Micros at, Basket basket);
  void buy_in_store(Random& random, std::uint32_t person, Micros at, Basket basket);
  void before_receipt(Random& random, std::uint32_t person, Micros at);
  Micros store_moment(Random& random, int day) const;

  // aftermath.cc
  void feel(Random& random, std::uint32_t person, Micros at, int late_store, std::uint32_t basket);
  void ask(Random& random, std::uint32_t person, Micros at);
  void advocate(Random& random, std::uint32_t person, Micros at);
  void refer_friends();
  bool reachable_by_account(const Person& person) const { return person.has_account(); }

  // plants.cc
  void tablets();
  void receipts_without_card();
  void double_saturday();
  void strangers_on_social();
  void daughters_order(std::uint32_t daughter);

  Story& story_;
  Planted& planted_;
  Micros limit_ = 0;  // nothing happens after it
  bool live_ = false;
  std::vector<Micros> instagram_;   // visits of the person at hand that came from Instagram
  std::uint8_t known_devices_ = 0;  // of the person at hand: a bit each
  Walk last_walk_;                  // their last look at the site
  bool carded_ = false;             // has filled in the loyalty form
  std::uint32_t receipt_number_ = 0, order_number_ = 0, conversation_ = 0;
  int parma_from_ = 0, parma_to_ = 0;  // days of late pick-up
};

}  // namespace viaggio::demo
