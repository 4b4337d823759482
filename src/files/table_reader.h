#pragma once
// Tables in files, as a stream of row batches: CSV (any separator, quotes of RFC 4180, UTF-8,
// Windows-1252, UTF-16), JSON lines, XES event logs and Parquet; all but Parquet may be gzip. Every
// value is text as written: nothing is guessed, so nothing is lost. A row that cannot be read is
// reported with its line number and its text; it is never swallowed and never stops the rest.
// Threads: one reader, one thread. Errors: the file cannot be opened, is no table, or ends in the
// middle of its compression.
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace viaggio::files {

enum class Format : std::uint8_t { automatic, csv, jsonl, parquet, xes };
// Each row is one cell, a JSON object.
inline bool gives_json(Format format) { return format == Format::jsonl || format == Format::xes; }
enum class Encoding : std::uint8_t {
  automatic,  // byte order mark, else UTF-8; a row that is not UTF-8 is read as Windows-1252
  utf8,
  windows_1252,
  utf16_le,
  utf16_be
};

struct ReadOptions {
  Format format = Format::automatic;  // by name and content
  char separator = 0;                 // 0 = found in the first lines: , ; tab |
  bool header = true;                 // the first row names the columns
  Encoding encoding = Encoding::automatic;
  std::size_t row_bytes = 1u << 20;  // a longer row is a bad row
};

// A cell without text: an empty unquoted CSV cell, a Parquet null. data() tells it from "".
inline bool is_null(std::string_view cell) { return cell.data() == nullptr; }

struct BadRow {
  std::uint64_t line = 0;
  std::string code;  // column_count, unclosed_quote, text_after_quote, row_too_long, not_xml,
                     // nested_too_deeply
  std::string detail;
  std::string text;  // the row as in the file, in UTF-8
};

// Views live until the batch is filled again.
struct RowBatch {
  std::size_t columns = 0;
  std::vector<std::string_view> cells;  // rows * columns; UTF-8
  std::vector<std::uint64_t> lines;     // of each row: 1-based line of the file (Parquet: row)
  std::vector<std::string_view> texts;  // of each row as written (CSV, JSON lines; may be empty)
  std::vector<BadRow> bad;
  std::size_t rows() const { return lines.size(); }
  std::string_view cell(std::size_t row, std::size_t column) const {
    return cells[row * columns + column];
  }
  void clear();

  std::string buffer;               // storage behind the views
  std::deque<std::string> recoded;  // rows that changed their encoding
};

class TableReader {
 public:
  static Result<std::unique_ptr<TableReader>> open(const std::string& path,
                                                   const ReadOptions& options);
  // The first bytes of a file, for a preview: all but Parquet. The last row may be a bad one.
  static Result<std::unique_ptr<TableReader>> open_head(std::string_view name,
                                                        std::string_view bytes,
                                                        const ReadOptions& options);
  virtual ~TableReader() = default;

  virtual Format format() const = 0;
  // Names as in the header, trimmed, made distinct ("name", "name_2"). JSON lines and XES have
  // one column, "json": the object's text.
  virtual const std::vector<std::string>& columns() const = 0;
  // False at the end of the table; a batch may hold only bad rows.
  virtual Result<bool> next(RowBatch& batch) = 0;
  // Progress, in bytes of the file as it lies on disk.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t bytes_total() const = 0;
  virtual char separator() const { return 0; }
};

// The format a file name and its first bytes tell.
Format detect_format(std::string_view name, std::string_view first_bytes);

}  // namespace viaggio::files
