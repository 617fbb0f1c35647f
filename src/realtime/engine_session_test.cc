#include <gtest/gtest.h>

#include <boost/json/string.hpp>

#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using testing::World;
using Messages = std::vector<std::string>;

class Session : public ::testing::Test {
 protected:
  Session() {
    Namespace& root = world.server.of("/");
    root.on_connection([this](Socket& socket) {
      sockets.push_back(socket.ref());
      socket.join("lobby");
    });
    root.on_disconnect([this](Socket&) { ++gone; });
    root.on("echo", [](Socket& socket, Arguments& said, const Ack&) {
      socket.emit("echoed", said.values, said.attachments);
    });
    root.on("sum", [](Socket&, Arguments& said, const Ack& ack) {
      ack({said.values.at(0).as_int64() + said.values.at(1).as_int64()});
    });
  }

  static std::string sid_of(const std::string& open) {
    const auto at = open.find("\"sid\":\"");
    return at == std::string::npos ? "" : open.substr(at + 7, kSidLength);
  }

  /// A polling session that is in the namespace "/"; what it was answered is taken.
  std::string polling_session() {
    world.give(poll_wire, World::get("/socket.io/?EIO=4&transport=polling"));
    const std::string sid = sid_of(world.body(poll_wire));
    world.give(post_wire, World::post(with_sid(sid), "40"));
    EXPECT_EQ(world.body(post_wire), "ok");
    world.give(poll_wire, World::get(with_sid(sid)));
    EXPECT_TRUE(world.body(poll_wire).starts_with("40{\"sid\":\""));
    return sid;
  }
  static std::string with_sid(const std::string& sid, std::string_view transport = "polling") {
    return "/socket.io/?EIO=4&transport=" + std::string(transport) + "&sid=" + sid;
  }
  WireId websocket_session() {
    const WireId wire = world.connect_websocket("/socket.io/?EIO=4&transport=websocket");
    EXPECT_TRUE(world.messages(wire).at(0).starts_with("0{\"sid\""));
    world.give(wire, World::frame("40"));
    EXPECT_TRUE(world.messages(wire).at(0).starts_with("40{\"sid\""));
    return wire;
  }
  void say(const char* words) {
    auto publication = std::make_shared<Publication>();
    publication->event_json = "[\"said\",\"" + std::string(words) + "\"]";
    world.server.of("/").to("lobby").publish(publication);
  }

  World world;
  WireId poll_wire = world.connect();
  WireId post_wire = world.connect();
  std::vector<PeerRef> sockets;
  int gone = 0;
};

TEST_F(Session, a_waiting_poll_is_answered_with_all_of_a_turn) {
  const std::string sid = polling_session();
  world.give(poll_wire, World::get(with_sid(sid)));
  EXPECT_EQ(world.take(poll_wire), "");
  say("one");
  say("two");
  world.turn();
  EXPECT_EQ(world.body(poll_wire),
            "42[\"said\",\"one\"]\x1e"
            "42[\"said\",\"two\"]");
}

TEST_F(Session, what_comes_between_two_polls_waits) {
  const std::string sid = polling_session();
  say("one");
  world.turn();
  say("two");
  world.turn();
  world.give(poll_wire, World::get(with_sid(sid)));
  EXPECT_EQ(world.body(poll_wire),
            "42[\"said\",\"one\"]\x1e"
            "42[\"said\",\"two\"]");
}

TEST_F(Session, a_second_poll_at_once_ends_the_session) {
  const std::string sid = polling_session();
  world.give(poll_wire, World::get(with_sid(sid)));
  world.give(post_wire, World::get(with_sid(sid)));
  EXPECT_NE(world.take(post_wire).find("HTTP/1.1 400"), std::string::npos);
  EXPECT_EQ(gone, 1);
  world.give(post_wire, World::get(with_sid(sid)));
  EXPECT_EQ(world.body(post_wire), R"({"code":1,"message":"Session ID unknown"})");
}

TEST_F(Session, an_upgrade_neither_loses_nor_reorders_messages) {
  const std::string sid = polling_session();
  world.give(poll_wire, World::get(with_sid(sid)));
  const WireId wire = world.connect_websocket(with_sid(sid, "websocket"));
  say("before the probe");
  world.turn();
  EXPECT_EQ(world.body(poll_wire), "42[\"said\",\"before the probe\"]");
  world.give(poll_wire, World::get(with_sid(sid)));
  world.give(wire, World::frame("2probe"));
  EXPECT_EQ(world.body(poll_wire), "6") << "the waiting poll is let go";
  EXPECT_EQ(world.messages(wire), Messages{"3probe"});
  say("in between");
  PeerRef ref = sockets.at(0);
  static_cast<Socket*>(ref.find())
      ->emit("bytes", {{{"_placeholder", true}, {"num", 0}}}, {std::string("\0\1", 2)});
  world.turn();
  EXPECT_EQ(world.messages(wire), Messages{}) << "until the upgrade all waits for the poll";
  world.give(wire, World::frame("5"));
  say("after");
  world.turn();
  EXPECT_EQ(world.messages(wire), (Messages{"42[\"said\",\"in between\"]",
                                            "451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]",
                                            std::string("\0\1", 2), "42[\"said\",\"after\"]"}));
  EXPECT_EQ(gone, 0);
}

