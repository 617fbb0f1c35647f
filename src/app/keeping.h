// The verbs that look after a store: `verify`, `backup`, `restore`. One thread. They throw
// std::runtime_error with a sentence for the user.
#pragma once

#include <string>

#include "app/keeping_options.h"
#include "base/problem.h"

namespace tillcast::app {

/// Prints what is wrong on stdout; throws if anything is.
void verify_store(const VerifyOptions& options);
/// Also while a server serves the folder.
void back_up(const BackupOptions& options);
/// A new file in the folder `backups` of the data folder, for admins who ask the server. Gives its
/// path from the data folder. 503 `backup_failed`, or
/// 501 `backup_by_database` where the data are in PostgreSQL. Any thread.
Outcome<std::string> back_up_beside(const std::string& data);
void restore(const RestoreOptions& options);

}  // namespace tillcast::app
