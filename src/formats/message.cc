#include "formats/message.h"

#include <algorithm>
#include <cstdlib>
#include <random>

#include "base/text.h"
#include "formats/json_text.h"
#include "formats/money.h"
#include "formats/phone.h"
#include "formats/web_facts.h"
#include "model/order.h"

namespace viaggio::formats {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr Micros kYear1 = -62'135'596'800 * kSecond;  // 0001-01-01: what a four-digit year can say
constexpr std::size_t kLongestId = 512;
constexpr std::size_t kLongestName = 512;
constexpr std::size_t kLongestFact = 256;  // a campaign, a store: what classification looks at

Key key_of(std::string_view key) {
  switch (key.size()) {
    case 4:
      if (key == "type") return Key::type;
      if (key == "name") return Key::name;
      break;
    case 5:
      if (key == "event") return Key::event;
      break;
    case 6:
      if (key == "userId") return Key::user_id;
      if (key == "sentAt") return Key::sent_at;
      if (key == "traits") return Key::traits;
      break;
    case 7:
      if (key == "context") return Key::context;
      if (key == "groupId") return Key::group_id;
      break;
    case 8:
      if (key == "writeKey") return Key::write_key;
      if (key == "_viaggio") return Key::note;
      break;
    case 9:
      if (key == "messageId") return Key::message_id;
      if (key == "timestamp") return Key::timestamp;
      break;
    case 10:
      if (key == "properties") return Key::properties;
      if (key == "previousId") return Key::previous_id;
      break;
    case 11:
      if (key == "anonymousId") return Key::anonymous_id;
      break;
    case 17:
      if (key == "originalTimestamp") return Key::original_timestamp;
      break;
    default:
      break;
  }
  return Key::other;
}

std::string_view text_of(element e) {
  std::string_view text;
  if (e.get(text) != simdjson::SUCCESS) return {};
  return text;
}

bool object_of(element e, object& out) { return e.get(out) == simdjson::SUCCESS; }

std::string fact(std::string_view text) { return std::string(trim(text).substr(0, kLongestFact)); }

tl::unexpected<Refusal> refuse(std::string code, std::string field, std::string detail) {
  return tl::unexpected(Refusal{std::move(code), std::move(field), std::move(detail)});
}

// What the walk over context and properties finds, before it is decided what counts.
struct Facts {
  std::string_view page_url, page_referrer, page_search;
  std::string_view url, referrer, search;  // of properties
  std::string_view utm_source, utm_medium, utm_campaign;
  std::string_view user_agent, device_type, library, ip, currency;
  element traits, external_ids, store, channel, order_id, receipt_id, receipt_number;
  bool has_traits = false, has_external_ids = false, has_ip = false, mobile = false;
  bool has_store = false, has_channel = false, has_money = false;
  bool has_order_id = false, has_receipt_id = false, has_receipt_number = false;
};

void walk_page(element value, Facts& facts) {
  object page;
  if (!object_of(value, page)) return;
  for (const auto [key, member] : page) {
    if (key == "url")
      facts.page_url = text_of(member);
    else if (key == "referrer")
      facts.page_referrer = text_of(member);
    else if (key == "search")
      facts.page_search = text_of(member);
  }
}

void walk_campaign(element value, Facts& facts) {
  object campaign;
  if (!object_of(value, campaign)) return;
  for (const auto [key, member] : campaign) {
    if (key == "source")
      facts.utm_source = text_of(member);
    else if (key == "medium")
      facts.utm_medium = text_of(member);
    else if (key == "name")
      facts.utm_campaign = text_of(member);
  }
}

std::string_view inner_text(element value, std::string_view key) {
  object inner;
  element found;
  if (!object_of(value, inner) || inner.at_key(key).get(found) != simdjson::SUCCESS) return {};
  return text_of(found);
}

void walk_context(object context, Facts& facts) {
  for (const auto [key, value] : context) {
    switch (key.size()) {
      case 2:
        if (key == "ip") {
          facts.ip = text_of(value);
          facts.has_ip = !value.is_null();
        }
        break;
      case 4:
        if (key == "page") walk_page(value, facts);
        break;
      case 6:
        if (key == "traits" && value.is_object()) {
          facts.traits = value;
          facts.has_traits = true;
        } else if (key == "device") {
          facts.device_type = inner_text(value, "type");
        }
        break;
      case 7:
        if (key == "library") facts.library = inner_text(value, "name");
        break;
      case 8:
        if (key == "campaign") walk_campaign(value, facts);
        break;
      case 9:
        if (key == "userAgent") facts.user_agent = text_of(value);
        break;
      case 11:
        if (key == "externalIds") {
          facts.external_ids = value;
          facts.has_external_ids = value.is_array();
        }
        break;
      case 13:
        if (key == "userAgentData") {
          object data;
          bool mobile = false;
          if (object_of(value, data) && data.at_key("mobile").get(mobile) == simdjson::SUCCESS) {
            facts.mobile = mobile;
          }
        }
        break;
      default:
        break;
    }
  }
}

void walk_properties(object properties, Facts& facts) {
  for (const auto [key, value] : properties) {
    switch (key.size()) {
      case 3:
        if (key == "url") facts.url = text_of(value);
        break;
      case 5:
        facts.has_money |= key == "total" || key == "value";
        break;
      case 6:
        if (key == "search") facts.search = text_of(value);
        break;
      case 7:
        if (key == "channel") {
          facts.channel = value;
          facts.has_channel = value.is_string();
        } else {
          facts.has_money |= key == "revenue";
        }
        break;
      case 8:
        if (key == "referrer")
          facts.referrer = text_of(value);
        else if (key == "store_id") {
          facts.store = value;
          facts.has_store = true;
        } else if (key == "order_id") {
          facts.order_id = value;
          facts.has_order_id = !value.is_null();
        } else if (key == "currency") {
          facts.currency = text_of(value);
        } else {
          facts.has_money |= key == "products";
        }
        break;
      case 10:
        if (key == "receipt_id") {
          facts.receipt_id = value;
          facts.has_receipt_id = !value.is_null();
        }
        break;
      case 14:
        if (key == "receipt_number") {
          facts.receipt_number = value;
          facts.has_receipt_number = !value.is_null();
        }
        break;
      default:
        break;
    }
  }
}

// The text of an id that may be a number: as written.
std::string id_text(element value, std::string_view written) {
  if (value.is_string()) return std::string(trim(text_of(value)));
  return std::string(written);
}

// An id inside an object; its text is looked up again because numbers are kept as written.
std::string inner_id(element value, std::string_view object_text, std::string_view key) {
  if (value.is_string()) return std::string(trim(text_of(value)));
  if (!value.is_number()) return {};
  return std::string(member(object_text, key));
}

void add_identifier(IncomingEvent& out, IdentifierType type, std::string value) {
  if (value.empty() || value.size() > kLongestId) return;
  Identifier identifier{type, std::move(value)};
  if (std::find(out.identifiers.begin(), out.identifiers.end(), identifier) ==
      out.identifiers.end()) {
    out.identifiers.push_back(std::move(identifier));
  }
}

std::string new_message_id() {
  thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  static const char* const kHex = "0123456789abcdef";
  std::string id = "viaggio-";
  for (int word = 0; word < 2; ++word) {
    std::uint64_t bits = random();
    for (int i = 0; i < 16; ++i, bits >>= 4) id += kHex[bits & 15];
  }
  return id;
}

bool is_browser_library(std::string_view name) {
  return name == "analytics.js" || name == "RudderLabs JavaScript SDK" || name == "@jitsu/js" ||
         name == "posthog-js" || name == "web";
}

void add_member(std::string& json, std::string_view key, std::string_view value) {
  json.pop_back();  // the closing brace
  if (trim(std::string_view(json)).size() > 1) json += ',';
  json.append("\"").append(key).append("\":").append(value).append("}");
}

// Reads one message; the steps run in order and each refuses with the member to blame.
class Taker {
 public:
  Taker(const RawMessage& message, const BatchDefaults& defaults, const ParseContext& context,
        IncomingEvent& out)
      : m_(message), defaults_(defaults), context_(context), out_(out) {}

