#include "ingest/order_index.h"

#include <fstream>
#include <vector>

#include "base/text.h"

namespace viaggio::ingest {
namespace {
constexpr std::uint64_t kMagic = 0x5647'4F52'4452'3031ull;
}

bool OrderIndex::add(std::string_view order_id) { return seen_.insert(hash64(order_id)).second; }
void OrderIndex::forget(std::string_view order_id) { seen_.erase(hash64(order_id)); }

Status OrderIndex::save(const std::string& file, Sequence upto) const {
  std::vector<std::uint64_t> words{kMagic, upto};
  words.insert(words.end(), seen_.begin(), seen_.end());
  words.push_back(
      hash64(std::string_view(reinterpret_cast<const char*>(words.data()), words.size() * 8)));
  std::ofstream out(file + ".new", std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(words.data()),
            static_cast<std::streamsize>(words.size() * 8));
  out.close();
  if (!out || std::rename((file + ".new").c_str(), file.c_str()) != 0) {
    return internal_error("cannot write " + file + "; is the disk full?", "order_index_write");
  }
  return {};
}

Result<Sequence> OrderIndex::load(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return Sequence{0};
  const auto size = static_cast<std::size_t>(in.tellg());
  std::vector<std::uint64_t> words(size / 8);
  in.seekg(0);
  in.read(reinterpret_cast<char*>(words.data()), static_cast<std::streamsize>(words.size() * 8));
  const bool whole = in && size % 8 == 0 && words.size() >= 3 && words[0] == kMagic &&
                     words.back() == hash64(std::string_view(
                                         reinterpret_cast<const char*>(words.data()), size - 8));
  if (!whole)
    return internal_error(file + " is damaged; it will be rebuilt from the event log",
                          "order_index_damaged");
  seen_.clear();
  seen_.insert(words.begin() + 2, words.end() - 1);
  return words[1];
}

}  // namespace viaggio::ingest
