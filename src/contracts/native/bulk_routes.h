// Many records at once by REST, for a shop's people, and backups for admins.
#pragma once

#include <functional>
#include <string>

#include "base/problem.h"
#include "contracts/native/bulk_worker.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// Makes a backup and gives its name. Called on the worker's thread.
using MakeBackup = std::function<Outcome<std::string>()>;

/// Products and reviews that one seed by REST makes, at most; more by the command line.
inline constexpr std::int64_t kSeedByRestMax = 10'000;
/// Bytes of an export by REST; more by the command line.
inline constexpr std::size_t kExportBytesMax = 16 * 1024 * 1024;

/// POST shops/{id}/seed and import, GET shops/{id}/export, POST admin/backup. Called once, before
/// the server starts; what it is given outlives the server.
void add_bulk_routes(Rest& rest, BulkWorker& worker, MakeBackup make_backup);

}  // namespace tillcast::contracts
