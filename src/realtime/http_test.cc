#include <gtest/gtest.h>

#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using testing::World;

void answer_name(HttpContext& context, const HttpReply& reply) {
  reply.send({200, {{"Content-Type", "text/plain"}}, "hello " + context.parameters.at(0)});
}

TEST(Http, answers_pipelined_requests_in_order) {
  World world;
  world.server.http("GET", "/hello/{name}", answer_name);
  const WireId wire = world.connect();
  world.give(wire, World::get("/hello/a") + World::get("/hello/b"));
  const std::string sent = world.take(wire);
  const auto a = sent.find("hello a");
  const auto b = sent.find("hello b");
  ASSERT_NE(a, std::string::npos);
  ASSERT_NE(b, std::string::npos);
  EXPECT_LT(a, b);
}

TEST(Http, answers_the_same_when_a_request_comes_byte_by_byte) {
  World world;
  world.server.http("GET", "/hello/{name}", answer_name);
  const WireId wire = world.connect();
  for (const char c : World::get("/hello/bytes")) world.give(wire, std::string(1, c));
  EXPECT_EQ(world.body(wire), "hello bytes");
}

TEST(Http, waits_with_the_next_request_until_the_first_is_answered) {
  World world;
  std::vector<HttpReply> waiting;
  world.server.http("GET", "/slow",
                    [&](HttpContext&, const HttpReply& reply) { waiting.push_back(reply); });
  const WireId wire = world.connect();
  world.give(wire, World::get("/slow") + World::get("/slow"));
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_TRUE(world.wires[wire].paused);
  waiting[0].send({200, {}, "first"});
  world.turn();
  EXPECT_EQ(world.body(wire), "first");
  ASSERT_EQ(waiting.size(), 2U);
  waiting[0].send({200, {}, "again"});
  world.turn();
  EXPECT_EQ(world.take(wire), "") << "a second answer to one request must be dropped";
  waiting[1].send({200, {}, "second"});
  world.turn();
  EXPECT_EQ(world.body(wire), "second");
}

TEST(Http, an_answer_for_a_client_that_left_is_dropped) {
  World world;
  std::vector<HttpReply> waiting;
  world.server.http("GET", "/slow",
                    [&](HttpContext&, const HttpReply& reply) { waiting.push_back(reply); });
  const WireId wire = world.connect();
  world.give(wire, World::get("/slow"));
  world.wires[wire].events->on_closed();
  world.turn();
  waiting.at(0).send({200, {}, "late"});
  world.turn();
  EXPECT_EQ(world.take(wire), "");
}

TEST(Http, tells_an_unknown_path_from_a_wrong_method) {
  World world;
  world.server.http("GET", "/hello/{name}", answer_name);
  const WireId wire = world.connect();
  world.give(wire, World::get("/nothing"));
  EXPECT_NE(world.take(wire).find("404"), std::string::npos);
  world.give(wire, World::post("/hello/a", ""));
  const std::string refused = world.take(wire);
  EXPECT_NE(refused.find("405"), std::string::npos);
  EXPECT_NE(refused.find("Allow: GET"), std::string::npos);
}

TEST(Http, refuses_a_smuggled_request_and_closes) {
  World world;
  const WireId wire = world.connect();
  world.give(wire,
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
             "\r\n0\r\n\r\n");
  EXPECT_NE(world.take(wire).find("HTTP/1.1 400"), std::string::npos);
  EXPECT_TRUE(world.wires[wire].closed);
  EXPECT_EQ(world.shard.connections(), 0U);
}

TEST(Http, ends_a_request_that_does_not_come_to_its_end) {
  World world;
  const WireId wire = world.connect();
  world.give(wire, "GET / HTTP/1.1\r\nHo");
  world.advance_ms(limits::kHttpRequestTimeoutMs + 100);
  EXPECT_NE(world.take(wire).find("408"), std::string::npos);
  EXPECT_TRUE(world.wires[wire].closed);
}

