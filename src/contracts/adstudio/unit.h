// The parts of the unit.
#pragma once

#include <vector>

#include "contracts/dialect/port.h"

namespace tillcast::contracts::adstudio_unit {

void add_routes(Rest& rest);
void add_account_routes(Rest& rest);
void add_product_routes(Rest& rest);
void add_enrichment_routes(Rest& rest);
/// The PATCH of a product by an outside workflow.
void take_report(Rest& rest, const RestRequest& asked, const RestReply& reply);

void serve_live(Port& port);
/// What the guide calls the room `user:{uid}`: the user's profile and the desks of their shops.
std::vector<auth::RoomName> own_rooms(const auth::Principal& who);

}  // namespace tillcast::contracts::adstudio_unit
