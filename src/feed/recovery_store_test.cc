#include "feed/recovery_store.h"

#include <gtest/gtest.h>

#include <deque>

#include "feed/recovery_rows.h"
#include "feed/testing.h"
#include "realtime/recovery_store_contract.h"

namespace tillcast::feed {
namespace {

using realtime::EventPlace;
using realtime::RecoveryStore;
using realtime::SavedSession;
using storage::kDesk;
using storage::kPublic;
using testing::change;

/// A log, and a recovery store on it whose reads and writes wait for settle().
class LogHarness final : public realtime::testing::RecoveryHarness {
 public:
  LogHarness() { migrate(); }

  RecoveryStore& store() override { return *recovery_; }
  EventPlace happen(const std::string& room) override {
    const auto batch = store_.commit({{change(kPublic, room.substr(5))}});
    return {batch->last.get(), event_index(testing::room_named(room))};
  }
  EventPlace here() override {
    EventPlace place;
    store_.reader().snapshot([&](storage::Queries& queries) {
      place = EventPlace::after(storage::log_position(queries).lsn.get());
    });
    return place;
  }
  void settle() override {
    while (write_one() || reads_.run_one()) {
    }
  }
  void advance_ms(std::int64_t ms) override { clock_.advance_ms(ms); }
  [[nodiscard]] std::int64_t away_ms_max() const override { return limits::kRecoverySessionTtlMs; }

  /// Does one queued write; `commits` false is a full disk.
  bool write_one(bool commits = true) {
    if (writes_.empty()) return false;
    const auto [write, done] = std::move(writes_.front());
    writes_.pop_front();
    if (commits) store_.write(write);
    done(commits);
    return true;
  }
  /// The server is killed: what was not committed is gone, and a new one starts.
  void crash() {
    writes_.clear();
    make_store();
    store_.write(
        [&](storage::Transaction& transaction) { release_orphans(transaction, clock_.unix_ms()); });
  }
  /// From now on this is a server among others; these are alive.
  void share(std::int64_t own, const std::vector<std::int64_t>& alive) {
    std::string numbers = "SELECT CAST(" + std::to_string(own) + " AS BIGINT)";
    for (const std::int64_t one : alive) numbers += " UNION SELECT " + std::to_string(one);
    store_.write([&](storage::Transaction& transaction) {
      transaction.execute("DROP VIEW living_processes", {});
      transaction.execute("CREATE VIEW living_processes (number) AS " + numbers, {});
    });
    make_store(own);
  }
  testing::Store& log() { return store_; }
  testing::Reads& reads() { return reads_; }
  std::size_t writes() const { return writes_.size(); }
  std::int64_t now_ms() const { return clock_.unix_ms(); }

 private:
  void migrate() {
    store_.database().migrate(kRecoveryMigrationComponent,
                              recovery_migrations(store_.database().engine()));
    make_store();
  }
  void make_store(std::int64_t process = 0) {
    recovery_.emplace(
        reads_.post(),
        [this](std::function<void(storage::Transaction&)> write, std::function<void(bool)> done) {
          writes_.emplace_back(std::move(write), std::move(done));
        },
        projection_, "e", clock_, process);
  }

  testing::Store store_;
  testing::Reads reads_{store_};
  testing::PlainProjection projection_;
  ManualClock clock_;
  std::deque<std::pair<std::function<void(storage::Transaction&)>, std::function<void(bool)>>>
      writes_;
  std::optional<LogRecoveryStore> recovery_;
};

using realtime::testing::RecoveryStoreContract;
INSTANTIATE_TEST_SUITE_P(
    Log, RecoveryStoreContract,
    ::testing::Values([]() -> std::unique_ptr<realtime::testing::RecoveryHarness> {
      return std::make_unique<LogHarness>();
    }));

class LogRecovery : public ::testing::Test {
 protected:
  SavedSession session(const std::string& pid, std::vector<std::string> rooms) {
    SavedSession made{pid, "s" + pid, "/", "ann", {}};
    const EventPlace here = log.here();
    for (auto& room : rooms) made.rooms.push_back({std::move(room), here, here});
    return made;
  }
  bool knows(const std::string& pid) {
    bool known = false;
    log.store().find(pid, [&](const std::optional<SavedSession>& found) { known = !!found; });
    log.settle();
    return known;
  }
  /// The first lines of what was missed; "gone" if the session cannot go on.
  std::vector<std::string> missed(const SavedSession& session,
                                  std::optional<EventPlace> last = {}) {
    std::vector<std::string> texts;
    log.store().missed(session, last, [&](const std::shared_ptr<const realtime::Missed>& found) {
      if (found == nullptr) return texts.emplace_back("gone"), void();
      for (const auto& event : found->events) texts.push_back(event->text);
    });
    log.settle();
    return texts;
  }

