#include "select/columns.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>

#include "base/json_numbers.h"
#include "base/parallel.h"
#include "select/column_file.h"

namespace viaggio::select {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// Appends what lies at path[part...] below `e`; arrays on the way are entered.
void collect(element e, const std::vector<std::string>& parts, std::size_t part, Value& out,
             bool inside_array) {
  if (e.type() == element_type::ARRAY) {
    for (const element item : simdjson::dom::array(e)) collect(item, parts, part, out, true);
    return;
  }
  if (part < parts.size()) {
    if (e.type() != element_type::OBJECT) return;
    element next;
    if (e.at_key(parts[part]).get(next) == simdjson::SUCCESS)
      collect(next, parts, part + 1, out, inside_array);
    return;
  }
  switch (e.type()) {
    case element_type::STRING:
      out.push_back(Scalar::of(std::string_view(e)));
      break;
    case element_type::BOOL:
      out.push_back(Scalar::of(bool(e)));
      break;
    case element_type::INT64: {
      Scalar s = Scalar::of(static_cast<double>(int64_t(e)));
      s.text = std::to_string(int64_t(e));
      out.push_back(std::move(s));
      break;
    }
    case element_type::UINT64: {
      Scalar s = Scalar::of(static_cast<double>(uint64_t(e)));
      s.text = std::to_string(uint64_t(e));
      out.push_back(std::move(s));
      break;
    }
    case element_type::DOUBLE:
      out.push_back(Scalar::of(double(e)));
      break;
    case element_type::OBJECT: {
      Scalar s;
      s.text = simdjson::minify(e);
      out.push_back(std::move(s));
      break;
    }
    default:
      break;  // null: absent
  }
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', from)) {
    parts.push_back(path.substr(from, dot - from));
    from = dot + 1;
  }
  parts.push_back(path.substr(from));
  return parts;
}

bool contains(std::string_view text, std::string_view part) {
  return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

// A key under which equal values meet: type and text of each element.
std::string raw_of(const Value& v) {
  std::string raw;
  for (const Scalar& s : v) {
    raw += static_cast<char>('a' + static_cast<int>(s.type));
    raw += std::to_string(s.text.size());
    raw += ':';
    raw += s.text;
  }
  return raw;
}

// A number beyond a machine word is read as text, and spoils nothing beside it.
bool parse_event(simdjson::dom::parser& parser, std::string_view json, element& out) {
  if (parser.parse(json.data(), json.size()).get(out) == simdjson::SUCCESS) return true;
  const std::string readable = quote_large_numbers(json);
  return parser.parse(readable.data(), readable.size()).get(out) == simdjson::SUCCESS;
}

Value read_value(simdjson::dom::parser& parser, std::string_view json,
                 const std::vector<std::string>& parts) {
  Value out;
  element root;
  if (parse_event(parser, json, root)) collect(root, parts, 0, out, false);
  return out;
}

}  // namespace

Value value_at(std::string_view json, const std::string& path) {
  thread_local simdjson::dom::parser parser;
  return read_value(parser, json, split(path));
}

ColumnChunk ColumnChunk::of(std::shared_ptr<Code[]> dense) {
  ColumnChunk out;
  const Code* codes = dense.get();
  const auto used =
      static_cast<std::size_t>(std::count_if(codes, codes + kSize, [](Code c) { return c != 0; }));
  if (used > kSize * 3 / 4) {
    out.dense_ = std::move(dense);
    return out;
  }
  auto sparse = std::make_shared<Sparse>();
  sparse->codes.reserve(used);
  for (std::size_t i = 0; i < kSize; ++i) {
    if (i % 64 == 0) sparse->before[i / 64] = static_cast<std::uint16_t>(sparse->codes.size());
    if (codes[i] == 0) continue;
    sparse->bits[i / 64] |= std::uint64_t{1} << (i % 64);
    sparse->codes.push_back(codes[i]);
  }
  out.sparse_ = std::move(sparse);
  return out;
}

std::shared_ptr<Code[]> ColumnChunk::copy() const {
  std::shared_ptr<Code[]> out(new Code[kSize]);
  for (std::size_t i = 0; i < kSize; ++i) out[static_cast<std::ptrdiff_t>(i)] = at(i);
  return out;
}

