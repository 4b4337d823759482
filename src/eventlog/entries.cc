#include "eventlog/entries.h"

#include "eventlog/bytes.h"

namespace viaggio::eventlog {
namespace {

constexpr std::uint8_t kLayout = 1;

void put_entry(std::string& out, const LedgerEntry& e) {
  put_varint(out, e.id);
  put_varint(out, e.sequence);
  put(out, e.time);
  put(out, static_cast<std::uint8_t>(e.op));
  put(out, static_cast<std::uint8_t>(e.rule));
  put(out, e.a);
  put(out, e.b);
  put_varint(out, e.ref);
  put(out, e.at);
  put(out, static_cast<std::uint8_t>(e.identifier.type));
  put_text(out, e.identifier.value);
  put_text(out, e.actor);
}

bool take_entry(Reader& in, LedgerEntry& e) {
  e.id = in.varint();
  e.sequence = in.varint();
  e.time = in.number<Micros>();
  const auto op = in.number<std::uint8_t>();
  const auto rule = in.number<std::uint8_t>();
  e.a = in.number<NodeId>();
  e.b = in.number<NodeId>();
  e.ref = in.varint();
  e.at = in.number<Micros>();
  const auto type = in.number<std::uint8_t>();
  e.identifier.value = in.text();
  e.actor = in.text();
  if (!in.good() || op > static_cast<std::uint8_t>(LedgerOp::shared) ||
      rule > static_cast<std::uint8_t>(LinkRule::undone_before) || type >= kIdentifierTypes) {
    return false;
  }
  e.op = static_cast<LedgerOp>(op);
  e.rule = static_cast<LinkRule>(rule);
  e.identifier.type = static_cast<IdentifierType>(type);
  return true;
}

}  // namespace

std::string encode_ledger(const std::vector<LedgerEntry>& entries) {
  std::string out;
  put(out, kLayout);
  put_varint(out, entries.size());
  for (const LedgerEntry& e : entries) put_entry(out, e);
  return out;
}

bool decode_ledger(std::string_view value, std::vector<LedgerEntry>& out) {
  Reader in(value);
  out.clear();
  if (in.number<std::uint8_t>() != kLayout) return false;
  const std::uint64_t count = in.varint();
  if (!in.good() || count > value.size()) return false;
  out.resize(count);
  for (LedgerEntry& e : out) {
    if (!take_entry(in, e)) return false;
  }
  return in.at_end();
}

std::string encode_kind(const EventKind& k) {
  std::string out;
  put(out, kLayout);
  put(out, static_cast<std::uint8_t>(k.type));
  put(out, static_cast<std::uint8_t>(k.web));
  for (const std::string* s :
       {&k.name, &k.source, &k.referrer_host, &k.utm_source, &k.utm_medium, &k.utm_campaign,
        &k.click_id, &k.store, &k.sales_channel, &k.device}) {
    put_text(out, *s);
  }
  return out;
}

bool decode_kind(std::string_view value, EventKind& k) {
  Reader in(value);
  if (in.number<std::uint8_t>() != kLayout) return false;
  const auto type = in.number<std::uint8_t>();
  k.web = in.number<std::uint8_t>() != 0;
  for (std::string* s : {&k.name, &k.source, &k.referrer_host, &k.utm_source, &k.utm_medium,
                         &k.utm_campaign, &k.click_id, &k.store, &k.sales_channel, &k.device}) {
    *s = in.text();
  }
  if (!in.good() || !in.at_end() || type > static_cast<std::uint8_t>(EventType::system))
    return false;
  k.type = static_cast<EventType>(type);
  return true;
}

}  // namespace viaggio::eventlog
