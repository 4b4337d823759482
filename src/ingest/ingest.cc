#include "ingest/ingest.h"

#include <algorithm>
#include <future>
#include <string_view>
#include <unordered_set>

#include "base/text.h"

namespace viaggio::ingest {

struct Ingest::Item {
  Batch batch;
  Done done;
  std::size_t bytes = 0;
  // An administrative act instead of events:
  std::string name, json;
  Act decide;
  std::function<void(Result<identity::Decision>)> decided;
  std::function<void()> between;
};

Ingest::Ingest(Parts parts, Options options,
               std::function<void(std::span<const Committed>)> on_commit,
               std::function<Status()> recover)
    : parts_(parts),
      options_(std::move(options)),
      on_commit_(std::move(on_commit)),
      recover_(std::move(recover)) {
  writer_ = std::thread([this] { run(); });
}

Ingest::~Ingest() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  writer_.join();
}

void Ingest::submit(Batch batch, Done done) {
  auto item = std::make_unique<Item>();
  for (const IncomingEvent& e : batch.events)
    item->bytes += sizeof(IncomingEvent) + e.json.size() + e.traits_json.size();
  item->batch = std::move(batch);
  item->done = std::move(done);
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    // A single batch larger than the queue is taken when nothing else waits.
    full = stopping_ || (queued_bytes_ != 0 && queued_bytes_ + item->bytes > options_.queue_bytes);
    if (!full) {
      queued_bytes_ += item->bytes;
      queue_.push_back(std::move(item));
    }
  }
  if (full) {
    item->done(fail(ErrorKind::overloaded, "overloaded",
                    "more events arrive than can be stored; send them again in a moment"));
    return;
  }
  wake_.notify_one();
}

Result<Answer> Ingest::store(Batch batch) {
  std::promise<Result<Answer>> promise;
  submit(std::move(batch), [&](Result<Answer> a) { promise.set_value(std::move(a)); });
  return promise.get_future().get();
}

Result<identity::Decision> Ingest::administer(const std::string& name, const std::string& json,
                                              Act decide) {
  std::promise<Result<identity::Decision>> promise;
  auto item = std::make_unique<Item>();
  item->name = name;
  item->json = json;
  item->decide = std::move(decide);
  item->decided = [&](Result<identity::Decision> d) { promise.set_value(std::move(d)); };
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(item));
  }
  wake_.notify_one();
  return promise.get_future().get();
}

void Ingest::between_commits(const std::function<void()>& what) {
  std::promise<void> promise;
  auto item = std::make_unique<Item>();
  item->between = [&] {
    what();
    promise.set_value();
  };
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(item));
  }
  wake_.notify_one();
  promise.get_future().get();
}

Ingest::Figures Ingest::figures() const {
  const std::lock_guard lock(mutex_);
  Figures f = figures_;
  f.queued_bytes = queued_bytes_;
  return f;
}

void Ingest::run() {
  for (;;) {
    std::vector<std::unique_ptr<Item>> group;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;  // stopping and drained
      std::size_t events = 0, bytes = 0;
      while (!queue_.empty()) {
        Item& next = *queue_.front();
        const bool special = next.decide || next.between;
        if (!group.empty() &&
            (special || events + next.batch.events.size() > options_.commit_events ||
             bytes + next.bytes > options_.commit_bytes)) {
          break;
        }
        events += next.batch.events.size();
        bytes += next.bytes;
        queued_bytes_ -= next.bytes;
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
        if (special) break;
      }
    }
    if (broken_) {
      const std::unique_lock world(parts_.world);
      if (const Status back = recover_(); back) broken_ = false;
    }
    if (group.front()->between) {
      group.front()->between();
    } else if (broken_) {
      const Error e{ErrorKind::overloaded, "storage_unavailable",
                    "the events cannot be stored now; send them again in a moment", ""};
      for (auto& item : group) {
        if (item->decide)
          item->decided(tl::unexpected(e));
        else
          item->done(tl::unexpected(e));
      }
    } else if (group.front()->decide) {
      act(*group.front());
    } else {
      commit(group);
    }
  }
}

Status Ingest::append(eventlog::NewCommit& commit, std::span<const identity::Change> changes,
                      std::span<const IncomingEvent* const> events) {
  auto first = parts_.log.append(commit);
  if (!first) {
    broken_ = true;
    const std::lock_guard lock(mutex_);
    ++figures_.failures;
    return tl::unexpected(first.error());
  }
  for (const identity::Change& change : changes) {
    if (!change.empty()) {
      if (auto ok = apply_change(change, parts_.identity, parts_.log, parts_.timeline); !ok)
        return ok;
    }
  }
  std::vector<timeline::Placement> placements;
  std::vector<Committed> committed;
  placements.reserve(commit.records.size());
  committed.reserve(commit.records.size());
  for (std::size_t i = 0; i < commit.records.size(); ++i) {
    const EventHeader& h = commit.records[i].header;
    const Sequence sequence = *first + i;
    if (in_journeys(h)) {
      placements.push_back(
          {parts_.identity.customer_of(h), {h.time, sequence, h.value, h.kind, h.device}});
    }
    committed.push_back({sequence, commit.received_at, h, i < events.size() ? events[i] : nullptr});
  }
  parts_.timeline.add(placements, *first + commit.records.size() - 1);
  on_commit_(committed);
  const std::lock_guard lock(mutex_);
  figures_.events += commit.records.size();
  ++figures_.commits;
  return {};
}

