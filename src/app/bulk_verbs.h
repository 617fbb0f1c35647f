// The verbs that move many records: `seed`, `export`, `import`. One thread. They throw
// std::runtime_error with a sentence for the user.
#pragma once

#include "app/keeping_options.h"

namespace tillcast::app {

/// On a folder that no server has open, or a PostgreSQL database beside its servers.
void seed_shop(const SeedOptions& options);
/// Also while servers write the store; on stdout or into a new file.
void export_store(const ExportOptions& options);
/// On a folder that no server has open, or a PostgreSQL database beside its servers. Goes on with
/// what a crash interrupted before it begins.
void import_rows(const ImportOptions& options);

}  // namespace tillcast::app
