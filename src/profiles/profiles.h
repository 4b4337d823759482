#pragma once
// What is known of a customer now: the last value of each trait by (event time, sequence), a name to
// show, and finding a customer by any part of it. A projection of the log, kept by identity node, so
// that merges and undos move nothing here.
//
// Search reads one folded text (accents and case removed), a line an entry, by bit-parallel matching
// with errors: any part of a name, typos included; about 40 MB a million customers.
// Threads: one writer; readers under the same lock as the writer's (World::mutex).
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/value.h"

namespace viaggio::profiles {

class Profiles {
 public:
  // Reads traits (or context.traits) of a stored message.
  void note_event(NodeId node, Micros time, Sequence sequence, std::string_view json);
  void note_traits(NodeId node, Micros time, Sequence sequence, std::string_view traits_json);
  void note_identifier(NodeId node, const Identifier& identifier);
  void note_order(NodeId node, std::string_view order_id);

  // The value with the latest (time, sequence) over the nodes; absent = empty.
  Value trait(std::span<const NodeId> nodes, std::string_view name) const;
  std::string traits_json(std::span<const NodeId> nodes) const;  // a JSON object
  std::string name(std::span<const NodeId> nodes) const;         // empty when none is known

  struct Hit {
    NodeId node = kNoNode;
    int score = 0;  // less is better: 0 whole word, 1 part, 2 and 3 with typos
  };
  // Best first; `limit` distinct nodes.
  std::vector<Hit> search(std::string_view text, std::size_t limit) const;

  void clear();
  Status save(const std::string& file, Sequence upto) const;
  Result<Sequence> load(const std::string& file);
  std::size_t memory_bytes() const;

 private:
  struct Trait {
    std::uint32_t name = 0, value = 0;  // interned
    Micros time = 0;
    Sequence sequence = 0;
  };
  enum class EntryKind : std::uint8_t { name, identifier, order };
  struct Entry {
    std::uint64_t from = 0;  // start of its line in text_
    NodeId node = kNoNode;
    EntryKind kind = EntryKind::name;
  };
  std::uint32_t intern(std::string_view text);
  std::string_view interned(std::uint32_t id) const;
  const Trait* latest(std::span<const NodeId> nodes, std::uint32_t name) const;
  void add_entry(NodeId node, EntryKind kind, std::string_view folded);
  void index_name(NodeId node);

  std::unordered_map<NodeId, std::vector<Trait>> traits_;
  std::vector<std::string> strings_;
  std::unordered_map<std::string, std::uint32_t> string_ids_;
  std::string text_ = "\n";
  std::vector<Entry> entries_;
  std::unordered_map<NodeId, std::string> indexed_name_;
};

}  // namespace viaggio::profiles
