#include "open_copy/open_copy.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "files/merge_parquet.h"
#include "formats/export.h"
#include "identity/identity.h"
#include "open_copy/derived.h"
#include "open_copy/tables.h"

namespace viaggio::open_copy {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kStaged = 1u << 20;  // bytes kept before a staged file grows

std::uint64_t hash_of(std::string_view text) {  // FNV-1a, the same everywhere
  std::uint64_t h = 14695981039346656037ull;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return h;
}

// The derived columns of some events, for merge_parquet.
class DerivedRows {
 public:
  explicit DerivedRows(const classify::Classification& classes) : classes_(classes) {
    for (const files::OutputColumn& c : derived_columns()) {
      files::MemoryColumn column;
      column.name = c.name;
      column.kind = c.type == "VARCHAR"   ? files::MemoryColumn::Kind::text
                    : c.type == "UBIGINT" ? files::MemoryColumn::Kind::number
                                          : files::MemoryColumn::Kind::money;
      columns.push_back(std::move(column));
    }
  }
  void add(const Derived& d) {
    keys.push_back(d.sequence);
    text(0, d.customer == kNoCustomer ? std::string() : identity::public_id(d.customer));
    number(1, d.session == 0 ? files::MemoryColumn::kNull : static_cast<std::int64_t>(d.session));
    text(2, classes_.kinds[d.kind]->name);
    text(3, classes_.channels[d.channel].id);
    text(4, classes_.touchpoints[d.touchpoint].id);
    number(5, d.value == kNoValue ? files::MemoryColumn::kNull : d.value);
  }
  std::vector<std::uint64_t> keys;
  std::vector<files::MemoryColumn> columns;

 private:
  void number(std::size_t column, std::int64_t v) { columns[column].values.push_back(v); }
  void text(std::size_t column, const std::string& text) {
    if (text.empty()) return number(column, files::MemoryColumn::kNull);
    auto [at, fresh] =
        places_[column].try_emplace(text, static_cast<std::int64_t>(columns[column].texts.size()));
    if (fresh) columns[column].texts.push_back(text);
    number(column, at->second);
  }
  const classify::Classification& classes_;
  std::map<std::size_t, std::map<std::string, std::int64_t>> places_;
};

// Finds the piece of an event.
class PieceFinder {
 public:
  explicit PieceFinder(const std::vector<Piece>& pieces) : pieces_(pieces) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      auto [at, fresh] = months_.try_emplace(pieces[i].month, i, i + 1);
      if (!fresh) at->second.second = i + 1;
    }
  }
  std::size_t find(Month month, Sequence sequence) {  // pieces.size(): none
    if (month != month_) {
      const auto at = months_.find(month);
      month_ = month;
      range_ = at == months_.end() ? std::pair<std::size_t, std::size_t>{0, 0} : at->second;
    }
    const auto begin = pieces_.begin() + static_cast<std::ptrdiff_t>(range_.first);
    const auto end = pieces_.begin() + static_cast<std::ptrdiff_t>(range_.second);
    const auto at = std::lower_bound(begin, end, sequence,
                                     [](const Piece& p, Sequence s) { return p.last < s; });
    if (at == end || at->first > sequence) return pieces_.size();
    return static_cast<std::size_t>(at - pieces_.begin());
  }

 private:
  const std::vector<Piece>& pieces_;
  std::map<Month, std::pair<std::size_t, std::size_t>> months_;
  Month month_ = -2;
  std::pair<std::size_t, std::size_t> range_{0, 0};
};

void make_folder(const std::string& path) {
  std::error_code ec;
  fs::create_directories(path, ec);
}

// Everything that the manifest does not name, and what was only on its way.
void remove_nameless(const std::string& folder, const Manifest& manifest) {
  std::error_code ec;
  fs::remove_all(folder + "/work", ec);
  const auto files = manifest.files(folder);
  const std::set<std::string> named(files.begin(), files.end());
  std::vector<fs::path> nameless;
  for (fs::recursive_directory_iterator at(folder + "/events", ec), end; !ec && at != end;
       at.increment(ec)) {
    if (at->is_regular_file() && !named.contains(at->path().string()))
      nameless.push_back(at->path());
  }
  for (const fs::path& path : nameless) fs::remove(path, ec);
}

}  // namespace

Digest::Digest(const classify::Classification& classes) {
  for (const auto& c : classes.channels) channels_.push_back(hash_of(c.id));
  for (const auto& t : classes.touchpoints) touchpoints_.push_back(hash_of(t.id) * 3);
}

// What one refresh works on: the manifest to be, and what leads there.
struct OpenCopy::Round {
  explicit Round(const Source& source) : digest(*source.context.classes) {}
  struct Fresh {
    std::string staged;  // a file of JSON lines
    std::uint64_t rows = 0;
    Sequence first = 0, last = 0;
    std::uint64_t digest = 0;
    std::vector<Derived> derived;
  };
  Digest digest;
  Manifest next;
  Sequence to = 0;
  std::map<Month, Fresh> fresh;
  std::vector<std::uint64_t> digests;                 // of next.pieces, as it is now
  std::map<std::size_t, std::vector<Derived>> again;  // pieces to be written anew
  std::vector<std::string> replaced;
  bool more = false;
};

