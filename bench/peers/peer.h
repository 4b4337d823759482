#pragma once
// Another system that answers questions in SQL, inside this process. A row's fields are texts, NULL
// is the empty text. Not thread-safe; a peer uses as many threads as it likes.
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace viaggio::bench {

using Rows = std::vector<std::vector<std::string>>;

class Peer {
 public:
  virtual ~Peer() = default;
  virtual const std::string& name() const = 0;
  virtual Result<Rows> ask(const std::string& sql) = 0;
};

using Parameters = std::map<std::string, std::string>;

// The text of bench/peers/PEER/FILE with every {name} replaced.
Result<std::string> sql_of(const std::string& peer, const std::string& file,
                           const Parameters& parameters);
// Every statement of a file of statements that end with ";" at the end of a line.
Status run_file(Peer& peer, const std::string& file, const Parameters& parameters);
bool has_sql(const std::string& peer, const std::string& file);

}  // namespace viaggio::bench
