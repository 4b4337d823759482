#pragma once
// A naive resolver, for tests: it keeps all events, links and marks as plain lists and computes
// components, tenures and sharing from scratch at every question. It decides in the same sequence
// as Identity and knows nothing of its data structures. Covers persons' identifiers and one
// anonymous id an event, aliases, merges and undone links between persons' identifiers.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "identity/identity.h"

namespace viaggio::identity {

class ReferenceResolver {
 public:
  explicit ReferenceResolver(Policy policy) : policy_(std::move(policy)) {}

  void event(const IncomingEvent& e, bool secret) {
    std::vector<Identifier> persons, devices;
    for (const Identifier& i : e.identifiers) {
      if (is_blocked(i.value, policy_)) continue;
      (i.type == IdentifierType::anonymous_id ? devices : persons).push_back(i);
    }
    std::stable_sort(persons.begin(), persons.end(),
                     [](const auto& a, const auto& b) { return a.type < b.type; });
    const bool user_known = !persons.empty() && persons[0].type == IdentifierType::user_id;
    if (e.kind.type == EventType::alias && user_known && !is_blocked(e.previous_id, policy_) &&
        e.previous_id != persons[0].value) {
      const Identifier previous{IdentifierType::user_id, e.previous_id};
      const bool known = std::find(seen_.begin(), seen_.end(), previous) != seen_.end();
      for (const Identifier& i : persons) see(i);
      connect(persons);
      if (known && secret && !undone(persons[0], previous) && fits({persons[0], previous}, true)) {
        join(persons[0], previous);
      }
      if (!known) devices = {{IdentifierType::anonymous_id, e.previous_id}};
    } else {
      for (const Identifier& i : persons) see(i);
      if (!persons.empty()) connect(persons);
    }
    const bool owned = !persons.empty() || !devices.empty();
    events_.push_back({owned, !persons.empty(),
                       owned && !persons.empty() ? persons[0] : Identifier{},
                       devices.empty() ? "" : devices[0].value, e.time});
    if (devices.empty()) return;
    if (!persons.empty()) marks_[devices[0].value].insert({e.time, persons[0]});
    if (e.kind.name == "Signed Out") sign_outs_[devices[0].value].insert(e.time + 1);
  }
  void merge(const Identifier& a, const Identifier& b) {
    const Identifier x = best(a), y = best(b);
    if (!(x == y) && fits({x, y}, true)) join(x, y);
  }
  void undo(const Identifier& a, const Identifier& b) {
    for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
      if (same_pair(*link, a, b)) return void(link->active = false);
    }
  }
  // A name for the customer of the n-th event: equal for equal customers; empty when it has none.
  std::string customer(std::size_t n) const {
    const Event& e = events_[n];
    if (!e.owned) return {};
    return e.person ? text(best(e.owner)) : anonymous(e.device, e.time);
  }

 private:
  struct Event {
    bool owned, person;
    Identifier owner;
    std::string device;
    Micros time;
  };
  struct Link {
    Identifier a, b;
    bool active;
  };
  struct ByTimeThenUser {
    using Mark = std::pair<Micros, Identifier>;
    bool operator()(const Mark& x, const Mark& y) const {
      if (x.first != y.first) return x.first < y.first;
      if (x.second.type != y.second.type) return x.second.type > y.second.type;
      return x.second.value < y.second.value;
    }
  };
  using Marks = std::set<std::pair<Micros, Identifier>, ByTimeThenUser>;

