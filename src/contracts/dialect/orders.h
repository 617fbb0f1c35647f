// Orders as the old dialects ask for them. Routes are added at start-up and run as rest.h says; the
// rest on any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/orders.h"
#include "commerce/record.h"
#include "contracts/dialect/image.h"
#include "contracts/native/rest.h"
#include "storage/query.h"

namespace tillcast::contracts {

/// {items: [{PRODUCT_NAME, quantity}], address?}.
Outcome<commerce::OrderRequest> read_order(const boost::json::object& body,
                                           std::string_view product_name);

/// A route's command: places it in the shop that it names, or whose products these are. What was
/// ordered leaves the cart. 401 `unauthenticated`, or as shop_of() and commerce::place_order().
Rest::Record place_in_shop(const commerce::Context& context, const RestRequest& asked,
                           const commerce::OrderRequest& wanted);

/// GET /api/orders/{id}.
void add_order_route(Rest& rest, RecordJson json);
/// METHOD /api/orders/{id} and /api/orders/{id}/status of {status}, in any case.
void add_status_routes(Rest& rest, std::string_view method, RecordJson json);

/// A shop's people get its orders, customers their own; the latest first, at most
/// kListedRecordsMax. With `shop` those of that shop that the caller may see.
Outcome<std::vector<commerce::RecordImage>> orders_for(storage::Queries& queries,
                                                       const auth::Principal& who,
                                                       const std::string& shop = {});

}  // namespace tillcast::contracts
