#include "timeline/timeline.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <mutex>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace viaggio::timeline {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kUnownedChunk =
    4096;  // events without a customer are held in runs of this size
constexpr int kManifestVersion = 2;
constexpr std::uint32_t kCopiedAtOnce = 4096;

bool struck_out(const StrikeBits* struck, std::uint32_t customer) {
  return struck != nullptr && ((*struck)[customer / 64] >> (customer % 64) & 1) != 0;
}

std::uint32_t spare_room(std::uint32_t n) { return 4 + n / 2; }

Status sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool ok = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!ok) return internal_error("cannot sync the folder " + folder, "timeline_write");
  return {};
}

Status write_file_synced(const std::string& file, const std::string& text) {
  const std::string temporary = file + ".new";
  const int fd = ::open(temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  bool ok = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
            ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  ok = ok && ::rename(temporary.c_str(), file.c_str()) == 0;
  if (!ok)
    return internal_error("cannot write " + file + ": " + std::strerror(errno), "timeline_write");
  return sync_folder(fs::path(file).parent_path());
}

}  // namespace

// A sealed block and who of it is struck out.
struct Layer {
  std::shared_ptr<const Block> block;
  std::shared_ptr<StrikeBits> struck;  // copied before a change when a snapshot holds it
  std::uint64_t dead = 0;              // events of those struck out

  bool is_struck(std::uint32_t index) const { return struck_out(struck.get(), index); }
  void strike(std::uint32_t index) {
    if (!struck) {
      struck = std::make_shared<StrikeBits>((block->customers() + 63) / 64, 0);
    } else if (struck.use_count() > 1) {
      struck = std::make_shared<StrikeBits>(*struck);
    }
    (*struck)[index / 64] |= std::uint64_t{1} << (index % 64);
    dead += block->offsets()[index + 1] - block->offsets()[index];
  }
};

// A range of customers [low, next slot's low). A customer lives in one place: in the tail, or in
// one layer where they are not struck out.
struct Slot {
  CustomerId low = 0;
  std::vector<Layer> layers;            // oldest first; the first is the largest
  std::unordered_set<CustomerId> gone;  // struck out, and not in this slot any more
  std::unordered_map<CustomerId, std::shared_ptr<TailRun>> tail;
  std::uint64_t tail_events = 0;
  mutable std::shared_ptr<const std::vector<TailRef>> refs;  // null: tail changed since

  std::uint64_t sealed_events() const {
    std::uint64_t n = 0;
    for (const Layer& l : layers) n += l.block->events() - l.dead;
    return n;
  }
  std::uint64_t dead_events() const {
    std::uint64_t n = 0;
    for (const Layer& l : layers) n += l.dead;
    return n;
  }
  // The layer that a customer lives in, and where; null: none.
  std::pair<Layer*, std::uint32_t> find(CustomerId customer) {
    for (std::size_t l = layers.size(); l-- > 0;) {
      const std::uint32_t index = layers[l].block->find(customer);
      if (index != layers[l].block->customers() && !layers[l].is_struck(index))
        return {&layers[l], index};
    }
    return {nullptr, 0};
  }
};

// After reading a slot's layers: whoever is in a newer one lives in no older one.
void strike_older(Slot& slot) {
  for (std::size_t l = slot.layers.size(); l-- > 1;) {
    const Block& block = *slot.layers[l].block;
    for (std::uint32_t c = 0; c < block.customers(); ++c) {
      if (slot.layers[l].is_struck(c)) continue;
      for (std::size_t older = 0; older < l; ++older) {
        Layer& layer = slot.layers[older];
        const std::uint32_t index = layer.block->find(block.customer_ids()[c]);
        if (index != layer.block->customers() && !layer.is_struck(index)) layer.strike(index);
      }
    }
  }
}

struct Timeline::Impl {
  Options options;
  mutable std::mutex mutex;  // guards all below
  std::mutex reseal_mutex;   // one reseal at a time
  std::vector<Slot> slots;
  std::vector<std::shared_ptr<const Block>> unowned_blocks;
  std::vector<std::shared_ptr<TailRun>> unowned_tail;
  std::uint64_t unowned_tail_events = 0;
  Sequence upto = 0;
  std::uint32_t kinds = 0;
  // Bounds of all times that ever were here; an empty timeline has none.
  Micros earliest = std::numeric_limits<Micros>::max(), latest = std::numeric_limits<Micros>::min();
  std::uint64_t next_file = 1;
  std::unordered_set<std::string> named;  // files of the manifest
  std::vector<std::string> obsolete;      // of these, to delete after the next checkpoint
  std::uint64_t resealed_blocks = 0, resealed_events = 0;
  std::uint64_t change = 0;
  mutable std::shared_ptr<const Snapshot> last_snapshot;
  mutable std::uint64_t last_change = ~std::uint64_t{0};
  mutable Micros last_time = 0;

