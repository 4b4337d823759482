#pragma once
// Text that people type, made comparable. Pure, thread-safe; invalid UTF-8 is replaced, never
// fatal.
#include <cstdint>
#include <string>
#include <string_view>

namespace viaggio {

std::string to_nfc(std::string_view utf8);           // canonical composition (Unicode NFC)
std::string fold_for_search(std::string_view utf8);  // case and accents removed: "Però" -> "pero"
std::string_view trim(std::string_view text);        // ASCII white space at both ends
std::string to_lower_ascii(std::string_view text);
std::uint64_t hash64(std::string_view bytes,
                     std::uint64_t seed = 0);  // stable across runs/machines

}  // namespace viaggio
