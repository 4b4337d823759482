#include "imports/import.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.h"
#include "files/parquet.h"
#include "formats/export.h"
#include "formats/json_text.h"
#include "formats/segment.h"
#include "imports/row_events.h"
#include "imports/row_ordinals.h"

namespace viaggio::imports {

namespace {

// The CSV of what was not taken; the file appears with the first row.
class RejectedFile {
 public:
  explicit RejectedFile(std::string path) : path_(std::move(path)) {}

  void add(const RejectedRow& row) {
    ++count_;
    if (path_.empty()) return;
    std::string text;
    if (!file_.is_open()) {
      file_.open(path_, std::ios::binary | std::ios::trunc);
      files::append_csv_row(text, {"line", "code", "field", "detail", "row"});
    }
    files::append_csv_row(text,
                          {std::to_string(row.line), row.code, row.field, row.detail, row.text});
    file_ << text;
  }
  std::uint64_t count() const { return count_; }

  Status finish() {
    if (!file_.is_open()) return {};
    file_.close();
    if (file_) return {};
    return internal_error("the report of rejected rows cannot be written", "report_failed");
  }

 private:
  std::string path_;
  std::ofstream file_;
  std::uint64_t count_ = 0;
};

// "till.csv.gz" -> "till": a file gives the same source packed or not.
std::string source_of_file(std::filesystem::path name) {
  if (name.extension() == ".gz") name = name.stem();
  return name.stem().string();
}

// Where in the file a message of the pending batch came from.
struct Origin {
  std::uint64_t line = 0;
  std::string text;
};

class Run {
 public:
  Run(const Request& request, const Sink& sink, const OnProgress& on_progress)
      : request_(request),
        sink_(sink),
        on_progress_(on_progress),
        rejected_(request.rejected_path) {}

  Result<Progress> run() {
    files::ReadOptions options = request_.mapping.table;
    if (request_.format != FileFormat::mapped) {
      options = {};
      options.format = files::Format::jsonl;
      options.row_bytes = request_.format == FileFormat::viaggio ? 4u << 20 : 1u << 20;
    }
    auto reader = files::TableReader::open(request_.path, options);
    if (!reader) return tl::unexpected(reader.error());
    reader_ = std::move(*reader);
    progress_.bytes_total = reader_->bytes_total();
    set_context();
    if (auto done = request_.format == FileFormat::mapped ? run_mapped() : run_lines(); !done) {
      if (auto closed = rejected_.finish(); !closed) return tl::unexpected(closed.error());
      return tl::unexpected(done.error());
    }
    progress_.bytes = progress_.bytes_total;
    report();
    if (auto closed = rejected_.finish(); !closed) return tl::unexpected(closed.error());
    return progress_;
  }

 private:
  void set_context() {
    source_ = request_.source;
    if (source_.empty()) source_ = request_.mapping.source;
    if (source_.empty())
      source_ = source_of_file(request_.name.empty() ? request_.path : request_.name);
    context_.endpoint = formats::Endpoint::import;
    context_.sender = formats::Sender::import;
    context_.limits = formats::Limits::of(formats::Sender::import);
    context_.source = source_;
    context_.received_at = request_.now != 0 ? request_.now : now_micros();
    context_.import_id = request_.import_id;
    context_.country = request_.country;
  }

  Status run_mapped() {
    const std::string& name =
        request_.mapping.timezone.empty() ? request_.timezone : request_.mapping.timezone;
    auto zone = Zone::find(name);
    if (!zone) return invalid("timezone", "unknown time zone " + name);
    if (!request_.mapping.into.empty() && !request_.tables)
      return invalid("mapping", "fills a table; only events are taken here", "not_events");
    auto rows = RowEvents::create(request_.mapping, source_, *zone, context_.received_at, *reader_);
    if (!rows) return tl::unexpected(rows.error());
    const RowEvents::Output out{[this](RowMessage&& message) { take(std::move(message)); },
                                [this](RejectedRow&& row) { rejected_.add(row); }};
    for (;;) {
      auto more = next();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      (*rows)->add(batch_, out);
      if (failed_) return *failed_;
    }
    (*rows)->finish(out);
    if (failed_) return *failed_;
    return flush();
  }

  // Adds a message to the pending batch; sends the batch when it is large enough.
  void take(RowMessage&& message) {
    if (failed_) return;
    pending_ += origins_.empty() ? '[' : ',';
    pending_ += message.json;
    origins_.push_back({message.line, std::move(message.text)});
    if (origins_.size() < request_.batch_events && pending_.size() < request_.batch_bytes) return;
    if (auto done = flush(); !done) failed_ = tl::unexpected(done.error());
  }

  Status flush() {
    if (origins_.empty()) return {};
    pending_ += ']';
    if (!request_.mapping.into.empty()) return flush_rows();
    auto parsed = formats::parse_body(pending_, context_);
    pending_.clear();
    std::vector<Origin> origins;
    origins.swap(origins_);
    if (!parsed) {  // cannot happen with rows that we wrote ourselves
      return fail(ErrorKind::internal, parsed.error().code, parsed.error().detail);
    }
    for (formats::Rejection& r : parsed->rejected) {
      rejected_.add({origins[r.index].line, std::move(r.code), std::move(r.field),
                     std::move(r.detail), std::move(origins[r.index].text)});
    }
    return send(std::move(parsed->events));
  }

