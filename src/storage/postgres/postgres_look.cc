#include "storage/postgres/postgres_look.h"

#include <stdexcept>

#include "storage/postgres/connection.h"
#include "storage/postgres/log_schema.h"
#include "storage/postgres/postgres_database.h"

namespace tillcast::storage {
namespace {

constexpr std::int64_t kFetchRows = 1'000;

class LookingReader final : public Reader, private Queries {
 public:
  explicit LookingReader(const PostgresServer& server) : connection_(server) {
    // All rows are wanted, so a plan that is quick with the first ones is not the better one.
    connection_.execute("SELECT set_config('cursor_tuple_fraction', '1', false)");
  }

  void snapshot(const std::function<void(Queries&)>& read) override {
    struct End {
      PostgresConnection& connection;
      ~End() {
        try {
          connection.abandon();
        } catch (const StorageFailure&) {
          // What is told is what failed before; a connection that is lost has ended it as well.
        }
      }
    };
    connection_.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const End end{connection_};
    read(*this);
  }

  using Queries::query;

 private:
  [[nodiscard]] Engine engine() const override { return Engine::kPostgres; }

  /// A sink may ask in its turn, so each open answer has a cursor of its own.
  void query(std::string_view sql, std::span<const Value> parameters,
             const RowSink& sink) override {
    struct Open {
      int& count;
      explicit Open(int& open) : count(open) { ++count; }
      ~Open() { --count; }
    };
    const Open open(open_);
    const std::string cursor = "look_" + std::to_string(open_);
    connection_.post("DECLARE " + cursor + " NO SCROLL CURSOR FOR " + std::string(sql), parameters);
    const std::string fetch = "FETCH " + std::to_string(kFetchRows) + " FROM " + cursor;
    for (std::int64_t rows = kFetchRows; rows == kFetchRows;) {
      rows = 0;
      connection_.query(fetch, {}, [&](const Row& row) {
        ++rows;
        sink(row);
      });
    }
    connection_.post("CLOSE " + cursor);
  }

  PostgresConnection connection_;
  int open_ = 0;
};

std::int64_t number(Queries& queries, std::string_view sql) {
  std::int64_t value = 0;
  queries.query(sql, {}, [&value](const Row& row) { value = row.integer(0); });
  return value;
}

/// What keeps the log from being read, or nothing.
std::string fault_of(Queries& queries) {
  if (number(queries, "SELECT to_regclass('migrations') IS NOT NULL") == 0) {
    return "there are no data of tillcast in it.";
  }
  const auto log = number(queries, "SELECT max(number) FROM migrations WHERE component = 'log'");
  const auto ours = static_cast<std::int64_t>(kPostgresLogMigrations.size());
  if (log > ours) return "it was written by a newer version of tillcast; use that version.";
  if (log < ours) return "it is of an older version: serve it once, which brings it up.";
  return {};
}

}  // namespace

std::unique_ptr<Reader> read_postgres(const std::string& url) {
  const std::string name = postgres_name(url);
  std::string fault;
  try {
    auto reader = std::make_unique<LookingReader>(PostgresServer{url});
    reader->snapshot([&](Queries& queries) { fault = fault_of(queries); });
    if (fault.empty()) return reader;
  } catch (const StorageFailure& failure) {
    fault = failure.what();
  }
  throw std::runtime_error("The database " + name + " cannot be read: " + fault);
}

}  // namespace tillcast::storage
