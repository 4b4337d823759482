#pragma once
// What is known of a customer now: the last value of each trait by (event time, sequence), a name
// to show, and finding a customer by any part of it. A projection of the log, kept by identity
// node, so that merges and undos move nothing here. A customer is given as its nodes, the survivor
// first: what the survivor says wins, else the latest of the others. Every note_ may be repeated
// with the same facts (a replay) without effect. Threads: one writer; readers under the same lock
// as the writer's. Errors: a damaged checkpoint is an error of load, which leaves everything empty.
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/value.h"
#include "profiles/search_index.h"
#include "profiles/string_pool.h"

namespace viaggio::profiles {

class Profiles {
 public:
  using Hit = profiles::Hit;

  // Reads traits and context.traits of a stored message.
  void note_event(NodeId node, Micros time, Sequence sequence, std::string_view json);
  void note_traits(NodeId node, Micros time, Sequence sequence, std::string_view traits_json);
  void note_identifier(NodeId node, const Identifier& identifier);
  void note_order(NodeId node, std::string_view order_id);
  // Erasure: nothing of the node is shown or found any more; its texts leave with the next save and
  // load.
  void forget(NodeId node);

  // A dot enters an object ("address.city") unless a trait has that very name. Absent = empty.
  Value trait(std::span<const NodeId> nodes, std::string_view name) const;
  std::string traits_json(std::span<const NodeId> nodes) const;  // a JSON object, names in order
  // name, else first and last name, else what stands before the @ of the e-mail; empty when none is
  // known.
  std::string name(std::span<const NodeId> nodes) const;

  // Any part of a name (accents and typos forgiven), a telephone number in any spelling, any part
  // of an e-mail or card, the beginning of an order or receipt number. Best first; `limit` distinct
  // nodes.
  std::vector<Hit> search(std::string_view text, std::size_t limit) const;

  void clear();
  // A file with everything up to a sequence; load answers that sequence, 0 when there is no file.
  Status save(const std::string& file, Sequence upto) const;
  Result<Sequence> load(const std::string& file);
  std::size_t memory_bytes() const;

 private:
  struct Trait {
    std::uint32_t name = 0, value = 0;  // in names_ (quoted) and values_ (JSON)
    Micros time = 0;
    Sequence sequence = 0;
  };
  void put(NodeId node, std::string_view quoted_name, std::string_view value, Micros time,
           Sequence sequence);
  const Trait* current(std::span<const NodeId> nodes, std::uint32_t name) const;
  void index_name(NodeId node);
  std::string given_name(std::span<const NodeId> nodes) const;
  std::string text_of(std::span<const NodeId> nodes, std::string_view name) const;
  bool read(std::string_view in);

  std::unordered_map<NodeId, std::vector<Trait>> traits_;
  StringPool names_, values_;
  SearchIndex index_;
  Sequence loaded_ = 0;
};

}  // namespace viaggio::profiles
