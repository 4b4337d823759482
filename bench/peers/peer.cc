#include "peers/peer.h"

#include <fstream>
#include <iterator>

namespace viaggio::bench {
namespace {

std::string path_of(const std::string& peer, const std::string& file) {
  return std::string(VIAGGIO_PEERS_SQL) + "/" + peer + "/" + file + ".sql";
}

}  // namespace

bool has_sql(const std::string& peer, const std::string& file) {
  return std::ifstream(path_of(peer, file)).good();
}

Result<std::string> sql_of(const std::string& peer, const std::string& file,
                           const Parameters& parameters) {
  std::ifstream in(path_of(peer, file));
  if (!in) return internal_error("cannot read " + path_of(peer, file));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const auto& [name, value] : parameters) {
    const std::string mark = "{" + name + "}";
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  }
  return text;
}

Status run_file(Peer& peer, const std::string& file, const Parameters& parameters) {
  auto text = sql_of(peer.name(), file, parameters);
  if (!text) return tl::unexpected(text.error());
  std::size_t from = 0;
  for (std::size_t at = text->find(";\n"); at != std::string::npos; at = text->find(";\n", from)) {
    if (auto done = peer.ask(text->substr(from, at - from)); !done)
      return tl::unexpected(done.error());
    from = at + 2;
  }
  return {};
}

}  // namespace viaggio::bench