  Taken<void> take(std::optional<EventType> type) {
    if (auto done = check_shapes(); !done) return done;
    if (auto done = take_type(type); !done) return done;
    if (auto done = take_name(); !done) return done;
    if (auto done = take_message_id(); !done) return done;
    if (auto done = take_time(); !done) return done;
    walk();
    if (auto done = take_identifiers(); !done) return done;
    take_web_facts();
    take_business_facts();
    take_traits();
    write_json();
    return {};
  }

 private:
  Taken<void> check_shapes() const {
    struct Shape {
      Key key;
      const char* field;
    };
    static constexpr Shape kObjects[] = {
        {Key::properties, "properties"}, {Key::traits, "traits"}, {Key::context, "context"}};
    for (const Shape& shape : kObjects) {
      if (m_.has(shape.key) && !m_.dom(shape.key).is_object()) {
        return refuse("wrong_type", shape.field, std::string(shape.field) + " must be an object");
      }
    }
    if (m_.has(Key::note)) {
      return refuse("reserved_field", "_viaggio", "the member _viaggio is reserved");
    }
    return {};
  }

  Taken<void> take_type(std::optional<EventType> type) {
    if (!type) {
      std::string_view text;
      if (!m_.has(Key::type)) {
        return refuse("missing_field", "type",
                      "a message in a batch needs a type: track, identify, page, screen, group or "
                      "alias");
      }
      if (m_.dom(Key::type).get(text) != simdjson::SUCCESS) {
        return refuse("wrong_type", "type", "type must be a string");
      }
      for (int i = 0; i < static_cast<int>(EventType::system); ++i) {
        if (to_string(static_cast<EventType>(i)) == text) type = static_cast<EventType>(i);
      }
      if (!type) {
        return refuse("unknown_type", "type",
                      "type must be track, identify, page, screen, group "
                      "or alias");
      }
    }
    out_.kind.type = *type;
    return {};
  }