  explicit Impl(Options o) : options(std::move(o)) { slots.emplace_back(); }

  std::string new_file(const char* what) {
    if (options.folder.empty()) return {};
    return options.folder + "/" + what + "-" + std::to_string(next_file++) + ".blk";
  }

  // A file that no manifest names goes at once: between two checkpoints a slot may be written anew
  // many times. Readers keep what they have mapped.
  void discard(const std::string& file) {
    if (file.empty()) return;
    if (named.contains(file)) {
      obsolete.push_back(file);
    } else {
      ::unlink(file.c_str());
    }
  }

  void bound(Micros t) {
    earliest = std::min(earliest, t);
    latest = std::max(latest, t);
  }
  void bound(const Block& block) {
    if (block.events() == 0) return;
    bound(block.earliest());
    bound(block.latest());
  }

  Slot& slot_of(CustomerId customer) {
    auto at = std::upper_bound(slots.begin(), slots.end(), customer,
                               [](CustomerId c, const Slot& s) { return c < s.low; });
    return *(at - 1);
  }

  // The customer's run in the tail; taken out of the sealed block first if it is there.
  std::shared_ptr<TailRun>& touch(Slot& slot, CustomerId customer, std::uint32_t expected) {
    slot.refs = nullptr;
    auto [at, fresh] = slot.tail.try_emplace(customer);
    if (!fresh) return at->second;
    slot.gone.erase(customer);
    if (const auto [layer, index] = slot.find(customer); layer != nullptr) {
      layer->strike(index);
      std::vector<Event> events;
      layer->block->copy(index, events);
      at->second = std::make_shared<TailRun>(
          events, options.session_gap,
          expected + spare_room(static_cast<std::uint32_t>(events.size())));
      slot.tail_events += at->second->size();
      return at->second;
    }
    at->second = std::make_shared<TailRun>(options.session_gap, expected + 4);
    return at->second;
  }

  void add_to(Slot& slot, CustomerId customer, const Event& e) {
    std::shared_ptr<TailRun>& run = touch(slot, customer, 1);
    ++slot.tail_events;
    const std::uint32_t n = run->size();
    const bool in_order = n == 0 || !(e < run->at(n - 1));
    if (in_order && !run->full()) {
      run->append(e);
      return;
    }
    std::vector<Event> events;
    events.reserve(n + 1);
    run->copy(n, events);
    events.insert(std::upper_bound(events.begin(), events.end(), e), e);
    run = std::make_shared<TailRun>(events, options.session_gap, spare_room(n + 1));
  }

  void add_unowned(const Event& e) {
    if (unowned_tail.empty() || unowned_tail.back()->full()) {
      unowned_tail.push_back(std::make_shared<TailRun>(TailRun::kNoSessions, kUnownedChunk));
    }
    unowned_tail.back()->append(e);
    ++unowned_tail_events;
  }

  std::shared_ptr<const Snapshot> build_snapshot() const {
    std::vector<Snapshot::Part> parts;
    parts.reserve(slots.size() + unowned_blocks.size() + 1);
    for (const Slot& slot : slots) {
      if (!slot.refs && !slot.tail.empty()) {
        auto refs = std::make_shared<std::vector<TailRef>>();
        refs->reserve(slot.tail.size());
        for (const auto& [customer, run] : slot.tail) {
          if (run->size() != 0) refs->emplace_back(customer, run);
        }
        slot.refs = std::move(refs);
      }
      for (const Layer& l : slot.layers) parts.push_back({l.block, l.struck, nullptr, false});
      if (!slot.tail.empty()) parts.push_back({nullptr, nullptr, slot.refs, false});
    }
    for (const auto& block : unowned_blocks) parts.push_back({block, nullptr, nullptr, true});
    if (!unowned_tail.empty()) {
      auto refs = std::make_shared<std::vector<TailRef>>();
      for (const auto& run : unowned_tail) refs->emplace_back(kNoCustomer, run);
      parts.push_back({nullptr, nullptr, refs, true});
    }
    return std::make_shared<Snapshot>(upto, kinds, earliest, latest, std::move(parts));
  }

