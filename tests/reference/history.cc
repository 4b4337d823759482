#include "history.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "filters.h"

namespace viaggio::reference {
namespace {

std::string text_of(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// Nodes of a message: its user and its anonymous id.
std::vector<std::string> nodes_of(const json& message) {
  std::vector<std::string> nodes;
  if (const auto user = text_of(message, "userId"); !user.empty())
    nodes.push_back("user_id:" + user);
  if (const auto anon = text_of(message, "anonymousId"); !anon.empty())
    nodes.push_back("anonymous_id:" + anon);
  return nodes;
}

class Components {
 public:
  void add(const std::string& node) { parent_.emplace(node, node); }
  void join(const std::string& a, const std::string& b) {
    add(a);
    add(b);
    parent_[find(a)] = find(b);
  }
  std::string find(std::string node) const {
    while (parent_.at(node) != node) node = parent_.at(node);
    return node;
  }
  // Smallest user id of the component, else "~" and the smallest anonymous id.
  std::string name(const std::string& node) const {
    const std::string root = find(node);
    std::string best;
    for (const auto& [other, parent] : parent_) {
      if (find(other) != root) continue;
      const bool user = other.rfind("user_id:", 0) == 0;
      if (user) return other.substr(8);  // the map is sorted: the first user id is the smallest ...
      if (best.empty()) best = "~" + other.substr(13);
    }
    return best;  // ... but anonymous ids sort before user ids
  }

 private:
  std::map<std::string, std::string> parent_;
};

std::optional<std::int64_t> amount(const json& properties, const char* key) {
  const auto at = properties.find(key);
  if (at == properties.end()) return std::nullopt;
  const auto number = number_of(*at);
  if (!number) return std::nullopt;
  return std::llround(*number * 10000.0);
}

std::optional<std::int64_t> value_of(const std::string& name, const json& p) {
  if (!p.is_object()) return std::nullopt;
  const std::string currency = text_of(p, "currency");
  if (!currency.empty() && currency != "EUR") return std::nullopt;
  const bool order = name == "Order Completed" || name == "Receipt Issued";
  const bool refund = name == "Order Refunded" || name == "Item Returned";
  if (!order && !refund) return amount(p, "revenue");
  std::optional<std::int64_t> v;
  for (const char* key : {"total", "revenue", "value"}) {
    if (!v) v = amount(p, key);
  }
  if (!v && p.contains("products") && p["products"].is_array()) {
    for (const json& line : p["products"]) {
      const auto price = number_of(line.value("price", json()));
      const auto quantity = number_of(line.value("quantity", json(1)));
      if (price && quantity) v = v.value_or(0) + std::llround(*price * *quantity * 10000.0);
    }
  }
  if (v && refund) v = -std::abs(*v);
  return v;
}

std::string order_id(const json& p) {
  for (const char* key : {"order_id", "receipt_id", "receipt_number"}) {
    const auto at = p.find(key);
    if (at == p.end() || at->is_null()) continue;
    const std::string id = at->is_string() ? at->get<std::string>() : at->dump();
    if (!id.empty()) return id;
  }
  return {};
}

// Of a plain path: "properties.x" or "context.x".
std::string session_id(const Event& e, const std::string& field) {
  const auto dot = field.find('.');
  if (dot == std::string::npos) return {};
  const json& object = field.substr(0, dot) == "properties" ? e.properties : e.context;
  const std::string key = field.substr(dot + 1);
  if (!object.is_object() || !object.contains(key) || object[key].is_null()) return {};
  return object[key].is_string() ? object[key].get<std::string>() : object[key].dump();
}

void assign_sessions(Customer& customer, Micros gap, const std::string& id_field) {
  std::map<std::string, std::pair<Micros, std::string>> open;  // anonymous id -> last time, session
  int number = 0;
  for (Event* e : customer.events) {
    const auto name = [&] { return customer.name + "#" + std::to_string(++number); };
    if (const std::string id = session_id(*e, id_field); !id.empty()) {
      e->session = customer.name + "=" + id;
      continue;
    }
    if (e->anonymous_id.empty()) {
      e->session = name();
      continue;
    }
    auto& [last, session] = open[e->anonymous_id];
    if (session.empty() || e->time - last > gap) session = name();
    last = e->time;
    e->session = session;
  }
}

bool is_web(const Event& e) {
  if (e.type == "page") return true;
  const json page = e.context.is_object() ? e.context.value("page", json()) : json();
  return page.is_object() && !text_of(page, "url").empty();
}

// Web events inherit the channel of their session's first event.
void inherit_channels(Customer& customer) {
  std::map<std::string, std::string> first;  // by session, of that event alone
  for (Event* e : customer.events) {
    const std::string& channel = first.emplace(e->session, e->channel).first->second;
    if (is_web(*e)) e->channel = channel;
  }
}

}  // namespace

void History::add_message(const std::string& source, const json& message) {
  const std::string id = text_of(message, "messageId");
  for (const Entry& e : entries_) {
    if (!id.empty() && e.source == source && text_of(e.message, "messageId") == id) return;
  }
  Entry entry;
  entry.sequence = ++sequence_;
  entry.source = source;
  entry.message = message;
  entries_.push_back(std::move(entry));
}

void History::merge(const std::string& a, const std::string& b) {
  Entry entry;
  entry.sequence = ++sequence_;
  entry.a = a;
  entry.b = b;
  entries_.push_back(std::move(entry));
}

bool History::undo_last_merge() {
  std::set<std::uint64_t> undone;
  for (const Entry& e : entries_) undone.insert(e.undoes);
  for (auto e = entries_.rbegin(); e != entries_.rend(); ++e) {
    if (e->a.empty() || undone.count(e->sequence) != 0) continue;
    Entry undo;
    undo.undoes = e->sequence;
    undo.sequence = ++sequence_;
    entries_.push_back(std::move(undo));
    return true;
  }
  return false;
}

void History::classify(Event& event) const {
  event.touchpoint = event.channel = "other";  // what no rule places
  for (const char* kind : {"rules", "channel_rules"}) {
    if (!touchpoints_.is_object() || !touchpoints_.contains(kind)) continue;
    const bool channel = std::string(kind) == "channel_rules";
    for (const json& rule : touchpoints_[kind]) {
      bool all = true;
      for (const json& filter : rule["where"])
        all = all && filter["value"] == event.name;  // scripts use name eq only
      if (!all) continue;
      (channel ? event.channel : event.touchpoint) = rule[channel ? "channel" : "touchpoint"];
      break;
    }
  }
}

Snapshot History::as_of(std::uint64_t sequence, Micros clock, Micros session_gap) const {
  Snapshot out;
  out.clock = clock;
  Components components;
  std::set<std::uint64_t> undone;
  for (const Entry& e : entries_) {
    if (e.sequence <= sequence) undone.insert(e.undoes);
  }
  std::set<std::string> orders;
  std::vector<std::pair<std::string, json>> identified;  // node, message
  std::map<std::uint64_t, std::string> node_of;
  for (const Entry& e : entries_) {
    if (e.sequence > sequence || e.undoes != 0) continue;
    if (!e.a.empty()) {
      if (undone.count(e.sequence) == 0) components.join(e.a, e.b);
      continue;
    }
    const auto nodes = nodes_of(e.message);
    for (const auto& node : nodes) components.join(node, nodes.front());
    const std::string type = text_of(e.message, "type");
    if (type == "identify" && !nodes.empty()) identified.emplace_back(nodes.front(), e.message);
    if (type != "track" && type != "page" && type != "screen") continue;
    Event event;
    event.sequence = e.sequence;
    event.time = parse_time(text_of(e.message, "timestamp")).value();
    event.type = type;
    event.name = type == "page"     ? "Page Viewed"
                 : type == "screen" ? "Screen Viewed"
                                    : nfc(text_of(e.message, "event"));
    event.source = e.source;
    event.anonymous_id = text_of(e.message, "anonymousId");
    event.properties = e.message.value("properties", json::object());
    event.context = e.message.value("context", json::object());
    event.traits = e.message.value("traits", json::object());
    event.value = value_of(event.name, event.properties);
    classify(event);
    if (event.name == "Order Completed" || event.name == "Receipt Issued") {
      const std::string id = order_id(event.properties);
      if (!id.empty() && !orders.insert(id).second) continue;  // a repeated report of an order
    }
    if (event.time > clock) continue;
    if (!nodes.empty()) node_of[event.sequence] = nodes.front();
    out.events.push_back(std::move(event));
  }
  std::sort(out.events.begin(), out.events.end(), [](const Event& a, const Event& b) {
    return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
  });
  for (Event& e : out.events) {
    const auto node = node_of.find(e.sequence);
    if (node == node_of.end()) continue;
    e.customer = components.name(node->second);
    Customer& customer = out.customers[e.customer];
    customer.name = e.customer;
    customer.events.push_back(&e);
  }
  std::stable_sort(identified.begin(), identified.end(), [](const auto& a, const auto& b) {
    return parse_time(text_of(a.second, "timestamp")).value() <
           parse_time(text_of(b.second, "timestamp")).value();
  });
  for (const auto& [node, message] : identified) {
    const std::string name = components.name(node);
    const auto customer = out.customers.find(name);
    if (customer == out.customers.end() || !message.contains("traits")) continue;
    for (const auto& [trait, v] : message["traits"].items()) customer->second.traits[trait] = v;
  }
  for (auto& [name, customer] : out.customers) {
    assign_sessions(customer, session_gap, session_id_field_);
    inherit_channels(customer);
  }
  return out;
}

}  // namespace viaggio::reference
