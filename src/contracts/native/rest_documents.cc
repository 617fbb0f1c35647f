// /openapi.json and /asyncapi.json: the contract itself.
#include "contracts/native/api_documents.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::contracts {

namespace {

/// They never change while the server runs, so they are made once.
void add_document(Rest& rest, std::string_view path, std::string json) {
  const std::string etag = strong_etag(json);
  rest.route("GET", path,
             [json = std::move(json), etag](const RestRequest&, const RestReply& reply) {
               RestAnswer answer{200, json, {}, etag};
               reply.send(std::move(answer));
             });
}

}  // namespace

void add_document_routes(Rest& rest) {
  add_document(rest, "/openapi.json", openapi_json());
  add_document(rest, "/asyncapi.json", asyncapi_json());
}

}  // namespace tillcast::contracts
