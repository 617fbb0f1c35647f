// The verbs that look after a store: `verify`, `backup`, `restore`. One thread. They throw
// std::runtime_error with a sentence for the user.
#pragma once

#include "app/keeping_options.h"

namespace tillcast::app {

/// Prints what is wrong on stdout; throws if anything is.
void verify_store(const VerifyOptions& options);
/// Also while a server serves the folder.
void back_up(const BackupOptions& options);
void restore(const RestoreOptions& options);

}  // namespace tillcast::app
