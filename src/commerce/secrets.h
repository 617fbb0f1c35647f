// The secrets of an installation, made at its first start and kept in the database.
#pragma once

#include "auth/tokens.h"
#include "base/random.h"
#include "storage/database.h"

namespace tillcast::commerce {

/// Makes what is missing. Commit thread (or any, before it runs); once at start.
auth::TokenKey ensure_token_key(storage::Transaction& transaction, Random& random);

}  // namespace tillcast::commerce
