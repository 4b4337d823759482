#pragma once
// Rows of a CSV file; the rules are in table_reader.h and docs/formats/files.md. One thread.
#include <memory>
#include <string>
#include <vector>

#include "files/byte_source.h"
#include "files/table_reader.h"

namespace viaggio::files {

class CsvReader final : public TableReader {
 public:
  static Result<std::unique_ptr<TableReader>> open(std::unique_ptr<ByteSource> source,
                                                   const ReadOptions& options);
  Format format() const override { return Format::csv; }
  const std::vector<std::string>& columns() const override { return columns_; }
  Result<bool> next(RowBatch& batch) override;
  std::uint64_t bytes_read() const override { return source_->bytes_read(); }
  std::uint64_t bytes_total() const override { return source_->bytes_total(); }
  char separator() const override { return options_.separator; }

 private:
  struct Cell {
    std::size_t begin = 0, end = 0;  // in the row, without quotes
    bool quoted = false, doubled = false;
  };
  enum class Scan { row, incomplete, unclosed_quote, text_after_quote };

  CsvReader(std::unique_ptr<ByteSource> source, const ReadOptions& options)
      : source_(std::move(source)), options_(options) {}
  Status start();
  Result<bool> more();
  Scan scan_row(const char* p, const char* end, bool last, const char*& row_end);
  void take_row(RowBatch& batch, char* begin, const char* end);
  void add_cells(RowBatch& batch, char* row);
  void reject(RowBatch& batch, std::string code, std::string detail, std::string_view text);
  std::string as_utf8(std::string_view text) const;

  std::unique_ptr<ByteSource> source_;
  ReadOptions options_;
  std::vector<std::string> columns_;
  std::string carry_;  // bytes read and not yet given out
  bool ended_ = false;
  std::uint64_t line_ = 1;  // of the next row
  std::vector<Cell> scratch_;
};

}  // namespace viaggio::files
