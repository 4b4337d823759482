#pragma once
// How customers are told apart, as people configure it: a JSON document to and from the policy of
// identity. Pure; thread-safe. docs/semantics/identity.md says what each field means.
#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "identity/identity.h"

namespace viaggio::engine {

// {"types": {TYPE: {"limit"}}, "blocked": [text], "sign_out_events": [name], "shared_after",
// "shared_window"}, every field present, of the shipped defaults.
nlohmann::json default_identity_policy();

// The document completed by the defaults: what is absent is as shipped. Errors name the field.
Result<nlohmann::json> read_identity_policy(const nlohmann::json& document);

// Of a document that read_identity_policy gave. `country` is for telephone numbers among the
// blocked values: they are blocked however they were written.
identity::Policy identity_policy_of(const nlohmann::json& document, std::string_view country);

}  // namespace viaggio::engine
