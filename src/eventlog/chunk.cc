#include "eventlog/chunk.h"

#include <algorithm>

#include "eventlog/bytes.h"

namespace viaggio::eventlog {
namespace {

template <class T>
void put_column(std::string& out, std::span<const NewRecord> records, T EventHeader::*field) {
  for (const NewRecord& r : records) put(out, r.header.*field);
}

template <class T>
const char* take_column(const char* at, std::vector<EventHeader>& headers, T EventHeader::*field) {
  for (EventHeader& h : headers) {
    T v;
    std::memcpy(&v, at, sizeof v);
    h.*field = v;
    at += sizeof v;
  }
  return at;
}

}  // namespace

std::size_t chunk_length(std::span<const NewRecord> records) {
  std::size_t n = 0, bytes = 0;
  while (n < records.size() && n < kChunkRecords) {
    bytes += records[n].json.size() + records[n].message_id.size();
    if (n > 0 && bytes > kChunkBytes) break;
    ++n;
  }
  return n;
}

std::string encode_headers(Micros received_at, std::span<const NewRecord> records) {
  std::string out;
  out.reserve(12 + records.size() * sizeof(EventHeader));
  put(out, received_at);
  put(out, static_cast<std::uint32_t>(records.size()));
  put_column(out, records, &EventHeader::time);
  put_column(out, records, &EventHeader::value);
  put_column(out, records, &EventHeader::node);
  put_column(out, records, &EventHeader::device);
  put_column(out, records, &EventHeader::kind);
  put_column(out, records, &EventHeader::type);
  put_column(out, records, &EventHeader::flags);
  put_column(out, records, &EventHeader::reserved);
  return out;
}

bool decode_headers(std::string_view value, ChunkHeaders& out) {
  Reader in(value);
  out.received_at = in.number<Micros>();
  const auto count = in.number<std::uint32_t>();
  if (!in.good() || count == 0 || in.rest().size() != count * sizeof(EventHeader)) return false;
  out.headers.resize(count);
  const char* at = in.rest().data();
  at = take_column(at, out.headers, &EventHeader::time);
  at = take_column(at, out.headers, &EventHeader::value);
  at = take_column(at, out.headers, &EventHeader::node);
  at = take_column(at, out.headers, &EventHeader::device);
  at = take_column(at, out.headers, &EventHeader::kind);
  at = take_column(at, out.headers, &EventHeader::type);
  at = take_column(at, out.headers, &EventHeader::flags);
  take_column(at, out.headers, &EventHeader::reserved);
  return true;
}

std::string encode_bodies(std::span<const NewRecord> records) {
  std::vector<std::string_view> sources;
  std::string texts, out;
  std::vector<std::uint32_t> ends;
  ends.reserve(records.size());
  for (const NewRecord& r : records) {
    auto s = std::find(sources.begin(), sources.end(), r.source);
    if (s == sources.end()) s = sources.insert(s, r.source);
    put_varint(texts, static_cast<std::uint64_t>(s - sources.begin()));
    put_text(texts, r.message_id);
    texts.append(r.json);
    ends.push_back(static_cast<std::uint32_t>(texts.size()));
  }
  out.reserve(texts.size() + ends.size() * 4 + 64);
  put(out, static_cast<std::uint32_t>(records.size()));
  for (const std::uint32_t e : ends) put(out, e);
  put_varint(out, sources.size());
  for (const std::string_view s : sources) put_text(out, s);
  out.append(texts);
  return out;
}

bool ChunkBodies::parse(std::string_view value, ChunkBodies& out) {
  Reader in(value);
  const auto count = in.number<std::uint32_t>();
  const std::string_view ends = in.bytes(std::uint64_t{count} * 4);
  if (!in.good() || count == 0) return false;
  out.ends_.resize(count);
  std::memcpy(out.ends_.data(), ends.data(), ends.size());
  const std::uint64_t sources = in.varint();
  if (!in.good() || sources > count) return false;
  out.sources_.clear();
  for (std::uint64_t i = 0; i < sources; ++i) out.sources_.push_back(in.text());
  out.records_ = in.rest();
  return in.good() && std::is_sorted(out.ends_.begin(), out.ends_.end()) &&
         out.ends_.back() == out.records_.size();
}

bool ChunkBodies::at(std::size_t i, Body& out) const {
  if (i >= ends_.size()) return false;
  const std::size_t from = i == 0 ? 0 : ends_[i - 1];
  Reader in(records_.substr(from, ends_[i] - from));
  const std::uint64_t source = in.varint();
  out.message_id = in.text();
  if (!in.good() || source >= sources_.size()) return false;
  out.source = sources_[source];
  out.json = in.rest();
  return true;
}

}  // namespace viaggio::eventlog
