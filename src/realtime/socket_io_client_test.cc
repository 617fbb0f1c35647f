#include "realtime/socket_io_client.h"

#include <gtest/gtest.h>

#include "protocol/engineio.h"
#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using testing::World;
using Messages = std::vector<std::string>;

/// A server whose clients speak MessagePack.
class Msgpack : public ::testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions options;
    options.parser = protocol::socketio::Parser::kMsgpack;
    return options;
  }
  Msgpack() {
    Namespace& root = world.server.of("/");
    root.on("echo", [](Socket& socket, Arguments& said, const Ack& ack) {
      socket.emit("echoed", said.values, said.attachments);
      ack(said.values, said.attachments);
    });
  }
  static std::string packet(protocol::socketio::PacketType type, std::optional<std::uint64_t> id,
                            std::string_view json, std::vector<std::string> attachments = {}) {
    std::string bytes;
    EXPECT_TRUE(
        protocol::socketio::append_msgpack_of_json(bytes, type, "/", id, json, attachments));
    return bytes;
  }
  void say(WireId wire, std::string_view bytes) {
    std::string frame;
    protocol::append_masked_frame(frame, protocol::Opcode::kBinary, bytes, 1);
    world.give(wire, frame);
  }
  WireId session() {
    const WireId wire = world.connect_websocket("/socket.io/?EIO=4&transport=websocket");
    world.take(wire);
    say(wire, packet(PacketType::kConnect, std::nullopt, ""));
    const Messages answer = world.messages(wire);
    EXPECT_EQ(answer.size(), 1U);
    EXPECT_NE(answer.at(0).find("sid"), std::string::npos);
    return wire;
  }
  using PacketType = protocol::socketio::PacketType;

  World world{options()};
};

TEST_F(Msgpack, carries_every_packet_in_one_binary_message) {
  const WireId wire = session();
  const char* const said = "[\"echo\",{\"_placeholder\":true,\"num\":0},1.5]";
  say(wire, packet(PacketType::kEvent, 7, said, {"\1\2"}));
  EXPECT_EQ(
      world.messages(wire),
      (Messages{packet(PacketType::kEvent, std::nullopt,
                       "[\"echoed\",{\"_placeholder\":true,\"num\":0},1.5]", {"\1\2"}),
                packet(PacketType::kAck, 7, "[{\"_placeholder\":true,\"num\":0},1.5]", {"\1\2"})}));
  world.server.of("/").all().disconnect_sockets();
  world.turn();
  EXPECT_EQ(world.messages(wire), Messages{packet(PacketType::kDisconnect, std::nullopt, "")});
}

TEST_F(Msgpack, broadcasts_reach_both_transports) {
  const WireId wire = session();
  const WireId polling = world.connect();
  world.give(polling, World::get("/socket.io/?EIO=4&transport=polling"));
  const std::string open = world.body(polling);
  const std::string target = "/socket.io/?EIO=4&transport=polling&sid=" +
                             open.substr(open.find("\"sid\":\"") + 7, kSidLength);
  std::string connect;
  protocol::engineio::append_binary_to_payload(connect,
                                               packet(PacketType::kConnect, std::nullopt, ""));
  world.give(polling, World::post(target, connect));
  world.take(polling);
  world.give(polling, World::get(target));
  world.take(polling);
  world.server.of("/").emit("n", {1});
  world.server.of("/").all().except("nobody").emit("n", {2});
  world.turn();
  const std::string one = packet(PacketType::kEvent, std::nullopt, "[\"n\",1]");
  const std::string two = packet(PacketType::kEvent, std::nullopt, "[\"n\",2]");
  EXPECT_EQ(world.messages(wire), (Messages{one, two}));
  std::string payload;
  protocol::engineio::append_binary_to_payload(payload, one);
  protocol::engineio::append_binary_to_payload(payload, two);
  world.give(polling, World::get(target));
  EXPECT_EQ(world.body(polling), payload);
}

TEST_F(Msgpack, ends_who_speaks_json_or_nonsense) {
  for (const std::string& bytes : {World::frame("42[\"echo\"]"), World::frame("40")}) {
    const WireId wire = session();
    world.give(wire, bytes);
    EXPECT_EQ(world.messages(wire), Messages{"close 1000"});
  }
  for (const char* bytes : {"\xC1", "\x01", "\x80", ""}) {
    const WireId wire = session();
    say(wire, bytes);
    EXPECT_EQ(world.messages(wire), Messages{"close 1000"});
  }
}

}  // namespace
}  // namespace tillcast::realtime
