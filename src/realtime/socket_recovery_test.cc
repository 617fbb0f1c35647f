#include "realtime/socket_recovery.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "realtime/memory_recovery_store.h"
#include "realtime/testing.h"

namespace tillcast::realtime {
namespace {

using testing::World;
using Messages = std::vector<std::string>;

/// The memory's store, whose answers to find() wait while the test says so.
class SlowStore final : public RecoveryStore {
 public:
  explicit SlowStore(RecoveryStore& store) : store_(store) {}
  [[nodiscard]] const std::string& epoch() const override { return store_.epoch(); }
  void save(SavedSession session, Saved done) override {
    if (!full) return store_.save(std::move(session), std::move(done));
    if (done) done(false);
  }
  void find(std::string pid, Found done) override {
    auto find = [this, pid = std::move(pid), done = std::move(done)] { store_.find(pid, done); };
    if (!slow) return find();
    waiting.push_back(std::move(find));
  }
  void claim(SavedSession session, Saved done) override {
    if (elsewhere) return done(false);
    auto claim = [this, session = std::move(session), done = std::move(done)] {
      store_.save(session, done);
    };
    if (!slow_claims) return claim();
    waiting.push_back(std::move(claim));
  }
  void release(std::string pid) override { store_.release(std::move(pid)); }
  void forget(std::string pid) override { store_.forget(std::move(pid)); }
  void missed(const SavedSession& session, std::optional<EventPlace> last,
              MissedDone done) override {
    store_.missed(session, last, std::move(done));
  }
  [[nodiscard]] bool records() const override { return true; }
  void record(const Emission& emission, const std::shared_ptr<Publication>& event) override {
    store_.record(emission, event);
  }

  bool slow = false;
  bool full = false;
  bool slow_claims = false;
  /// Sockets of another server hold all sessions.
  bool elsewhere = false;
  std::vector<std::function<void()>> waiting;

 private:
  RecoveryStore& store_;
};

/// A server that recovers sessions; sockets say `join` with a room, and `who` sets the principal.
class SocketRecoveryTest : public ::testing::Test {
 protected:
  SocketRecoveryTest() {
    world.server.recover_with(store);
    nsp.on_recovery({[this](Socket&) { return principal; }, {}});
    nsp.on("join", [](Socket& socket, Arguments& said, const Ack&) {
      socket.join(std::string(said.values.at(0).as_string()));
    });
    nsp.on("volatile", [](Socket& socket, Arguments& said, const Ack&) {
      socket.emit_volatile("tick", said.values);
    });
    nsp.on("ask", [](Socket& socket, Arguments&, const Ack&) {
      socket.emit_with_ack("asked", {"a"}, 1000, [](Socket&, Arguments*) {});
    });
    nsp.on("own", [](Socket& socket, Arguments&, const Ack&) { socket.emit("own", {"a"}); });
    nsp.on_connection([this](Socket& socket) { recovered = socket.recovered(); });
  }
  /// Connections that end tell the store, so they end before it does.
  ~SocketRecoveryTest() override {
    world.shard.abort_all();
    world.turn();
  }

  /// What is heard by a client that sends this CONNECT.
  Messages open(const std::string& connect) {
    wire = world.connect_websocket("/socket.io/?EIO=4&transport=websocket");
    world.messages(wire);
    world.give(wire, World::frame("4" + connect));
    return world.messages(wire);
  }
  /// The private id that a new session was given.
  std::string start() {
    const Messages heard = open("0");
    pid = member(heard.at(0), "pid");
    sid = member(heard.at(0), "sid");
    return pid;
  }
  static std::string member(const std::string& packet, const std::string& name) {
    const auto at = packet.find("\"" + name + "\":\"");
    return at == std::string::npos ? "" : packet.substr(at + name.size() + 4, kSidLength);
  }
  void say(const std::string& event) { world.give(wire, World::frame("42" + event)); }
  void cut(WireId which) {
    world.wires[which].closed = true;
    world.wires[which].events->on_closed();
    world.turn();
  }
  void cut() { cut(wire); }
  std::string present(const std::string& offset = {}) {
    const std::string more = offset.empty() ? "" : ",\"offset\":\"" + offset + "\"";
    return "0{\"pid\":\"" + pid + "\"" + more + "}";
  }
  std::string offset(int lsn) { return store.epoch() + ":" + std::to_string(lsn) + ":0"; }
  std::string event(const std::string& text, int lsn) {
    return "42[\"said\",\"" + text + "\",\"" + offset(lsn) + "\"]";
  }
  void publish(const std::string& room, const std::string& text) {
    nsp.to(room).emit("said", {text});
    world.turn();
  }
  std::string connected() { return "40{\"sid\":\"" + sid + "\",\"pid\":\"" + pid + "\"}"; }

