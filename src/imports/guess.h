#pragma once
// The first rows of an unknown table -> a preview and a mapping to start from. A guess is made from
// the names of the columns (Italian and English) and from their values; people correct it.
// Pure but for Parquet, which is read from a temporary file.
#include <string>
#include <string_view>

#include "base/result.h"

namespace viaggio::imports {

// `head`: the first bytes of the file (gzip allowed, may be cut anywhere). Answers JSON:
// {"format","separator","columns":[{"name","type","samples","guess"}],"rows":[[...]],"mapping":{...}}.
// type: text | number | boolean | timestamp; guess: timestamp, event, a type of identifier,
// order_id, price, quantity, sku, product_name, total, currency, store_id, trait, property or
// ignore. For JSON lines of Segment messages or of our own export, "format" is "segment" or
// "viaggio" and "mapping" is null: they need none.
Result<std::string> guess_mapping(std::string_view file_name, std::string_view head,
                                  std::string_view zone);

}  // namespace viaggio::imports