void Ingest::act(Item& item) {
  const std::unique_lock world(parts_.world);
  const Sequence sequence = parts_.log.next_sequence();
  const Micros now = now_micros();
  auto decision = item.decide(sequence, now);
  if (!decision) {
    item.decided(tl::unexpected(decision.error()));
    return;
  }
  eventlog::NewCommit commit;
  commit.received_at = now;
  EventKind kind;
  kind.type = EventType::system;
  kind.name = item.name;
  kind.source = "viaggio";
  bool fresh = false;
  const KindId id = parts_.kinds.intern(kind, fresh);
  if (fresh) commit.kinds.push_back({id, kind});
  EventHeader header;
  header.time = now;
  header.kind = id;
  header.type = EventType::system;
  const std::string message_id = "system-" + std::to_string(sequence);
  commit.records.push_back({header, "viaggio", message_id, item.json});
  commit.ledger = decision->entries;
  const Status stored = append(commit, std::span(&decision->change, 1), {});
  if (!stored) {
    item.decided(tl::unexpected(stored.error()));
  } else {
    item.decided(std::move(decision));
  }
}

void Ingest::commit(std::vector<std::unique_ptr<Item>>& group) {
  std::vector<eventlog::EventLog::MessageKey> keys;
  for (const auto& item : group) {
    for (const IncomingEvent& e : item->batch.events) keys.push_back({e.kind.source, e.message_id});
  }
  const std::unique_lock world(parts_.world);
  auto known = parts_.log.find(keys);
  if (!known) {
    for (auto& item : group) item->done(tl::unexpected(known.error()));
    return;
  }
  eventlog::NewCommit commit;
  commit.received_at = now_micros();
  std::vector<Answer> answers(group.size());
  std::vector<identity::Change> changes;
  std::vector<const IncomingEvent*> events;
  std::unordered_set<std::string> seen;
  std::vector<std::string> new_orders;
  const Sequence first = parts_.log.next_sequence();
  std::size_t k = 0;
  for (std::size_t g = 0; g < group.size(); ++g) {
    for (IncomingEvent& e : group[g]->batch.events) {
      const bool stored_before = (*known)[k++] != 0;
      std::string key = e.kind.source;
      key += '\0';
      key += e.message_id;
      if (stored_before || !seen.insert(std::move(key)).second) {
        ++answers[g].duplicates;
        continue;
      }
      ++answers[g].stored;
      const Sequence sequence = first + commit.records.size();
      EventHeader h;
      h.time = e.time;
      h.type = e.kind.type;
      h.value = e.value;
      h.flags = e.flags;
      if (!e.currency.empty() && e.currency != options_.currency) {
        h.flags |= kForeignCurrency;
        h.value = kNoValue;
      }
      if (!e.order_id.empty() && reports_order(e.kind.name)) {
        if (parts_.orders.add(e.order_id)) {
          new_orders.push_back(e.order_id);
        } else {
          h.flags |= kRepeatedOrder;
        }
      }
      bool fresh = false;
      h.kind = parts_.kinds.intern(e.kind, fresh);
      if (fresh) commit.kinds.push_back({h.kind, e.kind});
      identity::Decision d =
          parts_.identity.decide(e, sequence, commit.received_at, group[g]->batch.secret);
      h.node = d.owner;
      h.device = d.device;
      for (LedgerEntry& entry : d.entries) commit.ledger.push_back(std::move(entry));
      if (!d.change.empty()) changes.push_back(std::move(d.change));
      commit.records.push_back({h, e.kind.source, e.message_id, e.json});
      events.push_back(&e);
    }
  }
  Status stored;
  if (!commit.records.empty()) stored = append(commit, changes, events);
  if (!stored && broken_) {
    for (const std::string& id : new_orders) parts_.orders.forget(id);
  }
  {
    const std::lock_guard lock(mutex_);
    for (const Answer& a : answers) figures_.duplicates += a.duplicates;
  }
  for (std::size_t g = 0; g < group.size(); ++g) {
    if (stored || !broken_) {
      group[g]->done(answers[g]);
    } else {
      group[g]->done(fail(ErrorKind::overloaded, "storage_unavailable",
                          "the events could not be stored (" + stored.error().code +
                              "); send them again in a moment"));
    }
  }
}

}  // namespace viaggio::ingest
