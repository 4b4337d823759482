// Written by mappings/embed.py; edit the files there.
#include "imports/shipped.h"

namespace viaggio::imports {

const std::vector<ShippedMapping>& shipped_mappings() {
  static const std::vector<ShippedMapping> kMappings = {
      {"event-log",
       R"toml(# An event log as a table: one row an event of a case, its columns named as in XES. The case stands for the customer.
# Columns: case:concept:name,concept:name,time:timestamp
id = "event-log"
label = { it = "Registro di eventi (CSV)", en = "Event log (CSV)" }
source = "event-log"
format = "csv"

[time]
column = "time:timestamp"
format = "iso"

[event]
column = "concept:name"

[identifiers]
user_id = "case:concept:name"

[properties]
case_id = "case:concept:name"
)toml"},
      {"rees46", R"toml(# REES46 multi-category shop: one row an action of a visitor.
# Columns: event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
id = "rees46"
label = { it = "REES46: azioni di un negozio online", en = "REES46: actions in a web shop" }
source = "rees46"
format = "csv"
timezone = "UTC"

[time]
column = "event_time"
format = "iso"

[event]
column = "event_type"
map = { view = "Product Viewed", cart = "Product Added", remove_from_cart = "Product Removed", purchase = "Order Completed" }

# A row that buys is an order of one product; the other rows are about the product itself.
[[rules]]
when = { column = "event_type", equals = "purchase" }
total = "total"
products = true

[[rules]]
when = { column = "event_type", in = ["view", "cart", "remove_from_cart"] }
total = ""
products = false

[identifiers]
user_id = "user_id"

# The session of the shop: it changes after a long pause, so it names no person and no device.
[context]
sessionId = "user_session"

[properties]
product_id = "product_id"
category_id = "category_id"
category = "category_code"
brand = "brand"
price = { column = "price", type = "number", decimal = "point" }

[line]
product_id = "product_id"
category = "category_code"
brand = "brand"
price = { column = "price", type = "number", decimal = "point" }
quantity = { constant = 1 }
)toml"},
      {"uci-online-retail", R"toml(# UCI Online Retail: one row a line of an invoice.
# Columns: InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
# Invoices C... are cancellations (their quantities are negative); A... correct the books.
id = "uci-online-retail"
label = { it = "UCI Online Retail: righe di fattura", en = "UCI Online Retail: invoice lines" }
source = "uci-online-retail"
format = "csv"
timezone = "Europe/London"
event = "Order Completed"
# The amounts are pounds. They count in the workspace's currency; in a workspace of another one, add
# currency = "GBP" to keep them apart.

[time]
column = "InvoiceDate"
format = "iso"

[[rules]]
when = { column = "InvoiceNo", starts_with = "C" }
event = "Order Refunded"
negate = true

[[rules]]
when = { column = "InvoiceNo", starts_with = "A" }
event = "Invoice Adjusted"
total = "revenue"

[identifiers]
user_id = "CustomerID"

[group]
by = ["InvoiceNo"]

[properties]
order_id = "InvoiceNo"
country = "Country"

[traits]
country = "Country"

[line]
sku = "StockCode"
# 43 invoices carry two times: the event takes the earlier one, each line keeps its own.
invoice_date = "InvoiceDate"
name = "Description"
price = { column = "UnitPrice", type = "number", decimal = "point" }
quantity = { column = "Quantity", type = "number", decimal = "point" }
)toml"},
      {"xes",
       R"toml(# An event log in XES: one event of a case. The case stands for the customer. What an event does not say is left out.
id = "xes"
label = { it = "Registro di eventi (XES)", en = "Event log (XES)" }
source = "xes"
format = "xes"

[time]
column = "time:timestamp"
format = "iso"

[event]
column = "concept:name"

[identifiers]
user_id = "case:concept:name"

[properties]
case_id = "case:concept:name"
resource = "org:resource"
group = "org:group"
role = "org:role"
transition = "lifecycle:transition"
instance = "concept:instance"
cost = { column = "cost:total", type = "number", decimal = "point" }
)toml"},
  };
  return kMappings;
}

}  // namespace viaggio::imports