OpenCopy::OpenCopy(std::string folder, const Options& options, Manifest manifest)
    : folder_(std::move(folder)), options_(options), manifest_(std::move(manifest)) {}

Result<std::unique_ptr<OpenCopy>> OpenCopy::open(const std::string& folder, Sequence end,
                                                 const Options& options) {
  auto known = read_manifest(folder);
  Manifest manifest;
  if (known && known->upto <= end) manifest = std::move(*known);
  remove_nameless(folder, manifest);
  make_folder(folder + "/events");
  std::error_code ec;
  if (!fs::is_directory(folder + "/events", ec))
    return internal_error("the folder " + folder + " cannot be made", "folder");
  return std::unique_ptr<OpenCopy>(new OpenCopy(folder, options, std::move(manifest)));
}

Manifest OpenCopy::manifest() const {
  const std::lock_guard lock(mutex_);
  return manifest_;
}

Result<bool> OpenCopy::refresh(const Source& source) {
  Round round(source);
  round.next = manifest();
  // A pass over the timeline is paid by enough rows.
  const std::uint64_t rows =
      std::max(options_.round, std::min(round.next.upto / 20, options_.full_piece));
  round.to = std::min(source.upto, round.next.upto + rows);
  round.more = round.to < source.upto;
  make_folder(folder_ + "/work");
  if (auto ok = stage(source, round); !ok) return tl::unexpected(ok.error());
  derive(source, round);
  derive_again(source, round);
  for (auto step : {&OpenCopy::write_new, &OpenCopy::write_again}) {
    if (auto ok = (this->*step)(source, round); !ok) return tl::unexpected(ok.error());
  }
  round.next.sort();
  if (auto ok = merge_small(round); !ok) return tl::unexpected(ok.error());
  if (auto ok = publish(round); !ok) return tl::unexpected(ok.error());
  return round.more;
}

// New events of the log as JSON lines, a file a month.
Status OpenCopy::stage(const Source& source, Round& round) const {
  MonthFinder months;
  std::map<Month, std::string> lines;
  Status written;
  const auto flush = [&](Month month, std::string& text) {
    std::ofstream out(round.fresh[month].staged, std::ios::app | std::ios::binary);
    out << text;
    if (!out.flush())
      written = internal_error("no room for the open copy in " + folder_, "copy_write");
    text.clear();
  };
  const Status read =
      source.log.scan(round.next.upto + 1, round.to + 1, [&](const eventlog::Record& r) {
        if (r.header.type == EventType::system) return true;
        const Month month = months.of(r.header.time);
        Round::Fresh& fresh = round.fresh[month];
        if (fresh.rows++ == 0) {
          fresh.staged = folder_ + "/work/" + month_text(month) + ".jsonl";
          fresh.first = r.sequence;
        }
        fresh.last = r.sequence;
        formats::StoredEvent e;
        e.sequence = r.sequence;
        e.time = r.header.time;
        e.received_at = r.received_at;
        e.type = r.header.type;
        e.source = r.source;
        e.message_id = r.message_id;
        e.json = r.json;
        std::string& text = lines[month];
        formats::append_event_columns(text, e);
        text += '\n';
        if (text.size() > kStaged) flush(month, text);
        return written.has_value();
      });
  for (auto& [month, text] : lines) flush(month, text);
  return read ? written : read;
}

// One pass over the timeline: the new events' derived columns, and the digests of the known ones.
void OpenCopy::derive(const Source& source, Round& round) const {
  MonthFinder months;
  PieceFinder pieces(round.next.pieces);
  round.digests.assign(round.next.pieces.size() + 1, 0);
  each_derived(source.context, [&](const Derived& d, Micros time) {
    if (d.sequence > round.to) return;
    const Month month = months.of(time);
    const std::uint64_t digest = round.digest.of(d);
    if (d.sequence <= round.next.upto) {
      round.digests[pieces.find(month, d.sequence)] += digest;
      return;
    }
    Round::Fresh& fresh = round.fresh[month];
    fresh.digest += digest;
    fresh.derived.push_back(d);
  });
  round.digests.pop_back();
}

// Another pass where something changed: the derived columns of the pieces to be written anew, as
// many as one round takes.
void OpenCopy::derive_again(const Source& source, Round& round) const {
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < round.digests.size(); ++i) {
    const Piece& piece = round.next.pieces[i];
    if (round.digests[i] == piece.digest) continue;
    if (rows > 0 && rows + piece.rows > options_.round) {
      round.more = true;
      continue;
    }
    rows += piece.rows;
    round.again[i];
  }
  if (round.again.empty()) return;
  MonthFinder months;
  PieceFinder pieces(round.next.pieces);
  each_derived(source.context, [&](const Derived& d, Micros time) {
    if (d.sequence > round.next.upto) return;
    const auto at = round.again.find(pieces.find(months.of(time), d.sequence));
    if (at != round.again.end()) at->second.push_back(d);
  });
}

