// permessage-deflate of WebSockets and gzip of polling answers.
#include <gtest/gtest.h>

#include "protocol/deflate.h"
#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using protocol::Opcode;
using testing::World;

constexpr std::string_view kOffer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
constexpr std::string_view kSmallWindow =
    "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n";

ServerOptions options(bool deflate) {
  ServerOptions options;
  options.deflate = deflate;
  options.message_bytes_max = 100'000;
  return options;
}

/// A server with an echo at /echo, whose clients are all in the room "r".
class Deflate : public ::testing::Test {
 protected:
  explicit Deflate(bool enabled = true) : world(options(enabled)) {
    WebSocketHandlers handlers;
    handlers.on_open = [](WebSocketPeer& peer) { peer.join("r"); };
    handlers.on_text = [](WebSocketPeer& peer, std::string_view text) { peer.send_text(text); };
    world.server.websocket("/echo", world.server.of("/"), std::move(handlers));
  }

  static std::string compressed_frame(std::string_view text) {
    std::string packed;
    protocol::Deflater(protocol::Deflater::Format::kRawMessage).append(packed, text);
    return masked(packed);
  }
  static std::string masked(std::string_view payload) {
    std::string frame;
    protocol::append_masked_frame(frame, Opcode::kText, payload, 0x12345678);
    frame[0] = static_cast<char>(frame[0] | 0x40);
    return frame;
  }
  void publish(std::string text) {
    auto publication = std::make_shared<Publication>();
    publication->text = std::move(text);
    world.shard.space(world.server.of("/")).publish("r", std::move(publication));
    world.turn();
  }

  World world;
  const std::string long_text = std::string(5'000, 'a') + "end";
};

class NoDeflate : public Deflate {
 protected:
  NoDeflate() : Deflate(false) {}
};

using Messages = std::vector<std::string>;

TEST_F(Deflate, is_agreed_on_if_the_client_offers_it) {
  world.connect_websocket("/echo", kOffer);
  EXPECT_NE(world.handshake.find("Sec-WebSocket-Extensions: permessage-deflate; "
                                 "server_no_context_takeover; client_no_context_takeover\r\n"),
            std::string::npos);
  world.connect_websocket("/echo");
  EXPECT_EQ(world.handshake.find("Extensions"), std::string::npos);
}

TEST_F(NoDeflate, is_off_unless_the_server_wants_it) {
  const WireId wire = world.connect_websocket("/echo", kOffer);
  EXPECT_EQ(world.handshake.find("Extensions"), std::string::npos);
  world.give(wire, compressed_frame("hello"));
  EXPECT_EQ(world.messages(wire), Messages{"close 1002"});
}

TEST_F(Deflate, reads_compressed_and_plain_messages_and_compresses_large_answers) {
  const WireId wire = world.connect_websocket("/echo", kOffer);
  world.give(wire, compressed_frame("hello") + World::frame("plain") + compressed_frame(long_text));
  const std::string sent = world.wires[wire].sent;
  EXPECT_LT(sent.size(), 200U);
  EXPECT_EQ(world.messages(wire), (Messages{"hello", "plain", long_text}));
}

TEST_F(Deflate, ends_a_bomb_as_too_large_and_broken_data_as_invalid) {
  const WireId bomb = world.connect_websocket("/echo", kOffer);
  world.give(bomb, compressed_frame(std::string(100'001, 'x')));
  EXPECT_EQ(world.messages(bomb), Messages{"close 1009"});
  const WireId broken = world.connect_websocket("/echo", kOffer);
  world.give(broken, masked("\xff\xff\xff"));
  EXPECT_EQ(world.messages(broken), Messages{"close 1007"});
  const WireId no_text = world.connect_websocket("/echo", kOffer);
  world.give(no_text, compressed_frame("\xff"));
  EXPECT_EQ(world.messages(no_text), Messages{"close 1007"});
}

TEST_F(Deflate, compresses_a_broadcast_once_for_all_with_the_same_window) {
  const WireId a = world.connect_websocket("/echo", kOffer);
  const WireId b = world.connect_websocket("/echo", kOffer);
  const WireId small = world.connect_websocket("/echo", kSmallWindow);
  const WireId plain = world.connect_websocket("/echo");
  for (const WireId wire : {a, b, small, plain}) world.take(wire);
  publish(long_text);
  EXPECT_EQ(world.wires[a].sent, world.wires[b].sent);
  EXPECT_EQ(world.wires[a].sent.front(), '\xC1');
  EXPECT_EQ(world.wires[small].sent.front(), '\xC1');
  EXPECT_EQ(world.wires[plain].sent.front(), '\x81');
  for (const WireId wire : {a, b, small, plain}) {
    EXPECT_EQ(world.messages(wire), Messages{long_text});
  }
}

TEST(PollingAnswer, is_gzip_if_it_is_large_and_the_client_accepts_it) {
  World world;
  world.server.of("/");
  const auto poll = [&](std::size_t bytes, std::string_view headers) {
    const WireId wire = world.connect();
    world.give(wire, World::get("/socket.io/?EIO=4&transport=polling"));
    const std::string open = world.take(wire);
    const std::string sid = open.substr(open.find("\"sid\":\"") + 7, kSidLength);
    const std::string target = "/socket.io/?EIO=4&transport=polling&sid=" + sid;
    world.give(wire, World::post(target, "40"));
    world.take(wire);
    world.give(wire, World::get(target));
    world.take(wire);
    world.server.of("/").emit("say", {std::string(bytes, 'x')});
    world.turn();
    world.give(
        wire, "GET " + target + " HTTP/1.1\r\nHost: shop.test\r\n" + std::string(headers) + "\r\n");
    return world.take(wire);
  };
  const std::string gzip = poll(5'000, "Accept-Encoding: gzip, deflate\r\n");
  EXPECT_NE(gzip.find("\r\nContent-Encoding: gzip\r\n"), std::string::npos) << gzip;
  EXPECT_NE(gzip.find("\r\n\r\n\x1f\x8b"), std::string::npos);
  EXPECT_LT(gzip.size(), 500U);
  EXPECT_EQ(poll(5'000, "").find("gzip"), std::string::npos);
  EXPECT_EQ(poll(500, "Accept-Encoding: gzip\r\n").find("gzip"), std::string::npos);
}

}  // namespace
}  // namespace tillcast::realtime
