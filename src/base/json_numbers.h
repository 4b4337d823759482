#pragma once
// Numbers in JSON text that no machine word holds: 1e400, integers beyond 64 bits. Senders may
// write them and they are kept as written, but our parsers refuse a whole text for one of them.
// Pure, thread-safe; text that is not JSON comes out in some form, never fatal.
#include <string>
#include <string_view>

namespace viaggio {

// Can 64 bits or a finite double hold this number?
bool fits_machine_number(std::string_view token);

// The same text with each such number as a JSON string of its digits.
std::string quote_large_numbers(std::string_view json);

}  // namespace viaggio
