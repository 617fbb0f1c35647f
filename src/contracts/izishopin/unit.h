// The parts of the unit.
#pragma once

#include <string>
#include <string_view>

#include "contracts/dialect/port.h"

namespace tillcast::contracts::izishopin_unit {

void add_routes(Rest& rest);
void add_account_routes(Rest& rest);
void add_product_routes(Rest& rest);
void add_order_routes(Rest& rest);
/// Cart and wishlist.
void add_basket_routes(Rest& rest);
/// What a dashboard fetches, one by one or in a batch.
void add_data_routes(Rest& rest);

// Lists as their routes answer them, for a batch too.

/// A member's own shop if none is asked for.
Outcome<RestAnswer> list_products(Rest::Queries& queries, const auth::Principal& who,
                                  const RestRequest& asked);
Outcome<RestAnswer> list_orders(Rest::Queries& queries, const auth::Principal& who,
                                const RestRequest& asked);

void serve_live(Port& port);

inline constexpr std::string_view kTopics[] = {"dashboard", "orders", "products", "notifications"};

// Each socket is in one of two rooms of each topic, so that what is told can leave out those who
// did not subscribe to it.

std::string room_with(std::string_view topic);
std::string room_without(std::string_view topic);

}  // namespace tillcast::contracts::izishopin_unit
