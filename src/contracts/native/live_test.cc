// The live contract as a client sees it, over Socket.IO and plain WebSockets, on a real shop.
#include "contracts/native/live.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "base/limits.h"
#include "commerce/accounts.h"
#include "commerce/fields.h"
#include "commerce/secrets.h"
#include "commerce/testing.h"
#include "feed/recovery_rows.h"
#include "realtime/testing.h"

namespace tillcast::contracts {
namespace {

using commerce::Context;
using commerce::testing::json_member;
using realtime::WireId;
using realtime::testing::World;
using Messages = std::vector<std::string>;

/// A shop and a loop that serves it; nothing happens but what the test does.
class NativeLiveTest : public commerce::testing::ShopTest {
 protected:
  NativeLiveTest() {
    store_.run(anonymous_, [&](const Context& context) -> Outcome<commerce::Done> {
      key_ = commerce::ensure_token_key(context.transaction, store_.random());
      return commerce::Done{};
    });
    feed_.emplace(store_.database());
    reader_ = store_.database().open_reader();
    authenticator_.emplace(post_read(), key_, world_.clock);
    store_.database().migrate(feed::kRecoveryMigrationComponent,
                              feed::recovery_migrations(store_.database().engine()));
    live_.emplace(world_.server, *feed_, post_read(), post_write(), *authenticator_, world_.clock);
  }

  feed::PostRead post_read() {
    return [this](storage::ReaderPool::Read read) { reads_.push_back(std::move(read)); };
  }

  feed::PostWrite post_write() {
    return [this](const std::function<void(storage::Transaction&)>& write,
                  const std::function<void(bool)>& done) {
      writes_.emplace_back([this, write, done] {
        const auto outcome =
            store_.run(anonymous_, [&](const Context& context) -> Outcome<commerce::Done> {
              write(context.transaction);
              return commerce::Done{};
            });
        done(outcome.has_value());
      });
    };
  }

  /// Brings to the feed what the last command committed.
  void publish() {
    auto batch = std::make_shared<storage::CommittedBatch>();
    for (const storage::Change& change : store_.changes()) {
      if (batch->transactions.empty() || batch->transactions.back().changes[0].txn != change.txn) {
        batch->transactions.emplace_back();
      }
      batch->transactions.back().changes.push_back(change);
    }
    if (batch->transactions.empty()) return;
    batch->first = store_.changes().front().lsn;
    batch->last = store_.changes().back().lsn;
    feed_->publish(batch);
  }
  void settle() {
    bool moved = true;
    while (moved) {
      moved = false;
      while (feed_->step()) moved = true;
      while (!reads_.empty()) {
        moved = true;
        const auto read = std::move(reads_.front());
        reads_.pop_front();
        reader_->snapshot([&](storage::Queries& queries) { read(&queries); });
      }
      while (!writes_.empty()) {
        moved = true;
        const auto write = std::move(writes_.front());
        writes_.pop_front();
        write();
      }
      world_.turn();
    }
  }
  void advance_ms(std::int64_t ms) {
    store_.now_ms += ms;
    world_.advance_ms(ms);
    settle();
  }

  std::string token(const auth::Principal& who) {
    const commerce::SessionMaker maker{store_.random(), key_};
    auto grant = store_.run(anonymous_, [&](const Context& context) {
      return commerce::start_session(context, maker, who.user_id);
    });
    cookie_ = grant.value().cookie_secret;
    return grant.value().access.token;
  }

