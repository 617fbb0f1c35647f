// Test support: a real database, a feed that is stepped by hand, and loops of the realtime library
// over memory whose peers follow rooms. Nothing happens but what the test does.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/feed.h"
#include "feed/peer_streams.h"
#include "feed/streams.h"
#include "realtime/testing.h"
#include "storage/test_store.h"

namespace tillcast::feed::testing {

using realtime::WireId;

/// A database of its own, and its writer.
class Store {
 public:
  Store() {
    database_ = store_->open();
    writer_ = database_->open_writer();
    reader_ = database_->open_reader();
  }
  ~Store() {
    reader_ = nullptr;
    writer_ = nullptr;
    database_ = nullptr;
  }

  [[nodiscard]] storage::Database& database() { return *database_; }
  storage::Reader& reader() { return *reader_; }

  using Transactions = std::vector<std::vector<storage::Change>>;
  /// Commits the transactions as one group.
  std::shared_ptr<const storage::CommittedBatch> commit(const Transactions& transactions) {
    writer_->begin();
    for (const auto& changes : transactions) {
      storage::Transaction& transaction = writer_->begin_command();
      for (const storage::Change& change : changes) transaction.log(change);
      writer_->keep_command();
    }
    return writer_->commit();
  }
  /// Commits what `write` does.
  void write(const std::function<void(storage::Transaction&)>& write) {
    writer_->begin();
    write(writer_->begin_command());
    writer_->keep_command();
    writer_->commit();
  }
  void prune(Lsn upto) {
    write([&](storage::Transaction& transaction) { storage::prune_log(transaction, upto); });
  }

 private:
  std::unique_ptr<storage::TestStore> store_ = storage::make_test_store();
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<storage::Reader> reader_;
};

inline storage::Change change(storage::AudienceSet audience, std::string shop,
                              std::string user = {}, std::string kind = "product") {
  storage::Change made;
  made.kind = std::move(kind);
  made.id = "p1";
  made.shop_id = std::move(shop);
  made.user_id = std::move(user);
  made.version = 1;
  made.audience = audience;
  made.public_before = made.public_after = true;
  made.changed = "name";
  made.image = R"({"id":"p1","version":1,"name":"Rye"})";
  return made;
}

/// `change ROOM LSN PREV` for each change, and `reset ROOM REASON`.
class PlainProjection final : public Projection, public Notices {
 public:
  void project(const auth::RoomName& room, Lsn prev, RoomSlice changes,
               std::vector<Message>& out) const override {
    for (const storage::Change* const one : changes) {
      auto publication = std::make_shared<realtime::Publication>();
      publication->text = "change " + room.to_string() + " " + std::to_string(one->lsn.get()) +
                          " " + std::to_string(prev.get());
      publication->event_json = "[\"" + publication->text + "\"]";
      publication->place = {one->lsn.get(), event_index(room)};
      out.push_back({one->lsn, std::move(publication), unless_in(room)});
      prev = one->lsn;
    }
    ++slices;
  }
  [[nodiscard]] realtime::Publication reset(const auth::RoomName& room,
                                            ResetReason reason) const override {
    return {{}, "reset " + room.to_string() + " " + std::string(to_string(reason))};
  }
  [[nodiscard]] realtime::Publication left(const auth::RoomName& room,
                                           std::string_view code) const override {
    return {{}, "left " + room.to_string() + " " + std::string(code)};
  }
  [[nodiscard]] realtime::Publication expiring(std::int64_t in_s) const override {
    return {{}, "expiring " + std::to_string(in_s)};
  }

  mutable std::size_t slices = 0;
  /// Whoever is in one of these is told there what a user's room gets.
  std::vector<std::string> users_unless_in{};

 private:
  [[nodiscard]] std::vector<std::string> unless_in(const auth::RoomName& room) const {
    return room.kind == auth::RoomKind::kUser ? users_unless_in : std::vector<std::string>();
  }
};

/// Reads that wait until the test lets one happen.
class Reads {
 public:
  explicit Reads(Store& store) : store_(store) {}
  [[nodiscard]] PostRead post() {
    return [this](storage::ReaderPool::Read read) { queue_.push_back(std::move(read)); };
  }
  bool run_one() {
    return run_one([] {});
  }
  /// `meanwhile` happens after the snapshot was taken and before the read is done.
  template <class Meanwhile>
  bool run_one(const Meanwhile& meanwhile) {
    if (queue_.empty()) return false;
    const auto read = std::move(queue_.front());
    queue_.pop_front();
    store_.reader().snapshot([&](storage::Queries& queries) {
      storage::log_position(queries);
      meanwhile();
      read(&queries);
    });
    return true;
  }
  /// As if the database failed.
  bool fail_one() {
    if (queue_.empty()) return false;
    const auto read = std::move(queue_.front());
    queue_.pop_front();
    read(nullptr);
    return true;
  }
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

