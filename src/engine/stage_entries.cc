#include "engine/stage_entries.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "base/text.h"
#include "engine/engine.h"
#include "journey/stages/fold.h"

namespace viaggio::engine {
namespace {

constexpr std::size_t kMostTold = 50;  // of a batch; the counters have them all

struct Entry {
  Sequence sequence = 0;
  Micros time = 0;
  CustomerId customer = kNoCustomer;
  int from = -1, to = 0;
};

using Wanted = std::unordered_map<CustomerId, std::vector<Sequence>>;  // each list ascending

// Visits the runs of the wanted customers: one pass over the tail, where those just touched are,
// and a look-up in the blocks for what was sealed meanwhile.
template <class Visit>
void visit_customers(const timeline::Snapshot& snapshot, Wanted wanted, Visit&& visit) {
  const timeline::CodeSpace tail_codes{snapshot.kinds(), nullptr};
  for (const auto& part : snapshot.parts()) {
    if (part.unowned || !part.tail) continue;
    for (const timeline::TailRef& ref : *part.tail) {
      const auto at = wanted.find(ref.customer);
      if (at == wanted.end()) continue;
      visit(tail_codes, ref.view(), at->second);
      wanted.erase(at);
    }
  }
  for (const auto& part : snapshot.parts()) {
    if (part.unowned || !part.block || wanted.empty()) continue;
    for (auto it = wanted.begin(); it != wanted.end();) {
      const std::uint32_t c = part.block->find(it->first);
      const bool here = c != part.block->customers() &&
                        !(part.struck && ((*part.struck)[c / 64] >> (c % 64) & 1) != 0);
      if (!here) {
        ++it;
        continue;
      }
      if (part.block->wide_codes()) {
        visit(part.block->codes(), part.block->template run<std::uint32_t>(c), it->second);
      } else {
        visit(part.block->codes(), part.block->template run<std::uint16_t>(c), it->second);
      }
      it = wanted.erase(it);
    }
  }
}

std::vector<Entry> entries_of(const journey::CompiledModel& model, const Scene& scene,
                              Wanted wanted) {
  std::vector<Entry> out;
  journey::Folder folder(model);
  visit_customers(*scene.context.snapshot, std::move(wanted),
                  [&](const timeline::CodeSpace& codes, const auto& run,
                      const std::vector<Sequence>& sequences) {
                    // To the end of time: events dated ahead of the clock were stored too.
                    folder.prepare(codes);
                    folder.fold(run, std::max(scene.context.now, run.time[run.size - 1]) + 1,
                                journey::StayEvents::bounds);
                    for (const journey::Stay& stay : folder.stays) {
                      if (!stay.has_event) continue;
                      const Sequence s = run.sequence(stay.first_event);
                      if (!std::binary_search(sequences.begin(), sequences.end(), s)) continue;
                      out.push_back({s, run.time[stay.first_event], run.customer,
                                     stay.from_nowhere ? -1 : stay.from, stay.stage});
                    }
                  });
  std::sort(out.begin(), out.end(),
            [](const Entry& a, const Entry& b) { return a.sequence < b.sequence; });
  return out;
}

std::string message_of(const Entry& e, const journey::StageModel& model) {
  const auto stage = [&](int i) {
    return i < 0 ? std::string("null") : json_text(model.stages[static_cast<std::size_t>(i)].id);
  };
  return "{\"model\":" + json_text(model.id) +
         ",\"customer_id\":" + json_text(identity::public_id(e.customer)) +
         ",\"from\":" + stage(e.from) + ",\"to\":" + stage(e.to) +
         ",\"timestamp\":" + json_text(format_time(e.time)) +
         ",\"cause\":" + std::to_string(e.sequence) + "}";
}

}  // namespace

StageEntries::StageEntries(Engine& engine, std::string_view model_text)
    : engine_(engine), rule_(hash64(model_text)) {}

Status StageEntries::load(const subscribe::Subscriptions& from) {
  auto text = from.state(name(), "entered");
  if (!text) return tl::unexpected(text.error());
  // DAY, then STAGE and COUNT in turn, a line each.
  Counts counts;
  std::vector<std::string> words(1);
  for (const char c : *text) {
    if (c == '\n')
      words.emplace_back();
    else
      words.back() += c;
  }
  auto number = [](const std::string& w) {
    std::uint64_t v = 0;
    std::from_chars(w.data(), w.data() + w.size(), v);
    return v;
  };
  counts.day = static_cast<std::int64_t>(number(words[0]));
  for (std::size_t i = 1; i + 1 < words.size(); i += 2)
    counts.entered[words[i]] = number(words[i + 1]);
  const std::lock_guard lock(mutex_);
  counts_ = std::move(counts);
  return {};
}

Status StageEntries::handle(std::span<const eventlog::Record> events, subscribe::Effects& effects) {
  next_ = counts_;
  told_.clear();
  auto model = engine_.stage_model("", {});
  if (!model) return tl::unexpected(model.error());
  Wanted wanted;
  std::shared_ptr<const timeline::Snapshot> snapshot;
  {
    // No commit comes in between: owners and runs belong together.
    const World& world = engine_.world();
    const std::shared_lock lock(world.mutex);
    for (const auto& r : events) {
      if (!ingest::in_journeys(r.header)) continue;
      const CustomerId customer = world.identity.customer_of(r.header);
      if (customer != kNoCustomer) wanted[customer].push_back(r.sequence);
    }
    snapshot = world.timeline->snapshot();
  }
  auto scene = engine_.scene(Common{});
  if (!scene) return tl::unexpected(scene.error());
  scene->context.snapshot = std::move(snapshot);
  auto compiled = journey::CompiledModel::compile(*model, scene->context);
  if (!compiled) return {};  // a model that asks for traits: nothing is computed as it happens
  const auto entries = entries_of(**compiled, *scene, std::move(wanted));
  const std::int64_t day = events.back().received_at / kDay;
  if (day != next_.day) next_ = {day, {}};
  for (const Entry& e : entries) {
    ++next_.entered[model->stages[static_cast<std::size_t>(e.to)].id];
    if (told_.size() < kMostTold) told_.push_back(message_of(e, *model));
  }
  std::string text = std::to_string(next_.day);
  for (const auto& [stage, count] : next_.entered)
    text += "\n" + stage + "\n" + std::to_string(count);
  effects.put("entered", text);
  return {};
}

void StageEntries::settled() {
  {
    const std::lock_guard lock(mutex_);
    counts_ = std::move(next_);
  }
  for (std::string& m : told_) engine_.live().publish("stage_entered", std::move(m));
  told_.clear();
}

std::map<std::string, std::uint64_t> StageEntries::picture(Micros now) const {
  const std::lock_guard lock(mutex_);
  return counts_.day == now / kDay ? counts_.entered : std::map<std::string, std::uint64_t>{};
}

}  // namespace viaggio::engine