  WireId connect(const std::string& headers = {}) {
    const WireId wire = world_.connect();
    std::string request = World::upgrade_request("/live");
    request.insert(request.size() - 2, headers);
    world_.give(wire, request);
    const std::string sent = world_.take(wire);
    EXPECT_EQ(sent.substr(0, 12), "HTTP/1.1 101");
    world_.wires[wire].sent = sent.substr(sent.find("\r\n\r\n") + 4);
    return wire;
  }
  WireId connect_as(const auth::Principal& who) {
    return connect("Authorization: Bearer " + token(who) + "\r\n");
  }
  void say(WireId wire, const std::string& text) { world_.give(wire, World::frame(text)); }
  Messages hear(WireId wire) {
    settle();
    return world_.messages(wire);
  }
  /// What is heard after `text` was said.
  Messages ask(WireId wire, const std::string& text) {
    say(wire, text);
    return hear(wire);
  }
  /// The code of the error that `text` is answered with; empty if it was done.
  std::string refusal(WireId wire, const std::string& text) {
    const Messages heard = ask(wire, text);
    if (heard.size() != 1) return std::to_string(heard.size()) + " messages";
    const std::string error = json_member(heard[0], "error");
    return error.empty() ? "" : json_member(error, "code");
  }
  static std::string join(const std::string& room) {
    return R"({"type":"join","ref":1,"room":")" + room + "\"}";
  }
  std::string position() {
    return store_.read([](storage::Queries& queries) { return storage::log_position(queries); })
        .to_string();
  }

  auth::TokenKey key_;
  std::string cookie_;
  std::deque<storage::ReaderPool::Read> reads_;
  std::deque<std::function<void()>> writes_;
  std::unique_ptr<storage::Reader> reader_;
  std::optional<feed::Feed> feed_;
  std::optional<feed::Authenticator> authenticator_;
  std::optional<NativeLive> live_;
  World world_{[] {
    realtime::ServerOptions options;
    options.ping_interval_ms = 24LL * 3600 * 1000;
    return options;
  }()};
};

TEST_F(NativeLiveTest, answers_a_join_under_its_ref_and_tells_what_follows) {
  const WireId wire = connect();
  EXPECT_EQ(ask(wire, R"({"type":"join","ref":"a1","room":"shop:)" + shop_ + "\"}"),
            (Messages{R"({"type":"answer","ref":"a1","room":"shop:)" + shop_ + R"(","position":")" +
                      position() + R"(","resumed":false})"}));
  const std::string product = bread(10);
  publish();
  const Messages heard = hear(wire);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(json_member(heard[0], "type"), "change");
  EXPECT_EQ(json_member(heard[0], "op"), "created");
  EXPECT_EQ(json_member(heard[0], "id"), product);
  EXPECT_EQ(heard[0].find("cost_minor"), std::string::npos);
}

TEST_F(NativeLiveTest, resumes_from_a_position) {
  const std::string product = bread(10);
  publish();
  settle();
  const std::string since = position();
  const std::string epoch = since.substr(0, since.find(':'));
  change_product(owner_, product, R"({"stock":9})").value();
  publish();
  const WireId wire = connect();
  const std::string request = R"({"type":"join","room":"market","since":")";
  const Messages heard = ask(wire, request + since + "\"}");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0],
            R"({"type":"answer","room":"market","position":")" + since + R"(","resumed":true})");
  EXPECT_EQ(json_member(json_member(heard[1], "patch"), "stock"), "9");

  const Messages reset = ask(wire, request + R"(elsewhere:1"})");
  ASSERT_EQ(reset.size(), 2U);
  EXPECT_EQ(json_member(reset[0], "resumed"), "false");
  EXPECT_EQ(reset[1], R"({"type":"reset","room":"market","reason":"other_epoch"})");
}