  // Someone who is copied by himself: from the tail, or from a layer above the first.
  struct Loose {
    CustomerId customer = kNoCustomer;
    const TailRef* ref = nullptr;  // or
    const Block* block = nullptr;
    std::uint32_t index = 0;
  };
  static std::vector<Loose> loose_of(std::span<const Layer> layers,
                                     const std::vector<TailRef>& tail) {
    std::vector<Loose> out;
    for (std::size_t l = 1; l < layers.size(); ++l) {
      const Block& block = *layers[l].block;
      for (std::uint32_t c = 0; c < block.customers(); ++c) {
        if (!layers[l].is_struck(c)) out.push_back({block.customer_ids()[c], nullptr, &block, c});
      }
    }
    for (const TailRef& ref : tail) {
      if (ref.size != 0) out.push_back({ref.customer, &ref, nullptr, 0});
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Loose& a, const Loose& b) { return a.customer < b.customer; });
    return out;
  }
  static void add_loose(BlockBuilder& builder, const Loose& l) {
    if (l.ref != nullptr) {
      builder.add(l.ref->view(), CodeSpace{});
    } else if (l.block->wide_codes()) {
      builder.add(l.block->run<std::uint32_t>(l.index), l.block->codes());
    } else {
      builder.add(l.block->run<std::uint16_t>(l.index), l.block->codes());
    }
  }

  // All who live in the layers or in `tail`, in ascending order of customer, as new blocks.
  Result<std::vector<std::shared_ptr<const Block>>> pack(std::span<const Layer> layers,
                                                         const std::vector<TailRef>& tail,
                                                         bool split) {
    const std::vector<Loose> loose = loose_of(layers, tail);
    std::vector<std::shared_ptr<const Block>> done;
    BlockBuilder builder(options.session_gap);
    std::uint64_t total = 0;
    for (const TailRef& ref : tail) total += ref.size;
    for (const Layer& l : layers) total += l.block->events();
    builder.reserve(total);
    const std::uint64_t limit = std::uint64_t{options.block_events} * 2;
    auto flush = [&](bool always) -> Status {
      if (builder.empty() || (!always && (!split || builder.events() < limit / 2))) return {};
      std::string file;
      {
        const std::lock_guard lock(mutex);
        file = new_file("block");
      }
      auto built = builder.build(file);
      if (!built) return tl::unexpected(built.error());
      done.push_back(*built);
      builder = BlockBuilder(options.session_gap);
      return {};
    };
    split = split && total > limit;
    std::size_t t = 0;
    auto add_below = [&](std::uint64_t customer) -> Status {
      for (; t < loose.size() && loose[t].customer < customer; ++t) {
        add_loose(builder, loose[t]);
        if (auto ok = flush(false); !ok) return ok;
      }
      return {};
    };
    if (!layers.empty()) {
      // Customers between two that changed are copied at once.
      const Block& block = *layers.front().block;
      auto sealed = [&](auto code) -> Status {
        const CustomerId* ids = block.customer_ids();
        for (std::uint32_t c = 0; c < block.customers();) {
          if (layers.front().is_struck(c)) {
            ++c;
            continue;
          }
          if (auto ok = add_below(ids[c]); !ok) return ok;
          std::uint32_t end = c + 1;
          while (end < block.customers() && end - c < kCopiedAtOnce &&
                 !layers.front().is_struck(end) &&
                 (t == loose.size() || ids[end] < loose[t].customer))
            ++end;
          builder.add(block.slice<decltype(code)>(c, end, nullptr));
          if (auto ok = flush(false); !ok) return ok;
          c = end;
        }
        return {};
      };
      if (auto ok = block.wide_codes() ? sealed(std::uint32_t{}) : sealed(std::uint16_t{}); !ok)
        return tl::unexpected(ok.error());
    }
    // Runs of events without a customer come in as they are, under the highest number of all.
    for (; t < loose.size(); ++t) {
      add_loose(builder, loose[t]);
      if (auto ok = flush(false); !ok) return tl::unexpected(ok.error());
    }
    if (auto ok = flush(true); !ok) return tl::unexpected(ok.error());
    return done;
  }

  // Seals the tail of the slot that begins at `low`: as one more layer, which costs as much as the
  // tail, or, when too much is struck out or `whole`, everything anew.
  Status reseal(CustomerId low, bool whole) {
    std::vector<Layer> layers;
    std::vector<TailRef> tail;
    {
      const std::lock_guard lock(mutex);
      Slot& slot = slot_of(low);
      for (const auto& [customer, run] : slot.tail) tail.emplace_back(customer, run);
      const auto live = static_cast<double>(slot.sealed_events() + slot.tail_events);
      whole = whole || slot.layers.empty() || slot.layers.size() > options.layers ||
              static_cast<double>(slot.dead_events()) > options.dead_share * live;
      if (whole) layers = slot.layers;
    }
    auto packed = pack(layers, tail, whole);
    const std::lock_guard lock(mutex);
    if (!packed) return tl::unexpected(packed.error());
    Slot& slot = slot_of(low);
    forget_sealed(slot, tail);
    if (whole) {
      replace(slot, *packed);
    } else {
      add_layer(slot, *packed);
    }
    ++change;
    for (const auto& b : *packed) {
      ++resealed_blocks;
      resealed_events += b->events();
    }
    return {};
  }

  // Runs that were sealed as they are now leave the tail; whoever was touched after the picture was
  // taken stays.
  static void forget_sealed(Slot& slot, const std::vector<TailRef>& sealed) {
    for (const TailRef& ref : sealed) {
      const auto at = slot.tail.find(ref.customer);
      if (at == slot.tail.end() || at->second != ref.run || at->second->size() != ref.size)
        continue;
      slot.tail_events -= ref.size;
      slot.tail.erase(at);
      if (ref.size == 0) slot.gone.insert(ref.customer);
    }
    slot.refs = nullptr;
  }

  static void add_layer(Slot& slot, const std::vector<std::shared_ptr<const Block>>& blocks) {
    for (const auto& block : blocks) {
      Layer layer{block, nullptr, 0};
      for (const auto& [customer, run] : slot.tail) {
        const std::uint32_t index = block->find(customer);
        if (index != block->customers()) layer.strike(index);
      }
      slot.layers.push_back(std::move(layer));
    }
  }

  // The slot's layers become the new blocks, each a slot of its own; what changed meanwhile stays
  // in the tail, struck out of them.
  void replace(Slot& slot, const std::vector<std::shared_ptr<const Block>>& blocks) {
    const CustomerId low = slot.low;
    for (const Layer& l : slot.layers) discard(l.block->file());
    auto tail = std::move(slot.tail);
    std::vector<Slot> fresh(std::max<std::size_t>(1, blocks.size()));
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      if (i < blocks.size()) fresh[i].layers.push_back({blocks[i], nullptr, 0});
      fresh[i].low = i == 0 ? low : blocks[i]->customer_ids()[0];
    }
    const auto place = &slot - slots.data();
    slots.erase(slots.begin() + place);
    slots.insert(slots.begin() + place, std::make_move_iterator(fresh.begin()),
                 std::make_move_iterator(fresh.end()));
    for (auto& [customer, run] : tail) {
      Slot& home = slot_of(customer);
      const auto [layer, index] = home.find(customer);
      if (layer != nullptr) layer->strike(index);
      if (layer == nullptr && run->size() == 0) continue;
      home.tail_events += run->size();
      home.tail.emplace(customer, std::move(run));
    }
  }

  Status seal_unowned() {
    std::vector<TailRef> tail;
    {
      const std::lock_guard lock(mutex);
      for (const auto& run : unowned_tail) tail.emplace_back(kNoCustomer, run);
    }
    if (tail.empty()) return {};
    auto packed = pack({}, tail, true);
    if (!packed) return tl::unexpected(packed.error());
    const std::lock_guard lock(mutex);
    // Only whole chunks are stable while events arrive; a chunk that grew since is kept with its
    // rest.
    std::vector<std::shared_ptr<TailRun>> left;
    for (std::size_t i = 0; i < unowned_tail.size(); ++i) {
      const std::uint32_t sealed = i < tail.size() ? tail[i].size : 0;
      if (unowned_tail[i]->size() == sealed) continue;
      std::vector<Event> rest;
      for (std::uint32_t e = sealed; e < unowned_tail[i]->size(); ++e)
        rest.push_back(unowned_tail[i]->at(e));
      left.push_back(std::make_shared<TailRun>(rest, TailRun::kNoSessions, kUnownedChunk));
    }
    unowned_tail = std::move(left);
    unowned_tail_events = 0;
    for (const auto& run : unowned_tail) unowned_tail_events += run->size();
    unowned_blocks.insert(unowned_blocks.end(), packed->begin(), packed->end());
    ++change;
    return {};
  }

  void clear() {
    for (const Slot& s : slots) {
      for (const Layer& l : s.layers) discard(l.block->file());
    }
    for (const auto& b : unowned_blocks) discard(b->file());
    slots.clear();
    slots.emplace_back();
    unowned_blocks.clear();
    unowned_tail.clear();
    unowned_tail_events = 0;
    kinds = 0;
    earliest = std::numeric_limits<Micros>::max();
    latest = std::numeric_limits<Micros>::min();
    ++change;
  }
};

