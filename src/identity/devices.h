#pragma once
// Devices and anonymous ids in event time: who was seen signed in when (marks), and the tenures
// that follow from it. A tenure is a maximal interval without a change of the signed-in user and
// without a sign-out; it belongs to the first user marked in it. The first begins before all time.
// Between two users the boundary is the later one's first mark; after a sign-out a new tenure
// begins, which its first user then owns whole. Marks and tenures depend on the set of marks alone,
// never on the order of their arrival. Not thread-safe for writing.
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "identity/sorted_chunks.h"
#include "model/event.h"

namespace viaggio::identity {

class CheckpointWriter;
class CheckpointReader;
class Nodes;

inline constexpr Micros kBeforeAllTime = std::numeric_limits<Micros>::min();
inline constexpr Micros kNever = std::numeric_limits<Micros>::max();
inline constexpr Micros kSessionGap = 30 * kMinute;  // of presence on a shared device

// A place in a device's time: between equal times a sign-out (user = kNoNode) comes first, then
// users by type and value, so that ties fall the same way in whatever order they arrive.
struct Position {
  Micros time = kBeforeAllTime;
  NodeId user = kNoNode;
};
struct Mark {  // 12 bytes
  std::uint32_t time_low = 0, time_high = 0;
  NodeId user = kNoNode;
  Mark() = default;
  explicit Mark(Position p)
      : time_low(static_cast<std::uint32_t>(static_cast<std::uint64_t>(p.time))),
        time_high(static_cast<std::uint32_t>(static_cast<std::uint64_t>(p.time) >> 32)),
        user(p.user) {}
  Position position() const {
    return {static_cast<Micros>(std::uint64_t{time_high} << 32 | time_low), user};
  }
};
struct Tenure {
  Micros start = kBeforeAllTime;
  NodeId start_user = kNoNode;  // whose mark begins it; kNoNode: a sign-out, or the beginning
  NodeId node = kNoNode;
  NodeId unattended = kNoNode;  // shared device: owns what nobody signed in did
  Position position() const { return {start, start_user}; }
};

struct DeviceHistory {
  using Marks = SortedChunks<Mark>;
  using Tenures = SortedChunks<Tenure>;
  NodeId base = kNoNode;
  Marks marks;
  Tenures tenures;
  Micros shared_from = kNever;
};

// Marks of one tenure: what lies before and after a position inside it.
struct Neighbours {
  NodeId before = kNoNode, after = kNoNode;  // users
  Position after_position;
};

class Devices {
 public:
  explicit Devices(const Nodes& nodes) : nodes_(nodes) {}

  std::uint32_t add(NodeId base);
  NodeId base(std::uint32_t device) const { return devices_[device].base; }
  DeviceHistory* history(std::uint32_t device) { return devices_[device].history.get(); }
  const DeviceHistory* history(std::uint32_t device) const {
    return devices_[device].history.get();
  }
  DeviceHistory& ensure_history(std::uint32_t device);
  Micros last_anonymous(std::uint32_t device) const { return devices_[device].last_anonymous; }
  void saw_anonymous(std::uint32_t device, Micros time) {
    if (time > devices_[device].last_anonymous) devices_[device].last_anonymous = time;
  }

  bool precedes(Position a, Position b) const;
  // The tenure that holds the position (its last start at or before it).
  DeviceHistory::Tenures::Cursor tenure_at(const DeviceHistory& h, Position p) const;
  DeviceHistory::Tenures::Cursor tenure_at_time(const DeviceHistory& h, Micros t) const;
  Position end_of(const DeviceHistory& h, DeviceHistory::Tenures::Cursor tenure) const;
  Neighbours around(const DeviceHistory& h, DeviceHistory::Tenures::Cursor tenure,
                    Position p) const;
  bool has_mark(const DeviceHistory& h, Position p) const;
  bool add_mark(DeviceHistory& h, Position p);  // false: it was there
  NodeId user_of(const DeviceHistory& h, DeviceHistory::Tenures::Cursor tenure) const;
  // Is a mark of this tenure within the session gap of t?
  bool attended(const DeviceHistory& h, DeviceHistory::Tenures::Cursor tenure, Micros t) const;
  // The node that owns an anonymous event of that time.
  NodeId owner_at(std::uint32_t device, Micros t) const;
  // The earliest time at or after the mark, and within the window of it, when more than `most`
  // distinct persons were seen within the window; kNever if none. Looks at up to 256 tenures each
  // way.
  Micros shared_since(const DeviceHistory& h, Position mark, std::uint32_t most,
                      Micros window) const;

  std::size_t size() const { return devices_.size(); }
  std::size_t memory_bytes() const;
  void save(CheckpointWriter& out) const;
  bool load(CheckpointReader& in);

 private:
  struct Presence {  // of one person in one tenure
    NodeId user;
    Micros first, last;
  };
  std::optional<Presence> presence(const DeviceHistory& h, DeviceHistory::Tenures::Cursor at) const;
  bool returned(const DeviceHistory& h, DeviceHistory::Tenures::Cursor tenure, Micros since) const;
  struct Device {
    Micros last_anonymous = kBeforeAllTime;
    std::unique_ptr<DeviceHistory> history;  // only once someone signed in or out
    NodeId base = kNoNode;
  };
  const Nodes& nodes_;
  std::vector<Device> devices_;
};

}  // namespace viaggio::identity
