// Seeded chaos over the real log: commits, joins, leaves, breaks, slow sockets, lost batches and
// pruning in any order, on two loops. Whatever happens, a client gets exactly what is in its rooms
// after the position it was promised, once, in order and with the right `prev`, or it is told to
// start over.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <sstream>

#include "feed/testing.h"

namespace tillcast::feed {
namespace {

using storage::kAdmin;
using storage::kDesk;
using storage::kOwner;
using storage::kPublic;
using testing::change;
using testing::room_named;

const std::vector<std::string> kRooms = {"market", "admin",  "shop:a", "shop:b",
                                         "desk:a", "desk:b", "user:u", "user:v"};

/// The lsns of each room, as they were committed.
class Truth {
 public:
  void add(const storage::CommittedBatch& batch) {
    for (const auto& transaction : batch.transactions) {
      for (const storage::Change& one : transaction.changes) add(one);
    }
  }
  /// The next lsn of the room after `lsn`; 0 if there is none.
  [[nodiscard]] std::uint64_t after(const std::string& room, std::uint64_t lsn) const {
    const auto& lsns = of(room);
    const auto next = std::upper_bound(lsns.begin(), lsns.end(), lsn);
    return next == lsns.end() ? 0 : *next;
  }
  /// The last lsn of the room before `lsn`.
  [[nodiscard]] std::uint64_t before(const std::string& room, std::uint64_t lsn) const {
    const auto& lsns = of(room);
    const auto next = std::lower_bound(lsns.begin(), lsns.end(), lsn);
    return next == lsns.begin() ? 0 : *std::prev(next);
  }
  [[nodiscard]] std::uint64_t head() const { return head_; }

 private:
  void add(const storage::Change& one) {
    head_ = one.lsn.get();
    const auto to = [&](storage::Audience audience, const std::string& room) {
      if ((one.audience & audience) != 0) rooms_[room].push_back(one.lsn.get());
    };
    to(kPublic, "market");
    to(kAdmin, "admin");
    to(kPublic, "shop:" + one.shop_id);
    to(kDesk, "desk:" + one.shop_id);
    to(kOwner, "user:" + one.user_id);
  }
  [[nodiscard]] const std::vector<std::uint64_t>& of(const std::string& room) const {
    static const std::vector<std::uint64_t> none;
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? none : found->second;
  }

  std::uint64_t head_ = 0;
  std::map<std::string, std::vector<std::uint64_t>> rooms_;
};

/// One client. What it hears it checks against the truth: after a `joined` it is owed exactly what
/// the room got after that position.
class Client {
 public:
  Client(testing::TestLoop& loop, const Truth& truth, std::string epoch)
      : loop_(loop), truth_(truth), epoch_(std::move(epoch)), wire_(loop.connect()) {}

  /// Everything that is on its way is lost; the client comes back with what it has.
  void reconnect() {
    loop_.disconnect(wire_);
    wire_ = loop_.connect();
    const auto rooms = std::exchange(rooms_, {});
    for (const auto& [room, state] : rooms) {
      if (state.following) join(room, state.position());
    }
  }
  void join(const std::string& room, const std::string& since) {
    rooms_[room].following = true;
    ++rooms_[room].joining;
    loop_.say(wire_, "join " + room + (since.empty() ? "" : " " + since));
  }
  void leave(const std::string& room) {
    rooms_[room].following = false;
    loop_.say(wire_, "leave " + room);
  }
  void block(bool blocked) {
    auto& stream = loop_.world.wires[wire_];
    stream.window = blocked ? stream.sent.size() : SIZE_MAX;
    if (!blocked) stream.events->on_writable();
    loop_.world.turn();
  }
  void hear() {
    // A socket that takes nothing may have cut a frame.
    if (loop_.world.wires[wire_].window != SIZE_MAX) return;
    for (const std::string& text : loop_.heard(wire_)) hear(text);
  }
  [[nodiscard]] std::string own_position(const std::string& room) {
    return rooms_[room].position();
  }

  void expect_complete() {
    EXPECT_FALSE(loop_.world.wires[wire_].closed);
    for (const auto& [room, state] : rooms_) {
      EXPECT_EQ(state.joining, 0) << room;
      if (!state.following) continue;
      EXPECT_EQ(truth_.after(room, state.lsn), 0U) << room << " ends at " << state.lsn;
    }
  }

  std::size_t changes = 0;
  std::size_t resumed = 0;
  std::size_t resets = 0;

 private:
  struct State {
    bool following = false;
    int joining = 0;
    bool resumed = false;
    std::string epoch;
    std::uint64_t lsn = 0;
    [[nodiscard]] std::string position() const {
      return epoch.empty() ? "" : epoch + ":" + std::to_string(lsn);
    }
  };

