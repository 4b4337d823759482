#include "subscribe/subscriptions.h"

#include <algorithm>
#include <deque>

namespace viaggio::subscribe {
namespace {
constexpr std::size_t kTimersAStep = 1'000;
constexpr std::size_t kDeliveriesAStep = 1'000;
}  // namespace

// The changes of one call, over what is kept.
class Subscriptions::Changing final : public Effects {
 public:
  Changing(const State& state, std::string name, const Place& start)
      : place(start), state_(state), name_(std::move(name)) {}

  Result<std::string> get(std::string_view key) const override {
    auto value = read(state_key('s', name_, key));
    if (!value) return tl::unexpected(value.error());
    return value->value_or("");
  }
  void put(std::string_view key, std::string_view value) override {
    auto& change = changes[state_key('s', name_, key)];
    if (value.empty()) {
      change.reset();
    } else {
      change = std::string(value);
    }
  }
  Status send(std::string_view effect_key, std::string_view payload) override {
    const std::string done = state_key('d', name_, effect_key);
    auto sent = read(done);
    if (!sent) return tl::unexpected(sent.error());
    if (*sent) return {};
    changes[done] = "";
    std::string entry(effect_key);
    entry += '\0';
    entry += payload;
    changes[state_key('o', name_, sortable(static_cast<std::int64_t>(place.next_outbox++)))] =
        std::move(entry);
    return {};
  }
  Status arm(const Timer& timer) override {
    if (auto ok = disarm(timer.key); !ok) return ok;
    changes[state_key('i', name_, timer.key)] = sortable(timer.due);
    changes[state_key('t', name_, sortable(timer.due) + timer.key)] = timer.payload;
    return {};
  }
  Status disarm(std::string_view key) override {
    const std::string index = state_key('i', name_, key);
    auto due = read(index);
    if (!due) return tl::unexpected(due.error());
    if (!*due) return {};
    changes[state_key('t', name_, **due + std::string(key))].reset();
    changes[index].reset();
    return {};
  }

  Place place;
  State::Changes changes;