void ColumnChunk::rename(std::span<const Code> names) {
  if (dense_) {
    auto codes = copy();
    for (std::size_t i = 0; i < kSize; ++i) {
      Code& code = codes[static_cast<std::ptrdiff_t>(i)];
      code = names[code];
    }
    dense_ = std::move(codes);
  } else if (sparse_) {
    auto renamed = std::make_shared<Sparse>(*sparse_);
    for (Code& code : renamed->codes) code = names[code];
    sparse_ = std::move(renamed);
  }
}

std::size_t ColumnChunk::memory_bytes() const {
  if (dense_) return kSize * sizeof(Code);
  return sparse_ ? sizeof(Sparse) + sparse_->codes.size() * sizeof(Code) : 0;
}

// Writes the next version of a column: chunks that an older version shares are copied first.
class ColumnWriter {
 public:
  // `open`: chunks held uncompressed at once; few where sequences come in order.
  ColumnWriter(const Column& from, std::size_t open)
      : next_(std::make_shared<Column>(from)), most_open_(open) {
    if (next_->size_ % Column::kValues != 0)
      next_->values_.back() = std::make_shared<std::vector<Value>>(*next_->values_.back());
  }
  Code add_value(Value v) {
    if (next_->size_ % Column::kValues == 0)
      next_->values_.push_back(std::make_shared<std::vector<Value>>());
    next_->values_.back()->push_back(std::move(v));
    return next_->size_++;
  }
  void set(Sequence sequence, Code code) {
    const std::size_t chunk = sequence / Column::kChunk;
    if (chunk != last_ || codes_ == nullptr) {
      std::shared_ptr<Code[]>& at = open_[chunk];
      if (!at) {
        if (chunk >= next_->chunks_.size()) next_->chunks_.resize(chunk + 1);
        at = next_->chunks_[chunk].copy();
      }
      codes_ = at.get();
      last_ = chunk;
      if (open_.size() > most_open_)
        close(open_.begin()->first == chunk ? std::next(open_.begin()) : open_.begin());
    }
    codes_[sequence % Column::kChunk] = code;
  }
  // Whole chunks at a time, for threads that fill different ones; room is made before.
  void make_room(std::size_t chunks) {
    if (next_->chunks_.size() < chunks) next_->chunks_.resize(chunks);
  }
  std::shared_ptr<Code[]> copy_chunk(std::size_t chunk) const {
    return next_->chunks_[chunk].copy();
  }
  void put_chunk(std::size_t chunk, std::shared_ptr<Code[]> codes) {
    next_->chunks_[chunk] = ColumnChunk::of(std::move(codes));
  }
  // Brings the values from `from` on, whose codes stand in no chunk before `chunk`, into the order
  // of `rank`; the new name of every code.
  std::vector<Code> reorder(Code from, std::size_t chunk, const std::vector<Sequence>& rank) {
    std::vector<Code> order(next_->size_ - from), names(next_->size_);
    std::iota(order.begin(), order.end(), from);
    std::sort(order.begin(), order.end(),
              [&](Code a, Code b) { return rank[a - from] < rank[b - from]; });
    std::iota(names.begin(), names.end(), Code{0});
    for (Code i = 0; i < order.size(); ++i) names[order[i]] = from + i;
    if (std::is_sorted(order.begin(), order.end())) return names;
    std::vector<Value> values;
    for (const Code c : order) values.push_back(std::move(value(c)));
    for (Code i = 0; i < values.size(); ++i) value(from + i) = std::move(values[i]);
    parallel_for(next_->chunks_.size() - chunk, 0,
                 [&](std::size_t i, unsigned) { next_->chunks_[chunk + i].rename(names); });
    return names;
  }
  Code size() const { return next_->size_; }
  std::shared_ptr<const Column> finish(Sequence upto) {
    while (!open_.empty()) close(open_.begin());
    next_->upto_ = upto;
    return next_;
  }

 private:
  // Of a list of values that no older version shares.
  Value& value(Code code) {
    return (*next_->values_[code / Column::kValues])[code % Column::kValues];
  }
  // Chunks being written: the log comes in order, a computed column by customer.
  using Open = std::map<std::size_t, std::shared_ptr<Code[]>>;
  void close(Open::iterator at) {
    next_->chunks_[at->first] = ColumnChunk::of(std::move(at->second));
    open_.erase(at);
  }
  std::shared_ptr<Column> next_;
  std::size_t most_open_;
  Open open_;
  std::size_t last_ = 0;
  Code* codes_ = nullptr;  // of chunk `last_`
};

