#include "select/columns.h"

#include <simdjson.h>

#include <algorithm>
#include <mutex>

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

Value read_value(simdjson::dom::parser& parser, std::string_view json,
                 const std::vector<std::string>& parts) {
  Value out;
  element root;
  if (parser.parse(json.data(), json.size()).get(root) == simdjson::SUCCESS)
    collect(root, parts, 0, out, false);
  return out;
}

}  // namespace

Value value_at(std::string_view json, const std::string& path) {
  thread_local simdjson::dom::parser parser;
  return read_value(parser, json, split(path));
}

// Writes the next version of a column: chunks that an older version shares are copied first.
class ColumnWriter {
 public:
  explicit ColumnWriter(const Column& from) : next_(std::make_shared<Column>(from)) {
    first_sequence_ = next_->upto_ + 1;
    if (next_->size_ % Column::kValues != 0)
      next_->values_.back() = std::make_shared<std::vector<Value>>(*next_->values_.back());
    const std::size_t chunk = first_sequence_ / Column::kChunk;
    if (chunk < next_->chunks_.size() && next_->chunks_[chunk]) {
      std::shared_ptr<Code[]> own(new Code[Column::kChunk]);
      std::copy_n(next_->chunks_[chunk].get(), Column::kChunk, own.get());
      next_->chunks_[chunk] = std::move(own);
    }
  }
  Code add_value(Value v) {
    if (next_->size_ % Column::kValues == 0)
      next_->values_.push_back(std::make_shared<std::vector<Value>>());
    next_->values_.back()->push_back(std::move(v));
    return next_->size_++;
  }
  void set(Sequence sequence, Code code) {
    const std::size_t chunk = sequence / Column::kChunk;
    if (chunk >= next_->chunks_.size()) next_->chunks_.resize(chunk + 1);
    std::shared_ptr<Code[]>& at = next_->chunks_[chunk];
    if (!at) {
      at.reset(new Code[Column::kChunk]);
      std::fill_n(at.get(), Column::kChunk, 0u);
    }
    at[static_cast<std::ptrdiff_t>(sequence % Column::kChunk)] = code;
  }
  std::shared_ptr<const Column> finish(Sequence upto) {
    next_->upto_ = upto;
    return next_;
  }

 private:
  std::shared_ptr<Column> next_;
  Sequence first_sequence_ = 0;
};

std::shared_ptr<const Column> make_column(
    const std::vector<Value>& values, Sequence upto,
    const std::function<void(const std::function<void(Sequence, Code)>&)>& fill) {
  ColumnWriter writer{Column()};
  for (const Value& v : values) writer.add_value(v);
  fill([&](Sequence sequence, Code code) { writer.set(sequence, code); });
  return writer.finish(upto);
}

struct Columns::Entry {
  std::mutex mutex;
  std::shared_ptr<const Column> column;
  std::unordered_map<std::string, Code> codes;
};

Columns::Columns(EventReader reader) : reader_(std::move(reader)) {}
Columns::~Columns() = default;

std::size_t Column::memory_bytes() const {
  std::size_t n = 0;
  for (const auto& c : chunks_) n += c ? kChunk * sizeof(Code) : 0;
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

Status Columns::prepare(const std::vector<std::string>& paths, Sequence upto) {
  struct Job {
    std::shared_ptr<Entry> entry;
    std::unique_lock<std::mutex> lock;
    std::unique_ptr<ColumnWriter> writer;
    std::vector<std::string> parts;
    std::string needle;
    Sequence from = 1;
  };
  // In the order of their names, so that two readers never wait for each other.
  std::vector<std::string> order = paths;
  std::sort(order.begin(), order.end());
  order.erase(std::unique(order.begin(), order.end()), order.end());
  std::vector<Job> jobs;
  Sequence from = upto + 1;
  for (const std::string& path : order) {
    Job job;
    {
      const std::lock_guard lock(mutex_);
      auto& slot = columns_[path];
      if (!slot) slot = std::make_shared<Entry>();
      job.entry = slot;
    }
    job.lock = std::unique_lock(job.entry->mutex);
    if (job.entry->column && job.entry->column->upto() >= upto) continue;
    job.writer = std::make_unique<ColumnWriter>(job.entry->column ? *job.entry->column : Column());
    if (!job.entry->column) job.writer->add_value(Value{});
    job.from = job.entry->column ? job.entry->column->upto() + 1 : 1;
    job.parts = split(path);
    job.needle = "\"" + job.parts.back() + "\"";
    from = std::min(from, job.from);
    jobs.push_back(std::move(job));
  }
  if (jobs.empty()) return {};
  simdjson::dom::parser parser;
  const Status read = reader_(from, upto, [&](Sequence sequence, std::string_view json) {
    // Most events lack most properties: a text that holds none of the keys is not parsed. An escape
    // may hide a key, so a text with one is.
    const bool escaped = json.find('\\') != std::string_view::npos;
    element root;
    bool parsed = false, sound = false;
    for (Job& job : jobs) {
      if (sequence < job.from || (!escaped && json.find(job.needle) == std::string_view::npos))
        continue;
      if (!parsed) {
        parsed = true;
        sound = parser.parse(json.data(), json.size()).get(root) == simdjson::SUCCESS;
      }
      if (!sound) return;
      Value v;
      collect(root, job.parts, 0, v, false);
      if (v.empty()) continue;
      const auto [at, fresh] = job.entry->codes.try_emplace(raw_of(v), 0);
      if (fresh) at->second = job.writer->add_value(std::move(v));
      job.writer->set(sequence, at->second);
    }
  });
  for (Job& job : jobs) {
    if (read) {
      job.entry->column = job.writer->finish(upto);
    } else {
      job.entry->column = nullptr;
      job.entry->codes.clear();
    }
  }
  return read;
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
