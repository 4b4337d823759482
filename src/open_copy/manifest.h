#pragma once
// Which files the open copy consists of. A piece is one Parquet file: the events of one month whose
// sequences lie in [first, last]. Pieces of a month do not overlap. Plain values.
// The file manifest.json is replaced whole; files that it does not name are not part of the copy.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "open_copy/months.h"

namespace viaggio::open_copy {

struct Piece {
  Month month = 0;
  Sequence first = 0, last = 0;
  std::uint64_t rows = 0;
  std::uint64_t digest = 0;  // of what is derived of its events (derived.h)
  std::string file;          // below the copy's folder
};

struct Manifest {
  Sequence upto = 0;          // every event up to here is in
  std::uint64_t written = 0;  // files ever written: the next one's number
  std::vector<Piece> pieces;  // by month, then by sequence

  void sort();
  std::vector<std::string> files(const std::string& folder) const;
};

// Errors: not_found "no_copy" (none was made yet), internal "copy_damaged".
Result<Manifest> read_manifest(const std::string& folder);
Status write_manifest(const std::string& folder, const Manifest& manifest, bool sync);

// Onto stable storage, before the manifest names it.
Status sync_file(const std::string& path);

}  // namespace viaggio::open_copy
