#include <gtest/gtest.h>

#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using testing::World;

SharedPublication text(std::string words) {
  auto publication = std::make_shared<Publication>();
  publication->text = words;
  publication->event_json = "[\"said\",\"" + words + "\"]";
  return publication;
}

/// A server whose plain WebSockets at /ws join what they name, and leave with a "-" before it.
class Rooms : public ::testing::Test {
 protected:
  Rooms() : Rooms(ServerOptions{}) {}
  explicit Rooms(ServerOptions options) : world(std::move(options)) {
    WebSocketHandlers handlers;
    handlers.on_text = [](WebSocketPeer& peer, std::string_view room) {
      if (room.front() == '-') {
        peer.leave(room.substr(1));
      } else {
        peer.join(room);
      }
      peer.send_text("ok " + std::string(room));
    };
    world.server.websocket("/ws", world.server.of("/"), std::move(handlers));
  }

  WireId member(std::string_view room) {
    const WireId wire = world.connect_websocket("/ws");
    world.give(wire, World::frame(room));
    world.take(wire);
    return wire;
  }
  Space& space() { return world.shard.space(world.server.of("/")); }

  World world;
};

using Messages = std::vector<std::string>;

TEST_F(Rooms, sends_all_that_a_room_got_in_a_turn_at_once) {
  const WireId a = member("r");
  const WireId b = member("r");
  const WireId other = member("elsewhere");
  const std::size_t before = world.wires[a].sends;
  for (const char* words : {"one", "two", "three"}) space().publish("r", text(words));
  world.turn();
  EXPECT_EQ(world.wires[a].sends - before, 1U);
  EXPECT_EQ(world.messages(a), (Messages{"one", "two", "three"}));
  EXPECT_EQ(world.messages(b), (Messages{"one", "two", "three"}));
  EXPECT_EQ(world.messages(other), Messages{});
}

TEST_F(Rooms, keeps_the_order_of_several_rooms_for_who_is_in_more_than_one) {
  const WireId both = member("r");
  world.give(both, World::frame("s"));
  const WireId third = member("s");
  world.give(third, World::frame("t"));
  const WireId only_r = member("r");
  const WireId only_s = member("s");
  for (const WireId wire : {both, third, only_r, only_s}) world.take(wire);
  const std::size_t before = world.wires[both].sends;
  for (const char* room : {"r", "s", "t", "s", "r"}) space().publish(room, text(room));
  world.turn();
  EXPECT_EQ(world.wires[both].sends - before, 1U);
  EXPECT_EQ(world.messages(both), (Messages{"r", "s", "s", "r"}));
  EXPECT_EQ(world.messages(third), (Messages{"s", "t", "s"}));
  EXPECT_EQ(world.messages(only_r), (Messages{"r", "r"}));
  EXPECT_EQ(world.messages(only_s), (Messages{"s", "s"}));
}

TEST_F(Rooms, keeps_the_order_of_room_messages_and_direct_answers_of_one_turn) {
  const WireId a = member("r");
  space().publish("r", text("before"));
  world.give(a, World::frame("r"));
  space().publish("r", text("after"));
  world.turn();
  EXPECT_EQ(world.messages(a), (Messages{"before", "ok r", "after"}));
}

TEST_F(Rooms, who_joins_in_a_turn_gets_only_what_comes_after) {
  member("r");
  const WireId late = world.connect_websocket("/ws");
  space().publish("r", text("old"));
  world.wires[late].events->on_bytes([] {
    static std::string bytes;
    bytes = World::frame("r");
    return std::as_writable_bytes(std::span(bytes.data(), bytes.size()));
  }());
  space().publish("r", text("new"));
  world.turn();
  EXPECT_EQ(world.messages(late), (Messages{"ok r", "new"}));
}