Timeline::Timeline(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Timeline::~Timeline() = default;

void Timeline::add(std::span<const Placement> events, Sequence upto) {
  const std::lock_guard lock(impl_->mutex);
  for (const Placement& p : events) {
    impl_->kinds = std::max(impl_->kinds, p.event.kind + 1);
    impl_->bound(p.event.time);
    if (p.customer == kNoCustomer) {
      impl_->add_unowned(p.event);
    } else {
      impl_->add_to(impl_->slot_of(p.customer), p.customer, p.event);
    }
  }
  impl_->upto = std::max(impl_->upto, upto);
  ++impl_->change;
}

void Timeline::join(CustomerId from, CustomerId into) {
  if (from == into) return;
  const std::lock_guard lock(impl_->mutex);
  Slot& source = impl_->slot_of(from);
  std::shared_ptr<TailRun>& run = impl_->touch(source, from, 0);
  std::vector<Event> moved;
  run->copy(run->size(), moved);
  source.tail_events -= run->size();
  run = std::make_shared<TailRun>(impl_->options.session_gap, 0);
  if (!moved.empty()) {
    Slot& target = impl_->slot_of(into);
    std::shared_ptr<TailRun>& other =
        impl_->touch(target, into, static_cast<std::uint32_t>(moved.size()));
    std::vector<Event> all;
    all.reserve(moved.size() + other->size());
    other->copy(other->size(), all);
    const auto middle = static_cast<std::ptrdiff_t>(all.size());
    all.insert(all.end(), moved.begin(), moved.end());
    std::inplace_merge(all.begin(), all.begin() + middle, all.end());
    target.tail_events += moved.size();
    other = std::make_shared<TailRun>(all, impl_->options.session_gap,
                                      spare_room(static_cast<std::uint32_t>(all.size())));
  }
  ++impl_->change;
}

std::vector<Placement> Timeline::take_out(std::span<const CustomerId> customers) {
  std::vector<Placement> out;
  const std::lock_guard lock(impl_->mutex);
  for (const CustomerId customer : customers) {
    Slot& slot = impl_->slot_of(customer);
    std::shared_ptr<TailRun>& run = impl_->touch(slot, customer, 0);
    for (std::uint32_t i = 0; i < run->size(); ++i) out.push_back({customer, run->at(i)});
    slot.tail_events -= run->size();
    run = std::make_shared<TailRun>(impl_->options.session_gap, 0);
  }
  ++impl_->change;
  return out;
}

std::shared_ptr<const Snapshot> Timeline::snapshot(Micros max_age) const {
  const std::lock_guard lock(impl_->mutex);
  const Impl& im = *impl_;
  if (im.last_snapshot && im.last_change == im.change) return im.last_snapshot;
  const Micros now = now_micros();
  if (im.last_snapshot && max_age > 0 && now - im.last_time < max_age) return im.last_snapshot;
  im.last_snapshot = im.build_snapshot();
  im.last_change = im.change;
  im.last_time = now;
  return im.last_snapshot;
}

Result<bool> Timeline::reseal_one() {
  const std::lock_guard one(impl_->reseal_mutex);
  CustomerId low = 0;
  bool unowned = false;
  {
    const std::lock_guard lock(impl_->mutex);
    std::uint64_t tail = 0, sealed = 0, most = 0;
    for (const Slot& s : impl_->slots) {
      tail += s.tail_events;
      sealed += s.sealed_events();
      if (s.tail_events >= most) {
        most = s.tail_events;
        low = s.low;
      }
    }
    const auto allowed = std::max<std::uint64_t>(
        impl_->options.tail_floor,
        static_cast<std::uint64_t>(impl_->options.tail_share * static_cast<double>(sealed)));
    unowned = impl_->unowned_tail_events > impl_->options.block_events;
    if (tail <= allowed && !unowned) return false;
  }
  const Status done = unowned ? impl_->seal_unowned() : impl_->reseal(low, false);
  if (!done) return tl::unexpected(done.error());
  return true;
}

Status Timeline::reseal_all() {
  const std::lock_guard one(impl_->reseal_mutex);
  if (auto ok = impl_->seal_unowned(); !ok) return ok;
  for (;;) {
    CustomerId low = 0;
    bool found = false;
    {
      const std::lock_guard lock(impl_->mutex);
      for (const Slot& s : impl_->slots) {
        if (!s.tail.empty() || s.layers.size() > 1 || s.dead_events() != 0) {
          low = s.low;
          found = true;
          break;
        }
      }
    }
    if (!found) return {};
    if (auto ok = impl_->reseal(low, true); !ok) return ok;
  }
}

Status Timeline::rebuild(const Source& source, Sequence upto) {
  const std::lock_guard one(impl_->reseal_mutex);
  struct Placed {
    CustomerId customer;
    Event event;
  };
  constexpr std::size_t kPiece = 1u
                                 << 20;  // freed piece by piece below: the peak stays near one copy
  std::vector<std::vector<Placed>> pieces;
  std::vector<Event> unowned;
  std::uint32_t kinds = 0;
  std::vector<std::uint32_t> counts;  // events of each customer number
  const Status read = source([&](const Placement& p) {
    kinds = std::max(kinds, p.event.kind + 1);
    if (p.customer == kNoCustomer) {
      unowned.push_back(p.event);
      return;
    }
    if (p.customer >= counts.size())
      counts.resize(std::max<std::size_t>(p.customer + 1, counts.size() * 2), 0);
    ++counts[p.customer];
    if (pieces.empty() || pieces.back().size() == kPiece) {
      pieces.emplace_back();
      pieces.back().reserve(kPiece);
    }
    pieces.back().push_back({p.customer, p.event});
  });
  if (!read) return read;

  // Cut the customer numbers into ranges of about block_events events, and spread the events over
  // the ranges; then each range is sorted and packed on its own.
  std::vector<CustomerId> lows{0};
  std::vector<std::uint64_t> sizes{0};
  for (CustomerId c = 0; c < counts.size(); ++c) {
    if (sizes.back() >= impl_->options.block_events && counts[c] != 0) {
      lows.push_back(c);
      sizes.push_back(0);
    }
    sizes.back() += counts[c];
  }
  std::vector<std::uint16_t> range_of(counts.size() / 64 +
                                      1);  // a start for the search, by 64 customers
  std::vector<std::vector<Placed>> ranges(lows.size());
  for (std::size_t r = 0; r < ranges.size(); ++r) ranges[r].reserve(sizes[r]);
  if (lows.size() < 0xFFFF) {
    std::size_t r = 0;
    for (std::size_t i = 0; i < range_of.size(); ++i) {
      while (r + 1 < lows.size() && lows[r + 1] <= i * 64) ++r;
      range_of[i] = static_cast<std::uint16_t>(r);
    }
  }
  for (std::vector<Placed>& piece : pieces) {
    for (const Placed& p : piece) {
      std::size_t r =
          lows.size() < 0xFFFF
              ? range_of[p.customer / 64]
              : static_cast<std::size_t>(std::upper_bound(lows.begin(), lows.end(), p.customer) -
                                         lows.begin() - 1);
      while (r + 1 < lows.size() && lows[r + 1] <= p.customer) ++r;
      ranges[r].push_back(p);
    }
    std::vector<Placed>().swap(piece);
  }

  {
    const std::lock_guard lock(impl_->mutex);
    impl_->clear();
  }
  std::vector<std::shared_ptr<const Block>> blocks(ranges.size());
  std::mutex failure_mutex;
  Status failure;
  parallel_for(ranges.size(), 0, [&](std::size_t r, unsigned) {
    std::vector<Placed>& range = ranges[r];
    if (range.empty()) return;
    const CustomerId low = lows[r];
    const CustomerId high =
        r + 1 < lows.size() ? lows[r + 1] : static_cast<CustomerId>(counts.size());
    std::vector<std::uint32_t> start(high - low + 1, 0);
    for (CustomerId c = low; c < high; ++c) start[c - low + 1] = start[c - low] + counts[c];
    std::vector<Event> events(range.size());
    std::vector<std::uint32_t> next(start.begin(), start.end() - 1);
    for (const Placed& p : range) events[next[p.customer - low]++] = p.event;
    std::vector<Placed>().swap(range);
    BlockBuilder builder(impl_->options.session_gap);
    builder.reserve(events.size());
    for (CustomerId c = low; c < high; ++c) {
      if (counts[c] == 0) continue;
      const std::span<Event> mine(events.data() + start[c - low], counts[c]);
      if (!std::is_sorted(mine.begin(), mine.end())) std::sort(mine.begin(), mine.end());
      builder.add(c, mine);
    }
    std::string file;
    {
      const std::lock_guard lock(impl_->mutex);
      file = impl_->new_file("block");
    }
    auto built = builder.build(file);
    const std::lock_guard lock(failure_mutex);
    if (built) {
      blocks[r] = *built;
    } else {
      failure = tl::unexpected(built.error());
    }
  });
  if (!failure) return failure;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->slots.clear();
    for (std::size_t r = 0; r < blocks.size(); ++r) {
      if (r != 0 && !blocks[r]) continue;
      Slot slot;
      slot.low = lows[r];
      if (blocks[r]) {
        slot.layers.push_back({blocks[r], nullptr, 0});
        impl_->bound(*blocks[r]);
      }
      impl_->slots.push_back(std::move(slot));
    }
    impl_->kinds = kinds;
    impl_->upto = upto;
    for (const Event& e : unowned) {
      impl_->bound(e.time);
      impl_->add_unowned(e);
    }
    ++impl_->change;
  }
  return impl_->seal_unowned();
}

