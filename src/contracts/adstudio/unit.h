// The parts of the unit.
#pragma once

#include <vector>

#include "contracts/dialect/port.h"

namespace tillcast::contracts::adstudio_unit {

void add_routes(Rest& rest);
void add_account_routes(Rest& rest);
void add_product_routes(Rest& rest);

void serve_live(Port& port);
/// What the guide calls the room `user:{uid}`: the user's profile and the desks of their shops.
std::vector<auth::RoomName> own_rooms(const auth::Principal& who);

}  // namespace tillcast::contracts::adstudio_unit