  Taken<void> take_name() {
    switch (out_.kind.type) {
      case EventType::page:
        out_.kind.name = "Page Viewed";
        return {};
      case EventType::screen:
        out_.kind.name = "Screen Viewed";
        return {};
      case EventType::track:
        break;
      default:
        return {};
    }
    if (!m_.has(Key::event)) {
      return refuse("missing_field", "event", "a track message needs the name of its event");
    }
    std::string_view name;
    if (m_.dom(Key::event).get(name) != simdjson::SUCCESS) {
      return refuse("wrong_type", "event", "event must be a string");
    }
    name = trim(name);
    if (name.empty()) {
      return refuse("missing_field", "event", "a track message needs the name of its event");
    }
    if (name.size() > kLongestName) {
      return refuse("too_long", "event",
                    "the name of an event has at most " + std::to_string(kLongestName) + " bytes");
    }
    out_.kind.name = name;
    return {};
  }

  Taken<void> take_message_id() {
    if (m_.has(Key::message_id)) {
      const element value = m_.dom(Key::message_id);
      if (!value.is_string() && !value.is_number()) {
        return refuse("wrong_type", "messageId", "messageId must be a string");
      }
      out_.message_id =
          value.is_string() ? std::string(text_of(value)) : std::string(m_.text(Key::message_id));
      if (out_.message_id.size() > kLongestId) {
        return refuse("too_long", "messageId",
                      "messageId has at most " + std::to_string(kLongestId) + " bytes");
      }
    }
    out_.message_id_assigned = out_.message_id.empty();
    if (out_.message_id_assigned) out_.message_id = new_message_id();
    return {};
  }

  // Nothing when the member is absent or an empty text.
  Taken<std::optional<Micros>> time_of(Key key, const char* field) const {
    if (!m_.has(key)) return std::nullopt;
    const element value = m_.dom(key);
    if (value.is_number()) {
      // As written: the parsed value of a number beyond a machine word says nothing.
      const double number = std::strtod(std::string(m_.text(key)).c_str(), nullptr);
      constexpr double kMillisFrom = 1e11;  // 1973 as milliseconds, 5138 as seconds
      constexpr double kYear10000 = 253402300800e6;
      constexpr double kFirst = static_cast<double>(kYear1);
      const double micros = number < kMillisFrom ? number * 1e6 : number * 1e3;
      if (micros >= kFirst && micros < kYear10000) return static_cast<Micros>(micros);
    } else if (value.is_string()) {
      const std::string_view text = trim(text_of(value));
      if (text.empty()) return std::nullopt;
      const auto time = parse_time(text);
      if (!time) return refuse("invalid_time", field, time.error().detail);
      return *time;
    }
    return refuse("wrong_type", field,
                  std::string(field) + " must be a time such as 2026-11-23T10:00:00.000Z");
  }