  static std::string text(const Identifier& i) {
    return std::string(to_string(i.type)) + ":" + i.value;
  }
  static bool same_pair(const Link& l, const Identifier& a, const Identifier& b) {
    return (l.a == a && l.b == b) || (l.a == b && l.b == a);
  }
  std::uint32_t limit(IdentifierType t) const {
    return policy_.types[static_cast<std::size_t>(t)].limit;
  }
  void see(const Identifier& i) {
    if (std::find(seen_.begin(), seen_.end(), i) == seen_.end()) seen_.push_back(i);
  }
  const Link* latest(const Identifier& a, const Identifier& b) const {
    for (auto l = links_.rbegin(); l != links_.rend(); ++l) {
      if (same_pair(*l, a, b)) return &*l;
    }
    return nullptr;
  }
  bool undone(const Identifier& a, const Identifier& b) const {
    const Link* l = latest(a, b);
    return l != nullptr && !l->active;
  }
  void join(const Identifier& a, const Identifier& b) {
    const Link* l = latest(a, b);
    if (l == nullptr || !l->active) links_.push_back({a, b, true});
  }
  std::vector<Identifier> component(const Identifier& of) const {
    std::vector<Identifier> out{of};
    for (std::size_t i = 0; i < out.size(); ++i) {
      for (const Link& l : links_) {
        if (!l.active || !(l.a == out[i] || l.b == out[i])) continue;
        const Identifier& other = l.a == out[i] ? l.b : l.a;
        if (std::find(out.begin(), out.end(), other) == out.end()) out.push_back(other);
      }
    }
    return out;
  }
  Identifier best(const Identifier& of) const {
    const std::vector<Identifier> all = component(of);
    const auto rank = [&](const Identifier& i) {
      return std::pair{i.type, std::find(seen_.begin(), seen_.end(), i) - seen_.begin()};
    };
    return *std::min_element(all.begin(), all.end(),
                             [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  }
  // May these be one customer? A type counts only if more than one of the customers holds it.
  bool fits(const std::vector<Identifier>& ids, bool several_users) const {
    std::map<std::string, std::vector<Identifier>> customers;
    for (const Identifier& i : ids) customers[text(best(i))] = component(i);
    std::map<IdentifierType, std::pair<std::uint32_t, std::uint32_t>> held;  // values, holders
    for (const auto& [name, members] : customers) {
      std::set<IdentifierType> types;
      for (const Identifier& i : members) {
        ++held[i.type].first;
        if (types.insert(i.type).second) ++held[i.type].second;
      }
    }
    return std::none_of(held.begin(), held.end(), [&](const auto& h) {
      const std::uint32_t most = limit(h.first);
      if (most == 0 || (most == 1 && several_users)) return false;
      return h.second.second > 1 && h.second.first > most;
    });
  }
  bool over_limit(const Identifier& of) const {
    std::map<IdentifierType, std::uint32_t> held;
    for (const Identifier& i : component(of)) ++held[i.type];
    return std::any_of(held.begin(), held.end(), [&](const auto& h) {
      return limit(h.first) != 0 && h.second > limit(h.first);
    });
  }
  void connect(std::vector<Identifier> ids) {
    const Identifier owner = ids[0];
    std::erase_if(ids, [&](const Identifier& i) { return !(i == owner) && undone(owner, i); });
    while (!fits(ids, false)) {
      auto drop = ids.end() - 1;
      while (drop != ids.begin() && limit(drop->type) == 1) --drop;
      ids.erase(drop == ids.begin() ? ids.end() - 1 : drop);
    }
    for (std::size_t i = 1; i < ids.size(); ++i) {
      if (best(owner) == best(ids[i]) && over_limit(owner)) continue;
      join(owner, ids[i]);
    }
  }
  std::string anonymous(const std::string& device, Micros t) const {
    struct Piece {
      Micros start;
      bool known;
      Identifier user;
      std::vector<Micros> seen;
    };
    std::vector<Piece> pieces{{std::numeric_limits<Micros>::min(), false, {}, {}}};
    const Marks none;
    const auto found = marks_.find(device);
    const Marks& marks = found == marks_.end() ? none : found->second;
    std::vector<Micros> outs;
    if (const auto o = sign_outs_.find(device); o != sign_outs_.end()) {
      outs.assign(o->second.begin(), o->second.end());
    }
    std::size_t out = 0;
    for (const auto& [time, user] : marks) {
      for (; out < outs.size() && outs[out] <= time; ++out)
        pieces.push_back({outs[out], false, {}, {}});
      if (pieces.back().known && !(pieces.back().user == user))
        pieces.push_back({time, false, {}, {}});
      pieces.back().known = true;
      pieces.back().user = user;
      pieces.back().seen.push_back(time);
    }
    for (; out < outs.size(); ++out) pieces.push_back({outs[out], false, {}, {}});
    std::size_t mine = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (pieces[i].start <= t) mine = i;
    }
    const Piece& piece = pieces[mine];
    const std::string name = device + "#" + std::to_string(mine);
    if (!piece.known) return name;
    const bool near = std::any_of(piece.seen.begin(), piece.seen.end(), [&](Micros s) {
      return (s > t ? s - t : t - s) <= 30 * kMinute;
    });
    return t >= shared_from(marks) && !near ? name + " unattended" : text(best(piece.user));
  }
  Micros shared_from(const Marks& marks) const {
    for (const auto& [end, last] : marks) {
      std::set<std::string> users;
      for (const auto& [time, user] : marks) {
        if (user.type <= IdentifierType::crm_id && time <= end &&
            time >= end - policy_.shared_window) {
          users.insert(text(user));
        }
      }
      if (users.size() > policy_.shared_after) return end;
    }
    return std::numeric_limits<Micros>::max();
  }

  Policy policy_;
  std::vector<Identifier> seen_;
  std::vector<Link> links_;
  std::vector<Event> events_;
  std::map<std::string, Marks> marks_;
  std::map<std::string, std::set<Micros>> sign_outs_;
};

}  // namespace viaggio::identity
