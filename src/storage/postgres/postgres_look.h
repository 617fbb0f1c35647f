// Reads a database beside the servers that write it, for the verbs that only look.
#pragma once

#include <memory>
#include <string>

#include "storage/database.h"

namespace tillcast::storage {

/// A reader that makes and changes nothing: no table, no epoch. Its answers come by cursors, so its
/// memory is that of a thousand rows however many there are. It stays with its one connection: once
/// that is lost every call throws ConnectionLost. Throws std::runtime_error with a sentence for the
/// user: no such server, nothing of tillcast's in it, or a log of another version.
std::unique_ptr<Reader> read_postgres(const std::string& url);

}  // namespace tillcast::storage
