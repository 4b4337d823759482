#pragma once
// The naive reference: what was loaded, resolved to customers by the plainest means. Written from
// docs/semantics alone; slow on purpose. Only tests link it. Not thread-safe.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/time.h"

namespace viaggio::reference {

using nlohmann::json;

// A journey event as a question sees it.
struct Event {
  std::uint64_t sequence = 0;
  Micros time = 0;
  std::string customer;  // empty = unowned
  std::string name, type, source, anonymous_id;
  std::string touchpoint, channel;  // empty = none
  std::string session;
  std::optional<std::int64_t> value;  // money, 1/10,000
  json properties, context, traits;
  std::map<std::string, int> stage;  // by model: index of the stage it counts in; absent = none
};

struct Customer {
  std::string name;
  std::vector<Event*> events;  // in order
  std::map<std::string, json> traits;
};

// Everything a question may look at, as of one epoch.
struct Snapshot {
  std::vector<Event> events;  // by (time, sequence), unowned ones too
  std::map<std::string, Customer> customers;
  Micros clock = 0;
};

class History {
 public:
  void add_message(const std::string& source, const json& message);
  void merge(const std::string& a, const std::string& b);
  bool undo_last_merge();
  void set_touchpoints(const json& config) { touchpoints_ = config; }
  void set_session_id_field(const std::string& field) { session_id_field_ = field; }
  std::uint64_t sequence() const { return sequence_; }
  Snapshot as_of(std::uint64_t sequence, Micros clock, Micros session_gap) const;

 private:
  struct Entry {
    std::uint64_t sequence = 0;
    std::string source;
    json message;              // a message, or
    std::string a, b;          // a merge of two nodes, or
    std::uint64_t undoes = 0;  // the undo of the merge with this sequence
  };
  void classify(Event& event) const;
  std::uint64_t sequence_ = 0;
  std::vector<Entry> entries_;
  json touchpoints_;
  std::string session_id_field_;  // "properties.x" or "context.x"; empty: none
};

}  // namespace viaggio::reference