std::string OpenCopy::next_file(Month month, Round& round) const {
  const std::string part = "events/month=" + month_text(month);
  make_folder(folder_ + "/" + part);
  return part + "/" + std::to_string(++round.next.written) + ".parquet";
}

namespace {

Result<std::uint64_t> write_piece(const files::MergePlan& plan, bool sync) {
  auto rows = files::merge_parquet(plan);
  if (!rows)
    return fail(ErrorKind::internal, "copy_write", "the open copy: " + rows.error().detail);
  if (!sync) return rows;
  if (auto ok = sync_file(plan.output); !ok) return tl::unexpected(ok.error());
  return rows;
}

}  // namespace

Status OpenCopy::write_new(const Source& source, Round& round) {
  for (auto& [month, fresh] : round.fresh) {
    if (fresh.rows == 0) continue;
    DerivedRows derived(*source.context.classes);
    for (const Derived& d : fresh.derived) derived.add(d);
    files::MergePlan plan;
    plan.json_lines = {fresh.staged};
    plan.stored = stored_columns();
    plan.keys = std::move(derived.keys);
    plan.joined = std::move(derived.columns);
    plan.spill = folder_ + "/work";
    plan.memory_mb = options_.memory_mb;
    Piece piece{month, fresh.first, fresh.last, 0, fresh.digest, next_file(month, round)};
    plan.output = folder_ + "/" + piece.file;
    auto rows = write_piece(plan, options_.sync);
    if (!rows) return tl::unexpected(rows.error());
    piece.rows = *rows;
    if (piece.rows != fresh.rows)
      return internal_error("the open copy lost rows of " + month_text(month), "copy_write");
    round.next.pieces.push_back(std::move(piece));
  }
  round.next.upto = round.to;
  return {};
}

Status OpenCopy::write_again(const Source& source, Round& round) {
  for (auto& [at, known] : round.again) {
    Piece& piece = round.next.pieces[at];
    DerivedRows derived(*source.context.classes);
    for (const Derived& d : known) derived.add(d);
    files::MergePlan plan;
    plan.parquet = {folder_ + "/" + piece.file};
    plan.stored = stored_columns();
    plan.keys = std::move(derived.keys);
    plan.joined = std::move(derived.columns);
    plan.spill = folder_ + "/work";
    plan.memory_mb = options_.memory_mb;
    const std::string file = next_file(piece.month, round);
    plan.output = folder_ + "/" + file;
    if (auto rows = write_piece(plan, options_.sync); !rows) return tl::unexpected(rows.error());
    round.replaced.push_back(piece.file);
    piece.file = file;
    piece.digest = round.digests[at];
  }
  return {};
}

// Files that came minute by minute become one.
Status OpenCopy::merge_small(Round& round) {
  auto& pieces = round.next.pieces;
  for (std::size_t i = 0; i < pieces.size();) {
    std::size_t end = i;
    std::uint64_t rows = 0;
    while (end < pieces.size() && pieces[end].month == pieces[i].month &&
           pieces[end].rows < options_.full_piece && rows < options_.full_piece)
      rows += pieces[end++].rows;
    if (end - i < options_.small_pieces) {
      i = std::max(end, i + 1);
      continue;
    }
    files::MergePlan plan;
    plan.stored = stored_columns();
    plan.stored.insert(plan.stored.end(), derived_columns().begin(), derived_columns().end());
    plan.spill = folder_ + "/work";
    plan.memory_mb = options_.memory_mb;
    Piece whole = pieces[i];
    whole.last = pieces[end - 1].last;
    whole.rows = whole.digest = 0;
    for (std::size_t k = i; k < end; ++k) {
      plan.parquet.push_back(folder_ + "/" + pieces[k].file);
      round.replaced.push_back(pieces[k].file);
      whole.digest += pieces[k].digest;
    }
    whole.file = next_file(whole.month, round);
    plan.output = folder_ + "/" + whole.file;
    auto written = write_piece(plan, options_.sync);
    if (!written) return tl::unexpected(written.error());
    whole.rows = *written;
    pieces[i] = std::move(whole);
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                 pieces.begin() + static_cast<std::ptrdiff_t>(end));
    ++i;
  }
  return {};
}

Status OpenCopy::publish(Round& round) {
  if (auto ok = write_manifest(folder_, round.next, options_.sync); !ok) return ok;
  {
    const std::lock_guard lock(mutex_);
    manifest_ = std::move(round.next);
  }
  std::error_code ec;
  for (const std::string& file : round.replaced) fs::remove(folder_ + "/" + file, ec);
  fs::remove_all(folder_ + "/work", ec);
  return {};
}

}  // namespace viaggio::open_copy