  Status flush_rows() {
    const std::string rows = std::exchange(pending_, {});
    std::vector<Origin> origins;
    origins.swap(origins_);
    auto answer = request_.tables(request_.mapping.into, rows);
    if (!answer) return tl::unexpected(answer.error());
    progress_.stored += answer->stored;
    for (TableRejection& r : answer->rejected) {
      rejected_.add({origins[r.index].line, std::move(r.code), std::move(r.field),
                     std::move(r.detail), std::move(origins[r.index].text)});
    }
    return {};
  }

  Status send(std::vector<IncomingEvent>&& events) {
    if (events.empty()) return {};
    progress_.events += events.size();
    auto answer = sink_(std::move(events));
    if (!answer) return tl::unexpected(answer.error());
    progress_.stored += answer->stored;
    progress_.duplicates += answer->duplicates;
    return {};
  }

  Result<bool> next() {
    if (request_.cancelled && *request_.cancelled) {
      return fail(ErrorKind::conflict, "cancelled", "the import was cancelled");
    }
    auto more = reader_->next(batch_);
    if (!more || !*more) return more;
    progress_.rows += batch_.rows() + batch_.bad.size();
    for (files::BadRow& bad : batch_.bad) {
      rejected_.add(
          {bad.line, std::move(bad.code), "", std::move(bad.detail), std::move(bad.text)});
    }
    progress_.bytes = reader_->bytes_read();
    report();
    return true;
  }

  void report() {
    progress_.rejected = rejected_.count();
    if (on_progress_) on_progress_(progress_);
  }

  Status run_lines() {
    for (;;) {
      auto more = next();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
      std::vector<IncomingEvent> events;
      for (std::size_t row = 0; row < batch_.rows(); ++row) {
        const std::string_view line = batch_.cell(row, 0);
        if (request_.format == FileFormat::viaggio)
          take_export_line(line, batch_.lines[row], events);
        else
          take_segment_line(line, batch_.lines[row], events);
        if (events.size() < request_.batch_events) continue;
        if (auto done = send(std::move(events)); !done) return done;
        events.clear();
      }
      if (auto done = send(std::move(events)); !done) return done;
    }
  }

  void take_export_line(std::string_view line, std::uint64_t number,
                        std::vector<IncomingEvent>& events) {
    auto event = formats::parse_event_line(line, context_);
    if (event) {
      events.push_back(std::move(*event));
    } else {
      rejected_.add({number, event.error().code, event.error().field, event.error().detail,
                     std::string(line.substr(0, kShownBytes))});
    }
  }

  // A line is a message, or a body that holds many ("batch").
  void take_segment_line(std::string_view line, std::uint64_t number,
                         std::vector<IncomingEvent>& events) {
    std::string wrapped;
    if (formats::member(line, "batch").empty()) {
      wrapped.append("[").append(line).append("]");
      line = wrapped;
    }
    auto parsed = formats::parse_body(line, context_);
    if (!parsed) {
      rejected_.add({number, parsed.error().code, parsed.error().field, parsed.error().detail,
                     std::string(line.substr(0, kShownBytes))});
      return;
    }
    for (formats::Rejection& r : parsed->rejected) {
      rejected_.add({number, std::move(r.code), std::move(r.field), std::move(r.detail),
                     std::string(line.substr(0, kShownBytes))});
    }
    for (IncomingEvent& event : parsed->events) {
      // A message without an id gets one from its text, so that the line can be read again.
      if (event.message_id_assigned) event.message_id = line_id(event.json);
      events.push_back(std::move(event));
    }
  }

  std::string line_id(std::string_view json);

  static constexpr std::size_t kShownBytes = 2000;

  const Request& request_;
  const Sink& sink_;
  const OnProgress& on_progress_;
  RejectedFile rejected_;
  std::unique_ptr<files::TableReader> reader_;
  files::RowBatch batch_;
  formats::ParseContext context_;
  std::string source_;
  Progress progress_;
  std::string pending_;
  std::vector<Origin> origins_;
  std::optional<Status> failed_;
  RowOrdinals ordinals_;
};

std::string Run::line_id(std::string_view json) {
  const std::string raw = formats::split_stored_text(json).raw;  // without the id of this import
  const std::uint32_t ordinal = ordinals_.next(hash64(raw));
  return row_id(source_, raw + std::to_string(ordinal));
}

}  // namespace

FileFormat parse_file_format(std::string_view text) {
  if (text == "segment" || text == "rudder" || text == "jitsu") return FileFormat::segment;
  if (text == "viaggio" || text == "events") return FileFormat::viaggio;
  return FileFormat::mapped;
}

Result<Progress> run_import(const Request& request, const Sink& sink,
                            const OnProgress& on_progress) {
  return Run(request, sink, on_progress).run();
}

}  // namespace viaggio::imports