 private:
  Result<std::optional<std::string>> read(const std::string& key) const {
    const auto at = changes.find(key);
    if (at != changes.end()) return at->second;
    return state_.get(key);
  }
  const State& state_;
  const std::string name_;
};

Result<std::unique_ptr<Subscriptions>> Subscriptions::open(const eventlog::EventLog& log,
                                                           Options options) {
  auto state = State::open(options.folder);
  if (!state) return tl::unexpected(state.error());
  return std::unique_ptr<Subscriptions>(
      new Subscriptions(log, std::move(options), std::move(*state)));
}

Status Subscriptions::add(std::shared_ptr<Subscriber> subscriber) {
  const std::string name = subscriber->name();
  auto place = state_->place(name);
  if (!place) return tl::unexpected(place.error());
  const Sequence end = log_.next_sequence() - 1;
  State::Changes changes;
  if (!*place || (*place)->rule != subscriber->rule()) {
    // What an older rule left must go before the new cursor stands: a crash in between only repeats
    // the removal.
    for (const char part : {'t', 'i', 'o'}) {
      if (auto ok = state_->remove_all(state_key(part, name)); !ok) return ok;
    }
    Place fresh{end, subscriber->rule(), *place ? (*place)->next_outbox : 0};
    State::put_place(name, fresh, changes);
    if (auto ok = state_->commit(changes); !ok) return ok;
  } else if ((*place)->cursor > end) {
    // A folder whose log was brought back from an older back-up.
    Place back = **place;
    back.cursor = end;
    State::put_place(name, back, changes);
    if (auto ok = state_->commit(changes); !ok) return ok;
  }
  std::erase_if(subscribers_, [&](const auto& s) { return s->name() == name; });
  subscribers_.push_back(std::move(subscriber));
  return {};
}

Status Subscriptions::survive(Moment m) const {
  if (!options_.survives || options_.survives(m)) return {};
  return internal_error("ended by a test", "ended");
}

Status Subscriptions::keep(Subscriber& s, Changing& effects) {
  if (auto ok = survive(Moment::handled); !ok) return ok;
  State::put_place(s.name(), effects.place, effects.changes);
  if (auto ok = state_->commit(effects.changes); !ok) return ok;
  s.settled();
  return survive(Moment::kept);
}

Result<bool> Subscriptions::step(Micros now) {
  const Sequence end = log_.next_sequence();
  bool more = false;
  Status failed;
  for (const auto& s : subscribers_) {
    auto read = events(*s, end);
    // A subscriber that is behind fires nothing: an event not yet handled may disarm the timer.
    if (read && !*read) {
      read = timers(*s, now);
    }
    if (read) {
      more = more || *read;
      read = outbox(*s);
    }
    if (!read) {
      failed = tl::unexpected(read.error());
      if (read.error().code == "ended") break;
      continue;
    }
    more = more || *read;
  }
  if (!failed) return tl::unexpected(failed.error());
  return more;
}

Result<bool> Subscriptions::events(Subscriber& s, Sequence end) {
  auto place = state_->place(s.name());
  if (!place) return tl::unexpected(place.error());
  const Sequence from = (*place)->cursor + 1;
  if (from >= end) return false;
  const Sequence to = std::min(end, from + options_.batch);
  std::vector<eventlog::Record> records;
  records.reserve(to - from);
  std::deque<std::string> texts;  // what the records point to
  Status read;
  if (s.wants_bodies()) {
    read = log_.scan(from, to, [&](const eventlog::Record& r) {
      eventlog::Record kept = r;
      for (std::string_view* view : {&kept.source, &kept.message_id, &kept.json})
        *view = texts.emplace_back(*view);
      records.push_back(kept);
      return true;
    });
  } else {
    read = log_.scan_headers(
        from, to, [&](Sequence first, Micros received, std::span<const EventHeader> headers) {
          for (const EventHeader& h : headers)
            records.push_back({first++, received, h, {}, {}, {}});
          return true;
        });
  }
  if (!read) return tl::unexpected(read.error());
  if (records.size() != to - from)
    return internal_error("the log holds fewer events than it says", "log_damaged");
  Changing effects(*state_, s.name(), **place);
  if (auto ok = s.handle(records, effects); !ok) return tl::unexpected(ok.error());
  effects.place.cursor = to - 1;
  if (auto ok = keep(s, effects); !ok) return tl::unexpected(ok.error());
  return true;
}

Result<bool> Subscriptions::timers(Subscriber& s, Micros now) {
  const std::string name = s.name(), prefix = state_key('t', name);
  for (std::size_t n = 0; n < kTimersAStep; ++n) {
    auto next = state_->first(prefix);
    if (!next) return tl::unexpected(next.error());
    if (!*next) return n != 0;
    const std::string_view rest = std::string_view((*next)->key).substr(prefix.size());
    const Timer timer{std::string(rest.substr(8)), from_sortable(rest), (*next)->value};
    if (timer.due > now) return n != 0;
    auto place = state_->place(name);
    if (!place) return tl::unexpected(place.error());
    Changing effects(*state_, name, **place);
    // Taken away first: firing may arm it again.
    if (auto ok = effects.disarm(timer.key); !ok) return tl::unexpected(ok.error());
    if (auto ok = s.fire(timer, effects); !ok) return tl::unexpected(ok.error());
    if (auto ok = keep(s, effects); !ok) return tl::unexpected(ok.error());
  }
  return true;
}

Result<bool> Subscriptions::outbox(Subscriber& s) {
  const std::string prefix = state_key('o', s.name());
  std::string last;
  for (std::size_t n = 0; n < kDeliveriesAStep; ++n) {
    auto next = state_->first(prefix, last);
    if (!next) return tl::unexpected(next.error());
    if (!*next) return n != 0;
    // Nothing leaves before it is certain that the same effect will not be decided again.
    if (n == 0) {
      if (auto ok = state_->sync(); !ok) return tl::unexpected(ok.error());
    }
    last = (*next)->key;
    const std::string_view entry = (*next)->value;
    const std::size_t cut = entry.find('\0');
    if (auto ok = s.deliver(entry.substr(0, cut), entry.substr(cut + 1)); !ok) return n != 0;
    if (auto ok = survive(Moment::delivered); !ok) return tl::unexpected(ok.error());
    if (auto ok = state_->commit({{(*next)->key, std::nullopt}}); !ok)
      return tl::unexpected(ok.error());
  }
  return true;
}

Result<Sequence> Subscriptions::cursor(std::string_view name) const {
  auto place = state_->place(name);
  if (!place) return tl::unexpected(place.error());
  return *place ? (*place)->cursor : 0;
}

Result<std::string> Subscriptions::state(std::string_view name, std::string_view key) const {
  auto value = state_->get(state_key('s', name, key));
  if (!value) return tl::unexpected(value.error());
  return value->value_or("");
}

}  // namespace viaggio::subscribe