TEST_F(NativeLiveTest, tells_the_desk_and_the_buyer_of_an_order_and_nobody_else) {
  const std::string product = bread(10);
  publish();
  const WireId desk = connect_as(staff_);
  const WireId buyer = connect_as(buyer_);
  const WireId market = connect();
  ask(desk, join("desk:" + shop_));
  ask(buyer, join("user:" + buyer_.user_id));
  ask(market, join("market"));
  order(buyer_, {{product, 2}}).value();
  publish();

  std::vector<std::string> desk_kinds;
  bool desk_sees_profit = false;
  for (const std::string& text : hear(desk)) {
    desk_kinds.push_back(json_member(text, "kind"));
    desk_sees_profit = desk_sees_profit || text.find("profit_minor") != std::string::npos;
  }
  for (const char* const kind : {"order", "product", "stock_entry", "stats"}) {
    EXPECT_NE(std::find(desk_kinds.begin(), desk_kinds.end(), kind), desk_kinds.end()) << kind;
  }
  EXPECT_TRUE(desk_sees_profit);
  const Messages buyer_heard = hear(buyer);
  EXPECT_FALSE(buyer_heard.empty());
  const Messages market_heard = hear(market);
  ASSERT_EQ(market_heard.size(), 1U);
  EXPECT_EQ(json_member(json_member(market_heard[0], "patch"), "stock"), "8");
  for (const Messages& heard : {buyer_heard, market_heard}) {
    for (const std::string& text : heard) {
      EXPECT_EQ(text.find("profit"), std::string::npos) << text;
      EXPECT_EQ(text.find("cost_minor"), std::string::npos) << text;
    }
  }
}

TEST_F(NativeLiveTest, lets_nobody_into_rooms_that_are_not_theirs) {
  const std::vector<std::string> closed = {"desk:" + shop_, "desk:nowhere",
                                           "user:" + buyer_.user_id, "admin"};
  const WireId visitor = connect();
  for (const std::string& room : closed) {
    EXPECT_EQ(refusal(visitor, join(room)), "unauthenticated") << room;
  }
  const WireId stranger = connect_as(stranger_);
  for (const std::string& room : closed) {
    EXPECT_EQ(refusal(stranger, join(room)), "forbidden") << room;
  }
  const WireId admin = connect_as(admin_);
  EXPECT_EQ(refusal(admin, join("user:" + buyer_.user_id)), "forbidden");
  EXPECT_EQ(refusal(admin, join("admin")), "");
  EXPECT_EQ(refusal(admin, join("desk:" + shop_)), "");
}

TEST_F(NativeLiveTest, answers_bad_requests_with_a_code_and_stays) {
  const WireId wire = connect();
  EXPECT_EQ(refusal(wire, "{\"type\":"), "malformed_json");
  EXPECT_EQ(refusal(wire, "[1]"), "malformed_json");
  EXPECT_EQ(refusal(wire, std::string(100, '[')), "malformed_json");
  EXPECT_EQ(refusal(wire, "{}"), "unknown_type");
  EXPECT_EQ(refusal(wire, R"({"type":"shout"})"), "unknown_type");
  EXPECT_EQ(refusal(wire, R"({"type":"join"})"), "missing_room");
  EXPECT_EQ(refusal(wire, R"({"type":"join","room":7})"), "missing_room");
  EXPECT_EQ(refusal(wire, R"({"type":"join","room":"kitchen"})"), "unknown_room");
  EXPECT_EQ(refusal(wire, R"({"type":"join","room":"market","since":"soon"})"), "bad_position");
  EXPECT_EQ(refusal(wire, R"({"type":"leave"})"), "missing_room");
  EXPECT_EQ(refusal(wire, R"({"type":"auth"})"), "missing_token");
  EXPECT_EQ(refusal(wire, R"({"type":"auth","token":"nonsense"})"), "unauthenticated");
  EXPECT_EQ(ask(wire, R"({"type":"leave","ref":2,"room":"market"})"),
            (Messages{R"({"type":"answer","ref":2,"room":"market"})"}));
}

TEST_F(NativeLiveTest, bounds_the_rooms_of_a_connection) {
  const WireId wire = connect();
  for (std::size_t i = 1; i < limits::kRoomsPerSocketMax; ++i) {
    EXPECT_EQ(refusal(wire, join("shop:" + std::to_string(i))), "");
  }
  EXPECT_EQ(refusal(wire, join("market")), "too_many_rooms");
}

TEST_F(NativeLiveTest, takes_the_cookie_and_refuses_a_bad_token) {
  token(staff_);
  const WireId cookie = connect("Cookie: tillcast_session=" + cookie_ + "\r\n");
  EXPECT_EQ(refusal(cookie, join("desk:" + shop_)), "");
  const WireId bad = connect("Authorization: Bearer nonsense\r\n");
  EXPECT_EQ(hear(bad), (Messages{"close 4401"}));
}