  // One of timestamp and originalTimestamp is corrected by the sender's clock error
  // (received_at - sentAt); when both are there, timestamp is already right.
  Taken<void> take_time() {
    auto timestamp = time_of(Key::timestamp, "timestamp");
    if (!timestamp) return tl::unexpected(timestamp.error());
    auto original = time_of(Key::original_timestamp, "originalTimestamp");
    if (!original) return tl::unexpected(original.error());
    auto sent = time_of(Key::sent_at, "sentAt");
    if (!sent) return tl::unexpected(sent.error());
    if (!m_.has(Key::sent_at)) sent = defaults_.sent_at_time;
    if (!*timestamp && !*original) timestamp = defaults_.timestamp_time;
    Micros time = context_.received_at;
    if (*timestamp && *original) {
      time = **timestamp;
    } else if (*timestamp || *original) {
      time = *timestamp ? **timestamp : **original;
      if (*sent) time += context_.received_at - **sent;
      if (time < kYear1) time = *timestamp ? **timestamp : **original;  // sentAt is nonsense
    }
    if (time > context_.received_at + kDay) {
      time = context_.received_at;
      out_.flags |= kTimeClamped;
    }
    out_.time = time;
    return {};
  }

  void walk() {
    object inner;
    if (m_.has(Key::context) && object_of(m_.dom(Key::context), inner)) walk_context(inner, f_);
    if (m_.has(Key::properties) && object_of(m_.dom(Key::properties), inner)) {
      walk_properties(inner, f_);
    }
  }

  Taken<void> take_id(Key key, const char* field, IdentifierType type) {
    if (!m_.has(key)) return {};
    const element value = m_.dom(key);
    if (!value.is_string() && !value.is_number()) {
      return refuse("wrong_type", field, std::string(field) + " must be a string");
    }
    std::string text = id_text(value, m_.text(key));
    if (text.size() > kLongestId) {
      return refuse("too_long", field,
                    std::string(field) + " has at most " + std::to_string(kLongestId) + " bytes");
    }
    add_identifier(out_, type, std::move(text));
    return {};
  }

  void take_traits_identifiers(element traits, std::string_view text) {
    object inner;
    if (!object_of(traits, inner)) return;
    for (const auto [key, value] : inner) {
      const bool email = key == "email", phone = key == "phone";
      if (!email && !phone) continue;
      const std::string written = inner_id(value, text, key);
      const IdentifierType type = email ? IdentifierType::email : IdentifierType::phone;
      add_identifier(out_, type,
                     normalise_identifier(type, written, context_.country, context_.phones));
    }
  }

  void take_external_ids() {
    simdjson::dom::array list;
    if (!f_.has_external_ids || f_.external_ids.get(list) != simdjson::SUCCESS) return;
    JsonElements texts(member(m_.text(Key::context), "externalIds"));
    for (const element entry : list) {
      texts.next();
      object inner;
      element id;
      IdentifierType type;
      if (!object_of(entry, inner) || inner.at_key("id").get(id) != simdjson::SUCCESS ||
          !parse_identifier_type(inner_text(entry, "type"), type)) {
        continue;
      }
      add_identifier(out_, type,
                     normalise_identifier(type, inner_id(id, texts.value(), "id"), context_.country,
                                          context_.phones));
    }
  }

  Taken<void> take_identifiers() {
    if (auto done = take_id(Key::user_id, "userId", IdentifierType::user_id); !done) return done;
    const bool has_user = !out_.identifiers.empty();
    take_external_ids();
    // The traits of a group describe the group, not the person.
    if (m_.has(Key::traits) && out_.kind.type != EventType::group) {
      take_traits_identifiers(m_.dom(Key::traits), m_.text(Key::traits));
    }
    if (f_.has_traits) {
      object inner;
      element unused;
      // Numbers need their text; that is rare enough to look for it only then.
      std::string_view text;
      if (object_of(f_.traits, inner) && (inner.at_key("phone").get(unused) == simdjson::SUCCESS ||
                                          inner.at_key("email").get(unused) == simdjson::SUCCESS)) {
        text = member(m_.text(Key::context), "traits");
        take_traits_identifiers(f_.traits, text);
      }
    }
    if (auto done = take_id(Key::anonymous_id, "anonymousId", IdentifierType::anonymous_id);
        !done) {
      return done;
    }
    return check_required(has_user);
  }

