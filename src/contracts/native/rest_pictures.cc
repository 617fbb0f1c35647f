// The pictures of the demo shops, drawn when they are asked for.
#include "commerce/demo.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::contracts {

void add_demo_picture_routes(Rest& rest) {
  rest.route("GET", "/images/demo/{file}", [](const RestRequest& asked, const RestReply& reply) {
    auto picture = commerce::demo_picture(asked.path);
    if (!picture) return reply.send(no_such_route(asked.path));
    protocol::HttpResponse response{200, {}, *std::move(picture)};
    const std::string etag = strong_etag(response.body);
    response.headers = {
        {"Content-Type", "image/svg+xml"},
        {"Cache-Control", "public, max-age=31536000, immutable"},
        {"ETag", etag},
        {"X-Content-Type-Options", "nosniff"},
        // An SVG that is opened by itself is a document; it may not run anything.
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"}};
    if (names_etag(asked.if_none_match, etag)) {
      response.status = 304;
      response.body.clear();
    }
    reply.send(std::move(response));
  });
}

}  // namespace tillcast::contracts
