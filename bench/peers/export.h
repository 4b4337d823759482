#pragma once
// The engine's events as rows for the peers: customers resolved, sessions made, touchpoint and
// channel decided. Written into a DuckDB file and from it, in the order of (customer, time,
// sequence), into a Parquet file.
//
//   events    customer, t (microseconds), seq, name, touchpoint, channel, source, session (number
//   of
//             the session, ascending by customer and its first event), first (of its session),
//             value (1/10,000, NULL for none)
//   unowned   the same columns of events without an identifier; only trends count them
#include "peers/duckdb_peer.h"
#include "select/context.h"

namespace viaggio::bench {

Status export_events(const select::Context& context, const std::string& duckdb_file,
                     const std::string& parquet_folder);

}  // namespace viaggio::bench
