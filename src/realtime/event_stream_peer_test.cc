#include "realtime/event_stream_peer.h"

#include <gtest/gtest.h>

#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using testing::World;

/// A server whose /events is a stream of events, and no more.
class EventStreamPeerTest : public ::testing::Test {
 protected:
  EventStreamPeerTest() {
    world.server.http("GET", "/events", [this](HttpContext&, const HttpReply& reply) {
      reply.open_events(world.server.of("/"), [this](EventStreamPeer& opened) { peer = &opened; });
    });
  }
  WireId open() {
    const WireId wire = world.connect();
    world.give(wire, World::get("/events"));
    return wire;
  }

  World world{{}};
  EventStreamPeer* peer = nullptr;
};

TEST_F(EventStreamPeerTest, answers_by_a_stream_without_an_end) {
  const WireId wire = open();
  const std::string head = world.take(wire);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("Content-Length"), std::string::npos) << head;
  ASSERT_NE(peer, nullptr);
  peer->send({R"(["greet",{"a":1}])", R"({"type":"greet","a":1})"});
  world.turn();
  EXPECT_EQ(world.take(wire), "event: greet\ndata: {\"type\":\"greet\",\"a\":1}\n\n");
  world.advance_ms(3'600'000);
  EXPECT_FALSE(world.wires[wire].closed);
}

TEST_F(EventStreamPeerTest, answers_head_by_headers_alone) {
  const WireId wire = world.connect();
  world.give(wire, "HEAD /events HTTP/1.1\r\nHost: shop.test\r\n\r\n");
  EXPECT_TRUE(world.take(wire).ends_with("\r\n\r\n"));
  EXPECT_EQ(peer, nullptr);
  EXPECT_FALSE(world.wires[wire].closed);
}

TEST_F(EventStreamPeerTest, takes_no_further_request) {
  const WireId wire = open();
  world.take(wire);
  world.give(wire, World::get("/elsewhere"));
  EXPECT_EQ(world.take(wire), "");
  EXPECT_FALSE(world.wires[wire].paused);
}

TEST_F(EventStreamPeerTest, says_why_it_is_ended) {
  const WireId wire = open();
  world.take(wire);
  peer->refuse({4401, "token_expired", "Sign in again."});
  world.turn();
  EXPECT_EQ(world.take(wire),
            "event: error\ndata: {\"type\":\"error\",\"code\":\"token_expired\","
            "\"detail\":\"Sign in again.\"}\n\n");
  EXPECT_TRUE(world.wires[wire].closed);
  EXPECT_EQ(world.wires[wire].mode, CloseMode::kGraceful);
  EXPECT_EQ(world.shard.connections(), 0U);
}

TEST_F(EventStreamPeerTest, resets_a_client_that_does_not_read) {
  const WireId wire = open();
  auto& stream = world.wires[wire];
  stream.window = stream.sent.size();
  const auto event = std::make_shared<const std::string>(limits::kOutboxBytesMax / 2, 'x');
  peer->send_events(event);
  peer->send_events(event);
  world.turn();
  EXPECT_FALSE(stream.closed);
  peer->send_events(event);
  world.turn();
  EXPECT_TRUE(stream.closed);
  EXPECT_EQ(stream.mode, CloseMode::kReset);
}

TEST_F(EventStreamPeerTest, ends_when_the_server_goes_away) {
  const WireId wire = open();
  world.shard.drain();
  world.turn();
  EXPECT_TRUE(world.wires[wire].closed);
}

TEST_F(EventStreamPeerTest, is_forgotten_with_its_connection) {
  const WireId wire = open();
  const PeerRef ref = peer->ref();
  world.wires[wire].events->on_closed();
  EXPECT_EQ(ref.find(), nullptr);
  world.turn();
  EXPECT_EQ(world.shard.connections(), 0U);
}

TEST(EventName, is_the_first_text_of_an_event) {
  EXPECT_EQ(event_name({R"(["change",{}])", {}}), "change");
  EXPECT_EQ(event_name({{}, "text"}), "");
  EXPECT_EQ(event_name({R"(["odd\"name"])", {}}), "");
}

}  // namespace
}  // namespace tillcast::realtime