TEST_F(NativeLiveTest, keeps_the_order_of_requests_while_a_token_is_verified) {
  const WireId wire = connect();
  say(wire, R"({"type":"auth","ref":1,"token":")" + token(staff_) + "\"}");
  const Messages heard = ask(wire, R"({"type":"join","ref":2,"room":"desk:)" + shop_ + "\"}");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(json_member(heard[0], "ref"), "1");
  EXPECT_EQ(json_member(heard[0], "expires_in_s"),
            std::to_string(limits::kAccessTokenTtlMs / 1000));
  EXPECT_EQ(json_member(json_member(heard[0], "user"), "email"), "staff@example.com");
  EXPECT_EQ(json_member(heard[1], "ref"), "2");
  EXPECT_EQ(json_member(heard[1], "resumed"), "false");
}

TEST_F(NativeLiveTest, bounds_the_requests_that_wait_for_a_token) {
  const WireId wire = connect();
  say(wire, R"({"type":"auth","token":")" + token(staff_) + "\"}");
  for (std::size_t i = 0; i < limits::kLiveRequestsWaitingMax; ++i) say(wire, join("market"));
  EXPECT_EQ(world_.messages(wire), Messages{});
  say(wire, join("market"));
  const Messages refused = world_.messages(wire);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(json_member(json_member(refused[0], "error"), "code"), "too_many_requests");
  EXPECT_EQ(hear(wire).size(), 1 + limits::kLiveRequestsWaitingMax);
}

TEST_F(NativeLiveTest, says_when_the_token_ends_and_ends_with_it) {
  const WireId wire = connect_as(staff_);
  ask(wire, join("desk:" + shop_));
  advance_ms(limits::kAccessTokenTtlMs - limits::kExpiringNoticeMs - 1'000);
  EXPECT_EQ(hear(wire), Messages{});
  advance_ms(1'500);
  EXPECT_EQ(hear(wire), (Messages{R"({"type":"expiring","in_s":60})"}));
  advance_ms(limits::kExpiringNoticeMs);
  EXPECT_EQ(hear(wire), (Messages{"close 4401"}));
}

TEST_F(NativeLiveTest, goes_on_with_a_new_token_in_the_same_rooms) {
  const WireId wire = connect_as(staff_);
  ask(wire, join("desk:" + shop_));
  advance_ms(limits::kAccessTokenTtlMs - 30'000);
  hear(wire);
  EXPECT_EQ(refusal(wire, R"({"type":"auth","token":")" + token(staff_) + "\"}"), "");
  advance_ms(60'000);
  bread(3);
  publish();
  const Messages heard = hear(wire);
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(json_member(heard[0], "room"), "desk:" + shop_);
}

TEST_F(NativeLiveTest, takes_away_the_rooms_that_a_new_identity_may_not_have) {
  const WireId wire = connect_as(staff_);
  ask(wire, join("desk:" + shop_));
  ask(wire, join("market"));
  const Messages heard = ask(wire, R"({"type":"auth","token":")" + token(buyer_) + "\"}");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0], R"({"type":"left","room":"desk:)" + shop_ + R"(","code":"forbidden"})");
  bread(3);
  publish();
  for (const std::string& text : hear(wire)) EXPECT_EQ(json_member(text, "room"), "market");
}

TEST_F(NativeLiveTest, takes_away_the_desk_of_somebody_who_is_no_member_any_more) {
  const WireId wire = connect_as(staff_);
  ask(wire, join("desk:" + shop_));
  store_
      .run(owner_,
           [&](const Context& context) {
             return commerce::remove_member(context, shop_, staff_.user_id);
           })
      .value();
  publish();
  const Messages heard = hear(wire);
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.back(), R"({"type":"left","room":"desk:)" + shop_ + R"(","code":"forbidden"})");
  bread(3);
  publish();
  EXPECT_EQ(hear(wire), Messages{});
}

