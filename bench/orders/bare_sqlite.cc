// bare_sqlite: the least that a durable order costs SQLite. Groups of orders, three statements each
// (insert the order, take it from the stock if there is enough, insert a row of a log), one COMMIT
// a group with synchronous=FULL. Prints one line of JSON.

#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "common/histogram.h"

namespace {

using tillcast::bench::Histogram;

constexpr int kProducts = 48;

class Orders {
 public:
  explicit Orders(const std::string& path) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) fail();
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;"
        "CREATE TABLE products (id INTEGER PRIMARY KEY, stock INTEGER CHECK (stock >= 0)) STRICT;"
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, product INTEGER, quantity INTEGER) STRICT;"
        "CREATE TABLE changes (lsn INTEGER PRIMARY KEY, image TEXT) STRICT;");
    for (int i = 0; i < kProducts; ++i) run("INSERT INTO products (stock) VALUES (1000000000)");
    insert_order_ = prepare("INSERT INTO orders (product, quantity) VALUES (?1, 1)");
    take_stock_ = prepare("UPDATE products SET stock = stock - 1 WHERE id = ?1 AND stock >= 1");
    insert_change_ = prepare("INSERT INTO changes (image) VALUES (?1)");
  }
  Orders(const Orders&) = delete;
  Orders& operator=(const Orders&) = delete;
  ~Orders() {
    for (sqlite3_stmt* statement : {insert_order_, take_stock_, insert_change_}) {
      sqlite3_finalize(statement);
    }
    sqlite3_close(database_);
  }

  void place_group(int orders) {
    run("BEGIN IMMEDIATE");
    for (int i = 0; i < orders; ++i) {
      const int product = 1 + next_++ % kProducts;
      sqlite3_bind_int(insert_order_, 1, product);
      step(insert_order_);
      sqlite3_bind_int(take_stock_, 1, product);
      step(take_stock_);
      sqlite3_bind_text(insert_change_, 1, image_.data(), static_cast<int>(image_.size()),
                        SQLITE_STATIC);
      step(insert_change_);
    }
    run("COMMIT");
  }

 private:
  [[noreturn]] void fail() const { throw std::runtime_error(sqlite3_errmsg(database_)); }
  void run(const char* sql) const {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  sqlite3_stmt* prepare(const char* sql) const {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) fail();
    return statement;
  }
  void step(sqlite3_stmt* statement) const {
    if (sqlite3_step(statement) != SQLITE_DONE || sqlite3_changes(database_) != 1) fail();
    sqlite3_reset(statement);
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_order_ = nullptr;
  sqlite3_stmt* take_stock_ = nullptr;
  sqlite3_stmt* insert_change_ = nullptr;
  int next_ = 0;
  std::string image_ = std::string(350, 'x');
};

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  int group = 64;
  double seconds = 3;
  CLI::App app("Durable orders on SQLite alone.");
  app.add_option("--file", path, "the database to make")->required();
  app.add_option("--group", group, "orders a commit")->check(CLI::Range(1, 1000));
  app.add_option("--seconds", seconds);
  CLI11_PARSE(app, argc, argv);
  try {
    using Clock = std::chrono::steady_clock;
    Orders orders(path);
    Histogram took;
    std::uint64_t groups = 0;
    const auto start = Clock::now();
    auto before = start;
    while (before - start < std::chrono::duration<double>(seconds)) {
      orders.place_group(group);
      const auto after = Clock::now();
      took.add(static_cast<std::uint64_t>((after - before).count()));
      before = after;
      ++groups;
    }
    const double passed = std::chrono::duration<double>(before - start).count();
    std::printf("{\"group\":%d,\"orders_a_second\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", group,
                static_cast<double>(groups) * group / passed,
                static_cast<double>(took.percentile(0.50)) / 1e6,
                static_cast<double>(took.percentile(0.99)) / 1e6);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bare_sqlite: %s\n", error.what());
    return 1;
  }
}