Status Timeline::checkpoint() {
  if (impl_->options.folder.empty()) return {};
  const std::lock_guard one(impl_->reseal_mutex);
  if (auto ok = impl_->seal_unowned(); !ok) return ok;
  std::ostringstream manifest;
  std::vector<TailRef> tail;
  std::string tail_file;
  auto name = [](const std::string& file) { return fs::path(file).filename().string(); };
  {
    const std::lock_guard lock(impl_->mutex);
    manifest << "viaggio-timeline " << kManifestVersion << "\nupto " << impl_->upto << "\nkinds "
             << impl_->kinds << "\nsession_gap " << impl_->options.session_gap << "\n";
    impl_->named.clear();
    auto file = [&](const char* word, const Block& block) {
      manifest << word << " " << name(block.file()) << "\n";
      impl_->named.insert(block.file());
    };
    for (const Slot& s : impl_->slots) {
      manifest << "slot " << s.low << "\n";
      for (const Layer& l : s.layers) file("layer", *l.block);
      for (const CustomerId c : s.gone) manifest << "gone " << c << "\n";
      // A customer whose events went elsewhere is held as an empty run: it must stay struck out.
      for (const auto& [customer, run] : s.tail) {
        if (run->size() == 0) {
          manifest << "gone " << customer << "\n";
        } else {
          tail.emplace_back(customer, run);
        }
      }
    }
    for (const auto& b : impl_->unowned_blocks) file("unowned", *b);
  }
  if (!tail.empty()) {
    auto packed = impl_->pack({}, tail, false);
    if (!packed) return tl::unexpected(packed.error());
    tail_file = packed->front()->file();
    manifest << "tail " << name(tail_file) << "\n";
  }
  std::string text = manifest.str();
  text += "checksum " + std::to_string(hash64(text)) + "\n";
  if (auto ok = sync_folder(impl_->options.folder); !ok) return ok;
  if (auto ok = write_file_synced(impl_->options.folder + "/MANIFEST", text); !ok) return ok;
  const std::lock_guard lock(impl_->mutex);
  for (const std::string& file : impl_->obsolete) ::unlink(file.c_str());
  impl_->obsolete.clear();
  if (!tail_file.empty()) impl_->obsolete.push_back(tail_file);
  return {};
}

