// `tillcast schema`: the schema as documents, for tools that make code of it. One thread.
#pragma once

#include "app/inspect_options.h"

namespace tillcast::app {

/// Prints it on stdout.
void print_schema(const SchemaOptions& options);

}  // namespace tillcast::app
