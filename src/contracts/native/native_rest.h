// The REST half of the native contract: the routes under /api/v1, and those beside it.
#pragma once

#include <string_view>

#include "base/metrics.h"
#include "contracts/native/rest.h"
#include "feed/streams.h"

namespace tillcast::contracts {

// Each adds its routes; called once, before the server starts. What they are given outlives the
// server.
void add_account_routes(Rest& rest);
void add_shop_routes(Rest& rest);
void add_product_routes(Rest& rest);
void add_order_routes(Rest& rest);
void add_room_routes(Rest& rest, feed::Streams& streams);

/// /healthz, /readyz and /metrics. `demo` is what /healthz says of the data.
void add_status_routes(Rest& rest, realtime::Server& server, Metrics& metrics, bool demo);

/// /openapi.json and /asyncapi.json.
void add_document_routes(Rest& rest);

/// /images/stored/{picture}/{file}: pictures that were stored; with `demo` also
/// /images/demo/{file}, those of the demo shops. For the native port and the ports of dialects.
void add_picture_routes(Rest& rest, bool demo);

/// The answer for a path of the API that is not there.
protocol::HttpResponse no_such_route(std::string_view path);

}  // namespace tillcast::contracts
