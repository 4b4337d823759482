#pragma once
// Collects who is who while the messages of a Story are written, and the naive count of customers:
// what the firm's systems say when each counts its own. One thread.
#include <vector>

#include "demo/story.h"

namespace viaggio::demo {

class Who {
 public:
  explicit Who(const Story& story) : story_(story), seen_(story.people.size()) {}
  void note(const Happening& happening);
  // Accounts + cards + e-mails never seen with either + devices never seen with any of them.
  void finish(Planted& planted, std::vector<TruePerson>& people) const;

 private:
  const Story& story_;
  std::vector<std::uint16_t> seen_;  // bits: see who.cc
};

}  // namespace viaggio::demo