Result<Sequence> Timeline::open() {
  const std::string& folder = impl_->options.folder;
  if (folder.empty()) return Sequence{0};
  std::error_code ec;
  fs::create_directories(folder, ec);
  std::ifstream in(folder + "/MANIFEST");
  if (!in) return Sequence{0};
  std::stringstream whole;
  whole << in.rdbuf();
  const std::string text = whole.str();
  auto bad = [&](const std::string& what) {
    return internal_error("timeline manifest " + folder + "/MANIFEST: " + what +
                              "; the timeline will be rebuilt from the event log",
                          "timeline_damaged");
  };
  const std::size_t mark = text.rfind("checksum ");
  if (mark == std::string::npos ||
      text.substr(mark) !=
          "checksum " + std::to_string(hash64(std::string_view(text).substr(0, mark))) + "\n") {
    return bad("fails its checksum");
  }
  std::istringstream lines(text);
  std::string word, rest;
  int version = 0;
  lines >> word >> version;
  if (version != kManifestVersion) return bad("is of another version");
  const std::lock_guard lock(impl_->mutex);
  impl_->slots.clear();
  std::vector<CustomerId> gone;
  std::string tail_name;
  std::uint64_t highest = 0;
  auto load = [&](const std::string& name) -> Result<std::shared_ptr<const Block>> {
    const std::size_t dash = name.rfind('-');
    if (dash != std::string::npos)
      highest =
          std::max<std::uint64_t>(highest, std::strtoull(name.c_str() + dash + 1, nullptr, 10));
    return Block::open(folder + "/" + name, false);
  };
  Micros gap = 0;
  std::vector<std::string> live;
  while (lines >> word) {
    if (word == "upto") {
      lines >> impl_->upto;
    } else if (word == "kinds") {
      lines >> impl_->kinds;
    } else if (word == "session_gap") {
      lines >> gap;
    } else if (word == "gone") {
      CustomerId c = 0;
      lines >> c;
      gone.push_back(c);
    } else if (word == "slot") {
      lines >> impl_->slots.emplace_back().low;
    } else if (word == "layer" || word == "unowned") {
      lines >> rest;
      if (word == "layer" && impl_->slots.empty()) return bad("has a layer outside a slot");
      auto block = load(rest);
      if (!block) return tl::unexpected(block.error());
      live.push_back(rest);
      impl_->bound(**block);
      if (word == "layer") {
        impl_->slots.back().layers.push_back({*block, nullptr, 0});
      } else {
        impl_->unowned_blocks.push_back(*block);
      }
    } else if (word == "tail") {
      lines >> tail_name;
    } else {
      lines >> rest;
    }
  }
  if (impl_->slots.empty()) impl_->slots.emplace_back();
  if (gap != impl_->options.session_gap) return bad("was written with another session gap");
  for (Slot& slot : impl_->slots) strike_older(slot);
  for (const CustomerId c : gone) {
    Slot& slot = impl_->slot_of(c);
    if (const auto [layer, index] = slot.find(c); layer != nullptr) layer->strike(index);
    slot.gone.insert(c);
  }
  if (!tail_name.empty()) {
    auto block = load(tail_name);
    if (!block) return tl::unexpected(block.error());
    live.push_back(tail_name);
    impl_->bound(**block);
    std::vector<Event> events;
    for (std::uint32_t i = 0; i < (*block)->customers(); ++i) {
      events.clear();
      (*block)->copy(i, events);
      const CustomerId c = (*block)->customer_ids()[i];
      Slot& slot = impl_->slot_of(c);
      if (const auto [layer, index] = slot.find(c); layer != nullptr) layer->strike(index);
      slot.gone.erase(c);
      slot.tail_events += events.size();
      slot.tail[c] =
          std::make_shared<TailRun>(events, impl_->options.session_gap,
                                    spare_room(static_cast<std::uint32_t>(events.size())));
    }
    impl_->obsolete.push_back(folder + "/" + tail_name);
  }
  impl_->next_file = highest + 1;
  for (const std::string& name : live) impl_->named.insert(folder + "/" + name);
  // Blocks that no manifest names are left over from a crash.
  for (const auto& entry : fs::directory_iterator(folder, ec)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".blk" &&
        std::find(live.begin(), live.end(), name) == live.end()) {
      std::error_code ignored;
      fs::remove(entry.path(), ignored);
    }
  }
  ++impl_->change;
  return impl_->upto;
}

