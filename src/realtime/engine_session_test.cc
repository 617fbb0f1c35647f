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

TEST_F(Session, a_poll_that_the_client_gives_up_ends_the_session) {
  const std::string sid = polling_session();
  world.give(poll_wire, World::get(with_sid(sid)));
  world.wires[poll_wire].events->on_closed();
  world.turn();
  EXPECT_EQ(gone, 1);
}

TEST_F(Session, a_client_that_says_good_bye_has_its_poll_let_go) {
  const std::string sid = polling_session();
  world.give(poll_wire, World::get(with_sid(sid)));
  world.give(post_wire, World::post(with_sid(sid), "1"));
  EXPECT_EQ(world.body(poll_wire), "6");
  EXPECT_EQ(gone, 1);
}

TEST_F(Session, a_websocket_too_many_is_closed_and_the_session_goes_on) {
  const std::string sid = polling_session();
  const WireId first = world.connect_websocket(with_sid(sid, "websocket"));
  world.give(first, World::frame("2probe"));
  world.give(first, World::frame("5"));
  EXPECT_EQ(world.messages(first), Messages{"3probe"});
  const WireId second = world.connect_websocket(with_sid(sid, "websocket"));
  EXPECT_EQ(world.messages(second), Messages{"close 1008"});
  world.give(first, World::frame("42[\"echo\",1]"));
  EXPECT_EQ(world.messages(first), Messages{"42[\"echoed\",1]"});
}

TEST_F(Session, a_client_that_is_late_is_gone_even_before_the_timer_fires) {
  const std::string sid = polling_session();
  world.advance_ms(limits::kPingIntervalMs + TimerWheel::kTickMs);
  world.clock.advance_ms(limits::kPingTimeoutMs - TimerWheel::kTickMs + 1);
  world.give(poll_wire, World::get(with_sid(sid)));
  EXPECT_EQ(world.body(poll_wire), R"({"code":1,"message":"Session ID unknown"})");
  EXPECT_EQ(gone, 1);
}

TEST_F(Session, acknowledgements_carry_attachments_both_ways) {
  world.server.of("/").on("give back", [](Socket&, Arguments& said, const Ack& ack) {
    ack(said.values, said.attachments);
  });
  const WireId wire = websocket_session();
  const boost::json::value mark{{"_placeholder", true}, {"num", 0}};
  world.give(wire, World::frame("451-9[\"give back\",{\"_placeholder\":true,\"num\":0}]"));
  std::string bytes;
  protocol::append_masked_frame(bytes, protocol::Opcode::kBinary, "\1\2", 1);
  world.give(wire, bytes);
  EXPECT_EQ(world.messages(wire), (Messages{"461-9[{\"_placeholder\":true,\"num\":0}]", "\1\2"}));

  std::string answer;
  static_cast<Socket&>(*sockets.at(0).find())
      .emit_with_ack("ask", {mark}, 1'000,
                     [&](Socket&, Arguments* got) {
                       answer = got == nullptr ? "none" : got->attachments.at(0);
                     },
                     {"q"});
  world.turn();
  EXPECT_EQ(world.messages(wire),
            (Messages{"451-0[\"ask\",{\"_placeholder\":true,\"num\":0}]", "q"}));
  world.give(wire, World::frame("461-0[{\"_placeholder\":true,\"num\":0}]"));
  world.give(wire, bytes);
  EXPECT_EQ(answer, "\1\2");
}

TEST_F(Session, a_volatile_event_is_dropped_between_two_polls) {
  const std::string sid = polling_session();
  auto& socket = static_cast<Socket&>(*sockets.at(0).find());
  socket.emit_volatile("tick", {1});
  world.turn();
  world.give(poll_wire, World::get(with_sid(sid)));
  EXPECT_EQ(world.take(poll_wire), "");
  socket.emit_volatile("tick", {2});
  world.turn();
  EXPECT_EQ(world.body(poll_wire), "42[\"tick\",2]");
}

