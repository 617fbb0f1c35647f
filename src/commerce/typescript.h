// The schema table as TypeScript: packages/client/src/schema.ts. Pure; any thread.
#pragma once

#include <string>

namespace tillcast::commerce {

/// A module with an interface a kind, the bodies that create and patch one, and the enums.
std::string typescript_types();

}  // namespace tillcast::commerce
