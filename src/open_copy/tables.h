#pragma once
// The open copy as SQL sees it: the columns of its files, and the views over them. docs/sql.md
// says what each means. Immutable.
#include <string>
#include <vector>

#include "files/sql.h"
#include "open_copy/manifest.h"

namespace viaggio::open_copy {

// Read from the log and never changed; and derived, written anew when it changes (derived.h).
const std::vector<files::OutputColumn>& stored_columns();
const std::vector<files::OutputColumn>& derived_columns();

std::vector<files::SqlTable> sql_tables(const Manifest& manifest, const std::string& folder);
std::vector<files::SqlView> sql_views();
// What there is to ask: the table and the views, each with its columns.
std::vector<files::SqlTable> sql_shape();

}  // namespace viaggio::open_copy