std::shared_ptr<const Column> make_column(
    const std::vector<Value>& values, Sequence upto,
    const std::function<void(const std::function<void(Sequence, Code)>&)>& fill) {
  ColumnWriter writer(Column(), 4096);
  for (const Value& v : values) writer.add_value(v);
  fill([&](Sequence sequence, Code code) { writer.set(sequence, code); });
  return writer.finish(upto);
}

struct Columns::Entry {
  std::mutex mutex;
  std::shared_ptr<const Column> column;
  std::unordered_map<std::string, Code> codes;
  bool looked_for = false;  // its file
  Sequence saved = 0;
};

Columns::Columns(EventReader reader, std::string folder)
    : reader_(std::move(reader)), folder_(std::move(folder)) {}
Columns::~Columns() = default;

std::size_t Column::memory_bytes() const {
  std::size_t n = 0;
  for (const ColumnChunk& c : chunks_) n += c.memory_bytes();
  return n + size_ * (sizeof(Value) + sizeof(Scalar));
}

Result<std::shared_ptr<const Column>> Columns::column(const std::string& path, Sequence upto) {
  if (auto ok = prepare({path}, upto); !ok) return tl::unexpected(ok.error());
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    entry = columns_[path];
  }
  const std::lock_guard lock(entry->mutex);
  return entry->column;
}

// A column that is being brought up to a sequence.
struct Columns::Job {
  std::shared_ptr<Entry> entry;
  std::unique_lock<std::mutex> lock;
  std::unique_ptr<ColumnWriter> writer;
  std::vector<std::string> parts;
  std::string needle;
  Sequence from = 1;
  Code known = 0;  // codes before
  std::mutex dictionary;
  std::vector<Sequence> first;  // of each new code: the first event that has it
};

// One thread's part of the reading: events of one chunk after another.
class Columns::Reading {
 public:
  explicit Reading(std::vector<std::unique_ptr<Job>>& jobs) : jobs_(jobs), mine_(jobs.size()) {}

  Status chunk(const EventReader& reader, std::size_t chunk, Sequence from, Sequence to) {
    const Status read = reader(
        from, to, [&](Sequence sequence, std::string_view json) { event(chunk, sequence, json); });
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      if (mine_[j].codes) jobs_[j]->writer->put_chunk(chunk, std::move(mine_[j].codes));
    }
    return read;
  }

 private:
  struct Mine {
    std::shared_ptr<Code[]> codes;                // of the chunk, once it has any
    std::unordered_map<std::string, Code> known;  // values met by this thread
  };

  void event(std::size_t chunk, Sequence sequence, std::string_view json) {
    // Most events lack most properties: for few columns, a text without their keys is not parsed.
    // An escape may hide a key, so a text with one is. Looking for many keys costs more than
    // parsing.
    const bool parse = jobs_.size() > 2 || contains(json, "\\");
    element root;
    bool parsed = false, sound = false;
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      Job& job = *jobs_[j];
      if (sequence < job.from || (!parse && !contains(json, job.needle))) continue;
      if (!parsed) {
        parsed = true;
        sound = parse_event(parser_, json, root);
      }
      if (!sound) return;
      Value v;
      collect(root, job.parts, 0, v, false);
      if (v.empty()) continue;
      Mine& mine = mine_[j];
      if (!mine.codes) mine.codes = job.writer->copy_chunk(chunk);
      mine.codes[static_cast<std::ptrdiff_t>(sequence % ColumnChunk::kSize)] =
          code(job, mine, std::move(v), sequence);
    }
  }

  Code code(Job& job, Mine& mine, Value v, Sequence sequence) {
    const auto [at, fresh] = mine.known.try_emplace(raw_of(v), 0);
    if (!fresh) return at->second;
    const std::lock_guard lock(job.dictionary);
    const auto [known, added] = job.entry->codes.try_emplace(at->first, 0);
    if (added) {
      known->second = job.writer->add_value(std::move(v));
      job.first.push_back(sequence);
    } else if (known->second >= job.known) {
      Sequence& first = job.first[known->second - job.known];
      first = std::min(first, sequence);
    }
    return at->second = known->second;
  }

  std::vector<std::unique_ptr<Job>>& jobs_;
  std::vector<Mine> mine_;
  simdjson::dom::parser parser_;
};