  Taken<void> check_required(bool has_user) {
    if (m_.has(Key::previous_id)) {
      const element value = m_.dom(Key::previous_id);
      if (!value.is_string() && !value.is_number()) {
        return refuse("wrong_type", "previousId", "previousId must be a string");
      }
      out_.previous_id = id_text(value, m_.text(Key::previous_id));
      if (out_.previous_id.size() > kLongestId) {
        return refuse("too_long", "previousId",
                      "previousId has at most " + std::to_string(kLongestId) + " bytes");
      }
    }
    if (out_.kind.type == EventType::alias) {
      if (!has_user) return refuse("missing_field", "userId", "an alias message needs userId");
      if (out_.previous_id.empty()) {
        return refuse("missing_field", "previousId", "an alias message needs previousId");
      }
    }
    if (out_.kind.type == EventType::group && !m_.has(Key::group_id)) {
      return refuse("missing_field", "groupId", "a group message needs groupId");
    }
    if (out_.kind.type == EventType::group && !m_.dom(Key::group_id).is_string() &&
        !m_.dom(Key::group_id).is_number()) {
      return refuse("wrong_type", "groupId", "groupId must be a string");
    }
    if (context_.sender == Sender::write_key && out_.identifiers.empty()) {
      return refuse("missing_identifier", "userId",
                    "the message needs userId, anonymousId, an external id or an e-mail or phone "
                    "in its traits");
    }
    return {};
  }

  void take_web_facts() {
    EventKind& kind = out_.kind;
    kind.source = context_.source;
    const std::string_view url = f_.page_url.empty() ? f_.url : f_.page_url;
    const std::string_view referrer = f_.page_referrer.empty() ? f_.referrer : f_.page_referrer;
    if (!referrer.empty()) {
      kind.referrer_host = host_of(referrer);
      if (!kind.referrer_host.empty() && kind.referrer_host == host_of(url)) {
        kind.referrer_host.clear();
      }
    }
    std::string_view query = url;
    if (query.find('?') == std::string_view::npos) {
      query = f_.page_search.empty() ? f_.search : f_.page_search;
    }
    if (query.find('?') != std::string_view::npos) {
      QueryFacts facts = query_facts(query);
      kind.utm_source = fact(facts.utm_source);
      kind.utm_medium = fact(facts.utm_medium);
      kind.utm_campaign = fact(facts.utm_campaign);
      kind.click_id = facts.click_id;
    }
    if (!f_.utm_source.empty()) kind.utm_source = fact(f_.utm_source);
    if (!f_.utm_medium.empty()) kind.utm_medium = fact(f_.utm_medium);
    if (!f_.utm_campaign.empty()) kind.utm_campaign = fact(f_.utm_campaign);
    kind.web =
        kind.type == EventType::page || !f_.page_url.empty() || is_browser_library(f_.library);
    const AgentFacts agent = agent_facts(f_.user_agent);
    kind.device = device(agent.device);
    if (agent.bot) out_.flags |= kBot;
  }

  std::string_view device(std::string_view of_agent) const {
    const std::string_view type = f_.device_type;
    if (type == "mobile" || type == "tablet" || type == "desktop") return type;
    if (type == "ios" || type == "android" || type == "phone" || type == "smartphone") {
      return "mobile";
    }
    return f_.mobile && of_agent != "tablet" ? "mobile" : of_agent;
  }

  void take_business_facts() {
    const std::string_view text = m_.text(Key::properties);
    if (f_.has_store) out_.kind.store = fact(inner_id(f_.store, text, "store_id"));
    if (f_.has_channel) out_.kind.sales_channel = fact(text_of(f_.channel));
    if (out_.kind.type != EventType::track) return;
    if (f_.has_money) {
      if (const auto value = event_value(out_.kind.name, text)) out_.value = *value;
    }
    if (f_.currency.size() == 3) {
      out_.currency = f_.currency;
      for (char& c : out_.currency) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        if (c < 'A' || c > 'Z') {
          out_.currency.clear();
          break;
        }
      }
    }
    if (!reports_order(out_.kind.name)) return;
    if (f_.has_order_id) out_.order_id = inner_id(f_.order_id, text, "order_id");
    if (out_.order_id.empty() && f_.has_receipt_id) {
      out_.order_id = inner_id(f_.receipt_id, text, "receipt_id");
    }
    if (out_.order_id.empty() && f_.has_receipt_number) {
      out_.order_id = inner_id(f_.receipt_number, text, "receipt_number");
    }
    if (out_.order_id.size() > kLongestId) out_.order_id.resize(kLongestId);
  }