TEST_F(Session, a_probe_that_fails_leaves_polling_as_it_was) {
  const std::string sid = polling_session();
  const WireId wire = world.connect_websocket(with_sid(sid, "websocket"));
  world.give(wire, World::frame("2probe"));
  world.wires[wire].events->on_closed();
  world.turn();
  say("still here");
  world.turn();
  world.give(poll_wire, World::get(with_sid(sid)));
  EXPECT_EQ(world.body(poll_wire), "42[\"said\",\"still here\"]");
}

TEST_F(Session, a_client_that_does_not_answer_pings_is_ended) {
  const WireId wire = websocket_session();
  world.advance_ms(limits::kPingIntervalMs + 10);
  EXPECT_EQ(world.messages(wire), Messages{"2"});
  world.give(wire, World::frame("3"));
  world.advance_ms(limits::kPingIntervalMs + 10);
  EXPECT_EQ(world.messages(wire), Messages{"2"});
  world.advance_ms(limits::kPingTimeoutMs + 10);
  EXPECT_EQ(gone, 1);
  EXPECT_TRUE(world.wires[wire].closed);
}

TEST_F(Session, a_client_that_asks_for_no_namespace_is_ended) {
  const WireId wire = world.connect_websocket("/socket.io/?EIO=4&transport=websocket");
  world.advance_ms(limits::kPingIntervalMs + 10);
  world.give(wire, World::frame("3"));
  world.advance_ms(limits::kConnectTimeoutMs - limits::kPingIntervalMs);
  EXPECT_TRUE(world.wires[wire].closed);
}

TEST_F(Session, a_malformed_packet_ends_the_session_at_once) {
  for (const char* packet :
       {"4abc", "9", "", "42", "42[]", "42{}", "2", "40", "43[]", "42[\"disconnect\"]"}) {
    const WireId wire = websocket_session();
    world.give(wire, World::frame(packet));
    EXPECT_TRUE(world.wires[wire].closed) << packet;
  }
}

TEST_F(Session, events_and_acknowledgements_go_both_ways) {
  const WireId wire = websocket_session();
  world.give(wire, World::frame("42[\"echo\",1,{\"a\":[]}]"));
  EXPECT_EQ(world.messages(wire), Messages{"42[\"echoed\",1,{\"a\":[]}]"});
  world.give(wire, World::frame("427[\"sum\",2,3]"));
  EXPECT_EQ(world.messages(wire), Messages{"437[5]"});

  auto& socket = static_cast<Socket&>(*sockets.at(0).find());
  std::vector<std::string> answers;
  const auto note = [&](Socket&, Arguments* answer) {
    answers.emplace_back(answer == nullptr ? "none" : answer->values.at(0).as_string().c_str());
  };
  socket.emit_with_ack("ask", {}, 1'000, note);
  socket.emit_with_ack("ask", {}, 1'000, note);
  world.turn();
  EXPECT_EQ(world.messages(wire), (Messages{"420[\"ask\"]", "421[\"ask\"]"}));
  world.give(wire, World::frame("431[\"second\"]"));
  world.give(wire, World::frame("431[\"twice\"]"));
  world.advance_ms(1'100);
  EXPECT_EQ(answers, (std::vector<std::string>{"second", "none"}));
}

TEST_F(Session, a_middleware_may_refuse_later_and_the_client_stays) {
  Next waiting;
  world.server.of("/admin").use([&](Socket&, Next next) { waiting = std::move(next); });
  const WireId wire = websocket_session();
  world.give(wire, World::frame("40/admin,{\"token\":\"x\"}"));
  EXPECT_EQ(world.messages(wire), Messages{});
  waiting(ConnectError{"not you", "{\"code\":\"forbidden\"}"});
  world.turn();
  EXPECT_EQ(world.messages(wire),
            Messages{"44/admin,{\"message\":\"not you\",\"data\":{\"code\":\"forbidden\"}}"});
  world.give(wire, World::frame("40/nowhere,"));
  EXPECT_EQ(world.messages(wire), Messages{"44/nowhere,{\"message\":\"Invalid namespace\"}"});
  world.give(wire, World::frame("42[\"echo\"]"));
  EXPECT_EQ(world.messages(wire), Messages{"42[\"echoed\"]"});
}

TEST_F(Session, a_refused_socket_is_told_why_and_its_namespace_ends) {
  const WireId wire = websocket_session();
  sockets.at(0).find()->refuse({4401, "token_expired", "Sign in again."});
  world.turn();
  EXPECT_EQ(
      world.messages(wire),
      (Messages{"42[\"error\",{\"code\":\"token_expired\",\"detail\":\"Sign in again.\"}]", "41"}));
  EXPECT_EQ(gone, 1);
}

TEST_F(Session, goes_away_in_a_way_that_clients_come_back_from) {
  const WireId websocket = websocket_session();
  const std::string sid = polling_session();
  world.give(poll_wire, World::get(with_sid(sid)));
  world.shard.drain();
  world.turn();
  EXPECT_EQ(world.messages(websocket), Messages{"close 1001"});
  EXPECT_EQ(world.body(poll_wire), "1");
}

}  // namespace
}  // namespace tillcast::realtime
