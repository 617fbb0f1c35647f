// What those who run the server ask it: is it alive, is it ready, what has it counted.
#include <atomic>
#include <memory>

#include "commerce/json_text.h"
#include "contracts/native/native_rest.h"
#include "realtime/shard.h"

namespace tillcast::contracts {

namespace {

RestAnswer ok_answer(bool demo) {
  return {200, commerce::JsonObject().text("status", "ok").boolean("demo", demo).finish(), {}};
}

/// Every loop counts its own connections; the last one to do so sends the page.
struct MetricsPage {
  MetricsPage(std::size_t loops, RestReply where) : loops_left(loops), reply(std::move(where)) {}
  std::atomic<std::size_t> loops_left;
  std::atomic<std::size_t> connections{0};
  RestReply reply;
};

protocol::HttpResponse metrics_response(const Metrics& metrics) {
  protocol::HttpResponse response{200, {}, metrics.to_prometheus()};
  response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                      {"Cache-Control", "no-store"}};
  return response;
}

}  // namespace

void add_status_routes(Rest& rest, realtime::Server& server, Metrics& metrics, bool demo) {
  rest.route("GET", "/healthz",
             [demo](const RestRequest&, const RestReply& reply) { reply.send(ok_answer(demo)); });
  // Ready means that a snapshot can be read.
  rest.route("GET", "/readyz", [&rest, demo](RestRequest request, const RestReply& reply) {
    request.credential = {};
    rest.read(std::move(request), reply,
              [demo](auto&, auto&, auto&) -> Outcome<RestAnswer> { return ok_answer(demo); });
  });
  Gauge& connections =
      metrics.gauge("tillcast_connections", "Open connections, live and plain HTTP.");
  rest.route("GET", "/metrics",
             [&server, &metrics, &connections](const RestRequest&, const RestReply& reply) {
               const auto page = std::make_shared<MetricsPage>(server.shards().size(), reply);
               for (realtime::Shard* shard : server.shards()) {
                 shard->post([page, &metrics, &connections](realtime::Shard& loop) {
                   page->connections += loop.connections();
                   if (--page->loops_left > 0) return;
                   connections.set(page->connections);
                   page->reply.send(metrics_response(metrics));
                 });
               }
             });
}

protocol::HttpResponse no_such_route(std::string_view path) {
  return to_response(
      problem_answer({404, "not_found", "There is nothing at " + std::string(path) + ".", {}, {}}));
}

}  // namespace tillcast::contracts