std::unique_ptr<Columns::Job> Columns::begin(const std::string& path, Sequence upto) {
  auto job = std::make_unique<Job>();
  {
    const std::lock_guard lock(mutex_);
    auto& slot = columns_[path];
    if (!slot) slot = std::make_shared<Entry>();
    job->entry = slot;
  }
  Entry& entry = *job->entry;
  job->lock = std::unique_lock(entry.mutex);
  if (!folder_.empty() && !entry.looked_for) {
    entry.looked_for = true;
    entry.column = ColumnFile::read(folder_, path);
    // Ahead of what is stored: from another life of the folder.
    if (entry.column && entry.column->upto() > upto) entry.column = nullptr;
    if (entry.column) {
      entry.saved = entry.column->upto();
      index_values(entry);
    }
  }
  if (entry.column && entry.column->upto() >= upto) return nullptr;
  job->writer = std::make_unique<ColumnWriter>(entry.column ? *entry.column : Column(), 1);
  if (!entry.column) job->writer->add_value(Value{});
  job->known = job->writer->size();
  job->from = entry.column ? entry.column->upto() + 1 : 1;
  job->parts = split(path);
  job->needle = job->parts.back() + "\"";
  return job;
}

Status Columns::read(std::vector<std::unique_ptr<Job>>& jobs, Sequence from, Sequence upto) const {
  const std::size_t first = from / ColumnChunk::kSize, last = upto / ColumnChunk::kSize;
  for (const auto& job : jobs) job->writer->make_room(last + 1);
  std::vector<std::unique_ptr<Reading>> threads(worker_threads());
  std::mutex mutex;
  Status all;
  parallel_for(last - first + 1, static_cast<unsigned>(threads.size()),
               [&](std::size_t item, unsigned worker) {
                 if (!threads[worker]) threads[worker] = std::make_unique<Reading>(jobs);
                 const std::size_t chunk = first + item;
                 const Sequence begin = chunk * ColumnChunk::kSize;
                 Status read = threads[worker]->chunk(
                     reader_, chunk, std::max<Sequence>(from, begin),
                     std::min<Sequence>(upto, begin + ColumnChunk::kSize - 1));
                 const std::lock_guard lock(mutex);
                 if (!read && all) all = std::move(read);
               });
  return all;
}

Status Columns::prepare(const std::vector<std::string>& paths, Sequence upto) {
  // In the order of their names, so that two readers never wait for each other.
  std::vector<std::string> order = paths;
  std::sort(order.begin(), order.end());
  order.erase(std::unique(order.begin(), order.end()), order.end());
  std::vector<std::unique_ptr<Job>> jobs;
  Sequence from = upto + 1;
  for (const std::string& path : order) {
    auto job = begin(path, upto);
    if (!job) continue;
    from = std::min(from, job->from);
    jobs.push_back(std::move(job));
  }
  if (jobs.empty()) return {};
  const Status done = read(jobs, from, upto);
  for (const auto& job : jobs) {
    Entry& entry = *job->entry;
    if (!done) {
      entry.column = nullptr;
      entry.codes.clear();
      continue;
    }
    // As if one thread had read the log from its beginning.
    const std::vector<Code> names =
        job->writer->reorder(job->known, job->from / ColumnChunk::kSize, job->first);
    for (auto& [raw, code] : entry.codes) code = names[code];
    entry.column = job->writer->finish(upto);
  }
  return done;
}

void Columns::index_values(Entry& entry) {
  for (Code c = 1; c < entry.column->size(); ++c)
    entry.codes.emplace(raw_of(entry.column->value(c)), c);
}

Status Columns::save() const {
  if (folder_.empty()) return {};
  std::vector<std::pair<std::string, std::shared_ptr<Entry>>> all;
  {
    const std::lock_guard lock(mutex_);
    all.assign(columns_.begin(), columns_.end());
  }
  for (const auto& [path, entry] : all) {
    std::shared_ptr<const Column> column;
    {
      const std::lock_guard held(entry->mutex);
      if (!entry->column || entry->column->upto() < entry->saved + entry->saved / 20 + 1) continue;
      column = entry->column;
    }
    if (auto ok = ColumnFile::write(*column, folder_, path); !ok) return ok;
    const std::lock_guard held(entry->mutex);
    entry->saved = column->upto();
  }
  return {};
}

std::size_t Columns::memory_bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t n = 0;
  for (const auto& [path, entry] : columns_) {
    const std::lock_guard held(entry->mutex);
    if (entry->column) n += entry->column->memory_bytes();
  }
  return n;
}

}  // namespace viaggio::select
