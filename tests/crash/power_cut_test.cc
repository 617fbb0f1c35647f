// Acknowledged writes survive a power cut at any moment, on SQLite: the power goes at a random
// operation of a disk that forgets what was not synced, while the commit thread takes orders in
// groups.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <future>
#include <optional>
#include <set>
#include <stdexcept>

#include "storage/commit_thread.h"
#include "storage/sqlite/sqlite_database.h"
#include "tests/crash/unsynced_vfs.h"

namespace tillcast::crash {
namespace {

namespace fs = std::filesystem;
using storage::CommitThread;
using storage::Queries;
using storage::Row;
using storage::Transaction;

constexpr std::int64_t kStock = 100'000;
constexpr int kOrders = 150;
constexpr int kProducts = 20;
/// So few that every run copies the log back and starts it again many times.
constexpr int kCheckpointPages = 5;

constexpr std::array<storage::Migration, 1> kTables = {{{1, "orders and stock", R"sql(
CREATE TABLE products (
  id TEXT NOT NULL PRIMARY KEY,
  stock INTEGER NOT NULL CHECK (stock >= 0),
  version INTEGER NOT NULL
) STRICT;
CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY,
  product_id TEXT NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
)sql"}}};

storage::Change change_of(std::string_view kind, std::string id, storage::AudienceSet audience) {
  storage::Change change;
  change.kind = kind;
  change.id = std::move(id);
  change.shop_id = "shop";
  change.user_id = "user";
  change.audience = audience;
  change.image = "{}";
  return change;
}

/// When and how the power goes in a run.
struct Cut {
  std::uint64_t operation;
  Unsynced unsynced;
  std::uint64_t seed;
};

/// The orders and log of one run, as far as anybody was told of them.
struct Told {
  /// What the disk did until all was answered.
  std::uint64_t operations = 0;
  std::set<std::string> orders;
  std::set<std::uint64_t> lsns;
  int refused = 0;
};

class PowerCut : public testing::Test {
 protected:
  PowerCut() {
    std::string pattern = (fs::temp_directory_path() / "tillcast-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    root_ = pattern;
    make_template();
  }
  ~PowerCut() override { fs::remove_all(root_); }

  /// A folder with products and full stock.
  fs::path new_shop() {
    fs::path folder = root_ / std::to_string(++shops_);
    fs::copy(root_ / "template", folder);
    return folder;
  }

  /// Makes the shop that the others are copies of, on a disk that keeps everything.
  void make_template() {
    const fs::path folder = root_ / "template";
    const auto database = storage::open_sqlite({.folder = folder}, random_);
    database->migrate("test", kTables);
    const auto writer = database->open_writer();
    writer->begin();
    Transaction& t = writer->begin_command();
    for (int i = 0; i < kProducts; ++i) {
      t.execute("INSERT INTO products (id, stock, version) VALUES ($1, $2, 1)",
                {"product" + std::to_string(i), kStock});
    }
    writer->keep_command();
    writer->commit();
  }

  static bool place_order(Transaction& t, const std::string& id, SeededRandom& random) {
    const std::string product = "product" + std::to_string(random.u64() % kProducts);
    const auto quantity = static_cast<std::int64_t>(1 + random.u64() % 9);
    const std::string note(random.u64() % 3'000, 'n');
    if (t.execute("UPDATE products SET stock = stock - $2, version = version + 1 "
                  "WHERE id = $1 AND stock >= $2",
                  {product, quantity}) != 1) {
      return false;
    }
    t.execute("INSERT INTO orders (id, product_id, quantity, note) VALUES ($1, $2, $3, $4)",
              {id, product, quantity, note});
    t.log(change_of("order", id, storage::kDesk | storage::kOwner));
    t.log(change_of("product", product, storage::kDesk | storage::kPublic));
    return true;
  }

  /// Places kOrders orders on the disk `vfs`, `group` in one COMMIT, until all are answered. Two
  /// runs with the same group do about as many operations: the log is copied back beside them. The
  /// power stays without a `cut`.
  Told take_orders(const fs::path& folder, UnsyncedVfs& vfs, std::size_t group,
                   std::optional<Cut> cut = {}) {
    Told told;
    SeededRandom order_random(1);
    const auto database = storage::open_sqlite(
        {.folder = folder, .vfs = vfs.name(), .checkpoint_pages = kCheckpointPages}, random_);
    CommitThread thread(database->open_writer(),
                        [&told](const std::shared_ptr<const storage::CommittedBatch>& batch) {
                          for (const auto& transaction : batch->transactions) {
                            for (const auto& change : transaction.changes)
                              told.lsns.insert(change.lsn.get());
                          }
                        },
                        {.group_commands_max = group, .group_run_ms_max = 600'000});

    // The first group waits until all is queued, so that every group is full.
    std::promise<void> all_queued;
    const std::shared_future<void> gate = all_queued.get_future().share();
    for (int i = 0; i < kOrders; ++i) {
      const std::string id = "order" + std::to_string(i);
      thread.submit<std::string>(
          [id, gate, &order_random](Transaction& t) -> Outcome<std::string> {
            gate.wait();
            if (!place_order(t, id, order_random)) {
              return Problem{.status = 409, .code = "out_of_stock", .detail = ""};
            }
            return id;
          },
          [id, &told](const Outcome<std::string>& outcome) {
            if (outcome.has_value()) {
              told.orders.insert(id);
            } else {
              ++told.refused;
            }
          });
    }
    const std::uint64_t before = vfs.operations();
    if (cut.has_value()) vfs.cut_power_at(cut->operation, cut->unsynced, cut->seed);
    all_queued.set_value();
    thread.drain();
    told.operations = vfs.operations() - before;
    return told;
  }

  /// What a run left, seen through the real disk.
  struct Found {
    std::set<std::string> orders;
    std::uint64_t head = 0;
  };

  /// Opens what is left and holds that it is sound in itself.
  Found reopen(const fs::path& folder) {
    Found found;
    const auto database = storage::open_sqlite({.folder = folder}, random_);
    database->open_reader()->snapshot([&](Queries& queries) {
      const auto number = [&queries](std::string_view sql) {
        std::int64_t value = -1;
        queries.query(sql, {}, [&value](const Row& row) { value = row.integer(0); });
        return value;
      };
      queries.query("PRAGMA integrity_check", {},
                    [](const Row& row) { EXPECT_EQ(row.text(0), "ok"); });
      queries.query("SELECT id FROM orders", {},
                    [&found](const Row& row) { found.orders.emplace(row.text(0)); });
      EXPECT_EQ(number("SELECT sum(stock) FROM products"),
                kStock * kProducts - number("SELECT coalesce(sum(quantity), 0) FROM orders"));
      EXPECT_EQ(number("SELECT count(*) FROM orders WHERE id NOT IN "
                       "(SELECT id FROM changes WHERE kind = 'order')"),
                0);
      check_chain(queries, found);
    });
    return found;
  }

  static void check_chain(Queries& queries, Found& found) {
    found.head = storage::log_position(queries).lsn.get();
    EXPECT_EQ(found.head, 2 * found.orders.size());
    std::uint64_t expected = 0;
    for (bool complete = false; !complete;) {
      const auto page = read_room(queries, {storage::kDesk, "shop"}, Lsn{expected}, 50, 1'000'000);
      ASSERT_EQ(page.prev, Lsn{expected});
      for (const auto& change : page.changes) ASSERT_EQ(change.lsn, Lsn{++expected});
      complete = page.complete;
    }
    EXPECT_EQ(expected, found.head);
  }

  /// How many operations a run needs if the power stays.
  std::uint64_t operations_of_a_whole_run(std::size_t group) {
    UnsyncedVfs vfs("unsynced_whole");
    const fs::path folder = new_shop();
    const Told told = take_orders(folder, vfs, group);
    EXPECT_EQ(told.orders.size(), std::size_t{kOrders});
    EXPECT_EQ(reopen(folder).orders, told.orders);
    return told.operations;
  }

  fs::path root_;
  int shops_ = 0;
  KernelRandom random_;
};

TEST_F(PowerCut, every_acknowledged_order_survives_a_cut_at_any_operation) {
  SeededRandom random(20'261'121);
  int cuts_between_answers = 0;
  for (const std::size_t group : {1U, 3U, 8U, 30U}) {
    const std::uint64_t whole = operations_of_a_whole_run(group);
    for (int i = 0; i < 26; ++i) {
      const std::uint64_t seed = random.u64();
      const Cut cut{1 + seed % whole, i % 2 == 0 ? Unsynced::kLost : Unsynced::kTorn, seed};
      SCOPED_TRACE("groups of " + std::to_string(group) + ", cut at operation " +
                   std::to_string(cut.operation) + " of " + std::to_string(whole));
      const fs::path folder = new_shop();
      UnsyncedVfs vfs("unsynced");
      const Told told = take_orders(folder, vfs, group, cut);
      const Found found = reopen(folder);
      // A run may be over before a cut that was to come at its end.
      EXPECT_TRUE(vfs.power_is_cut() || told.orders.size() == std::size_t{kOrders});

      EXPECT_EQ(told.orders.size() + static_cast<std::size_t>(told.refused), std::size_t{kOrders});
      EXPECT_THAT(found.orders, testing::IsSupersetOf(told.orders));
      EXPECT_LE(found.orders.size(), told.orders.size() + group)
          << "more than the group that the power went in was stored without an answer";
      EXPECT_EQ(told.lsns.size(), 2 * told.orders.size())
          << "the feed heard of what was not answered";
      EXPECT_GE(found.head, told.lsns.empty() ? 0 : *told.lsns.rbegin());
      if (!told.orders.empty() && told.refused > 0) ++cuts_between_answers;
      ASSERT_FALSE(HasFailure());
    }
  }
  EXPECT_GT(cuts_between_answers, 60) << "the cuts must fall between answers to show anything";
}

TEST_F(PowerCut, the_test_notices_a_disk_that_does_not_sync) {
  const fs::path folder = new_shop();
  UnsyncedVfs vfs("unsynced_lies", true);
  const Told told =
      take_orders(folder, vfs, 8, Cut{operations_of_a_whole_run(8) / 2, Unsynced::kLost, 1});
  ASSERT_TRUE(vfs.power_is_cut());
  EXPECT_GT(told.orders.size(), 10U);
  EXPECT_THAT(reopen(folder).orders, testing::IsEmpty());
}

}  // namespace
}  // namespace tillcast::crash
