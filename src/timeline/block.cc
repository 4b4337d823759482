#include "timeline/block.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/text.h"

namespace viaggio::timeline {

enum Section {
  kCustomers,
  kOffsets,
  kKinds,
  kTime,
  kKind,
  kEntry,
  kDevice,
  kSequence,
  kValueBits,
  kValueRanks,
  kValues,
  kBreaks,
  kMixed,
  kSections
};

struct BlockHeader {
  char magic[8];
  std::uint64_t events, customers, codes, values;
  std::uint64_t sequence_base;
  std::uint32_t wide_codes, wide_sequences;
  Micros earliest, latest, session_gap;
  std::uint64_t offset[kSections], size[kSections], checksum[kSections];
  std::uint64_t total;
  std::uint64_t header_checksum;
};

namespace {

constexpr char kMagic[9] = "VGBLOCK2";

std::uint64_t checksum(const void* data, std::size_t size) {
  return hash64(std::string_view(static_cast<const char*>(data), size), 0x5649414747494Full);
}

std::uint64_t header_checksum(const BlockHeader& h) {
  return checksum(&h, offsetof(BlockHeader, header_checksum));
}

// A section with the padding behind it, so that no byte of the file goes unchecked.
std::uint64_t padded(std::uint64_t size) { return (size + 63) / 64 * 64; }

Error damaged(const std::string& file, const std::string& what) {
  return Error{ErrorKind::internal, "timeline_damaged",
               "timeline block " + (file.empty() ? std::string("in memory") : file) + ": " + what +
                   "; it will be rebuilt from the event log",
               ""};
}

}  // namespace

SessionMarks::Mark SessionMarks::next(NodeId device, Micros time, KindId kind) {
  std::uint32_t session = sessions_;
  KindId entry = kind;
  if (device != kNoNode) {
    const auto at =
        std::find_if(open_.begin(), open_.end(), [&](const Open& o) { return o.device == device; });
    if (at == open_.end()) {
      open_.push_back({device, time, session, kind});
    } else {
      if (time - at->last <= gap_) {
        session = at->session;
        entry = at->entry;
      }
      *at = {device, time, session, entry};
    }
  }
  if (session == sessions_) ++sessions_;
  const bool breaks = session != before_;
  changes_ += breaks ? 1 : 0;
  before_ = session;
  return {entry, breaks};
}

void SessionMarks::restart() {
  open_.clear();
  sessions_ = changes_ = 0;
  before_ = ~std::uint32_t{0};
}

Block::~Block() {
  if (mapped_ != nullptr) munmap(const_cast<std::byte*>(mapped_), mapped_size_);
}

std::uint64_t Block::hot_bytes() const {
  const std::uint64_t width = wide_codes_ ? 4 : 2;
  return event_count_ * (8 + 2 * width) + (event_count_ + 7) / 8 + (event_count_ / 512 + 1) * 4 +
         value_count_ * 8 + customer_count_ * std::uint64_t{8} +
         (event_count_ + customer_count_) / 8;
}

const RarePlaces& Block::rare_places() const {
  std::call_once(rare_once_, [&] {
    const auto of = [&](auto* kinds) {
      return std::make_unique<const RarePlaces>(std::span(kinds, event_count_), codes_.size);
    };
    rare_ = wide_codes_ ? of(static_cast<const std::uint32_t*>(kind_))
                        : of(static_cast<const std::uint16_t*>(kind_));
  });
  return *rare_;
}

std::uint32_t Block::find(CustomerId customer) const {
  const CustomerId* end = customer_ids_ + customer_count_;
  const CustomerId* at = std::lower_bound(customer_ids_, end, customer);
  return at != end && *at == customer ? static_cast<std::uint32_t>(at - customer_ids_)
                                      : customer_count_;
}

Status Block::attach(const std::byte* data, std::size_t size, bool verify) {
  if (size < sizeof(BlockHeader)) return tl::unexpected(damaged(file_, "cut short"));
  BlockHeader h;
  std::memcpy(&h, data, sizeof h);
  if (std::memcmp(h.magic, kMagic, 8) != 0 || h.header_checksum != header_checksum(h)) {
    return tl::unexpected(damaged(file_, "header is not readable"));
  }
  if (h.total != size) return tl::unexpected(damaged(file_, "size is not what the header says"));
  const void* at[kSections];
  for (int s = 0; s < kSections; ++s) {
    if (h.offset[s] > size || padded(h.size[s]) > size - h.offset[s])
      return tl::unexpected(damaged(file_, "a section lies outside"));
    at[s] = data + h.offset[s];
    if (verify && checksum(at[s], padded(h.size[s])) != h.checksum[s]) {
      return tl::unexpected(damaged(file_, "section " + std::to_string(s) + " fails its checksum"));
    }
  }
  bytes_ = size;
  customer_count_ = static_cast<std::uint32_t>(h.customers);
  event_count_ = h.events;
  value_count_ = h.values;
  wide_codes_ = h.wide_codes != 0;
  codes_ = CodeSpace{static_cast<std::uint32_t>(h.codes), static_cast<const KindId*>(at[kKinds])};
  customer_ids_ = static_cast<const CustomerId*>(at[kCustomers]);
  offsets_ = static_cast<const std::uint32_t*>(at[kOffsets]);
  time_ = static_cast<const Micros*>(at[kTime]);
  kind_ = at[kKind];
  entry_ = at[kEntry];
  device_ = static_cast<const NodeId*>(at[kDevice]);
  sequence_base_ = h.sequence_base;
  if (h.wide_sequences != 0) {
    wide_sequences_ = static_cast<const Sequence*>(at[kSequence]);
  } else {
    narrow_sequences_ = static_cast<const std::uint32_t*>(at[kSequence]);
  }
  values_.bits = static_cast<const std::uint64_t*>(at[kValueBits]);
  values_.ranks = static_cast<const std::uint32_t*>(at[kValueRanks]);
  values_.packed = static_cast<const std::int64_t*>(at[kValues]);
  breaks_ = static_cast<const std::uint64_t*>(at[kBreaks]);
  mixed_ = static_cast<const std::uint64_t*>(at[kMixed]);
  earliest_ = h.earliest;
  latest_ = h.latest;
  session_gap_ = h.session_gap;
  return {};
}

Result<std::shared_ptr<const Block>> Block::open(const std::string& file, bool verify) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(damaged(file, "cannot be opened"));
  struct stat st {};
  if (fstat(fd, &st) != 0 || st.st_size == 0) {
    ::close(fd);
    return tl::unexpected(damaged(file, "is empty"));
  }
  const auto size = static_cast<std::size_t>(st.st_size);
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) return tl::unexpected(damaged(file, "cannot be mapped"));
  std::shared_ptr<Block> block(new Block);
  block->file_ = file;
  block->mapped_ = static_cast<const std::byte*>(mapped);
  block->mapped_size_ = size;
  if (auto ok = block->attach(block->mapped_, size, verify); !ok) return tl::unexpected(ok.error());
  return block;
}

