// The dialect of the marketplace and its seller dashboard. docs/migrate/bva.md shows it.
#pragma once

#include "contracts/dialect/dialect.h"

namespace tillcast::contracts {

const Dialect& bva();

}  // namespace tillcast::contracts
