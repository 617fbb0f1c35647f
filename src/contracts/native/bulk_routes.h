// Many records at once by REST, for a shop's people, and backups for admins.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/problem.h"
#include "commerce/bulk.h"
#include "contracts/native/bulk_worker.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// Makes a backup and gives its name. Called on the worker's thread.
using MakeBackup = std::function<Outcome<std::string>()>;

/// Products and reviews that one seed by REST makes, at most; more by the command line.
inline constexpr std::int64_t kSeedByRestMax = 10'000;
/// Bytes of an export by REST; more by the command line.
inline constexpr std::size_t kExportBytesMax = 16 * 1024 * 1024;

using BulkRowSink = std::function<void(std::int64_t line, Outcome<commerce::BulkRow> row)>;
/// Gives the rows of one bulk to a sink.
using BulkRows = std::function<void(const BulkRowSink& row)>;

/// Who may bring rows into the shop, or take them out: 404, 403.
Outcome<auth::Principal> manager_of(storage::Queries& queries, const auth::Principal& who,
                                    std::string_view shop_id);

/// Brings the rows as one bulk on RestParts::bulk, all of them or none, and calls `done` there. A
/// refusal is sent. Any thread.
void bring_rows(const Rest& rest, const RestReply& reply, commerce::BulkTarget target,
                BulkRows rows, std::function<void()> done);

/// POST shops/{id}/seed and import, GET shops/{id}/export, POST admin/backup. Called once, before
/// the server starts; what it is given outlives the server.
void add_bulk_routes(Rest& rest, BulkWorker& worker, MakeBackup make_backup);

}  // namespace tillcast::contracts