void Block::copy(std::uint32_t index, std::vector<Event>& out) const {
  auto take = [&](const auto& r) {
    for (std::uint32_t i = 0; i < r.size; ++i) {
      out.push_back(
          Event{r.time[i], r.sequence(i), r.value(i), codes_.kind(r.kind[i]), r.device[i]});
    }
  };
  if (wide_codes_) {
    take(run<std::uint32_t>(index));
  } else {
    take(run<std::uint16_t>(index));
  }
}

void BlockBuilder::reserve(std::size_t events) {
  time_.reserve(events);
  kind_.reserve(events);
  entry_.reserve(events);
  device_.reserve(events);
  sequence_.reserve(events);
  value_bits_.reserve(events / 64 + 1);
}

std::uint32_t BlockBuilder::code(KindId kind) {
  if (kind >= code_of_kind_.size()) code_of_kind_.resize(kind + 1, 0);
  std::uint32_t& code = code_of_kind_[kind];
  if (code == 0) {
    kinds_.push_back(kind);
    code = static_cast<std::uint32_t>(kinds_.size());
  }
  return code - 1;
}

void BlockBuilder::push(const Event& e, std::uint32_t kind_code, std::uint32_t entry_code) {
  const std::size_t i = time_.size();
  if (i % 64 == 0) value_bits_.push_back(0);
  if (e.value != kNoValue) {
    value_bits_.back() |= std::uint64_t{1} << (i % 64);
    values_.push_back(e.value);
  }
  time_.push_back(e.time);
  kind_.push_back(kind_code);
  entry_.push_back(entry_code);
  device_.push_back(e.device);
  sequence_.push_back(e.sequence);
}

void BlockBuilder::add(CustomerId customer, std::span<const Event> events) {
  customers_.push_back(customer);
  SessionMarks marks(gap_);
  for (const Event& e : events) {
    const KindId entry = marks.next(e.device, e.time, e.kind).entry;
    push(e, code(e.kind), code(entry));
  }
  offsets_.push_back(static_cast<std::uint32_t>(time_.size()));
}