Status Timeline::verify() const {
  std::vector<std::string> files;
  {
    const std::lock_guard lock(impl_->mutex);
    for (const Slot& s : impl_->slots) {
      for (const Layer& l : s.layers) {
        if (!l.block->file().empty()) files.push_back(l.block->file());
      }
    }
    for (const auto& b : impl_->unowned_blocks) {
      if (!b->file().empty()) files.push_back(b->file());
    }
  }
  for (const std::string& file : files) {
    if (auto ok = Block::open(file, true); !ok) return tl::unexpected(ok.error());
  }
  return {};
}

Figures Timeline::figures() const {
  const auto picture = snapshot();
  Figures f;
  f.events = picture->events();
  f.unowned = picture->unowned_events();
  f.customers = picture->customers();
  f.tail_events = picture->tail_events();
  const std::lock_guard lock(impl_->mutex);
  auto count = [&](const Block& b) {
    ++f.blocks;
    f.block_bytes += b.bytes();
    f.hot_bytes += b.hot_bytes();
  };
  for (const Slot& s : impl_->slots) {
    for (const Layer& l : s.layers) count(*l.block);
    f.tail_customers += s.tail.size();
    for (const auto& [customer, run] : s.tail)
      f.tail_bytes += run->room() * TailRun::kBytesAnEvent + sizeof(TailRun) + 64;
  }
  for (const auto& b : impl_->unowned_blocks) count(*b);
  f.resealed_blocks = impl_->resealed_blocks;
  f.resealed_events = impl_->resealed_events;
  return f;
}

Sequence Timeline::upto() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->upto;
}

}  // namespace viaggio::timeline
