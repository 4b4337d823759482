#include "files/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_set>

#include "base/text.h"

namespace viaggio::files {

namespace {

constexpr std::size_t kReadBytes = 1u << 20;
constexpr std::size_t kShownBytes = 2000;  // of a bad row in a report

std::string_view without_line_end(std::string_view row) {
  if (!row.empty() && row.back() == '\n') row.remove_suffix(1);
  if (!row.empty() && row.back() == '\r') row.remove_suffix(1);
  return row;
}

// Counts a character outside quotes in each of the first lines; the separator is the one that
// appears in the first line and equally often in most of the others.
char sniff_separator(std::string_view text) {
  constexpr std::array<char, 4> kCandidates = {',', ';', '\t', '|'};
  constexpr std::size_t kLines = 30;
  std::array<std::vector<std::size_t>, 4> counts;
  std::array<std::size_t, 4> line{};
  bool quoted = false, any = false;
  std::size_t lines = 0;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') {
      for (std::size_t i = 0; any && i < 4; ++i) counts[i].push_back(line[i]);
      line = {};
      any = false;
      if (++lines == kLines) break;
      continue;
    }
    any |= c != '\r';
    for (std::size_t i = 0; i < 4; ++i) line[i] += c == kCandidates[i];
  }
  if (any && lines < kLines) {
    for (std::size_t i = 0; i < 4; ++i) counts[i].push_back(line[i]);
  }
  std::size_t best = 0;
  double best_score = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (counts[i].empty() || counts[i][0] == 0) continue;
    const auto same = std::count(counts[i].begin(), counts[i].end(), counts[i][0]);
    const double score = static_cast<double>(same) / static_cast<double>(counts[i].size()) +
                         static_cast<double>(std::min<std::size_t>(counts[i][0], 50)) / 1000.0;
    if (score > best_score) {
      best_score = score;
      best = i;
    }
  }
  return kCandidates[best];
}

std::vector<std::string> distinct(std::vector<std::string> names) {
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) names[i] = "column_" + std::to_string(i + 1);
    std::string name = names[i];
    for (int n = 2; !seen.insert(name).second; ++n) name = names[i] + "_" + std::to_string(n);
    names[i] = name;
  }
  return names;
}

}  // namespace

Result<std::unique_ptr<TableReader>> CsvReader::open(std::unique_ptr<ByteSource> source,
                                                     const ReadOptions& options) {
  std::unique_ptr<CsvReader> reader(new CsvReader(std::move(source), options));
  if (auto started = reader->start(); !started) return tl::unexpected(started.error());
  return std::unique_ptr<TableReader>(std::move(reader));
}

Result<bool> CsvReader::more() {
  auto got = source_->read(carry_, kReadBytes);
  if (got && !*got) ended_ = true;
  return got;
}

Status CsvReader::start() {
  if (auto got = more(); !got) return tl::unexpected(got.error());
  if (options_.separator == 0) {
    options_.separator = sniff_separator(std::string_view(carry_).substr(0, 1u << 16));
  }
  // Excel writes "sep=;" as a first line of its own.
  if (carry_.size() > 5 && carry_.starts_with("sep=") && (carry_[5] == '\r' || carry_[5] == '\n')) {
    options_.separator = carry_[4];
    carry_.erase(0, carry_.find('\n') + 1);
    ++line_;
  }
  const char* row_end = nullptr;
  Scan scan = Scan::incomplete;
  for (;;) {
    const char* begin = carry_.data();
    scan = scan_row(begin, begin + carry_.size(), ended_, row_end);
    if (scan != Scan::incomplete || ended_) break;
    if (carry_.size() > options_.row_bytes) break;
    if (auto got = more(); !got) return tl::unexpected(got.error());
  }
  if (scan != Scan::row || carry_.empty()) {
    return invalid("file",
                   carry_.empty() ? "the file is empty" : "the first line is no row of a table",
                   carry_.empty() ? "file_empty" : "not_a_table");
  }
  const std::size_t length = static_cast<std::size_t>(row_end - carry_.data());
  RowBatch first;
  std::string row = carry_.substr(0, length);
  first.columns = scratch_.size();
  add_cells(first, row.data());
  std::vector<std::string> names(scratch_.size());
  if (options_.header) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      names[i] = as_utf8(trim(first.cells[i]));
    }
    line_ += static_cast<std::uint64_t>(
        std::count(carry_.begin(), carry_.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    carry_.erase(0, length);
  }
  columns_ = distinct(std::move(names));
  return {};
}

// Finds the cells of the row at p and where the next begins.
CsvReader::Scan CsvReader::scan_row(const char* p, const char* end, bool last,
                                    const char*& row_end) {
  const char separator = options_.separator;
  const char* const begin = p;
  scratch_.clear();
  Scan result = Scan::row;
  for (;;) {
    Cell cell;
    if (p < end && *p == '"') {
      cell.quoted = true;
      cell.begin = static_cast<std::size_t>(++p - begin);
      for (;;) {
        p = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end - p)));
        if (!p || (p + 1 == end && !last)) return last ? Scan::unclosed_quote : Scan::incomplete;
        if (p + 1 < end && p[1] == '"') {
          cell.doubled = true;
          p += 2;
          continue;
        }
        break;
      }
      cell.end = static_cast<std::size_t>(p - begin);
      ++p;
      while (p < end && *p != separator && *p != '\n') {
        if (*p != '\r' && *p != ' ') result = Scan::text_after_quote;
        ++p;
      }
    } else {
      cell.begin = static_cast<std::size_t>(p - begin);
      while (p < end && *p != separator && *p != '\n') ++p;
      cell.end = static_cast<std::size_t>(p - begin);
    }
    if (p == end && !last) return Scan::incomplete;
    if (!cell.quoted && (p == end || *p == '\n') && cell.end > cell.begin &&
        begin[cell.end - 1] == '\r') {
      --cell.end;
    }
    scratch_.push_back(cell);
    if (p == end || *p == '\n') {
      row_end = p == end ? end : p + 1;
      return result;
    }
    ++p;
  }
}