  World world;
  MemoryRecoveryStore memory{world.clock, world.random};
  SlowStore store{memory};
  Namespace& nsp = world.server.of("/");
  std::string principal;
  bool recovered = false;
  WireId wire;
  std::string pid;
  std::string sid;
};

TEST_F(SocketRecoveryTest, ends_each_event_with_its_offset) {
  start();
  EXPECT_EQ(pid.size(), kSidLength);
  EXPECT_NE(pid, sid);
  say(R"(["join","r"])");
  publish("r", "one");
  publish("", "two");
  EXPECT_EQ(world.messages(wire), (Messages{event("one", 1), event("two", 2)}));
}

TEST_F(SocketRecoveryTest, ends_no_other_event_with_a_text) {
  start();
  for (const auto& [said, heard] : std::vector<std::pair<std::string, std::string>>{
           {R"(["volatile"])", R"(42["tick",null])"},
           {R"(["volatile","a"])", R"(42["tick","a",null])"},
           {R"(["volatile","a",1])", R"(42["tick","a",1])"}}) {
    say(said);
    EXPECT_EQ(world.messages(wire), Messages{heard});
  }
  say(R"(["ask"])");
  EXPECT_EQ(world.messages(wire), (Messages{R"(420["asked","a"])"}));
}

TEST_F(SocketRecoveryTest, brings_what_was_missed_and_then_the_same_id) {
  start();
  say(R"(["join","r"])");
  publish("r", "one");
  cut();
  publish("r", "two");
  publish("elsewhere", "not theirs");
  publish("", "four");
  EXPECT_EQ(open(present(offset(1))), (Messages{event("two", 2), event("four", 4), connected()}));
  EXPECT_TRUE(recovered);
  publish("r", "five");
  EXPECT_EQ(world.messages(wire), Messages{event("five", 5)});
}

TEST_F(SocketRecoveryTest, needs_no_event_before_and_no_new_one_after_quiet_time) {
  start();
  say(R"(["join","r"])");
  cut();
  publish("r", "one");
  EXPECT_EQ(open(present()), (Messages{event("one", 1), connected()}));
  cut();
  world.advance_ms(limits::kMemoryRecoveryKeepMs - 1);
  EXPECT_EQ(open(present(offset(1))), Messages{connected()});
  EXPECT_TRUE(recovered);
}

TEST_F(SocketRecoveryTest, recovers_what_was_emitted_to_the_socket_alone) {
  start();
  say(R"(["own"])");
  const Messages heard = world.messages(wire);
  ASSERT_EQ(heard.size(), 1U);
  cut();
  EXPECT_EQ(open(present()), (Messages{heard[0], connected()}));
}

TEST_F(SocketRecoveryTest, tells_nothing_of_a_room_from_before_its_join) {
  start();
  publish("r", "before");
  say(R"(["join","r"])");
  cut();
  EXPECT_EQ(open(present()), Messages{connected()});
}

TEST_F(SocketRecoveryTest, ends_the_older_socket_of_a_session_first) {
  start();
  const WireId old = wire;
  EXPECT_EQ(open(present()), Messages{connected()});
  EXPECT_EQ(world.messages(old), Messages{"41"});
  EXPECT_EQ(world.server.recovery()->holders.size(), 1U);
  // The end of the older one's connection is none of the session's.
  cut(old);
  publish("", "one");
  EXPECT_EQ(world.messages(wire), Messages{event("one", 1)});
  cut();
  EXPECT_EQ(open(present(offset(1))), Messages{connected()});
}

TEST_F(SocketRecoveryTest, gives_a_session_to_one_of_two_who_ask_at_once) {
  start();
  cut();
  store.slow = true;
  EXPECT_EQ(open(present()), Messages{});
  const WireId first = wire;
  const Messages second = open(present());
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(member(second[0], "pid"), pid);
  EXPECT_NE(member(second[0], "sid"), sid);
  store.waiting.at(0)();
  world.turn();
  EXPECT_EQ(world.messages(first), Messages{connected()});
}

TEST_F(SocketRecoveryTest, lets_go_of_a_claim_whose_client_went_away) {
  start();
  cut();
  store.slow = true;
  open(present());
  cut();
  store.waiting.at(0)();
  store.slow = false;
  EXPECT_EQ(open(present()), Messages{connected()});
}

TEST_F(SocketRecoveryTest, releases_a_session_whose_client_goes_away_while_it_is_claimed) {
  start();
  cut();
  store.slow_claims = true;
  EXPECT_EQ(open(present()), Messages{});
  cut();
  store.waiting.at(0)();
  store.slow_claims = false;
  EXPECT_EQ(open(present()), Messages{connected()});
  EXPECT_TRUE(recovered);
}

TEST_F(SocketRecoveryTest, starts_anew_while_another_server_holds_the_session) {
  start();
  cut();
  store.elsewhere = true;
  EXPECT_NE(member(open(present()).at(0), "pid"), pid);
  store.elsewhere = false;
  EXPECT_EQ(open(present()), Messages{connected()});
}

TEST_F(SocketRecoveryTest, gives_no_session_to_another_principal_and_leaves_its_holder_alone) {
  principal = "ann";
  start();
  const WireId ann = wire;
  principal = "bob";
  EXPECT_NE(member(open(present()).at(0), "pid"), pid);
  EXPECT_FALSE(recovered);
  principal = "ann";
  publish("", "one");
  EXPECT_EQ(world.messages(ann), Messages{event("one", 1)});
  cut(ann);
  EXPECT_EQ(open(present(offset(1))), Messages{connected()});
}

TEST_F(SocketRecoveryTest, starts_anew_for_what_it_does_not_understand) {
  start();
  const std::string other = "0{\"pid\":\"" + std::string(20, 'x') + "\"}";
  for (const std::string& connect :
       {other, std::string("0{\"pid\":7}"), std::string("0{\"pid\":\"short\"}"), present("garbage"),
        present("other:1:0"), present(offset(99)), present(offset(1) + "x"),
        "0{\"pid\":\"" + pid + "\",\"offset\":[]}"}) {
    const Messages heard = open(connect);
    ASSERT_EQ(heard.size(), 1U) << connect;
    EXPECT_EQ(member(heard[0], "pid").size(), kSidLength) << connect;
    EXPECT_NE(member(heard[0], "pid"), pid) << connect;
  }
}

TEST_F(SocketRecoveryTest, ends_a_session_that_one_of_the_two_left) {
  start();
  world.give(wire, World::frame("41"));
  EXPECT_NE(member(open(present()).at(0), "pid"), pid);
  start();
  nsp.all().disconnect_sockets();
  EXPECT_NE(member(open(present()).at(0), "pid"), pid);
}

TEST_F(SocketRecoveryTest, gives_no_private_id_that_it_could_not_keep) {
  store.full = true;
  const Messages heard = open("0");
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(member(heard[0], "pid"), "");
  EXPECT_EQ(member(heard[0], "sid").size(), kSidLength);
}

TEST_F(SocketRecoveryTest, keeps_a_session_within_its_namespace) {
  world.server.of("/other");
  start();
  cut();
  const Messages heard = open("0/other,{\"pid\":\"" + pid + "\"}");
  EXPECT_NE(member(heard.at(0), "pid"), pid);
}

TEST(Offset, is_text_of_three_parts) {
  EXPECT_EQ((Offset{"abc", {12, 3}}).to_string(), "abc:12:3");
  EXPECT_EQ(Offset::parse("abc:12:3"), (Offset{"abc", {12, 3}}));
  for (const char* text : {"", "abc", "abc:12", "abc:12:", "abc::3", ":12:3", "abc:x:3",
                           "abc:12:3x", "abc:-1:3", "abc:12:4294967296",
                           "abc:99999999999999999999:0", "abcdefghijabcdefghijabcdefghijabc:1:1"}) {
    EXPECT_EQ(Offset::parse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tillcast::realtime