  void take_traits() {
    if (out_.kind.type == EventType::identify && m_.has(Key::traits)) {
      out_.traits_json = m_.text(Key::traits);
    } else if (f_.has_traits) {
      out_.traits_json = member(m_.text(Key::context), "traits");
    }
    if (out_.traits_json == "{}") out_.traits_json.clear();
  }

  // The text as sent; then context.ip shortened, the batch's context and the note added, if any.
  void write_json() {
    const std::string_view sent = m_.whole();
    const std::string_view context = m_.text(Key::context);
    const bool lent = m_.context_is_lent();
    CollectorNote note;
    if (!m_.has(Key::sent_at)) note.sent_at = defaults_.sent_at;
    note.import_id = context_.import_id;
    note.do_not_track = context_.do_not_track;
    note.global_privacy_control = context_.global_privacy_control;
    if (f_.has_ip) {
      out_.received_from = shorten_ip(trim(f_.ip));
    } else if (!context_.received_from.empty()) {
      out_.received_from = shorten_ip(context_.received_from);
    }
    std::string& json = out_.json;
    json.reserve(sent.size() + (note.empty() ? 0 : 160) + (lent ? context.size() + 16 : 0));
    if (f_.has_ip && !lent) {
      append_with_short_ip(json, sent, context);
    } else {
      json.assign(sent);
    }
    if (lent) {
      std::string shared;
      append_with_short_ip(shared, context, context);
      add_member(json, "context", shared);
    }
    add_note(json, note);
  }

  // Every member "ip" of context is replaced, also a repeated or an escaped one. `context` lies
  // inside `sent`.
  void append_with_short_ip(std::string& out, std::string_view sent,
                            std::string_view context) const {
    const char* copied = sent.data();
    for (JsonMembers members(context); members.next();) {
      if (!key_is(members.raw_key(), "ip")) continue;
      const std::string_view value = members.value();
      out.append(copied, static_cast<std::size_t>(value.data() - copied));
      append_quoted(out, f_.ip == "0.0.0.0" ? f_.ip : std::string_view(out_.received_from));
      copied = value.data() + value.size();
    }
    out.append(copied, static_cast<std::size_t>(sent.data() + sent.size() - copied));
  }

  const RawMessage& m_;
  const BatchDefaults& defaults_;
  const ParseContext& context_;
  IncomingEvent& out_;
  Facts f_;
};

}  // namespace

void RawMessage::read(simdjson::dom::object object, const char* text, const char* limit) {
  has_.fill(false);
  text_.fill({});
  lent_ = false;
  JsonMembers texts(std::string_view(text, static_cast<std::size_t>(limit - text)));
  for (const auto [key, value] : object) {
    texts.next();
    const Key known = key_of(key);
    if (known == Key::other) continue;
    const std::size_t i = index(known);
    has_[i] = !value.is_null();
    dom_[i] = value;
    text_[i] = has_[i] ? texts.value() : std::string_view();
  }
  texts.next();  // steps over the closing brace
  whole_ = std::string_view(text, static_cast<std::size_t>(texts.after() - text));
}

void RawMessage::lend_context(simdjson::dom::element context, std::string_view text) {
  const std::size_t i = index(Key::context);
  has_[i] = lent_ = true;
  dom_[i] = context;
  text_[i] = text;
}

void add_note(std::string& json, const CollectorNote& note) {
  if (note.empty()) return;
  json.pop_back();  // the closing brace
  json.append(trim(std::string_view(json)).size() > 1 ? ",\"_viaggio\":{" : "\"_viaggio\":{");
  const auto key = [&](std::string_view name) {
    json.append(json.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  };
  const auto text = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    key(name);
    append_quoted(json, value);
  };
  const auto flag = [&](std::string_view name, bool on) {
    if (!on) return;
    key(name);
    json += "true";
  };
  text("sentAt", note.sent_at);
  text("importId", note.import_id);
  text("receivedAt", note.received_at);
  flag("doNotTrack", note.do_not_track);
  flag("globalPrivacyControl", note.global_privacy_control);
  json += "}}";
}

Taken<void> take_message(const RawMessage& message, std::optional<EventType> type,
                         const BatchDefaults& defaults, const ParseContext& context,
                         IncomingEvent& out) {
  return Taker(message, defaults, context, out).take(type);
}

}  // namespace viaggio::formats
