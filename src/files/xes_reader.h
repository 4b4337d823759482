#pragma once
// Rows of an XES event log (IEEE 1849), one a JSON object for each event: what its trace says of
// itself with "case:" before each key, then its own attributes (docs/formats/files.md). Read trace
// by trace, so that memory does not grow with the log. One thread.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "files/byte_source.h"
#include "files/table_reader.h"
#include "files/xml_pieces.h"

namespace viaggio::files {

class XesReader final : public TableReader {
 public:
  // `whole`: not only the beginning of a file; what is cut there is left out, here it is bad.
  XesReader(std::unique_ptr<ByteSource> source, const ReadOptions& options, bool whole)
      : source_(std::move(source)),
        pieces_(*source_, {"trace", "event"}),
        row_bytes_(options.row_bytes),
        whole_(whole) {}
  Format format() const override { return Format::xes; }
  const std::vector<std::string>& columns() const override { return columns_; }
  Result<bool> next(RowBatch& batch) override;
  std::uint64_t bytes_read() const override { return source_->bytes_read(); }
  std::uint64_t bytes_total() const override { return source_->bytes_total(); }

 private:
  void take(RowBatch& batch, const XmlPieces::Piece& piece);

  std::unique_ptr<ByteSource> source_;
  XmlPieces pieces_;
  std::size_t row_bytes_;
  bool whole_;
  std::vector<std::string> columns_{"json"};
};

}  // namespace viaggio::files