  LogHarness log;
};
using Texts = std::vector<std::string>;

TEST_F(LogRecovery, tells_one_change_to_each_of_its_rooms_and_goes_on_between_them) {
  const SavedSession all = session("1", {"desk:a", "market", "shop:a"});
  log.log().commit({{change(kPublic | kDesk, "a")}, {change(kPublic | kDesk, "a")}});
  EXPECT_EQ(missed(all), (Texts{"change market 1 0", "change shop:a 1 0", "change desk:a 1 0",
                                "change market 2 1", "change shop:a 2 1", "change desk:a 2 1"}));
  // The connection broke between two events of one change.
  EXPECT_EQ(
      missed(all, EventPlace{1, event_index(testing::room_named("shop:a"))}),
      (Texts{"change desk:a 1 0", "change market 2 1", "change shop:a 2 1", "change desk:a 2 1"}));
  EXPECT_EQ(missed(all, EventPlace{2, event_index(testing::room_named("desk:a"))}), Texts{});
}

TEST_F(LogRecovery, cannot_tell_what_is_pruned_but_loses_no_quiet_room_to_it) {
  const SavedSession quiet = session("1", {"shop:a"});
  const EventPlace last = log.happen("shop:a");
  for (int i = 0; i < 3; ++i) log.happen("shop:b");
  log.log().prune(Lsn{3});
  EXPECT_EQ(missed(quiet, last), Texts{});
  EXPECT_EQ(missed(quiet), Texts{"gone"});
}

TEST_F(LogRecovery, cannot_go_on_after_a_failed_read) {
  const SavedSession saved = session("1", {"shop:a"});
  Texts told;
  log.store().missed(saved, {}, [&](const std::shared_ptr<const realtime::Missed>& found) {
    told.emplace_back(found == nullptr ? "gone" : "found");
  });
  EXPECT_TRUE(log.reads().fail_one());
  EXPECT_EQ(told, Texts{"gone"});
  EXPECT_EQ(missed(saved), Texts{});
}

TEST_F(LogRecovery, reads_once_for_all_who_miss_the_same) {
  const SavedSession one = session("1", {"shop:a"});
  const SavedSession other = session("2", {"shop:a"});
  int told = 0;
  const auto count = [&](const std::shared_ptr<const realtime::Missed>&) { ++told; };
  log.store().missed(one, {}, count);
  log.store().missed(other, {}, count);
  EXPECT_EQ(log.reads().waiting(), 1U);
  log.settle();
  EXPECT_EQ(told, 2);
  log.store().missed(other, {}, count);
  EXPECT_EQ(log.reads().waiting(), 1U);
}

TEST_F(LogRecovery, finds_after_a_crash_what_was_said_to_be_saved) {
  bool saved = false;
  log.store().save(session("1", {"shop:a"}), [&](bool good) { saved = good; });
  log.settle();
  EXPECT_TRUE(saved);
  log.store().save(session("2", {}), {});
  log.crash();
  EXPECT_TRUE(knows("1"));
  EXPECT_FALSE(knows("2"));
  // From the crash on its time runs, whatever it was doing before.
  log.advance_ms(limits::kRecoverySessionTtlMs + 1);
  EXPECT_FALSE(knows("1"));
}

TEST_F(LogRecovery, says_when_a_session_could_not_be_saved) {
  std::optional<bool> saved;
  log.store().save(session("1", {}), [&](bool good) { saved = good; });
  log.write_one(false);
  EXPECT_EQ(saved, false);
  EXPECT_FALSE(knows("1"));
}

TEST_F(LogRecovery, has_one_write_on_its_way_whatever_the_crowd) {
  for (int i = 0; i < 300; ++i) log.store().save(session(std::to_string(i), {}), {});
  log.store().release("7");
  log.store().forget("8");
  std::size_t commands = 0;
  while (log.writes() > 0) {
    EXPECT_EQ(log.writes(), 1U);
    log.write_one();
    ++commands;
  }
  EXPECT_LE(commands, 4U);
  EXPECT_TRUE(knows("299"));
  EXPECT_TRUE(knows("7"));
  EXPECT_FALSE(knows("8"));
}

TEST_F(LogRecovery, does_nothing_once_it_is_stopped) {
  static_cast<LogRecoveryStore&>(log.store()).stop();
  bool saved = true;
  log.store().save(session("1", {}), [&](bool good) { saved = good; });
  log.store().release("1");
  EXPECT_FALSE(saved);
  EXPECT_EQ(log.writes(), 0U);
}

TEST_F(LogRecovery, prunes_those_who_were_away_for_too_long_and_the_oldest_of_too_many) {
  for (const char* pid : {"1", "2", "3", "4"}) log.store().save(session(pid, {}), {});
  log.store().release("2");
  log.settle();
  log.advance_ms(limits::kRecoverySessionTtlMs);
  log.store().release("3");
  log.settle();
  log.log().write([&](storage::Transaction& transaction) {
    prune_recovery_sessions(transaction, log.now_ms(), 10);
  });
  EXPECT_FALSE(knows("2"));
  EXPECT_TRUE(knows("3"));
  // Those that are held stay.
  log.log().write(
      [](storage::Transaction& transaction) { limit_recovery_sessions(transaction, 1); });
  EXPECT_FALSE(knows("3"));
  EXPECT_TRUE(knows("1"));
  EXPECT_TRUE(knows("4"));
}

TEST_F(LogRecovery, leaves_a_session_to_the_living_server_that_holds_it) {
  const auto claim = [&](const SavedSession& session) {
    std::optional<bool> ours;
    log.store().claim(session, [&](bool good) { ours = good; });
    EXPECT_EQ(ours, std::nullopt) << "another server may be claiming it now";
    log.settle();
    return ours;
  };
  const SavedSession one = session("1", {"shop:a"});
  log.share(7, {8});
  EXPECT_EQ(claim(one), true);
  // The other server.
  log.share(8, {7});
  EXPECT_FALSE(knows("1"));
  EXPECT_EQ(claim(one), false);
  log.store().release("1");
  log.store().forget("1");
  log.settle();
  // One that starts while both are alive frees nothing of theirs.
  log.log().write(
      [&](storage::Transaction& transaction) { release_orphans(transaction, log.now_ms()); });
  log.advance_ms(10 * limits::kRecoverySessionTtlMs);
  log.share(7, {8});
  EXPECT_TRUE(knows("1"));
  // Its client left for the other one.
  log.store().release("1");
  log.settle();
  log.share(8, {7});
  EXPECT_TRUE(knows("1"));
  EXPECT_EQ(claim(one), true);
}

TEST_F(LogRecovery, takes_over_the_sessions_of_a_server_that_died) {
  log.share(7, {});
  log.store().save(session("1", {"shop:a"}), {});
  log.settle();
  log.share(8, {});
  EXPECT_TRUE(knows("1"));
  bool ours = false;
  log.store().claim(session("1", {"shop:a"}), [&](bool good) { ours = good; });
  log.settle();
  EXPECT_TRUE(ours);
  log.share(9, {});
  log.log().write(
      [&](storage::Transaction& transaction) { release_orphans(transaction, log.now_ms()); });
  log.advance_ms(limits::kRecoverySessionTtlMs + 1);
  EXPECT_FALSE(knows("1"));
}

TEST_F(LogRecovery, knows_no_session_of_another_history) {
  log.log().write([&](storage::Transaction& transaction) {
    write_session(transaction, session("1", {}), "another", 0);
  });
  EXPECT_FALSE(knows("1"));
}

}  // namespace
}  // namespace tillcast::feed