  void hear(const std::string& text) {
    std::istringstream words(text);
    std::string verb;
    std::string room;
    words >> verb >> room;
    State& state = rooms_[room];
    if (verb == "refused") {
      --state.joining;
      EXPECT_EQ(text, "refused " + room + " superseded");
    } else if (verb == "joined") {
      joined(state, words);
    } else if (verb == "reset") {
      reset(room, state);
    } else {
      ASSERT_EQ(verb, "change") << text;
      changed(room, state, words);
    }
  }
  void joined(State& state, std::istringstream& words) {
    std::string position;
    std::string how;
    words >> position >> how;
    --state.joining;
    const Position at = Position::parse(position).value();
    state.epoch = at.epoch;
    state.lsn = at.lsn.get();
    state.resumed = how == "resumed";
    if (state.resumed) ++resumed;
  }
  void reset(const std::string& room, State& state) {
    ++resets;
    if (!state.resumed) return;  // changes follow from the position of the answer
    // The log was pruned in the middle of the replay: a snapshot, and a join from its position.
    state.epoch.clear();
    if (state.following) join(room, epoch_ + ":" + std::to_string(truth_.head()));
  }
  void changed(const std::string& room, State& state, std::istringstream& words) {
    std::uint64_t lsn = 0;
    std::uint64_t prev = 0;
    words >> lsn >> prev;
    ++changes;
    if (state.epoch.empty()) return;  // between a reset and the answer to the join after it
    EXPECT_EQ(lsn, truth_.after(room, state.lsn)) << room << " was at " << state.lsn;
    EXPECT_EQ(prev, truth_.before(room, lsn)) << room << " " << lsn;
    state.lsn = lsn;
  }

  testing::TestLoop& loop_;
  const Truth& truth_;
  std::string epoch_;
  testing::WireId wire_;
  std::map<std::string, State> rooms_;
};

/// Somebody who polls one room.
class Poller {
 public:
  Poller(testing::TestLoop& loop, const Truth& truth, std::string room, std::string epoch)
      : loop_(loop), truth_(truth), room_(std::move(room)), epoch_(std::move(epoch)) {}

  void poll(std::size_t messages_max, std::int64_t wait_ms) {
    if (std::exchange(polling_, true)) return;
    // One that is far behind takes a snapshot, so that most polls are near the end and wait there.
    if (truth_.head() > lsn_ + 50) lsn_ = truth_.head();
    loop_.loop().read_changes({room_named(room_), {epoch_, Lsn{lsn_}}, messages_max, wait_ms},
                              [this](const Outcome<ChangesPage>& page) { answered(page); });
  }
  void expect_complete() const {
    if (polling_) {
      EXPECT_EQ(truth_.after(room_, lsn_), 0U) << room_ << " is polled at " << lsn_;
    }
  }
  std::size_t changes = 0;

 private:
  void answered(const Outcome<ChangesPage>& page) {
    polling_ = false;
    if (!page) {
      // A snapshot says where to go on; a read that failed is asked again.
      if (page.error().code == "reset")
        lsn_ = truth_.head();
      else
        EXPECT_EQ(page.error().code, "busy");
      return;
    }
    for (const Message& message : page->messages) {
      ++changes;
      EXPECT_EQ(message.lsn.get(), truth_.after(room_, lsn_)) << room_;
      lsn_ = message.lsn.get();
    }
    EXPECT_GE(page->position.lsn.get(), lsn_);
    const std::uint64_t next = truth_.after(room_, lsn_);
    EXPECT_TRUE(next == 0 || page->position.lsn.get() < next) << room_;
    lsn_ = page->position.lsn.get();
  }

  testing::TestLoop& loop_;
  const Truth& truth_;
  std::string room_;
  std::string epoch_;
  std::uint64_t lsn_ = 0;
  bool polling_ = false;
};

class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : random_(seed) {
    for (testing::TestLoop* const loop : {&one_, &two_}) {
      for (int i = 0; i < 3; ++i)
        clients_.push_back(std::make_unique<Client>(*loop, truth_, feed_.epoch()));
      for (const char* const room : {"market", "desk:a"}) {
        pollers_.push_back(std::make_unique<Poller>(*loop, truth_, room, feed_.epoch()));
      }
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) step();
    for (const auto& client : clients_) client->block(false);
    settle();
    for (const auto& client : clients_) client->expect_complete();
    for (const auto& poller : pollers_) poller->expect_complete();
  }

  std::size_t sum(std::size_t Client::*count) const {
    std::size_t total = 0;
    for (const auto& client : clients_) total += (*client).*count;
    return total;
  }
  std::size_t polled() const {
    std::size_t total = 0;
    for (const auto& poller : pollers_) total += poller->changes;
    return total;
  }

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  Client& client() { return *clients_[below(clients_.size())]; }
  const std::string& room() { return kRooms[below(kRooms.size())]; }
  testing::TestLoop& loop() { return below(2) == 0 ? one_ : two_; }