TEST_F(Session, a_broadcast_leaves_out_who_sent_it_and_who_is_excepted) {
  std::vector<WireId> wires;
  for (int i = 0; i < 3; ++i) wires.push_back(websocket_session());
  const auto at = [&](std::size_t i) -> Socket& {
    return static_cast<Socket&>(*sockets.at(i).find());
  };
  at(1).join("quiet");
  at(2).join("second");
  at(0).to("lobby").emit("said", {1});
  at(0).broadcast().except("quiet").emit("said", {2});
  world.server.of("/").to("second").to("lobby").emit("said", {3});
  world.turn();
  EXPECT_EQ(world.messages(wires[0]), Messages{"42[\"said\",3]"});
  EXPECT_EQ(world.messages(wires[1]), (Messages{"42[\"said\",1]", "42[\"said\",3]"}));
  EXPECT_EQ(world.messages(wires[2]),
            (Messages{"42[\"said\",1]", "42[\"said\",2]", "42[\"said\",3]"}));
}

TEST_F(Session, a_broadcast_with_attachments_reaches_both_transports) {
  const WireId wire = websocket_session();
  const std::string sid = polling_session();
  world.server.of("/").emit("b", {{{"_placeholder", true}, {"num", 0}}}, {"\1\2"});
  world.turn();
  EXPECT_EQ(world.messages(wire),
            (Messages{"451-[\"b\",{\"_placeholder\":true,\"num\":0}]", "\1\2"}));
  world.give(poll_wire, World::get(with_sid(sid)));
  EXPECT_EQ(world.body(poll_wire),
            "451-[\"b\",{\"_placeholder\":true,\"num\":0}]\x1e"
            "bAQI=");
}

TEST_F(Session, sockets_are_listed_moved_and_ended_together) {
  const WireId wire = websocket_session();
  websocket_session();
  Namespace& root = world.server.of("/");
  root.to("lobby").sockets_join("hall");
  root.to("lobby").sockets_leave("lobby");
  std::vector<SocketInfo> found;
  root.to("hall").fetch(world.shard, [&](std::vector<SocketInfo> all) { found = std::move(all); });
  world.turn();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].rooms, std::vector<std::string>{"hall"});
  EXPECT_EQ(found[0].address, "127.0.0.1");
  root.to("hall").disconnect_sockets(true);
  world.turn();
  EXPECT_EQ(gone, 2);
  EXPECT_EQ(world.messages(wire), (Messages{"41", "close 1000"}));
}

TEST_F(Session, a_broadcast_asks_all_for_an_answer_and_takes_those_that_come_in_time) {
  std::vector<WireId> wires;
  for (int i = 0; i < 3; ++i) wires.push_back(websocket_session());
  std::vector<AckAnswers> done;
  const auto take = [&](AckAnswers answers) { done.push_back(std::move(answers)); };
  const Namespace& root = world.server.of("/");
  EXPECT_TRUE(root.to("lobby").emit_with_ack(world.shard, "ready?", {1}, 500, take));
  world.turn();
  for (const WireId wire : wires) {
    EXPECT_EQ(world.messages(wire), Messages{"420[\"ready?\",1]"});
  }
  world.give(wires[0], World::frame("430[\"yes\"]"));
  world.give(wires[2], World::frame("430[]"));
  EXPECT_TRUE(done.empty());
  world.advance_ms(500 + TimerWheel::kTickMs);
  world.turn();
  ASSERT_EQ(done.size(), 1U);
  ASSERT_EQ(done[0].answers.size(), 2U);
  EXPECT_EQ(done[0].answers[0].values, boost::json::array{"yes"});
  EXPECT_EQ(done[0].answers[0].socket, static_cast<Socket&>(*sockets[0].find()).id());
  EXPECT_EQ(done[0].missing, 1U);

  world.give(wires[1], World::frame("430[\"late\"]"));
  EXPECT_EQ(done.size(), 1U) << "an answer that comes too late is dropped";
  EXPECT_TRUE(root.to("lobby").emit_with_ack(world.shard, "again?", {}, 500, take));
  world.turn();
  for (const WireId wire : wires) world.give(wire, World::frame("431[]"));
  ASSERT_EQ(done.size(), 2U) << "nobody is waited for once all have answered";
  EXPECT_EQ(done[1].missing, 0U);
}

TEST_F(Session, a_broadcast_that_nobody_hears_is_answered_by_nobody) {
  int done = 0;
  world.server.of("/").to("empty").emit_with_ack(world.shard, "ready?", {}, 500,
                                                 [&](const AckAnswers& answers) {
                                                   ++done;
                                                   EXPECT_TRUE(answers.answers.empty());
                                                 });
  world.turn();
  EXPECT_EQ(done, 1);
}

