// Clients that ask too much, on each transport.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "realtime/address_counts.h"
#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using testing::World;
using Messages = std::vector<std::string>;

TEST(AddressCounts, hold_each_address_to_its_number) {
  AddressCounts counts(2);
  auto first = counts.enter("a");
  auto second = counts.enter("a");
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(counts.enter("a"));
  EXPECT_TRUE(counts.enter("b"));
  AddressCounts::Slot moved = *std::move(first);
  first.reset();
  EXPECT_FALSE(counts.enter("a")) << "a slot that was moved is still taken";
  moved = AddressCounts::Slot();
  EXPECT_TRUE(counts.enter("a"));
  second.reset();
  EXPECT_EQ(counts.addresses(), 0U) << "nothing is kept of who has nothing open";
}

TEST(AddressCounts, without_a_number_let_everybody_in) {
  AddressCounts counts(0);
  std::vector<std::optional<AddressCounts::Slot>> slots;
  for (int i = 0; i < 1'000; ++i) {
    slots.push_back(counts.enter("a"));
    ASSERT_TRUE(slots.back());
  }
}

TEST(ConnectionLimit, does_not_count_the_connections_of_a_trusted_proxy) {
  ServerOptions options;
  options.connections_per_address = 1;
  options.trusted_proxies = {"10.0.0.1"};
  Server server(options);
  const auto of_client = server.enter_connection("192.0.2.1");
  EXPECT_TRUE(of_client);
  EXPECT_FALSE(server.enter_connection("::ffff:192.0.2.1"));
  const auto of_proxy = server.enter_connection("10.0.0.1");
  EXPECT_TRUE(of_proxy);
  EXPECT_TRUE(server.enter_connection("10.0.0.1"));
  EXPECT_TRUE(Server::connection_refusal().starts_with("HTTP/1.1 429 Too Many Requests\r\n"));
}

TEST(RequestLimit, answers_429_and_says_when_to_come_back) {
  ServerOptions options;
  options.requests_per_address = {1, 2};
  World world(options);
  world.server.http("GET", "/", [](HttpContext&, const HttpReply& reply) {
    reply.send({200, {}, "here"});
  });
  const WireId wire = world.connect();
  const WireId other = world.connect();
  for (const WireId asking : {wire, other}) {
    world.give(asking, World::get("/"));
    EXPECT_EQ(world.body(asking), "here");
  }
  world.give(wire, World::get("/"));
  const std::string refused = world.take(wire);
  EXPECT_NE(refused.find(" 429 "), std::string::npos);
  EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_NE(refused.find("\"code\":\"too_many_requests\""), std::string::npos);
  world.advance_ms(1'000);
  world.give(wire, World::get("/"));
  EXPECT_EQ(world.body(wire), "here") << "the connection goes on";
}

TEST(RequestLimit, counts_for_the_client_behind_a_trusted_proxy) {
  ServerOptions options;
  options.requests_per_address = {1, 1};
  options.trusted_proxies = {"127.0.0.1"};
  World world(options);
  std::string seen;
  world.server.http("GET", "/", [&](HttpContext& context, const HttpReply& reply) {
    seen = context.peer_address;
    reply.send({200, {}, "here"});
  });
  const WireId proxy = world.connect();
  const auto ask = [&](const std::string& client) {
    world.give(proxy,
               "GET / HTTP/1.1\r\nHost: shop.test\r\nX-Forwarded-For: " + client + "\r\n\r\n");
    return world.take(proxy).find(" 200 ") != std::string::npos;
  };
  EXPECT_TRUE(ask("192.0.2.1"));
  EXPECT_EQ(seen, "192.0.2.1");
  EXPECT_TRUE(ask("192.0.2.2"));
  EXPECT_FALSE(ask("192.0.2.1"));
  EXPECT_FALSE(ask("198.51.100.9, 192.0.2.1")) << "a client cannot write itself another address";
}

/// A server that takes three messages at once, and one a second.
class MessageLimit : public ::testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions options;
    options.messages_per_connection = {1, 3};
    return options;
  }
  MessageLimit() {
    Namespace& root = world.server.of("/");
    root.on("say", [this](Socket&, Arguments&, const Ack&) { ++heard; });
    WebSocketHandlers handlers;
    handlers.on_text = [this](WebSocketPeer&, std::string_view) { ++heard; };
    handlers.on_close = [this](WebSocketPeer&) { ++gone; };
    world.server.websocket("/live", root, std::move(handlers));
  }

  World world{options()};
  int heard = 0;
  int gone = 0;
};

