#include "imports/guess.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "files/table_reader.h"
#include "formats/json_text.h"
#include "formats/money.h"
#include "imports/table_time.h"

namespace viaggio::imports {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kRows = 1000;  // looked at
constexpr std::size_t kShown = 20;   // in the preview
constexpr std::size_t kSamples = 5;

// What a column is taken for. `names` are folded: lower-case, no accents, letters and digits only.
struct Role {
  const char* guess;
  std::vector<const char*> names;
};

const std::vector<Role>& roles() {
  static const std::vector<Role> kRoles = {
      {"timestamp", {"timestamp",    "eventtime",    "datetime",
                     "date",         "time",         "data",
                     "dataora",      "dataordine",   "orderdate",
                     "invoicedate",  "createdat",    "datacreazione",
                     "dataacquisto", "purchasedate", "datascontrino",
                     "giorno",       "day",          "occurredat",
                     "dataevento",   "eventdate",    "transactiondate",
                     "datafattura",  "paidat",       "datadocumento"}},
      {"event",
       {"event", "eventtype", "eventname", "evento", "azione", "action", "activity", "attivita",
        "tipoevento"}},
      {"user_id",
       {"userid", "customerid", "clientid", "idcliente", "codicecliente", "codcliente", "cliente",
        "customer", "customercode", "utente", "idutente", "customernumber", "user", "contactid"}},
      {"anonymous_id", {"anonymousid", "visitorid", "cookieid", "idvisitatore", "cookie"}},
      {"device_id", {"deviceid", "iddispositivo"}},
      {"crm_id", {"crmid", "contactcrm", "idcrm"}},
      {"email",
       {"email", "emailaddress", "mail", "postaelettronica", "indirizzoemail", "billingemail",
        "customeremail", "emailcliente"}},
      {"phone",
       {"phone", "telefono", "cellulare", "mobile", "phonenumber", "tel", "numerotelefono",
        "billingphone", "telefonocliente"}},
      {"loyalty_card",
       {"loyaltycard", "card", "tessera", "numerotessera", "cartafedelta", "fidelity",
        "fidelitycard", "codicetessera", "loyaltyid", "cardnumber", "carta"}},
      {"order_id",
       {"orderid",       "ordernumber",   "order",         "ordine",          "numeroordine",
        "idordine",      "nordine",       "invoiceno",     "invoice",         "invoicenumber",
        "fattura",       "numerofattura", "scontrino",     "numeroscontrino", "receiptid",
        "receiptnumber", "receipt",       "transactionid", "basketid",        "numerodocumento",
        "documento",     "idtransazione"}},
      {"sku",
       {"sku", "stockcode", "productid", "codicearticolo", "articolo", "codiceprodotto",
        "idprodotto", "itemid", "ean", "barcode", "lineitemsku", "productcode"}},
      {"product_name",
       {"productname", "description", "descrizione", "prodotto", "product", "nomeprodotto",
        "lineitemname", "item", "descrizionearticolo"}},
      {"quantity",
       {"quantity", "qty", "quantita", "qta", "pezzi", "units", "lineitemquantity", "qt"}},
      {"price",
       {"price", "unitprice", "prezzo", "prezzounitario", "lineitemprice", "costounitario"}},
      {"total",
       {"total", "totale", "amount", "importo", "revenue", "grandtotal", "ordertotal",
        "totaleordine", "salesvalue", "fatturato", "totalefattura", "valore", "value",
        "importototale", "totalescontrino"}},
      {"currency", {"currency", "valuta", "currencycode"}},
      {"store_id",
       {"storeid", "store", "negozio", "puntovendita", "pdv", "idnegozio", "codicenegozio", "shop",
        "filiale"}},
      {"session", {"sessionid", "usersession", "session", "sessione", "idsessione"}},
      {"trait:first_name", {"firstname", "nome", "givenname"}},
      {"trait:last_name", {"lastname", "cognome", "surname", "familyname"}},
      {"trait:name",
       {"name", "fullname", "nomecompleto", "nominativo", "ragionesociale", "customername",
        "nomecliente"}},
      {"trait:city", {"city", "citta", "comune", "billingcity"}},
      {"trait:postal_code", {"postalcode", "zip", "cap", "zipcode", "billingzip"}},
      {"trait:country", {"country", "paese", "nazione", "billingcountry", "stato"}},
      {"trait:birthday", {"birthday", "birthdate", "datanascita", "datadinascita", "dateofbirth"}},
      {"trait:gender", {"gender", "sesso", "genere"}}};
  return kRoles;
}

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : fold_for_search(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

std::string role_of(std::string_view name) {
  const std::string key = folded(name);
  for (const Role& role : roles()) {
    if (std::find(role.names.begin(), role.names.end(), key) != role.names.end()) return role.guess;
  }
  return {};
}

// Event names that shops and tools write -> ours.
const std::map<std::string, std::string>& known_actions() {
  static const std::map<std::string, std::string> kActions = {
      {"view", "Product Viewed"},
      {"viewitem", "Product Viewed"},
      {"productview", "Product Viewed"},
      {"visualizzazione", "Product Viewed"},
      {"cart", "Product Added"},
      {"addtocart", "Product Added"},
      {"aggiuntaalcarrello", "Product Added"},
      {"carrello", "Product Added"},
      {"removefromcart", "Product Removed"},
      {"purchase", "Order Completed"},
      {"transaction", "Order Completed"},
      {"acquisto", "Order Completed"},
      {"ordine", "Order Completed"},
      {"order", "Order Completed"},
      {"refund", "Order Refunded"},
      {"rimborso", "Order Refunded"},
      {"reso", "Item Returned"},
      {"return", "Item Returned"},
      {"begincheckout", "Checkout Started"},
      {"checkout", "Checkout Started"},
      {"search", "Products Searched"},
      {"ricerca", "Products Searched"},
      {"pageview", "Page Viewed"},
      {"scontrino", "Receipt Issued"},
      {"receipt", "Receipt Issued"}};
  return kActions;
}

struct Column {
  std::string name;
  std::vector<std::string> values;  // not empty ones, in order
  std::string type = "text";
  std::string guess;
  std::size_t distinct = 0;
  TimeFormat time_format = TimeFormat::automatic;
  bool decimal_comma = false;
};

bool mostly(const std::vector<std::string>& values, const auto& test) {
  if (values.empty()) return false;
  const auto hits = std::count_if(values.begin(), values.end(), test);
  return static_cast<std::size_t>(hits) * 10 >= values.size() * 9;
}

std::optional<TimeFormat> time_format_of(const std::vector<std::string>& values) {
  const Zone utc = Zone::utc();
  const auto fits = [&](TimeFormat format) {
    return mostly(
        values, [&](const std::string& v) { return parse_table_time(v, format, utc).has_value(); });
  };
  // Plain short numbers are amounts or codes, not dates.
  const bool digits = mostly(values, [](const std::string& v) {
    return v.find_first_not_of("0123456789.,-") == std::string::npos &&
           std::count(v.begin(), v.end(), '-') < 2 && std::count(v.begin(), v.end(), '.') < 2;
  });
  if (digits) {
    const auto of_length = [&](std::size_t length) {
      return mostly(values, [&](const std::string& v) {
        return v.size() == length && v[0] == '1' && v.find('.') == std::string::npos;
      });
    };
    if (of_length(10)) return TimeFormat::epoch_seconds;
    if (of_length(13)) return TimeFormat::epoch_milliseconds;
    return std::nullopt;
  }
  if (fits(TimeFormat::iso)) return TimeFormat::iso;
  const bool day_first = fits(TimeFormat::day_month_year);
  const bool month_first = fits(TimeFormat::month_day_year);
  if (day_first && (!month_first || std::all_of(values.begin(), values.end(), [&](const auto& v) {
        return parse_table_time(v, TimeFormat::day_month_year, utc).has_value();
      }))) {
    return TimeFormat::day_month_year;  // when both fit, as in Italy
  }
  if (month_first) return TimeFormat::month_day_year;
  return std::nullopt;
}

void judge(Column& column) {
  std::set<std::string> seen(column.values.begin(), column.values.end());
  column.distinct = seen.size();
  column.guess = role_of(column.name);
  const auto& values = column.values;
  if (const auto format = time_format_of(values)) {
    column.type = "timestamp";
    column.time_format = *format;
  } else if (mostly(values, [](const std::string& v) {
               return formats::plain_decimal(v, formats::DecimalMark::automatic).has_value();
             })) {
    column.type = "number";
    const auto commas = std::count_if(values.begin(), values.end(), [](const std::string& v) {
      const std::size_t comma = v.rfind(',');
      return comma != std::string::npos &&
             (v.rfind('.') == std::string::npos || comma > v.rfind('.')) &&
             v.size() - comma - 1 != 3;
    });
    column.decimal_comma = commas > 0;
  } else if (mostly(values, [](const std::string& v) {
               const std::string w = to_lower_ascii(v);
               return w == "true" || w == "false" || w == "yes" || w == "no" || w == "si" ||
                      w == "vero" || w == "falso";
             })) {
    column.type = "boolean";
  }
  const bool looks_email = mostly(values, [](const std::string& v) {
    const std::size_t at = v.find('@');
    return at != std::string::npos && at > 0 && v.find('.', at) != std::string::npos;
  });
  if (looks_email) column.guess = "email";
  if (column.guess == "timestamp" && column.type != "timestamp") column.guess.clear();
  if (column.guess == "email" && !looks_email) column.guess.clear();
  for (const char* number : {"quantity", "price", "total"}) {
    if (column.guess == number && column.type != "number") column.guess.clear();
  }
  if (column.guess.empty()) column.guess = values.empty() ? "ignore" : "property";
}

// Each role once: the first column that claims it keeps it; a second one is a property.
void settle(std::vector<Column>& columns) {
  std::set<std::string> taken;
  for (Column& column : columns) {
    if (column.guess == "property" || column.guess == "ignore") continue;
    if (!taken.insert(column.guess).second) column.guess = "property";
  }
  if (taken.count("timestamp")) return;
  for (Column& column : columns) {
    if (column.type == "timestamp" && column.guess == "property") {
      column.guess = "timestamp";
      return;
    }
  }
}

const Column* with(const std::vector<Column>& columns, std::string_view guess) {
  for (const Column& column : columns) {
    if (column.guess == guess) return &column;
  }
  return nullptr;
}

std::string member_name(std::string_view column) {
  std::string out;
  for (const char c : fold_for_search(column)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out.empty() ? "value" : out;
}

ordered_json value_of(const Column& column) {
  if (column.type == "number" && column.guess != "sku" && column.guess != "order_id" &&
      column.guess != "store_id") {
    return {{"column", column.name},
            {"type", "number"},
            {"decimal", column.decimal_comma ? "comma" : "automatic"}};
  }
  if (column.type == "boolean") return {{"column", column.name}, {"type", "boolean"}};
  return column.name;
}

const char* name_of(files::Format format) {
  switch (format) {
    case files::Format::jsonl:
      return "jsonl";
    case files::Format::parquet:
      return "parquet";
    case files::Format::xes:
      return "xes";
    default:
      return "csv";
  }
}

class MappingWriter {
 public:
  MappingWriter(const std::vector<Column>& columns, std::string_view file_name,
                std::string_view zone)
      : columns_(columns), file_name_(file_name), timezone_(zone) {}

  ordered_json write(files::Format format, char separator) {
    ordered_json m;
    std::string source = std::filesystem::path(std::string(file_name_)).stem().string();
    if (source.ends_with(".csv") || source.ends_with(".jsonl"))
      source = std::filesystem::path(source).stem().string();
    m["source"] = member_name(source);
    m["format"] = name_of(format);
    if (format == files::Format::csv) m["table"]["separator"] = std::string(1, separator);
    if (!timezone_.empty()) m["timezone"] = timezone_;
    if (const Column* time = with(columns_, "timestamp")) {
      m["time"] = {{"column", time->name}, {"format", to_string(time->time_format)}};
    }
    write_event(m);
    write_identifiers(m);
    write_properties(m);
    return m;
  }

 private:
  void write_event(ordered_json& m) {
    const Column* event = with(columns_, "event");
    const Column* order = with(columns_, "order_id");
    const bool lines =
        with(columns_, "price") && (with(columns_, "sku") || with(columns_, "product_name"));
    lines_ = !event && order && lines;
    if (event) {
      m["event"]["column"] = event->name;
      for (const std::string& value : event->values) {
        const auto known = known_actions().find(folded(value));
        if (known != known_actions().end()) m["event"]["map"][value] = known->second;
      }
    } else if (lines_) {
      m["event"] = receipt(*order) ? "Receipt Issued" : "Order Completed";
      m["group"]["by"] = {order->name};
    } else if (order || with(columns_, "total")) {
      m["event"] = order && receipt(*order) ? "Receipt Issued" : "Order Completed";
    } else if (!with(columns_, "timestamp")) {
      m["event"]["type"] = "identify";  // a list of people
    } else {
      m["event"] = "Record Added";
    }
  }

  static bool receipt(const Column& order) {
    const std::string name = folded(order.name);
    return name.find("scontrin") != std::string::npos || name.find("receipt") != std::string::npos;
  }

  void write_identifiers(ordered_json& m) const {
    for (const char* type :
         {"user_id", "crm_id", "loyalty_card", "email", "phone", "device_id", "anonymous_id"}) {
      if (const Column* column = with(columns_, type)) m["identifiers"][type] = column->name;
    }
    if (const Column* session = with(columns_, "session"))
      m["context"]["sessionId"] = session->name;
  }

  void write_properties(ordered_json& m) const {
    std::set<std::string> used;
    const auto put = [&](const char* table, std::string name, const Column& column) {
      while (!used.insert(table + name).second) name += "_2";
      m[table][name] = value_of(column);
    };
    for (const Column& column : columns_) {
      const std::string& guess = column.guess;
      if (guess == "order_id" || guess == "currency" || guess == "store_id")
        put("properties", guess, column);
      else if (guess == "total")
        put("properties", lines_ ? "amount" : "total", column);
      else if (guess == "sku")
        put(lines_ ? "line" : "properties", "sku", column);
      else if (guess == "product_name")
        put(lines_ ? "line" : "properties", "name", column);
      else if (guess == "price" || guess == "quantity")
        put(lines_ ? "line" : "properties", guess, column);
      else if (guess.starts_with("trait:"))
        put("traits", guess.substr(6), column);
      else if (guess == "property")
        put("properties", member_name(column.name), column);
    }
  }

  const std::vector<Column>& columns_;
  std::string_view file_name_;
  std::string timezone_;
  bool lines_ = false;
};

// The columns of JSON lines: the paths to their scalar values, in order of appearance.
void flatten(std::string_view object, const std::string& prefix, int depth,
             std::vector<std::pair<std::string, std::string>>& out) {
  for (formats::JsonMembers members(object); members.next();) {
    const std::string path =
        prefix + formats::unquote("\"" + std::string(members.raw_key()) + "\"");
    const std::string_view value = members.value();
    if (value.starts_with("{")) {
      if (depth < 3) flatten(value, path + ".", depth + 1, out);
    } else if (!value.starts_with("[") && value != "null") {
      out.emplace_back(path,
                       value.starts_with("\"") ? formats::unquote(value) : std::string(value));
    }
  }
}

struct Head {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  std::string first_line;
  files::Format format = files::Format::csv;
  char separator = ',';
};

void read_json_rows(const files::RowBatch& batch, Head& head) {
  for (std::size_t r = 0; r < batch.rows() && head.rows.size() < kRows; ++r) {
    const std::string_view line = batch.cell(r, 0);
    if (!line.starts_with("{") || !formats::is_valid_json(line)) continue;
    if (head.first_line.empty()) head.first_line = line;
    std::vector<std::pair<std::string, std::string>> members;
    flatten(line, "", 0, members);
    std::vector<std::string> row(head.columns.size());
    for (auto& [name, value] : members) {
      auto it = std::find_if(head.columns.begin(), head.columns.end(),
                             [&, n = name](const Column& c) { return c.name == n; });
      if (it == head.columns.end()) {
        head.columns.push_back({});
        head.columns.back().name = name;
        row.emplace_back();
        it = head.columns.end() - 1;
      }
      row[static_cast<std::size_t>(it - head.columns.begin())] = value;
      if (!value.empty()) it->values.push_back(value);
    }
    head.rows.push_back(std::move(row));
  }
}

void read_table_rows(const files::RowBatch& batch, Head& head) {
  for (std::size_t r = 0; r < batch.rows() && head.rows.size() < kRows; ++r) {
    std::vector<std::string> row;
    for (std::size_t c = 0; c < batch.columns; ++c) {
      row.emplace_back(trim(batch.cell(r, c)));
      if (!row.back().empty()) head.columns[c].values.push_back(row.back());
    }
    head.rows.push_back(std::move(row));
  }
}

// Parquet can only be read as a file.
Result<std::unique_ptr<files::TableReader>> open_spooled(std::string_view head, std::string& path) {
  std::random_device random;
  path = (std::filesystem::temp_directory_path() /
          ("viaggio_preview_" + std::to_string(random()) + ".parquet"))
             .string();
  std::ofstream(path, std::ios::binary) << head;
  return files::TableReader::open(path, {});
}

Result<Head> read_head(std::string_view file_name, std::string_view bytes) {
  std::string spooled;
  auto reader = bytes.starts_with("PAR1") ? open_spooled(bytes, spooled)
                                          : files::TableReader::open_head(file_name, bytes, {});
  struct Remover {
    const std::string& path;
    ~Remover() {
      std::error_code ignored;
      if (!path.empty()) std::filesystem::remove(path, ignored);
    }
  } remover{spooled};
  if (!reader) return tl::unexpected(reader.error());
  Head head;
  head.format = (*reader)->format();
  head.separator = (*reader)->separator();
  const bool json = files::gives_json(head.format);
  if (!json) {
    for (const std::string& name : (*reader)->columns()) {
      head.columns.push_back({});
      head.columns.back().name = name;
    }
  }
  files::RowBatch batch;
  while (head.rows.size() < kRows) {
    auto more = (*reader)->next(batch);
    if (!more || !*more) break;  // the head may be cut anywhere
    if (json)
      read_json_rows(batch, head);
    else
      read_table_rows(batch, head);
  }
  return head;
}

// JSON lines that need no mapping.
std::string ready_format(std::string_view first_line) {
  if (first_line.empty()) return {};
  const auto has = [&](const char* key) { return !formats::member(first_line, key).empty(); };
  if (has("message_id") && has("sequence") && has("raw")) return "viaggio";
  const std::string type = formats::unquote(formats::member(first_line, "type"));
  for (const char* known : {"track", "page", "screen", "identify", "group", "alias"}) {
    if (type == known && (has("messageId") || has("userId") || has("anonymousId")))
      return "segment";
  }
  return {};
}

}  // namespace

Result<std::string> guess_mapping(std::string_view file_name, std::string_view head_bytes,
                                  std::string_view zone) {
  auto head = read_head(file_name, head_bytes);
  if (!head) return tl::unexpected(head.error());
  for (Column& column : head->columns) judge(column);
  settle(head->columns);
  ordered_json out;
  const std::string ready = ready_format(head->first_line);
  out["format"] = !ready.empty() ? ready : name_of(head->format);
  if (head->format == files::Format::csv) out["separator"] = std::string(1, head->separator);
  out["columns"] = ordered_json::array();
  for (const Column& column : head->columns) {
    ordered_json samples = ordered_json::array();
    for (std::size_t i = 0; i < column.values.size() && samples.size() < kSamples; ++i) {
      if (std::find(samples.begin(), samples.end(), column.values[i]) == samples.end()) {
        samples.push_back(column.values[i]);
      }
    }
    const std::string guess = column.guess.starts_with("trait:") ? "trait" : column.guess;
    out["columns"].push_back(
        {{"name", column.name}, {"type", column.type}, {"samples", samples}, {"guess", guess}});
  }
  out["rows"] = ordered_json::array();
  for (std::size_t r = 0; r < std::min(head->rows.size(), kShown); ++r) {
    head->rows[r].resize(head->columns.size());
    out["rows"].push_back(head->rows[r]);
  }
  out["mapping"] = nullptr;
  if (ready.empty() && !head->columns.empty()) {
    out["mapping"] =
        MappingWriter(head->columns, file_name, zone).write(head->format, head->separator);
  }
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace viaggio::imports
