#pragma once
// Exports as CSV or Parquet: the JSON lines go through a temporary file and become a table.
// Thread-safe. Errors: what the producer says, internal (no room for the file).
#include <functional>
#include <string>
#include <vector>

#include "api/backend.h"
#include "files/parquet.h"

namespace viaggio::api {

std::vector<files::OutputColumn> event_columns();
std::vector<files::OutputColumn> customer_columns();

// format: csv | parquet; `what` names the file. Temporary files lie in `folder` and are removed.
Status export_table(const std::string& format, const std::string& what, const std::string& folder,
                    const std::vector<files::OutputColumn>& columns, const Backend::Begin& begin,
                    const std::function<Status(const Sink&)>& produce);

Status copy_file(const std::string& path, const Sink& sink);

}  // namespace viaggio::api