/// What happens before anybody can find out who is still a member.
class Revocation : public NativeLiveTest {
 protected:
  void remove_staff() {
    store_
        .run(owner_,
             [&](const Context& context) {
               return commerce::remove_member(context, shop_, staff_.user_id);
             })
        .value();
  }
  void collect() { all_.insert(all_.end(), store_.changes().begin(), store_.changes().end()); }
  /// As one group of the commit thread.
  void publish_all() {
    auto batch = std::make_shared<storage::CommittedBatch>();
    for (const storage::Change& change : all_) {
      if (batch->transactions.empty() || batch->transactions.back().changes[0].txn != change.txn) {
        batch->transactions.emplace_back();
      }
      batch->transactions.back().changes.push_back(change);
    }
    batch->first = all_.front().lsn;
    batch->last = all_.back().lsn;
    all_.clear();
    feed_->publish(batch);
  }
  /// Of messages that name an lsn, those beyond `lsn`.
  static std::size_t beyond(const Messages& heard, std::uint64_t lsn) {
    return static_cast<std::size_t>(
        std::count_if(heard.begin(), heard.end(), [&](const std::string& text) {
          const std::string at = json_member(text, "lsn");
          return !at.empty() && std::stoull(at) > lsn;
        }));
  }
  [[nodiscard]] std::uint64_t last_lsn() { return store_.changes().back().lsn.get(); }

  std::vector<storage::Change> all_;
};

TEST_F(Revocation, is_followed_by_nothing_even_in_the_same_group) {
  const WireId wire = connect_as(staff_);
  ask(wire, join("desk:" + shop_));
  bread(3);
  collect();
  remove_staff();
  collect();
  const std::uint64_t revoked = last_lsn();
  bread(4);
  collect();
  publish_all();
  const Messages heard = hear(wire);
  EXPECT_EQ(beyond(heard, revoked), 0U);
  EXPECT_GT(beyond(heard, 0), 0U) << "what came before it is theirs";
  EXPECT_EQ(heard.back(), R"({"type":"left","room":"desk:)" + shop_ + R"(","code":"forbidden"})");
}

TEST_F(Revocation, is_followed_by_nothing_while_it_is_not_known_who_it_is) {
  const WireId wire = connect_as(staff_);
  ask(wire, join("desk:" + shop_));
  ask(wire, join("market"));
  remove_staff();
  const std::uint64_t revoked = last_lsn();
  publish();
  std::size_t private_ones = 0;
  std::size_t public_ones = 0;
  for (int i = 0; i < 5; ++i) {
    bread(4);
    publish();
    // No reader has a turn: who it is stays unknown.
    while (feed_->step()) {
    }
    world_.turn();
    for (const std::string& text : world_.messages(wire)) {
      const bool desk = json_member(text, "room") == "desk:" + shop_;
      if (desk && beyond({text}, revoked) > 0) ++private_ones;
      if (!desk) ++public_ones;
    }
  }
  EXPECT_EQ(private_ones, 0U);
  EXPECT_EQ(public_ones, 5U) << "what is public goes on";
  EXPECT_EQ(hear(wire),
            Messages{R"({"type":"left","room":"desk:)" + shop_ + R"(","code":"forbidden"})"});
}