TEST_F(Rooms, who_leaves_in_a_turn_still_gets_what_came_before) {
  const WireId a = member("r");
  const WireId b = member("r");
  space().publish("r", text("last"));
  world.give(a, World::frame("-r"));
  space().publish("r", text("missed"));
  world.turn();
  EXPECT_EQ(world.messages(a), (Messages{"last", "ok -r"}));
  EXPECT_EQ(world.messages(b), (Messages{"last", "missed"}));
}

TEST_F(Rooms, a_room_vanishes_with_its_last_member) {
  const WireId a = member("r");
  space().publish("r", text("owed"));
  world.give(a, World::frame("-r"));
  EXPECT_EQ(space().find("r"), nullptr);
  EXPECT_EQ(world.messages(a), (Messages{"owed", "ok -r"}));
}

TEST_F(Rooms, leaves_out_whom_the_sender_excepts) {
  const WireId a = member("r");
  const WireId b = member("r");
  const Peer* const first = space().find("r")->members().front();
  space().publish("r", text("all"));
  space().publish("r", text("not you"), first);
  world.turn();
  EXPECT_EQ(world.messages(a), (Messages{"all"}));
  EXPECT_EQ(world.messages(b), (Messages{"all", "not you"}));
}

class SmallOutbox : public Rooms {
 protected:
  static ServerOptions options() {
    ServerOptions options;
    options.outbox_bytes_max = 1'000;
    return options;
  }
  SmallOutbox() : Rooms(options()) {}
};

TEST_F(SmallOutbox, ends_who_does_not_read_and_nobody_else) {
  const WireId slow = member("r");
  const WireId quick = member("r");
  world.wires[slow].window = 10;
  Messages all;
  for (int i = 0; i < 20; ++i) {
    space().publish("r", text(std::string(100, static_cast<char>('a' + i))));
    world.turn();
    for (auto& message : world.messages(quick)) all.push_back(std::move(message));
  }
  EXPECT_EQ(all.size(), 20U);
  EXPECT_EQ(space().find("r")->size(), 1U);
  EXPECT_FALSE(world.wires[slow].closed) << "it has a second to take the reason";
  world.advance_ms(limits::kCloseTimeoutMs + TimerWheel::kTickMs);
  EXPECT_TRUE(world.wires[slow].closed);
  EXPECT_EQ(world.wires[slow].mode, CloseMode::kReset);
}

TEST_F(SmallOutbox, who_is_too_slow_is_told_so_if_it_reads_after_all) {
  for (std::size_t window = 0; window < 220; window += 7) {
    const WireId slow = member("r");
    world.wires[slow].window = window;
    for (int i = 0; i < 15; ++i) {
      space().publish("r", text(std::string(100, 'x')));
      world.turn();
    }
    world.wires[slow].window = SIZE_MAX;
    world.wires[slow].events->on_writable();
    world.turn();
    const Messages got = world.messages(slow);
    // The frame that was on its way ends first.
    EXPECT_EQ(got.size(), 1 + (window + 101) / 102) << window;
    EXPECT_EQ(got.back(), "close 4408") << window;
    EXPECT_TRUE(world.wires[slow].closed);
    EXPECT_EQ(world.wires[slow].mode, CloseMode::kGraceful);
    EXPECT_EQ(space().find("r"), nullptr);
  }
}

TEST_F(SmallOutbox, a_socket_io_client_that_does_not_read_is_reset) {
  const WireId slow = world.connect_websocket("/socket.io/?EIO=4&transport=websocket");
  world.give(slow, World::frame("40"));
  world.take(slow);
  world.wires[slow].window = 0;
  for (int i = 0; i < 15; ++i) {
    space().publish("", text(std::string(100, 'x')));
    world.turn();
  }
  EXPECT_TRUE(world.wires[slow].closed);
  EXPECT_EQ(world.wires[slow].mode, CloseMode::kReset);
}

