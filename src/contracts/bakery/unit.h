// The parts of the unit.
#pragma once

#include "contracts/dialect/port.h"

namespace tillcast::contracts::bakery_unit {

void add_routes(Rest& rest);
void add_account_routes(Rest& rest);
void add_product_routes(Rest& rest);
void add_cart_routes(Rest& rest);
void add_order_routes(Rest& rest);

void serve_live(Port& port);

}  // namespace tillcast::contracts::bakery_unit