TEST_F(Revocation, of_something_else_leaves_no_gap_in_what_stays) {
  const WireId wire = connect_as(owner_);
  ask(wire, join("desk:" + shop_));
  // A change of the owner's account makes everybody ask who they are.
  const auto rename = [&](const char* name) {
    store_
        .run(owner_,
             [&](const Context& context) {
               return commerce::patch_me(context, {{commerce::user::kName, std::string(name)}},
                                         std::nullopt);
             })
        .value();
  };
  Messages heard;
  for (int i = 0; i < 6; ++i) {
    rename(i % 2 == 0 ? "One" : "Two");
    collect();
    bread(3);
    collect();
    if (i % 3 != 0) publish_all();
    if (i % 2 == 0) {
      for (std::string& text : hear(wire)) heard.push_back(std::move(text));
    }
  }
  if (!all_.empty()) publish_all();
  for (std::string& text : hear(wire)) heard.push_back(std::move(text));
  std::string last;
  std::size_t created = 0;
  for (const std::string& text : heard) {
    ASSERT_EQ(json_member(text, "type"), "change") << text;
    const std::string lsn = json_member(text, "lsn");
    if (!last.empty() && lsn != last) {
      EXPECT_EQ(json_member(text, "prev"), last) << text;
    }
    last = lsn;
    if (json_member(text, "kind") == "product") ++created;
  }
  EXPECT_EQ(created, 6U) << "each once";
}

TEST_F(Revocation, is_not_passed_by_a_page_of_the_log_that_reaches_beyond_it) {
  const WireId wire = connect_as(staff_);
  hear(wire);  // from now on it is known who it is
  const std::string since = position();
  bread(3);
  collect();
  remove_staff();
  collect();
  const std::uint64_t revoked = last_lsn();
  bread(4);
  collect();
  // All of it is committed, and the loop was told of none of it yet.
  const Messages heard =
      ask(wire, R"({"type":"join","room":"desk:)" + shop_ + R"(","since":")" + since + "\"}");
  EXPECT_EQ(beyond(heard, revoked), 0U);
  EXPECT_EQ(heard.back(), R"({"type":"left","room":"desk:)" + shop_ + R"(","code":"forbidden"})");
  publish_all();
  EXPECT_EQ(hear(wire), Messages{}) << "what the feed has read from the log is told once";
}

TEST_F(Revocation, that_did_not_happen_costs_a_replay_nothing) {
  const WireId wire = connect_as(staff_);
  const std::string since = position();
  bread(3);
  collect();
  const Messages heard =
      ask(wire, R"({"type":"join","room":"desk:)" + shop_ + R"(","since":")" + since + "\"}");
  EXPECT_GT(beyond(heard, 0), 0U);
  publish_all();
  EXPECT_EQ(hear(wire), Messages{}) << "nothing comes twice";
  bread(4);
  publish();
  EXPECT_GT(beyond(hear(wire), 0), 0U) << "it is live";
}

TEST_F(Revocation, of_a_session_ends_its_socket_before_what_comes_after) {
  const WireId wire = connect_as(staff_);
  ask(wire, join("desk:" + shop_));
  auth::Principal session = staff_;
  store_.run(session, [&](const Context& context) { return commerce::log_out_everywhere(context); })
      .value();
  collect();
  bread(4);
  collect();
  publish_all();
  EXPECT_EQ(hear(wire), Messages{"close 4401"});
}

TEST_F(Revocation, reaches_event_streams_at_once) {
  const WireId wire = world_.connect();
  world_.give(wire, "GET /events?room=desk:" + shop_ +
                        " HTTP/1.1\r\nHost: shop.test\r\nAuthorization: Bearer " + token(staff_) +
                        "\r\n\r\n");
  settle();
  EXPECT_NE(world_.take(wire).find(" 200 "), std::string::npos);
  bread(3);
  collect();
  remove_staff();
  collect();
  bread(4);
  const std::string after = "\"lsn\":" + std::to_string(last_lsn());
  collect();
  publish_all();
  settle();
  const std::string heard = world_.take(wire);
  EXPECT_NE(heard.find("event: change"), std::string::npos) << "what came before is theirs";
  EXPECT_NE(heard.find("event: left"), std::string::npos);
  EXPECT_EQ(heard.find(after), std::string::npos);
}

TEST_F(NativeLiveTest, gives_a_new_right_to_a_connection_that_is_older) {
  const WireId wire = connect_as(buyer_);
  EXPECT_EQ(refusal(wire, join("desk:" + shop_)), "forbidden");
  store_
      .run(owner_,
           [&](const Context& context) {
             return commerce::add_member(context, shop_, {.user_id = buyer_.user_id});
           })
      .value();
  // The feed has not told it yet; the refusal is not taken from what was known at the connect.
  EXPECT_EQ(refusal(wire, join("desk:" + shop_)), "");
}

