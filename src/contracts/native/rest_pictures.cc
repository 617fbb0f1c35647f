// Pictures as they are served: those that were stored, and those of the demo shops, drawn when they
// are asked for. Whoever knows the name of one may see it; no name can be guessed that was not
// drawn.

#include "commerce/demo.h"
#include "commerce/pictures.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::contracts {

namespace {

/// The answer: a picture under a name never changes, and cannot run anything when it is opened by
/// itself.
protocol::HttpResponse picture_response(const RestRequest& asked, std::string bytes,
                                        std::string_view type, std::string_view policy) {
  protocol::HttpResponse response{200, {}, std::move(bytes)};
  const std::string etag = strong_etag(response.body);
  response.headers = {{"Content-Type", std::string(type)},
                      {"Cache-Control", "public, max-age=31536000, immutable"},
                      {"ETag", etag},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Content-Security-Policy", std::string(policy)}};
  if (names_etag(asked.if_none_match, etag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

protocol::HttpResponse demo_response(const RestRequest& asked) {
  auto picture = commerce::demo_picture(asked.path);
  if (!picture) return no_such_route(asked.path);
  return picture_response(asked, *std::move(picture), "image/svg+xml",
                          "default-src 'none'; style-src 'unsafe-inline'; sandbox");
}

/// `640.webp`; 0 for what is none of the sizes.
std::int64_t size_of(std::string_view file) {
  for (const std::int64_t size : pictures::kSizes) {
    if (file == std::to_string(size) + ".webp") return size;
  }
  return 0;
}

void send_stored(Rest& rest, const RestRequest& asked, const RestReply& reply) {
  const std::int64_t size = size_of(asked.parameters[1]);
  if (size == 0) return reply.send(no_such_route(asked.path));
  rest.parts().readers.post([asked, reply, size](storage::Queries* queries) {
    if (queries == nullptr) return reply.send(Rest::storage_failed());
    auto webp = commerce::find_picture(*queries, asked.parameters[0], size);
    if (!webp) return reply.send(no_such_route(asked.path));
    reply.send(
        picture_response(asked, *std::move(webp), "image/webp", "default-src 'none'; sandbox"));
  });
}

}  // namespace

void add_picture_routes(Rest& rest, bool demo) {
  rest.route("GET", "/images/stored/{picture}/{file}",
             [&rest](const RestRequest& asked, const RestReply& reply) {
               send_stored(rest, asked, reply);
             });
  if (!demo) return;
  rest.route("GET", "/images/demo/{file}", [](const RestRequest& asked, const RestReply& reply) {
    reply.send(demo_response(asked));
  });
}

}  // namespace tillcast::contracts