void CsvReader::add_cells(RowBatch& batch, char* row) {
  for (const Cell& cell : scratch_) {
    if (cell.begin == cell.end) {
      batch.cells.push_back(cell.quoted ? std::string_view(row, 0) : std::string_view());
      continue;
    }
    char* from = row + cell.begin;
    std::size_t length = cell.end - cell.begin;
    if (cell.doubled) {  // "" -> ", in place
      char* to = from;
      for (char* p = from; p < row + cell.end; ++p) {
        *to++ = *p;
        if (*p == '"') ++p;
      }
      length = static_cast<std::size_t>(to - from);
    }
    batch.cells.emplace_back(from, length);
  }
}

std::string CsvReader::as_utf8(std::string_view text) const {
  const bool recode = options_.encoding == Encoding::windows_1252 ||
                      (options_.encoding != Encoding::utf8 && !is_utf8(text));
  return recode ? windows_1252_to_utf8(text) : std::string(text);
}

void CsvReader::reject(RowBatch& batch, std::string code, std::string detail,
                       std::string_view text) {
  text = without_line_end(text);
  batch.bad.push_back(
      {line_, std::move(code), std::move(detail), as_utf8(text.substr(0, kShownBytes))});
}

void CsvReader::take_row(RowBatch& batch, char* begin, const char* end) {
  const std::size_t length = static_cast<std::size_t>(end - begin);
  const std::string_view text = without_line_end({begin, length});
  if (text.empty()) return;  // a blank line is no row
  if (scratch_.size() != columns_.size()) {
    return reject(batch, "column_count",
                  "the row has " + std::to_string(scratch_.size()) + " columns, the table has " +
                      std::to_string(columns_.size()),
                  text);
  }
  char* row = begin;
  std::string_view shown = text;
  if (options_.encoding == Encoding::windows_1252 ||
      (options_.encoding == Encoding::automatic && !is_utf8(text))) {
    std::string& recoded = batch.recoded.emplace_back(windows_1252_to_utf8(text));
    const char* row_end = nullptr;
    scan_row(recoded.data(), recoded.data() + recoded.size(), true, row_end);
    row = recoded.data();
    shown = recoded;
  }
  const bool doubled =
      std::any_of(scratch_.begin(), scratch_.end(), [](const Cell& cell) { return cell.doubled; });
  if (doubled) shown = batch.recoded.emplace_back(shown);  // unescaping is done in place
  add_cells(batch, row);
  batch.lines.push_back(line_);
  batch.texts.push_back(shown);
}

Result<bool> CsvReader::next(RowBatch& batch) {
  batch.clear();
  batch.columns = columns_.size();
  while (batch.rows() == 0 && batch.bad.empty()) {
    if (ended_ && carry_.empty()) return false;
    if (!ended_) {
      if (auto got = more(); !got) return tl::unexpected(got.error());
    }
    batch.buffer.swap(carry_);
    carry_.clear();
    char* p = batch.buffer.data();
    char* const end = p + batch.buffer.size();
    while (p < end) {
      const char* row_end = nullptr;
      const Scan scan = scan_row(p, end, ended_, row_end);
      const bool too_long =
          static_cast<std::size_t>((scan == Scan::row ? row_end : end) - p) > options_.row_bytes;
      if (scan == Scan::incomplete && !too_long) break;
      if (scan == Scan::incomplete || scan == Scan::unclosed_quote ||
          (scan == Scan::row && too_long)) {
        // Give up this physical line only: the next may be sound.
        const void* feed = std::memchr(p, '\n', static_cast<std::size_t>(end - p));
        row_end = feed ? static_cast<const char*>(feed) + 1 : end;
        const bool quote = scan == Scan::unclosed_quote || (scan == Scan::incomplete && feed);
        reject(batch, quote ? "unclosed_quote" : "row_too_long",
               quote ? std::string("a quote is opened and not closed")
                     : "the row is longer than " + std::to_string(options_.row_bytes) + " bytes",
               {p, static_cast<std::size_t>(row_end - p)});
      } else if (scan == Scan::text_after_quote) {
        reject(batch, "text_after_quote", "text stands between a closing quote and the separator",
               {p, static_cast<std::size_t>(row_end - p)});
      } else {
        // Counted before the row is unescaped in place.
        const auto feeds = std::count(static_cast<const char*>(p), row_end, '\n');
        take_row(batch, p, row_end);
        line_ += static_cast<std::uint64_t>(feeds);
        p += row_end - p;
        continue;
      }
      line_ += static_cast<std::uint64_t>(std::count(static_cast<const char*>(p), row_end, '\n'));
      p += row_end - p;
    }
    carry_.assign(p, static_cast<std::size_t>(end - p));
  }
  return true;
}

}  // namespace viaggio::files
