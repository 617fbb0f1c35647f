// `tillcast serve`: opens the data folder, fills it with the demo if asked to, and serves it until
// it is told to stop. One thread.
#pragma once

#include "app/options.h"
#include "app/signals.h"

namespace tillcast::app {

/// Returns when the server has drained. Throws UsageError, or std::runtime_error with a sentence
/// for the user. `signals` was made before any thread.
void serve(const ServeOptions& options, StopSignals& signals);

}  // namespace tillcast::app
