#pragma once
// An answer as the tables of a golden script. Every table begins with a header line whose first
// word says which part of the answer it shows; the other words choose columns.
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace viaggio::testing {

using Table = std::vector<std::vector<std::string>>;  // the header first

// Customer id -> name.
using NameOf = std::function<std::string(const std::string&)>;

// The header lines that an update writes when a script has none yet.
std::vector<std::string> default_headers(const std::string& kind, const std::string& answer_json);
bool is_header(const std::string& kind, const std::string& line);

// The table that a header asks for. Errors: a column that does not exist.
Result<Table> make_table(const std::string& kind, const std::string& answer_json,
                         const std::string& header, const NameOf& name_of);

// Columns aligned, indented by two spaces.
std::vector<std::string> show(const Table& table);
// Cells of a line; a cell with a space in it is written in quotes.
std::vector<std::string> cells_of(const std::string& line);

}  // namespace viaggio::testing