TEST(Http, ends_a_body_that_does_not_come_to_its_end) {
  for (const std::string_view framing :
       {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n"}) {
    World world;
    const WireId wire = world.connect();
    world.give(wire, "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
    world.take(wire);
    world.advance_ms(limits::kHttpRequestTimeoutMs - 100);
    EXPECT_EQ(world.take(wire), "");
    world.advance_ms(200);
    EXPECT_NE(world.take(wire).find("HTTP/1.1 408"), std::string::npos) << framing;
    EXPECT_TRUE(world.wires[wire].closed);
  }
}

TEST(Http, a_request_that_trickles_in_does_not_move_its_end) {
  World world;
  const WireId wire = world.connect();
  world.give(wire, "GET / HTTP/1.1\r\nHost: a\r\n");
  for (int i = 0; i < 40 && !world.wires[wire].closed; ++i) {
    world.give(wire, "X-A: b\r\n");
    world.advance_ms(1'000);
  }
  EXPECT_TRUE(world.wires[wire].closed);
}

std::string put(std::size_t length, const std::string& body = "") {
  return "PUT /picture HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n" + body;
}

/// A server with one route that takes bodies of 2 MiB.
struct Uploads : World {
  Uploads() {
    server.http(
        "PUT", "/picture",
        [](HttpContext& context, const HttpReply& reply) {
          reply.send({200, {}, std::to_string(context.request.body.size())});
        },
        2 * limits::kHttpBodyBytesMax);
    server.http("PUT", "/other", [](HttpContext&, const HttpReply& reply) {
      reply.send({200, {}, ""});
    });
  }
};

TEST(Http, a_route_may_take_larger_bodies_than_the_others) {
  Uploads world;
  const std::size_t size = 2 * limits::kHttpBodyBytesMax;
  WireId wire = world.connect();
  world.give(wire, put(size, std::string(size, 'x')));
  EXPECT_EQ(world.body(wire), std::to_string(size));
  wire = world.connect();
  world.give(wire, put(size + 1));
  EXPECT_NE(world.take(wire).find("413"), std::string::npos);
  wire = world.connect();
  world.give(wire, "PUT /other HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_NE(world.take(wire).find("413"), std::string::npos);
}

TEST(Http, a_larger_body_has_longer_to_come_in) {
  Uploads world;
  const WireId large = world.connect();
  world.give(large, put(2'000'000, "x"));
  const WireId small = world.connect();
  world.give(small, put(1'000, "x"));
  world.advance_ms(limits::kHttpRequestTimeoutMs + 1);
  EXPECT_NE(world.take(small).find("408"), std::string::npos);
  EXPECT_EQ(world.take(large), "");
  world.advance_ms(3 * limits::kHttpRequestTimeoutMs);
  EXPECT_NE(world.take(large).find("408"), std::string::npos);
}

TEST(Http, an_address_has_so_many_large_bodies_under_way) {
  Uploads world;
  std::vector<WireId> wires;
  for (std::int64_t i = 0; i < limits::kLargeBodiesPerAddressMax; ++i) {
    wires.push_back(world.connect());
    world.give(wires.back(), put(2'000'000, "x"));
    EXPECT_EQ(world.take(wires.back()), "");
  }
  const WireId one_more = world.connect();
  world.give(one_more, put(2'000'000));
  EXPECT_NE(world.take(one_more).find("too_many_uploads"), std::string::npos);
  // Small ones are not counted, and one that is done makes room.
  const WireId small = world.connect();
  world.give(small, put(3, "abc"));
  EXPECT_EQ(world.body(small), "3");
  world.give(wires[0], std::string(1'999'999, 'x'));
  EXPECT_EQ(world.body(wires[0]), "2000000");
  const WireId next = world.connect();
  world.give(next, put(2'000'000, "x"));
  EXPECT_EQ(world.take(next), "");
}

TEST(Http, closes_an_idle_connection) {
  World world;
  world.server.http("GET", "/hello/{name}", answer_name);
  const WireId wire = world.connect();
  world.give(wire, World::get("/hello/a"));
  world.advance_ms(limits::kHttpIdleTimeoutMs - 1'000);
  EXPECT_FALSE(world.wires[wire].closed);
  world.advance_ms(1'100);
  EXPECT_TRUE(world.wires[wire].closed);
}

TEST(Http, a_client_that_pipelines_and_does_not_read_costs_bounded_memory) {
  World world;
  int handled = 0;
  world.server.http("GET", "/large", [&](HttpContext&, const HttpReply& reply) {
    ++handled;
    reply.send({200, {}, std::string(300'000, 'x')});
  });
  const WireId wire = world.connect();
  world.wires[wire].window = 0;
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += World::get("/large");
  world.give(wire, requests);
  EXPECT_LE(handled, 5);
  EXPECT_TRUE(world.wires[wire].paused);
  world.wires[wire].window = SIZE_MAX;
  world.wires[wire].events->on_writable();
  world.turn();
  EXPECT_EQ(handled, 100) << "who reads again is served the rest";
  EXPECT_FALSE(world.wires[wire].paused);
}

TEST(Http, a_slow_client_gets_the_whole_of_an_answer_that_closes) {
  World world;
  world.server.http("GET", "/large", [&](HttpContext&, const HttpReply& reply) {
    reply.send({200, {}, std::string(100'000, 'x')});
  });
  const WireId wire = world.connect();
  world.wires[wire].window = 0;
  world.give(wire, "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  for (int i = 0; i < 12 && !world.wires[wire].closed; ++i) {
    world.advance_ms(limits::kHttpWriteStallMs - 1'000);
    world.wires[wire].window += 10'000;
    world.wires[wire].events->on_writable();
    world.turn();
  }
  EXPECT_GT(world.wires[wire].sent.size(), 100'000U);
  EXPECT_EQ(world.wires[wire].mode, CloseMode::kGraceful);
}

TEST(Http, a_client_that_takes_nothing_of_an_answer_is_reset) {
  World world;
  world.server.http("GET", "/large", [&](HttpContext&, const HttpReply& reply) {
    reply.send({200, {}, std::string(100'000, 'x')});
  });
  const WireId wire = world.connect();
  world.wires[wire].window = 100;
  world.give(wire, "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  world.advance_ms(limits::kHttpWriteStallMs + 100);
  EXPECT_TRUE(world.wires[wire].closed);
  EXPECT_EQ(world.wires[wire].mode, CloseMode::kReset);
}

TEST(Http, a_request_in_flight_is_answered_when_the_server_goes_away) {
  World world;
  std::vector<HttpReply> waiting;
  world.server.http("GET", "/slow",
                    [&](HttpContext&, const HttpReply& reply) { waiting.push_back(reply); });
  world.shard.on_drain([&] { waiting.at(0).send({200, {}, "in time"}); });
  const WireId wire = world.connect();
  world.give(wire, World::get("/slow"));
  world.shard.drain();
  world.turn();
  EXPECT_EQ(world.body(wire), "in time");
  EXPECT_TRUE(world.wires[wire].closed);
}

TEST(Http, refuses_a_websocket_of_a_foreign_origin) {
  World world;
  world.server.websocket("/live", world.server.of("/"), {});
  const WireId wire = world.connect();
  std::string request = World::upgrade_request("/live");
  request.insert(request.find("Connection"), "Origin: https://evil.test\r\n");
  world.give(wire, request);
  EXPECT_NE(world.take(wire).find("403"), std::string::npos);
}

TEST(Http, takes_a_websocket_of_this_site_in_any_case_and_of_allowed_origins) {
  ServerOptions options;
  options.cors_origins = {"https://app.test"};
  World world(options);
  world.server.websocket("/live", world.server.of("/"), {});
  const auto answer = [&](const std::string& origin) {
    const WireId wire = world.connect();
    std::string request = World::upgrade_request("/live");
    request.insert(request.find("Connection"), "Origin: " + origin + "\r\n");
    world.give(wire, request);
    return world.take(wire).substr(9, 3);
  };
  EXPECT_EQ(answer("http://shop.test"), "101");
  EXPECT_EQ(answer("https://SHOP.test"), "101");
  EXPECT_EQ(answer("https://app.test"), "101");
  for (const char* other : {"https://app.test.evil.test", "http://app.test", "null",
                            "file://shop.test", "http://shop.test:81", "shop.test"}) {
    EXPECT_EQ(answer(other), "403") << other;
  }
}

TEST(Router, prefers_a_literal_segment_to_a_parameter) {
  Router router;
  std::string called;
  router.add("GET", "/a/{id}", [&](HttpContext&, const HttpReply&) { called = "parameter"; });
  router.add("GET", "/a/b", [&](HttpContext&, const HttpReply&) { called = "literal"; });
  EXPECT_TRUE(router.find("GET", "/a/b").parameters.empty());
  EXPECT_EQ(router.find("GET", "/a/c").parameters, std::vector<std::string>{"c"});
  EXPECT_EQ(router.find("HEAD", "/a/b").handler, router.find("GET", "/a/b").handler);
  EXPECT_EQ(router.find("GET", "/a").handler, nullptr);
}

}  // namespace
}  // namespace tillcast::realtime
