// A refusal or failure as the outside sees it: RFC 9457 problem details with a stable code.
#pragma once

#include <boost/assert/source_location.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tillcast {

/// What is wrong with one field of a request body.
struct FieldError {
  std::string field;
  std::string code;
  std::string detail;
};

/// Why a command or a read gives no result. `code` is stable; `detail` says what to do next.
struct Problem {
  int status = 500;
  std::string code;
  std::string detail;
  std::vector<FieldError> fields{};
  /// Further members of the problem object as JSON text, without braces (`"items":[…]`), or empty.
  std::string extra_json{};
  /// When it is worth trying again; 0 if that is not known.
  std::int64_t retry_after_s = 0;
};

/// Asking a failed Outcome for its value is a bug, and thrown as one.
[[noreturn]] inline void throw_exception_from_error(const Problem& problem,
                                                    const boost::source_location&) {
  throw std::logic_error("value() of a failed outcome: " + problem.code);
}

template <class T>
using Outcome = Result<T, Problem>;

}  // namespace tillcast
