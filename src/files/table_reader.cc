#include "files/table_reader.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include "base/text.h"
#include "files/byte_source.h"
#include "files/csv_reader.h"
#include "files/parquet.h"
#include "files/xes_reader.h"

namespace viaggio::files {

namespace {

constexpr std::size_t kReadBytes = 1u << 20;

// One JSON object a line; the text is given out as it is, checked by whoever reads it.
class JsonLinesReader final : public TableReader {
 public:
  JsonLinesReader(std::unique_ptr<ByteSource> source, const ReadOptions& options)
      : source_(std::move(source)), row_bytes_(options.row_bytes) {}
  Format format() const override { return Format::jsonl; }
  const std::vector<std::string>& columns() const override { return columns_; }
  std::uint64_t bytes_read() const override { return source_->bytes_read(); }
  std::uint64_t bytes_total() const override { return source_->bytes_total(); }

  Result<bool> next(RowBatch& batch) override {
    batch.clear();
    batch.columns = 1;
    while (batch.rows() == 0 && batch.bad.empty()) {
      if (ended_ && carry_.empty()) return false;
      if (!ended_) {
        auto got = source_->read(carry_, kReadBytes);
        if (!got) return tl::unexpected(got.error());
        ended_ = !*got;
      }
      batch.buffer.swap(carry_);
      carry_.clear();
      split(batch);
    }
    return true;
  }

 private:
  void split(RowBatch& batch) {
    const char* p = batch.buffer.data();
    const char* const end = p + batch.buffer.size();
    while (p < end) {
      const void* feed = std::memchr(p, '\n', static_cast<std::size_t>(end - p));
      const std::size_t rest = static_cast<std::size_t>(end - p);
      if (!feed && !ended_ && rest <= row_bytes_ && !skipping_) break;
      const char* stop = feed ? static_cast<const char*>(feed) : end;
      take_line(batch, {p, static_cast<std::size_t>(stop - p)}, feed != nullptr);
      if (feed) ++line_;
      p = feed ? stop + 1 : end;
    }
    carry_.assign(p, static_cast<std::size_t>(end - p));
  }

  // Lines that are too long come in parts: reported once, the rest skipped up to the line feed.
  void take_line(RowBatch& batch, std::string_view text, bool whole) {
    const bool rest_of_long_line = skipping_;
    skipping_ = !whole && !ended_;
    if (rest_of_long_line) return;
    if (text.size() > row_bytes_) {
      batch.bad.push_back({line_, "row_too_long",
                           "the line is longer than " + std::to_string(row_bytes_) + " bytes",
                           std::string(text.substr(0, 200))});
      return;
    }
    text = trim(text);
    if (text.empty()) return;
    batch.cells.push_back(text);
    batch.texts.push_back(text);
    batch.lines.push_back(line_);
  }

  std::unique_ptr<ByteSource> source_;
  std::size_t row_bytes_;
  std::vector<std::string> columns_{"json"};
  std::string carry_;
  bool ended_ = false, skipping_ = false;
  std::uint64_t line_ = 1;
};

bool has_ending(std::string_view name, std::string_view ending) {
  return to_lower_ascii(name).ends_with(ending);
}

}  // namespace

void RowBatch::clear() {
  cells.clear();
  lines.clear();
  texts.clear();
  bad.clear();
  recoded.clear();
  buffer.clear();
}

Format detect_format(std::string_view name, std::string_view first_bytes) {
  if (first_bytes.starts_with("PAR1")) return Format::parquet;
  if (has_ending(name, ".gz")) name.remove_suffix(3);
  if (has_ending(name, ".parquet")) return Format::parquet;
  if (has_ending(name, ".xes")) return Format::xes;
  if (has_ending(name, ".jsonl") || has_ending(name, ".ndjson") || has_ending(name, ".json")) {
    return Format::jsonl;
  }
  if (has_ending(name, ".csv") || has_ending(name, ".tsv") || has_ending(name, ".txt")) {
    return Format::csv;
  }
  const std::string_view text = trim(first_bytes);
  if (text.starts_with("<?xml") || text.starts_with("<log")) return Format::xes;
  return text.starts_with("{") ? Format::jsonl : Format::csv;
}

Result<std::unique_ptr<TableReader>> TableReader::open(const std::string& path,
                                                       const ReadOptions& options) {
  auto source = ByteSource::open(path, options.encoding);
  if (!source) return tl::unexpected(source.error());
  Format format = options.format;
  if (format == Format::automatic) {
    std::string first;
    if (auto got = (*source)->read(first, 4096); !got) return tl::unexpected(got.error());
    format = detect_format(path, first);
    source = ByteSource::open(path, options.encoding);
    if (!source) return tl::unexpected(source.error());
  }
  switch (format) {
    case Format::parquet:
      return open_parquet(path);
    case Format::jsonl:
      return std::unique_ptr<TableReader>(
          std::make_unique<JsonLinesReader>(std::move(*source), options));
    case Format::xes:
      return std::unique_ptr<TableReader>(
          std::make_unique<XesReader>(std::move(*source), options, true));
    default:
      return CsvReader::open(std::move(*source), options);
  }
}

Result<std::unique_ptr<TableReader>> TableReader::open_head(std::string_view name,
                                                            std::string_view bytes,
                                                            const ReadOptions& options) {
  Format format = options.format;
  if (format == Format::automatic) {
    std::string first;
    auto source = ByteSource::from_head(bytes.substr(0, 8192), options.encoding);
    if (auto got = source->read(first, 4096); !got) return tl::unexpected(got.error());
    format = detect_format(name, first);
  }
  auto source = ByteSource::from_head(bytes, options.encoding);
  if (format == Format::parquet) {
    return fail(ErrorKind::unsupported, "preview_needs_file",
                "a Parquet table can only be read whole", "file");
  }
  if (format == Format::jsonl) {
    return std::unique_ptr<TableReader>(
        std::make_unique<JsonLinesReader>(std::move(source), options));
  }
  if (format == Format::xes) {
    return std::unique_ptr<TableReader>(
        std::make_unique<XesReader>(std::move(source), options, false));
  }
  return CsvReader::open(std::move(source), options);
}

}  // namespace viaggio::files
