// The parts of the unit.
#pragma once

#include "contracts/dialect/port.h"

namespace tillcast::contracts::seeding_unit {

void add_routes(Rest& rest);
void add_seed_routes(Rest& rest);
void serve_live(Port& port);

}  // namespace tillcast::contracts::seeding_unit