TEST_F(Session, who_leaves_while_it_owes_an_answer_counts_as_missing) {
  const WireId wire = websocket_session();
  AckAnswers got;
  world.server.of("/").all().emit_with_ack(world.shard, "ready?", {}, 500,
                                           [&](AckAnswers answers) { got = std::move(answers); });
  world.turn();
  world.give(wire, World::frame("41"));
  EXPECT_EQ(got.missing, 1U);
}

TEST_F(Session, an_answer_is_waited_for_no_longer_than_was_said) {
  const WireId wire = websocket_session();
  auto& socket = static_cast<Socket&>(*sockets.at(0).find());
  int unanswered = 0;
  const auto take = [&](Socket&, Arguments* answer) { unanswered += answer == nullptr ? 1 : 0; };
  socket.emit_with_ack("ask", {}, 100, take);
  world.advance_ms(99);
  EXPECT_EQ(unanswered, 0);
  world.advance_ms(1 + TimerWheel::kTickMs);
  EXPECT_EQ(unanswered, 1);
  world.give(wire, World::frame("430[]"));
  EXPECT_EQ(unanswered, 1);

  for (std::size_t i = 0; i < limits::kPendingAcksMax; ++i)
    socket.emit_with_ack("ask", {}, 1, take);
  EXPECT_EQ(unanswered, 1);
  socket.emit_with_ack("one too many", {}, 1, take);
  EXPECT_EQ(unanswered, 2);
  // The others end with the socket, while what they count in is still there.
  world.give(wire, World::frame("41"));
  EXPECT_EQ(unanswered, 2 + static_cast<int>(limits::kPendingAcksMax));
}

TEST_F(Session, the_server_itself_may_not_raise_reserved_events_or_too_many_attachments) {
  const WireId wire = websocket_session();
  auto& socket = static_cast<Socket&>(*sockets.at(0).find());
  const std::vector<std::string> many(limits::kAttachmentsMax + 1, "x");
  const Broadcast all = world.server.of("/").all();
  int asked = 0;
  for (const char* name : {"connect", "connect_error", "disconnect", "disconnecting", "newListener",
                           "removeListener"}) {
    EXPECT_FALSE(socket.emit(name));
    EXPECT_FALSE(socket.emit_volatile(name));
    EXPECT_FALSE(socket.emit_with_ack(name, {}, 1, [&](Socket&, Arguments* answer) {
      EXPECT_EQ(answer, nullptr);
      ++asked;
    }));
    EXPECT_FALSE(all.emit(name));
    EXPECT_FALSE(world.server.of("/").emit(name));
    EXPECT_FALSE(all.emit_with_ack(world.shard, name, {}, 1, [](const AckAnswers&) { FAIL(); }));
  }
  EXPECT_EQ(asked, 6);
  EXPECT_FALSE(socket.emit("bytes", {}, many));
  EXPECT_FALSE(all.emit("bytes", {}, many));
  EXPECT_FALSE(Ack(socket, 1)({}, many));
  world.turn();
  EXPECT_EQ(world.messages(wire), Messages{});
}

TEST_F(Session, the_id_of_a_socket_is_a_room_of_its_own) {
  std::vector<WireId> wires;
  for (int i = 0; i < 3; ++i) wires.push_back(websocket_session());
  const Namespace& root = world.server.of("/");
  const std::string first(static_cast<Socket&>(*sockets[0].find()).id());
  const std::string second(static_cast<Socket&>(*sockets[1].find()).id());
  root.to(first).emit("you", {1});
  root.to(first).to("lobby").except(second).emit("not second", {});
  world.turn();
  EXPECT_EQ(world.messages(wires[0]), (Messages{"42[\"you\",1]", "42[\"not second\"]"}));
  EXPECT_EQ(world.messages(wires[1]), Messages{});
  EXPECT_EQ(world.messages(wires[2]), Messages{"42[\"not second\"]"});
  world.give(wires[0], World::frame("41"));
  EXPECT_TRUE(root.to(first).emit("you", {2}));
  world.turn();
  EXPECT_EQ(world.messages(wires[0]), Messages{});
}

