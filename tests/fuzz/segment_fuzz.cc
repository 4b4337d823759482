// libFuzzer entry: any bytes as a body of /v1/batch, as a line of an export, as gzip. Whatever is
// accepted must be valid JSON and survive the way out and back in.
// clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc tests/fuzz/segment_fuzz.cc
//   src/formats/{export,gzip,identifiers,json_dom,json_text,message,money,phone,segment,web_facts}.cc
//   src/base/{text,time}.cc src/model/event.cc -lsimdjson -lphonenumber -lz -licuuc -ldate-tz
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "formats/export.h"
#include "formats/json_text.h"
#include "formats/segment.h"

using namespace viaggio;
using namespace viaggio::formats;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void round_trip(const IncomingEvent& event, const ParseContext& context) {
  require(is_valid_json(event.json));
  StoredEvent stored;
  stored.sequence = 1;
  stored.time = event.time;
  stored.received_at = context.received_at;
  stored.type = event.kind.type;
  stored.name = event.kind.name;
  stored.source = event.kind.source;
  stored.message_id = event.message_id;
  stored.json = event.json;
  std::string line, again;
  append_event_line(line, stored);
  require(is_valid_json(line));
  const auto back = parse_event_line(line, context);
  require(back.has_value());
  require(back->kind == event.kind && back->value == event.value && back->time == event.time);
  stored.json = back->json;
  append_event_line(again, stored);
  require(again == line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ParseContext context;
  context.endpoint = size % 2 ? Endpoint::batch : Endpoint::track;
  context.sender = Sender::secret_key;
  context.limits = Limits::of(Sender::secret_key);
  context.source = "fuzz";
  context.received_at = 1'795'400'000'000'000;
  (void)gunzip(bytes, 1u << 16);
  (void)parse_event_line(bytes, context);
  const auto batch = parse_body(bytes, context);
  if (!batch) return 0;
  require(batch->events.size() == batch->indexes.size());
  for (const IncomingEvent& event : batch->events) round_trip(event, context);
  return 0;
}
