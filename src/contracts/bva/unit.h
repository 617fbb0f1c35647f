// The parts of the unit.
#pragma once

#include "contracts/dialect/port.h"

namespace tillcast::contracts::bva_unit {

void add_routes(Rest& rest);
void serve_live(Port& port);

}  // namespace tillcast::contracts::bva_unit
