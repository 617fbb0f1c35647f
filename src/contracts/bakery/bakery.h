// The dialect of the bakery's admin and customer dashboards. docs/migrate/bakery.md shows it.
#pragma once

#include "contracts/dialect/dialect.h"

namespace tillcast::contracts {

const Dialect& bakery();

}  // namespace tillcast::contracts