TEST_F(SmallOutbox, a_polling_client_that_does_not_poll_is_unknown_afterwards) {
  const WireId wire = world.connect();
  world.give(wire, World::get("/socket.io/?EIO=4&transport=polling"));
  const std::string open = world.body(wire);
  const std::string target = "/socket.io/?EIO=4&transport=polling&sid=" +
                             open.substr(open.find("\"sid\":\"") + 7, kSidLength);
  world.give(wire, World::post(target, "40"));
  world.take(wire);
  for (int i = 0; i < 15; ++i) {
    space().publish("", text(std::string(100, 'x')));
    world.turn();
  }
  world.give(wire, World::get(target));
  EXPECT_EQ(world.body(wire), R"({"code":1,"message":"Session ID unknown"})");
}

TEST_F(SmallOutbox, who_reads_again_in_time_gets_everything_in_order) {
  const WireId slow = member("r");
  world.wires[slow].window = 7;
  for (const char* words : {"one", "two", "three"}) {
    space().publish("r", text(words));
    world.turn();
  }
  world.wires[slow].window = SIZE_MAX;
  world.wires[slow].events->on_writable();
  world.turn();
  EXPECT_EQ(world.messages(slow), (Messages{"one", "two", "three"}));
  EXPECT_FALSE(world.wires[slow].closed);
}

TEST_F(Rooms, a_peer_joins_at_most_the_named_number_of_rooms) {
  const WireId wire = member("r0");
  Peer& peer = *space().find("r0")->members().front();
  for (std::size_t i = 1; i < limits::kRoomsPerSocketMax; ++i) {
    EXPECT_TRUE(peer.join("r" + std::to_string(i)));
  }
  EXPECT_FALSE(peer.join("one more"));
  EXPECT_TRUE(peer.join("r0")) << "joining again is harmless";
  (void)wire;
}

TEST_F(Rooms, tells_when_a_peer_has_taken_all) {
  const WireId wire = member("r");
  Peer& peer = *space().find("r")->members().front();
  int drained = 0;
  world.wires[wire].window = 0;
  peer.send(*text("waiting"));
  peer.when_drained([&](Peer&) { ++drained; });
  world.turn();
  EXPECT_EQ(drained, 0);
  world.wires[wire].window = SIZE_MAX;
  world.wires[wire].events->on_writable();
  world.turn();
  EXPECT_EQ(drained, 1);
}

TEST_F(Rooms, go_on_by_themselves_after_others_left) {
  const WireId first = member("r");
  const WireId second = member("r");
  const WireId third = member("r");
  world.wires[first].events->on_closed();
  world.turn();
  world.wires[second].window = 0;
  space().publish("r", text("one"));
  world.turn();
  space().publish("r", text("two"));
  world.turn();
  EXPECT_EQ(world.messages(third), (Messages{"one", "two"}));
  EXPECT_EQ(world.messages(second), Messages{});
  world.wires[second].window = SIZE_MAX;
  world.wires[second].events->on_writable();
  space().publish("r", text("three"));
  world.turn();
  EXPECT_EQ(world.messages(second), (Messages{"one", "two", "three"}));
  EXPECT_EQ(world.messages(third), (Messages{"three"}));
  EXPECT_EQ(world.messages(first), Messages{});
}

TEST_F(Rooms, a_peer_forgets_its_handshake_when_told_to) {
  const WireId wire = member("r");
  Peer& peer = *space().find("r")->members().front();
  EXPECT_NE(peer.handshake().header("host"), nullptr);
  peer.drop_handshake();
  EXPECT_EQ(peer.handshake().header("host"), nullptr);
  EXPECT_TRUE(peer.handshake().target.empty());
  (void)wire;
}

TEST_F(Rooms, a_reference_to_a_peer_that_left_finds_nothing) {
  const WireId wire = member("r");
  const PeerRef ref = space().find("r")->members().front()->ref();
  world.wires[wire].events->on_closed();
  world.turn();
  EXPECT_EQ(ref.find(), nullptr);
  const WireId next = member("r");
  EXPECT_EQ(ref.find(), nullptr) << "the slot is used again, the reference is not";
  (void)next;
}

}  // namespace
}  // namespace tillcast::realtime
