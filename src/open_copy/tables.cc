#include "open_copy/tables.h"

namespace viaggio::open_copy {

const std::vector<files::OutputColumn>& stored_columns() {
  static const std::vector<files::OutputColumn> columns = {
      {"sequence", "UBIGINT"},      {"message_id", "VARCHAR"},
      {"timestamp", "TIMESTAMPTZ"}, {"received_at", "TIMESTAMPTZ"},
      {"type", "VARCHAR"},          {"anonymous_id", "VARCHAR"},
      {"user_id", "VARCHAR"},       {"source", "VARCHAR"},
      {"properties", "JSON"},       {"traits", "JSON"},
      {"context", "JSON"}};
  return columns;
}

const std::vector<files::OutputColumn>& derived_columns() {
  static const std::vector<files::OutputColumn> columns = {
      {"customer_id", "VARCHAR"}, {"session", "UBIGINT"},    {"name", "VARCHAR"},
      {"channel", "VARCHAR"},     {"touchpoint", "VARCHAR"}, {"value", "DECIMAL(18,4)"}};
  return columns;
}

std::vector<files::SqlTable> sql_tables(const Manifest& manifest, const std::string& folder) {
  files::SqlTable events{"events", stored_columns(), manifest.files(folder)};
  events.columns.insert(events.columns.end(), derived_columns().begin(), derived_columns().end());
  return {std::move(events)};
}

namespace {

struct View {
  files::SqlTable shape;  // without files
  std::string from;       // what follows the columns
  std::vector<std::string> expressions;
};

const std::vector<View>& views() {
  static const std::vector<View> all = {
      {{"sessions",
        {{"session", "UBIGINT"},
         {"customer_id", "VARCHAR"},
         {"first_event", "TIMESTAMPTZ"},
         {"last_event", "TIMESTAMPTZ"},
         {"events", "BIGINT"},
         {"channel", "VARCHAR"},
         {"value", "DECIMAL(38,4)"}},
        {}},
       "FROM events WHERE session IS NOT NULL GROUP BY session",
       {"session", "any_value(customer_id)", "min(timestamp)", "max(timestamp)", "count(*)",
        "arg_min(channel, (timestamp, sequence))", "sum(value)"}},
      {{"customers",
        {{"customer_id", "VARCHAR"},
         {"first_seen", "TIMESTAMPTZ"},
         {"last_seen", "TIMESTAMPTZ"},
         {"events", "BIGINT"},
         {"sessions", "BIGINT"},
         {"value", "DECIMAL(38,4)"}},
        {}},
       "FROM events WHERE customer_id IS NOT NULL GROUP BY customer_id",
       {"customer_id", "min(timestamp)", "max(timestamp)", "count(*)", "count(DISTINCT session)",
        "sum(value)"}}};
  return all;
}

}  // namespace

std::vector<files::SqlView> sql_views() {
  std::vector<files::SqlView> out;
  for (const View& view : views()) {
    std::string select;
    for (std::size_t i = 0; i < view.expressions.size(); ++i)
      select +=
          (i == 0 ? "SELECT " : ", ") + view.expressions[i] + " AS " + view.shape.columns[i].name;
    out.push_back({view.shape.name, select + " " + view.from});
  }
  return out;
}

std::vector<files::SqlTable> sql_shape() {
  std::vector<files::SqlTable> out = sql_tables({}, {});
  for (const View& view : views()) out.push_back(view.shape);
  return out;
}

}  // namespace viaggio::open_copy
