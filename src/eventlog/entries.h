#pragma once
// How ledger entries and kinds are written in the log. A ledger value holds all entries of one
// commit, one after another; a kind value holds one kind. A layout never changes: a new one gets a
// new first byte. Values, no threads; false for text that does not add up.
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "model/ledger.h"

namespace viaggio::eventlog {

std::string encode_ledger(const std::vector<LedgerEntry>& entries);
bool decode_ledger(std::string_view value, std::vector<LedgerEntry>& out);

std::string encode_kind(const EventKind& kind);
bool decode_kind(std::string_view value, EventKind& out);

}  // namespace viaggio::eventlog