 private:
  Store& store_;
  std::deque<storage::ReaderPool::Read> queue_;
};

inline auth::RoomName room_named(std::string_view name) { return auth::parse_room(name).value(); }

/// For clients that answer none.
inline realtime::ServerOptions without_pings() {
  realtime::ServerOptions options;
  options.ping_interval_ms = 24LL * 3600 * 1000;
  return options;
}

/// The rooms of a test's peer.
struct Follower final : realtime::PeerData {
  Follower(LoopStreams& loop, realtime::Peer& peer) : streams(loop, peer) {}
  PeerStreams streams;
};

/// One loop whose plain WebSockets at /live say `join ROOM [SINCE]`, `own ROOM LSN`, `leave ROOM`,
/// `hold` and `release`. A join is answered `joined ROOM POSITION live|resumed` or `refused ROOM
/// CODE`. A session that was lost, in some rooms up to some lsn, goes on by `recover ROOM@LSN …`,
/// and is told `recovered` or `gone`.
class TestLoop {
 public:
  TestLoop(Feed& feed, const PlainProjection& projection, PostRead read, ReplayLimits limits = {},
           realtime::RecoveryStore* recovery = nullptr) {
    streams.emplace(StreamParts{feed, projection, projection, world.server.of("/"), std::move(read),
                                limits, recovery});
    realtime::WebSocketHandlers handlers;
    handlers.on_open = [this](realtime::WebSocketPeer& peer) {
      peer.set_data(std::make_unique<Follower>(streams->at(peer.shard()), peer));
    };
    handlers.on_text = [](realtime::WebSocketPeer& peer, std::string_view text) {
      on_text(peer, text);
    };
    world.server.websocket("/live", world.server.of("/"), std::move(handlers));
  }

  WireId connect() { return world.connect_websocket("/live"); }
  void say(WireId wire, const std::string& text) {
    world.give(wire, realtime::testing::World::frame(text));
  }
  std::vector<std::string> heard(WireId wire) { return world.messages(wire); }
  void disconnect(WireId wire) {
    world.wires[wire].closed = true;
    world.wires[wire].events->on_closed();
    world.turn();
  }
  LoopStreams& loop() { return streams->at(world.shard); }

 private:
  static void recover(realtime::WebSocketPeer& peer, PeerStreams& streams, std::string_view rooms) {
    realtime::SavedSession session;
    while (!rooms.empty()) {
      const std::string_view room = rooms.substr(0, rooms.find(' '));
      rooms.remove_prefix(std::min(room.size() + 1, rooms.size()));
      const auto mark = room.find('@');
      const auto from =
          realtime::EventPlace::after(std::stoull(std::string(room.substr(mark + 1))));
      session.rooms.push_back({std::string(room.substr(0, mark)), from, from});
    }
    streams.recover(session, {}, [&peer](const std::shared_ptr<const realtime::Missed>& missed) {
      if (missed != nullptr) {
        for (const auto& event : missed->events) peer.send(*event);
      }
      peer.send_text(missed == nullptr ? "gone" : "recovered");
      return true;
    });
  }
  static void on_text(realtime::WebSocketPeer& peer, std::string_view text) {
    auto& followed = static_cast<Follower&>(*peer.data()).streams;
    const std::string_view verb = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(verb.size() + 1, text.size()));
    const std::string room(text.substr(0, text.find(' ')));
    if (verb == "recover") return recover(peer, followed, text);
    if (verb == "hold") return followed.hold();
    if (verb == "release") return followed.release();
    if (verb == "leave") return followed.leave(room_named(room));
    if (verb == "own") {
      const Lsn since{std::stoull(std::string(text.substr(room.size() + 1)))};
      EXPECT_TRUE(followed.follow_own(room_named(room), since));
      return followed.release();
    }
    std::optional<Position> since;
    if (text.size() > room.size()) since = Position::parse(text.substr(room.size() + 1)).value();
    followed.join(room_named(room), since, [&peer, room](const Outcome<Joined>& joined) {
      if (!joined) return peer.send_text("refused " + room + " " + joined.error().code);
      peer.send_text("joined " + room + " " + joined->position.to_string() +
                     (joined->resumed ? " resumed" : " live"));
    });
  }

 public:
  /// Made after the world and gone after it: the peers leave their rooms when they end.
  std::optional<Streams> streams;
  realtime::testing::World world{without_pings()};
};

}  // namespace tillcast::feed::testing