TEST_F(MessageLimit, ends_a_plain_websocket_with_4429) {
  const WireId wire = world.connect_websocket("/live");
  for (int i = 0; i < 3; ++i) world.give(wire, World::frame("hi"));
  EXPECT_EQ(world.messages(wire), Messages{});
  world.give(wire, World::frame("hi") + World::frame("hi"));
  EXPECT_EQ(world.messages(wire), Messages{"close 4429"});
  EXPECT_EQ(heard, 3);
  EXPECT_EQ(gone, 1);
}

TEST_F(MessageLimit, lets_a_client_go_on_that_keeps_to_the_rate) {
  const WireId wire = world.connect_websocket("/live");
  for (int i = 0; i < 20; ++i) {
    world.give(wire, World::frame("hi"));
    world.advance_ms(1'000);
  }
  EXPECT_EQ(heard, 20);
}

TEST_F(MessageLimit, counts_pings) {
  const WireId wire = world.connect_websocket("/live");
  std::string ping;
  protocol::append_masked_frame(ping, protocol::Opcode::kPing, "", 1);
  for (int i = 0; i < 4; ++i) world.give(wire, ping);
  const Messages told = world.messages(wire);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), "close 4429");
}

TEST_F(MessageLimit, tells_socket_io_why_before_its_transport_closes) {
  const WireId wire = world.connect_websocket("/socket.io/?EIO=4&transport=websocket");
  world.give(wire, World::frame("40"));
  world.messages(wire);
  for (int i = 0; i < 3; ++i) world.give(wire, World::frame("42[\"say\"]"));
  const Messages told = world.messages(wire);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].starts_with("42[\"error\",{\"code\":\"too_many_messages\"")) << told[0];
  EXPECT_EQ(told[1], "close 4429");
  EXPECT_EQ(heard, 2) << "the connect packet was the first message";
}

TEST_F(MessageLimit, ends_a_polling_session_that_posts_too_much) {
  const WireId wire = world.connect();
  world.give(wire, World::get("/socket.io/?EIO=4&transport=polling"));
  const std::string open = world.body(wire);
  const std::string sid = open.substr(open.find("\"sid\":\"") + 7, kSidLength);
  const std::string target = "/socket.io/?EIO=4&transport=polling&sid=" + sid;
  world.give(wire, World::post(target, "40"));
  EXPECT_EQ(world.body(wire), "ok");
  world.give(wire, World::post(target,
                               "42[\"say\"]\x1e"
                               "42[\"say\"]\x1e"
                               "42[\"say\"]"));
  const std::string refused = world.take(wire);
  EXPECT_NE(refused.find(" 429 "), std::string::npos) << refused;
  EXPECT_NE(refused.find("\"code\":\"too_many_messages\""), std::string::npos);
  EXPECT_EQ(heard, 2);
  world.give(wire, World::get(target));
  EXPECT_NE(world.take(wire).find("400"), std::string::npos) << "the session has ended";
}

TEST(SessionLimit, holds_an_address_to_its_polling_sessions) {
  ServerOptions options;
  options.connections_per_address = 2;
  World world(options);
  const WireId wire = world.connect();
  const auto open = [&] {
    world.give(wire, World::get("/socket.io/?EIO=4&transport=polling"));
    return world.take(wire);
  };
  EXPECT_NE(open().find(" 200 "), std::string::npos);
  EXPECT_NE(open().find(" 200 "), std::string::npos);
  const std::string refused = open();
  EXPECT_NE(refused.find(" 429 "), std::string::npos);
  EXPECT_NE(refused.find("\"code\":\"too_many_connections\""), std::string::npos);
  // Whoever does not answer the ping is gone, and there is room again.
  world.advance_ms(options.ping_interval_ms + 10);
  world.advance_ms(options.ping_timeout_ms + 10);
  world.take(wire);
  EXPECT_NE(open().find(" 200 "), std::string::npos);
}

}  // namespace
}  // namespace tillcast::realtime
