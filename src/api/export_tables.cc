#include "api/export_tables.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace viaggio::api {
namespace {

// A file that is removed whatever happens.
struct Temporary {
  explicit Temporary(const std::string& folder) : path(folder + "/export-XXXXXX") {
    const int fd = mkstemp(path.data());
    if (fd >= 0) {
      ::close(fd);
    } else {
      path.clear();
    }
  }
  ~Temporary() {
    if (!path.empty()) std::remove(path.c_str());
  }
  std::string path;
};

}  // namespace

std::vector<files::OutputColumn> event_columns() {
  return {{"message_id", "VARCHAR"},
          {"sequence", "UBIGINT"},
          {"customer_id", "VARCHAR"},
          {"timestamp", "TIMESTAMPTZ"},
          {"received_at", "TIMESTAMPTZ"},
          {"type", "VARCHAR"},
          {"name", "VARCHAR"},
          {"channel", "VARCHAR"},
          {"touchpoint", "VARCHAR"},
          {"anonymous_id", "VARCHAR"},
          {"user_id", "VARCHAR"},
          {"source", "VARCHAR"},
          {"properties", "JSON"},
          {"traits", "JSON"},
          {"context", "JSON"}};
}

std::vector<files::OutputColumn> customer_columns() {
  return {{"customer_id", "VARCHAR"},
          {"identifiers", "JSON"},
          {"traits", "JSON"},
          {"first_seen", "TIMESTAMPTZ"},
          {"last_seen", "TIMESTAMPTZ"},
          {"events", "UBIGINT"},
          {"stage", "JSON"}};
}

Status copy_file(const std::string& path, const Sink& sink) {
  std::ifstream in(path, std::ios::binary);
  std::string buffer(256 * 1024, '\0');
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto n = static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount()));
    if (n > 0 && !sink(std::string_view(buffer).substr(0, n))) return {};
  }
  if (!in.eof()) return internal_error("cannot read " + path);
  return {};
}

Status export_table(const std::string& format, const std::string& what, const std::string& folder,
                    const std::vector<files::OutputColumn>& columns, const Backend::Begin& begin,
                    const std::function<Status(const Sink&)>& produce) {
  const Temporary lines(folder), table(folder);
  if (lines.path.empty() || table.path.empty())
    return internal_error("no temporary file in " + folder);
  std::ofstream out(lines.path, std::ios::binary);
  const Status produced = produce([&](std::string_view bytes) {
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return out.good();
  });
  out.close();
  if (!produced) return produced;
  if (!out) return internal_error("no room for the export in " + folder);
  const bool csv = format == "csv";
  const auto kind = csv ? files::OutputFormat::csv : files::OutputFormat::parquet;
  if (auto ok = files::convert_json_lines(lines.path, columns, table.path, kind); !ok) return ok;
  const Sink sink = begin(
      {csv ? "text/csv; charset=utf-8" : "application/vnd.apache.parquet", what + "." + format});
  return copy_file(table.path, sink);
}

}  // namespace viaggio::api
