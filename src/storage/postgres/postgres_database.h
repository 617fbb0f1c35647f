// PostgreSQL as the engine of several servers on one database.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "storage/database.h"

namespace tillcast::storage {

/// Whether --data names a PostgreSQL database and not a folder.
bool is_postgres_url(std::string_view data);

/// How a database is named in messages: user, host, port and name of it, never a password.
std::string postgres_name(const std::string& url);

/// Connects, applies the log's own migrations, and gives the log an epoch if it is new, was
/// restored or is on another timeline. Throws std::runtime_error with a sentence for the user: no
/// such server, a wrong password, a database of a newer version.
std::unique_ptr<Database> open_postgres(const std::string& url, Random& random);

}  // namespace tillcast::storage
