// The dialect of the seeding guide: seeds by REST, and plain WebSockets that say what changed and
// relay what people of one shop send each other. docs/migrate/seeding.md shows it.
#pragma once

#include "contracts/dialect/dialect.h"

namespace tillcast::contracts {

const Dialect& seeding();

}  // namespace tillcast::contracts
