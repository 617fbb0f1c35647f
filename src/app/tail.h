// `tillcast tail`: the change log in a terminal, beside the server that writes it. One thread.
#pragma once

#include "app/inspect_options.h"

namespace tillcast::app {

/// Prints changes on stdout until it is ended, or until it has shown what is there if so asked.
/// Throws std::runtime_error with a sentence for the user.
void tail(const TailOptions& options);

}  // namespace tillcast::app