// One pass over the devices of each customer, as select::Sessions would number them.
void BlockBuilder::mark_sessions(std::vector<std::uint64_t>& breaks,
                                 std::vector<std::uint64_t>& mixed) const {
  breaks.assign((time_.size() + 63) / 64, 0);
  mixed.assign((customers_.size() + 63) / 64, 0);
  SessionMarks marks(gap_);
  for (std::size_t c = 0; c < customers_.size(); ++c) {
    marks.restart();
    for (std::uint32_t i = offsets_[c]; i < offsets_[c + 1]; ++i) {
      if (marks.next(device_[i], time_[i], 0).breaks)
        breaks[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    if (marks.mixed()) mixed[c / 64] |= std::uint64_t{1} << (c % 64);
  }
}

Result<std::shared_ptr<const Block>> BlockBuilder::build(const std::string& file) {
  const std::size_t n = time_.size();
  const bool wide = kinds_.size() > 0x10000;
  const auto [low, high] = std::minmax_element(sequence_.begin(), sequence_.end());
  const Sequence base = n == 0 ? 0 : *low;
  const bool wide_sequences = n != 0 && *high - base > 0xFFFFFFFFu;

  BlockHeader h{};
  std::memcpy(h.magic, kMagic, 8);
  h.events = n;
  h.customers = customers_.size();
  h.codes = kinds_.size();
  h.values = values_.size();
  h.sequence_base = base;
  h.wide_codes = wide;
  h.wide_sequences = wide_sequences;
  const auto [first, last] = std::minmax_element(time_.begin(), time_.end());
  h.earliest = n == 0 ? std::numeric_limits<Micros>::min() : *first;
  h.latest = n == 0 ? std::numeric_limits<Micros>::max() : *last;
  h.session_gap = gap_;
  std::vector<std::uint64_t> breaks, mixed;
  mark_sessions(breaks, mixed);
  const std::uint64_t sizes[kSections] = {customers_.size() * 4,
                                          offsets_.size() * 4,
                                          kinds_.size() * 4,
                                          n * 8,
                                          n * (wide ? 4u : 2u),
                                          n * (wide ? 4u : 2u),
                                          n * 4,
                                          n * (wide_sequences ? 8u : 4u),
                                          value_bits_.size() * 8,
                                          (n / 512 + 1) * 4,
                                          values_.size() * 8,
                                          breaks.size() * 8,
                                          mixed.size() * 8};
  std::uint64_t end = padded(sizeof(BlockHeader));
  for (int s = 0; s < kSections; ++s) {
    h.offset[s] = end;
    h.size[s] = sizes[s];
    end += padded(sizes[s]);
  }
  h.total = end;
  std::vector<std::uint64_t> words(end / 8, 0);
  auto* data = reinterpret_cast<std::byte*>(words.data());
  auto put = [&](Section s, const void* from) {
    if (sizes[s] != 0) std::memcpy(data + h.offset[s], from, sizes[s]);
  };
  put(kCustomers, customers_.data());
  put(kOffsets, offsets_.data());
  put(kKinds, kinds_.data());
  put(kTime, time_.data());
  put(kDevice, device_.data());
  put(kValueBits, value_bits_.data());
  put(kValues, values_.data());
  put(kBreaks, breaks.data());
  put(kMixed, mixed.data());
  if (wide) {
    put(kKind, kind_.data());
    put(kEntry, entry_.data());
  } else {
    auto* kind = reinterpret_cast<std::uint16_t*>(data + h.offset[kKind]);
    auto* entry = reinterpret_cast<std::uint16_t*>(data + h.offset[kEntry]);
    for (std::size_t i = 0; i < n; ++i) kind[i] = static_cast<std::uint16_t>(kind_[i]);
    for (std::size_t i = 0; i < n; ++i) entry[i] = static_cast<std::uint16_t>(entry_[i]);
  }
  if (wide_sequences) {
    put(kSequence, sequence_.data());
  } else {
    auto* sequence = reinterpret_cast<std::uint32_t*>(data + h.offset[kSequence]);
    for (std::size_t i = 0; i < n; ++i)
      sequence[i] = static_cast<std::uint32_t>(sequence_[i] - base);
  }
  auto* ranks = reinterpret_cast<std::uint32_t*>(data + h.offset[kValueRanks]);
  std::uint32_t rank = 0;
  for (std::size_t w = 0; w < value_bits_.size(); ++w) {
    if (w % 8 == 0) ranks[w / 8] = rank;
    rank += static_cast<std::uint32_t>(std::popcount(value_bits_[w]));
  }
  for (int s = 0; s < kSections; ++s)
    h.checksum[s] = checksum(data + h.offset[s], padded(sizes[s]));
  h.header_checksum = header_checksum(h);
  std::memcpy(data, &h, sizeof h);

  if (file.empty()) {
    std::shared_ptr<Block> block(new Block);
    block->heap_ = std::move(words);
    if (auto ok =
            block->attach(reinterpret_cast<const std::byte*>(block->heap_.data()), end, false);
        !ok) {
      return tl::unexpected(ok.error());
    }
    return block;
  }
  const int fd = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  bool ok = fd >= 0;
  for (std::size_t done = 0; ok && done < end;) {
    const ssize_t wrote = ::write(fd, data + done, end - done);
    ok = wrote > 0;
    if (ok) done += static_cast<std::size_t>(wrote);
  }
  ok = ok && ::fdatasync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!ok) {
    ::unlink(file.c_str());
    return internal_error("cannot write the timeline block " + file + ": " + std::strerror(errno) +
                              "; is the disk full?",
                          "timeline_write");
  }
  return Block::open(file, false);
}

}  // namespace viaggio::timeline
