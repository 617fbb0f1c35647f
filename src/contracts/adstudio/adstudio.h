// The dialect of the product-advertisement studio. docs/migrate/adstudio.md shows it.
#pragma once

#include "contracts/dialect/dialect.h"

namespace tillcast::contracts {

const Dialect& adstudio();

}  // namespace tillcast::contracts
