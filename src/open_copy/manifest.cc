#include "open_copy/manifest.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <tuple>

#include <nlohmann/json.hpp>

namespace viaggio::open_copy {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {
constexpr int kFormat = 1;

tl::unexpected<Error> damaged(const std::string& what) {
  return internal_error("the open copy is damaged (" + what + "); it is made anew", "copy_damaged");
}
}  // namespace

void Manifest::sort() {
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return std::tie(a.month, a.first) < std::tie(b.month, b.first);
  });
}

std::vector<std::string> Manifest::files(const std::string& folder) const {
  std::vector<std::string> out;
  for (const Piece& p : pieces) out.push_back(folder + "/" + p.file);
  return out;
}

Result<Manifest> read_manifest(const std::string& folder) {
  std::ifstream in(folder + "/manifest.json");
  if (!in)
    return fail(ErrorKind::not_found, "no_copy",
                "there is no open copy yet; a running server makes it within a minute");
  const json j = json::parse(in, nullptr, false);
  if (!j.is_object() || j.value("format", 0) != kFormat) return damaged("manifest.json");
  Manifest m;
  try {
    m.upto = j.at("upto").get<Sequence>();
    m.written = j.at("written").get<std::uint64_t>();
    for (const json& p : j.at("pieces")) {
      Piece piece{parse_month(p.at("month").get<std::string>()),
                  p.at("first").get<Sequence>(),
                  p.at("last").get<Sequence>(),
                  p.at("rows").get<std::uint64_t>(),
                  p.at("digest").get<std::uint64_t>(),
                  p.at("file").get<std::string>()};
      std::error_code ec;
      if (piece.month < -1 || fs::file_size(folder + "/" + piece.file, ec) == 0 || ec)
        return damaged(piece.file);
      m.pieces.push_back(std::move(piece));
    }
  } catch (const json::exception&) {
    return damaged("manifest.json");
  }
  m.sort();
  return m;
}

Status sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (good) return {};
  return internal_error("cannot write " + path + ": " + std::strerror(error));
}

Status write_manifest(const std::string& folder, const Manifest& manifest, bool sync) {
  json pieces = json::array();
  for (const Piece& p : manifest.pieces)
    pieces.push_back({{"month", month_text(p.month)},
                      {"first", p.first},
                      {"last", p.last},
                      {"rows", p.rows},
                      {"digest", p.digest},
                      {"file", p.file}});
  const json j = {{"format", kFormat},
                  {"upto", manifest.upto},
                  {"written", manifest.written},
                  {"pieces", std::move(pieces)}};
  const std::string path = folder + "/manifest.json", fresh = path + ".new";
  {
    std::ofstream out(fresh);
    out << j.dump(1) << "\n";
    if (!out.flush()) return internal_error("cannot write " + fresh + "; is the disk full?");
  }
  if (sync) {
    if (auto ok = sync_file(fresh); !ok) return ok;
  }
  std::error_code ec;
  fs::rename(fresh, path, ec);
  if (ec) return internal_error("cannot replace " + path + ": " + ec.message());
  return {};
}

}  // namespace viaggio::open_copy
