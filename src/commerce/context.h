// What every command works with. Built for one command, on the commit thread.
#pragma once

#include <cstdint>

#include "auth/principal.h"
#include "base/ids.h"
#include "base/problem.h"
#include "storage/database.h"

namespace tillcast::commerce {

struct Context {
  storage::Transaction& transaction;
  /// The caller, verified.
  const auth::Principal& who;
  std::int64_t now_ms;
  IdSource& ids;
};

/// The value of a command that answers with nothing.
struct Done {};

}  // namespace tillcast::commerce