TEST_F(Session, a_volatile_broadcast_misses_who_cannot_take_it_now) {
  const WireId quick = websocket_session();
  const WireId slow = websocket_session();
  world.wires[slow].window = world.wires[slow].sent.size() + 1;
  world.server.of("/").emit("full", {});
  world.turn();
  world.server.of("/").all().volatile_only().emit("tick", {1});
  world.turn();
  world.wires[slow].window = SIZE_MAX;
  world.wires[slow].events->on_writable();
  world.server.of("/").all().volatile_only().emit("tick", {2});
  world.turn();
  EXPECT_EQ(world.messages(quick), (Messages{"42[\"full\"]", "42[\"tick\",1]", "42[\"tick\",2]"}));
  EXPECT_EQ(world.messages(slow), (Messages{"42[\"full\"]", "42[\"tick\",2]"}));
}

TEST_F(Session, nobody_leaves_the_room_of_everybody) {
  const WireId wire = websocket_session();
  sockets.at(0).find()->leave("");
  world.server.of("/").all().sockets_leave("");
  world.server.of("/").emit("still", {});
  world.turn();
  EXPECT_EQ(world.messages(wire), Messages{"42[\"still\"]"});
}

TEST(SessionCookies, are_set_on_the_handshake_as_the_options_say) {
  ServerOptions options;
  options.session_cookie = {
      .name = "io", .path = "/live", .same_site = "None", .secure = true, .max_age_s = 60};
  World world(options);
  const WireId wire = world.connect();
  world.give(wire, World::get("/socket.io/?EIO=4&transport=polling"));
  const std::string answer = world.take(wire);
  const std::string sid = answer.substr(answer.find("\"sid\":\"") + 7, kSidLength);
  const std::string field =
      "Set-Cookie: io=" + sid + "; Path=/live; Max-Age=60; HttpOnly; Secure; SameSite=None\r\n";
  EXPECT_NE(answer.find(field), std::string::npos) << answer;
  world.give(wire, World::get("/socket.io/?EIO=4&transport=polling&sid=" + sid));
  world.advance_ms(limits::kPingIntervalMs + TimerWheel::kTickMs);
  EXPECT_EQ(world.take(wire).find("Set-Cookie"), std::string::npos);
}

TEST(RawSession, goes_to_the_application_instead_of_socket_io) {
  World world;
  int closed = 0;
  EngineHandlers handlers;
  handlers.on_open = [](EngineSocket& socket) { socket.send_text("hi"); };
  handlers.on_text = [](EngineSocket& socket, std::string_view text) {
    if (text == "bye") {
      socket.close();
    } else {
      socket.send_binary(text);
    }
  };
  handlers.on_close = [&](EngineSocket&) { ++closed; };
  world.server.engine(std::move(handlers));
  const WireId wire = world.connect_websocket("/socket.io/?EIO=4&transport=websocket");
  EXPECT_EQ(world.messages(wire).at(1), "4hi");
  world.give(wire, World::frame("4bytes"));
  EXPECT_EQ(world.messages(wire), Messages{"bytes"});
  world.give(wire, World::frame("4bye"));
  EXPECT_EQ(world.messages(wire), Messages{"close 1000"});
  EXPECT_EQ(closed, 1);
}

TEST(RawSession, a_handshake_waits_until_it_is_decided_on) {
  World world;
  std::function<void(bool)> decide;
  world.server.admit([&](const protocol::HttpRequest&, Shard&, std::function<void(bool)> then) {
    decide = std::move(then);
  });
  const WireId websocket = world.connect_websocket("/socket.io/?EIO=4&transport=websocket&early");
  EXPECT_EQ(world.take(websocket), "");
  world.give(websocket, World::frame("40"));
  world.server.of("/");
  decide(true);
  world.turn();
  EXPECT_NE(world.take(websocket).find("40{\"sid\""), std::string::npos)
      << "what came while it waited is read";
  const WireId polling = world.connect();
  world.give(polling, World::get("/socket.io/?EIO=4&transport=polling"));
  decide(false);
  decide(true);
  world.turn();
  EXPECT_NE(world.take(polling).find("HTTP/1.1 403"), std::string::npos);
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
