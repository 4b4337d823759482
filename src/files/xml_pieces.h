#pragma once
// The outermost elements of some names in an XML file, one after the other, each as text: what is
// between them is passed over. Comments, CDATA and quoted attributes hide no element. One thread.
// Errors: those of the source; an element of more than kMostBytes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "files/byte_source.h"

namespace viaggio::files {

class XmlPieces {
 public:
  static constexpr std::size_t kMostBytes = 256u << 20;
  struct Piece {
    std::string_view text;   // lives until the next call
    std::uint64_t line = 1;  // where it begins, from 1
    bool whole = true;       // false: the file ends inside of it
  };
  // A name also means one with a prefix of a namespace.
  XmlPieces(ByteSource& source, std::vector<std::string> names)
      : source_(source), names_(std::move(names)) {}
  // False at the end.
  Result<bool> next(Piece& piece);

 private:
  struct Tag {
    std::size_t begin = 0, end = 0;
    std::string_view name;
    bool closes = false, empty = false;
  };
  Result<bool> next_tag(Tag& tag);
  Result<bool> find(std::string_view text, std::size_t from, std::size_t& at);
  Result<bool> end_of_tag(std::size_t from, std::size_t& at);
  Result<bool> begin_piece(Tag& tag);
  Result<bool> more();
  void keep_from(std::size_t at);
  void forget();  // drops what is not needed from the buffer
  bool is_wanted(std::string_view name) const;

  ByteSource& source_;
  std::vector<std::string> names_;
  std::string buffer_;
  std::size_t at_ = 0;      // read up to here
  std::size_t keep_ = 0;    // what comes before is not needed
  std::uint64_t line_ = 1;  // of keep_
  bool ended_ = false;
};

}  // namespace viaggio::files
