#pragma once
// Error and Result: how every module says that something did not work.
// An Error is for people and programs: `code` is stable snake_case, `field` names the one input to
// blame (JSON path such as "steps[1].event"), `detail` says what happened and what to do. Values
// are immutable after creation and safe to pass between threads.
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace viaggio {

// The family decides the HTTP status and the exit code; the engine itself knows neither.
enum class ErrorKind {
  invalid,       // the input is wrong (400)
  unauthorized,  // no key (401)
  forbidden,     // not yours (403)
  not_found,     // (404)
  conflict,      // changed by someone else, or two truths (409)
  too_large,     // (413)
  unsupported,   // format not known (415)
  impossible,    // understood but cannot be done (422)
  overloaded,    // try again later (429 or 503)
  internal       // our side
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;
  std::string detail;
  std::string field;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string code, std::string detail,
                                  std::string field = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(code), std::move(detail), std::move(field)});
}
inline tl::unexpected<Error> invalid(std::string field, std::string detail,
                                     std::string code = "invalid_argument") {
  return fail(ErrorKind::invalid, std::move(code), std::move(detail), std::move(field));
}
inline tl::unexpected<Error> internal_error(std::string detail, std::string code = "internal") {
  return fail(ErrorKind::internal, std::move(code), std::move(detail));
}

}  // namespace viaggio