/// A Socket.IO client over a WebSocket: packets in and out.
class NativeSocketIo : public NativeLiveTest {
 protected:
  WireId open(const std::string& connect_packet, const std::string& headers = {}) {
    const WireId wire = world_.connect();
    std::string request = World::upgrade_request("/socket.io/?EIO=4&transport=websocket");
    request.insert(request.size() - 2, headers);
    world_.give(wire, request);
    const std::string sent = world_.take(wire);
    world_.wires[wire].sent = sent.substr(sent.find("\r\n\r\n") + 4);
    hear(wire);  // the Engine.IO handshake
    say(wire, connect_packet);
    return wire;
  }
};

TEST_F(NativeSocketIo, answers_by_ack_and_tells_changes_as_events) {
  const WireId wire = open("40");
  const Messages connected = hear(wire);
  ASSERT_EQ(connected.size(), 1U);
  EXPECT_EQ(connected[0].substr(0, 9), R"(40{"sid":)");
  EXPECT_EQ(
      ask(wire, R"(427["join",{"room":"market"}])"),
      (Messages{R"(437[{"room":"market","position":")" + position() + R"(","resumed":false}])"}));
  bread(4);
  publish();
  const Messages heard = hear(wire);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].substr(0, 28), R"(42["change",{"room":"market")");
  EXPECT_EQ(ask(wire, R"(428["join",{"room":"admin"}])"),
            (Messages{R"(438[{"error":{"code":"unauthenticated","detail":)"
                      R"("Sign in to follow this room."}}])"}));
  EXPECT_EQ(ask(wire, R"(429["leave",{"room":"market"}])"),
            (Messages{R"(439[{"room":"market"}])"}));
  EXPECT_EQ(ask(wire, R"(420["join"])")[0].substr(0, 27), R"(430[{"error":{"code":"malfo)");
}

TEST_F(NativeSocketIo, takes_the_token_of_the_connect_packet_before_the_cookie) {
  token(buyer_);
  const std::string cookie = "Cookie: tillcast_session=" + cookie_ + "\r\n";
  const WireId wire = open(R"(40{"token":")" + token(staff_) + "\"}", cookie);
  hear(wire);
  EXPECT_EQ(ask(wire, R"(420["join",{"room":"desk:)" + shop_ + "\"}]")[0].find("error"),
            std::string::npos);
  const WireId by_cookie = open("40{}", cookie);
  hear(by_cookie);
  EXPECT_EQ(
      ask(by_cookie, R"(420["join",{"room":"user:)" + buyer_.user_id + "\"}]")[0].find("error"),
      std::string::npos);
}

TEST_F(NativeSocketIo, refuses_a_bad_token_with_a_code) {
  for (const char* const packet : {R"(40{"token":"nonsense"})", R"(40{"token":7})"}) {
    const Messages heard = hear(open(packet));
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].substr(0, 2), "44");
    EXPECT_EQ(json_member(json_member(heard[0].substr(2), "data"), "code"), "unauthenticated");
    EXPECT_NE(json_member(heard[0].substr(2), "message"), "");
  }
}

TEST_F(NativeSocketIo, ends_with_an_error_event_when_the_token_does) {
  const WireId wire = open(R"(40{"token":")" + token(staff_) + "\"}");
  hear(wire);
  advance_ms(limits::kAccessTokenTtlMs - limits::kExpiringNoticeMs + 100);
  EXPECT_EQ(hear(wire), (Messages{R"(42["expiring",{"in_s":60}])"}));
  advance_ms(limits::kExpiringNoticeMs);
  const Messages heard = hear(wire);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].substr(0, 33), R"(42["error",{"code":"token_expired)");
  EXPECT_EQ(heard[1], "41");
}

}  // namespace
}  // namespace tillcast::contracts
