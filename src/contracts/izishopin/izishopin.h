// The dialect of the shop dashboards that had polled every 15 seconds: plain WebSockets with
// subscriptions by topic. docs/migrate/izishopin.md shows it.
#pragma once

#include "contracts/dialect/dialect.h"

namespace tillcast::contracts {

const Dialect& izishopin();

}  // namespace tillcast::contracts