  void step() {
    if (below(60) == 0) lame_ = static_cast<Part>(below(static_cast<std::size_t>(Part::kCount)));
    const std::size_t dice = below(100);
    if (dice < 10) {
      if (lame_ != Part::kCommits) commit();
    } else if (dice < 30) {
      if (lame_ != Part::kFeed) feed_.step();
    } else if (dice < 60) {
      if (lame_ != Part::kReads) read();
    } else if (dice < 75) {
      if (lame_ != Part::kLoops) turn();
    } else if (dice < 83) {
      client().hear();
    } else if (dice < 89) {
      join();
    } else if (dice < 93) {
      client().leave(room());
    } else if (dice < 94) {
      client().reconnect();
    } else if (dice < 96) {
      client().block(below(3) == 0);
    } else if (dice < 99) {
      pollers_[below(pollers_.size())]->poll(1 + below(6), below(3) == 0 ? 0 : 30'000);
    } else {
      prune();
    }
  }
  void read() {
    const std::size_t dice = below(20);
    if (dice == 0) {
      reads_.fail_one();
    } else if (dice < 8) {
      // A slow read: its snapshot is old when its page arrives.
      reads_.run_one([this] {
        for (std::size_t i = below(6); i > 0; --i) {
          commit();
          while (feed_.step()) continue;
          if (below(2) == 0) turn();
        }
      });
    } else {
      reads_.run_one();
    }
  }
  void turn() { below(10) == 0 ? loop().world.advance_ms(250) : loop().world.turn(); }
  void prune() {
    if (below(6) != 0 || truth_.head() == 0) return;
    // What the feed has not told yet is never pruned: the log is kept for days.
    while (feed_.step()) continue;
    store_.prune(Lsn{below(truth_.head())});
  }
  void commit() {
    testing::Store::Transactions group(1 + below(3));
    for (auto& transaction : group) {
      transaction.resize(1 + below(5));
      for (storage::Change& one : transaction) {
        const storage::AudienceSet audiences[] = {kPublic, kPublic | kDesk,         kDesk | kAdmin,
                                                  kOwner,  kDesk | kOwner | kAdmin, kAdmin};
        one = change(audiences[below(6)], below(2) == 0 ? "a" : "b", below(2) == 0 ? "u" : "v");
      }
    }
    const auto batch = store_.commit(group);
    truth_.add(*batch);
    feed_.publish(batch);
  }
  void join() {
    Client& one = client();
    const std::string& name = room();
    const std::size_t dice = below(12);
    if (dice < 3) return one.join(name, "");
    if (dice < 8) return one.join(name, one.own_position(name));
    if (dice == 8) return one.join(name, at(below(truth_.head() + 1)));
    if (dice == 9) return one.join(name, "elsewhere:1");
    if (dice == 10) return one.join(name, at(truth_.head() + 1'000'000));
    one.join(name, at(truth_.head() - std::min(truth_.head(), below(60))));
  }
  std::string at(std::uint64_t lsn) { return feed_.epoch() + ":" + std::to_string(lsn); }

  /// Until nothing happens any more.
  void settle() {
    for (int quiet = 0; quiet < 3; ++quiet) {
      while (feed_.step() || reads_.run_one()) quiet = 0;
      // A failed read is tried again after a while.
      for (testing::TestLoop* const loop : {&one_, &two_}) loop->world.advance_ms(250);
      for (const auto& client : clients_) client->hear();
    }
  }

  /// Which part stands still for a while, so that the others get ahead of it.
  enum class Part { kCommits, kFeed, kReads, kLoops, kNone, kCount };

  std::mt19937_64 random_;
  Part lame_ = Part::kNone;
  Truth truth_;
  testing::Store store_;
  testing::PlainProjection projection_;
  testing::Reads reads_{store_};
  Feed feed_{store_.database(), {.changes_queued_max = 24, .reread_changes_max = 10}};
  testing::TestLoop one_{feed_, projection_, reads_.post(), kSmall};
  testing::TestLoop two_{feed_, projection_, reads_.post(), kSmall};
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::unique_ptr<Poller>> pollers_;

  static constexpr ReplayLimits kSmall{
      .page_changes_max = 12, .page_bytes_max = 600, .recent_messages_max = 7};
};

class StreamsChaos : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(StreamsChaos, gives_every_client_exactly_what_its_rooms_got) {
  Chaos chaos(GetParam());
  chaos.run(3000);
  // The run did what it is about.
  EXPECT_GT(chaos.sum(&Client::changes), 100U);
  EXPECT_GT(chaos.sum(&Client::resumed), 10U);
  EXPECT_GT(chaos.sum(&Client::resets), 3U);
  EXPECT_GT(chaos.polled(), 10U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, StreamsChaos, ::testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace tillcast::feed
