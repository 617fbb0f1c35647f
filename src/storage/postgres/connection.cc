#include "storage/postgres/connection.h"

#include <array>
#include <charconv>
#include <list>

namespace tillcast::storage {
namespace {

/// So many statements are at most on their way before their answers are read: the answers of both
/// sides must fit into the socket's buffers, or each would wait for the other.
constexpr std::size_t kSentMax = 256;
constexpr int kServerVersionMin = 150'000;

class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}

  [[nodiscard]] bool is_null(int column) const override {
    return PQgetisnull(result_, row_, column) != 0;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    const std::string_view digits = text(column);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // Conditions are booleans here and integers in SQLite.
    return digits == "t" ? 1 : value;
  }
  [[nodiscard]] std::string_view text(int column) const override {
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_;
};

/// libpq's messages end with a line feed and may have several lines.
std::string one_line(std::string_view message) {
  std::string line(message);
  while (!line.empty() && line.back() == '\n') line.pop_back();
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

std::string parameter_of(const PGconn* handle, const char* name) {
  const char* value = PQparameterStatus(handle, name);
  return value == nullptr ? "" : value;
}

PGconn* connect(const PostgresServer& server) {
  const std::string connect_timeout = std::to_string(kConnectTimeoutS);
  const std::string idle = std::to_string(kKeepaliveIdleS);
  const std::string unacknowledged = std::to_string(kUnacknowledgedMs);
  // What stands before dbname can be said otherwise in the URL, what stands behind it cannot.
  const std::array names = {"connect_timeout",
                            "keepalives_idle",
                            "tcp_user_timeout",
                            "fallback_application_name",
                            "dbname",
                            "client_encoding",
                            static_cast<const char*>(nullptr)};
  const std::array values = {
      connect_timeout.c_str(), idle.c_str(), unacknowledged.c_str(),           "tillcast",
      server.url.c_str(),      "UTF8",       static_cast<const char*>(nullptr)};
  return PQconnectdbParams(names.data(), values.data(), 1);
}

/// Holds what the rest of the code relies on: durable commits, one text encoding.
void check_server(const PGconn* handle) {
  if (PQserverVersion(handle) < kServerVersionMin) {
    throw std::runtime_error("tillcast needs PostgreSQL 15 or newer, and the server is " +
                             parameter_of(handle, "server_version"));
  }
  if (parameter_of(handle, "server_encoding") != "UTF8") {
    throw std::runtime_error("the database's encoding is " +
                             parameter_of(handle, "server_encoding") +
                             "; create it with ENCODING 'UTF8'");
  }
}

const std::string& session_script() {
  static const std::string kScript =
      "SET client_min_messages = warning;"
      "SELECT set_config('synchronous_commit', 'on', false)"
      " WHERE current_setting('synchronous_commit') = 'off'";
  return kScript;
}

}  // namespace

PostgresConnection::PostgresConnection(const PostgresServer& server) : handle_(connect(server)) {
  if (handle_ == nullptr) throw StorageFailure("no memory for a database connection");
  if (PQstatus(handle_.get()) != CONNECTION_OK) lost(PQerrorMessage(handle_.get()));
  PQsetNoticeReceiver(
      handle_.get(), [](void*, const PGresult*) {}, nullptr);
  check_server(handle_.get());
  if (PQenterPipelineMode(handle_.get()) != 1) lost("pipeline mode");
  run_script(session_script());
  if (parameter_of(handle_.get(), "in_hot_standby") == "on") {
    lost("the server is a standby that takes no changes");
  }
}

void PostgresConnection::query(std::string_view sql, std::span<const Value> parameters,
                               const RowSink& sink) {
  send(sql, parameters, Demand::kNothing);
  // All has arrived before the sink sees a row, so the sink may use the connection.
  const Result result = await();
  const int rows = PQntuples(result.get());
  for (int row = 0; row < rows; ++row) sink(PostgresRow(result.get(), row));
}

std::int64_t PostgresConnection::execute(std::string_view sql, std::span<const Value> parameters) {
  send(sql, parameters, Demand::kNothing);
  const Result result = await();
  const std::string_view command = PQcmdStatus(result.get());
  if (command.starts_with("SELECT")) return 0;
  const std::string_view changed = PQcmdTuples(result.get());
  std::int64_t rows = 0;
  std::from_chars(changed.data(), changed.data() + changed.size(), rows);
  return rows;
}

void PostgresConnection::post(std::string_view sql, std::span<const Value> parameters,
                              Demand demand) {
  if (sent_.size() >= kSentMax) wait();
  send(sql, parameters, demand);
}

void PostgresConnection::post_rows(std::string_view sql, std::span<const Value> parameters,
                                   std::size_t rows) {
  if (sent_.size() >= kSentMax) wait();
  send(sql, parameters, Demand::kRows, rows);
}

void PostgresConnection::send_posted() {
  if (PQpipelineSync(handle_.get()) != 1) lost(PQerrorMessage(handle_.get()));
  synced_ = sent_.size();
}

void PostgresConnection::run_script(const std::string& sql) {
  if (!sent_.empty()) throw std::logic_error("a script behind posted statements");
  if (PQexitPipelineMode(handle_.get()) != 1) lost(PQerrorMessage(handle_.get()));
  const Result result(PQexec(handle_.get(), sql.c_str()));
  if (PQstatus(handle_.get()) != CONNECTION_OK) lost(PQerrorMessage(handle_.get()));
  const ExecStatusType status = PQresultStatus(result.get());
  const std::string failure =
      status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
          ? std::string()
          : one_line(PQresultErrorMessage(result.get()));
  if (PQenterPipelineMode(handle_.get()) != 1) lost("pipeline mode");
  if (!failure.empty()) throw StorageFailure(failure + ": " + sql);
}

void PostgresConnection::abandon() {
  try {
    if (!sent_.empty()) wait();
  } catch (const ConnectionLost&) {
    throw;
  } catch (const StorageFailure&) {
    // It is given up anyway.
  }
  if (in_transaction()) execute("ROLLBACK");
}

bool PostgresConnection::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(handle_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

void PostgresConnection::send(std::string_view sql, std::span<const Value> parameters,
                              Demand demand, std::size_t rows) {
  // The answers to what was sent without waiting come first.
  if (synced_ > 0) await();
  if (sent_.empty()) deallocate_evicted();
  parameters_.set(parameters);
  const std::span<const char* const> texts = parameters_.all();
  PreparedName& statement = names_.find(sql);
  if (!statement.prepared) {
    if (PQsendPrepare(handle_.get(), statement.name.c_str(), statement.text.c_str(), 0, nullptr) !=
        1) {
      lost(PQerrorMessage(handle_.get()));
    }
    statement.prepared = true;
    sent_.push_back({&statement, true, Demand::kNothing, 0});
  }
  if (PQsendQueryPrepared(handle_.get(), statement.name.c_str(), static_cast<int>(texts.size()),
                          texts.data(), nullptr, nullptr, 0) != 1) {
    lost(PQerrorMessage(handle_.get()));
  }
  sent_.push_back({&statement, false, demand, rows});
}

void PostgresConnection::deallocate_evicted() {
  for (const PreparedName& name : names_.take_evicted()) {
    if (!name.prepared) continue;
    const std::string sql = "DEALLOCATE " + name.name;
    if (PQsendQueryParams(handle_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) !=
        1) {
      lost(PQerrorMessage(handle_.get()));
    }
    sent_.push_back({});
  }
}

/// Reads the answers to all that was sent, gives the last one, and throws what failed first.
PostgresConnection::Result PostgresConnection::await() {
  if (synced_ == 0) send_posted();
  std::string failure;
  Result last;
  std::size_t answered = 0;
  for (;;) {
    Result result = next_result(failure);
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) break;
    if (answered < sent_.size()) {
      const Sent& sent = sent_[answered++];
      if (sent.is_prepare && PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        names_.forget(*sent.statement);
      }
      check(sent, result.get(), failure);
    }
    last = std::move(result);
  }
  sent_.clear();
  synced_ = 0;
  if (!failure.empty()) throw StorageFailure(failure);
  return last;
}

void PostgresConnection::check(const Sent& sent, PGresult* result, std::string& failure) const {
  // The first failure is the reason for those that follow it.
  if (!failure.empty()) return;
  const std::string text = sent.statement == nullptr ? "DEALLOCATE" : sent.statement->text;
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    failure = one_line(PQresultErrorMessage(result)) + " (" + (state == nullptr ? "" : state) +
              "): " + text;
  } else if (sent.demand == Demand::kRows && PQcmdTuples(result) != std::to_string(sent.rows)) {
    failure = (sent.rows == 1 ? "not one row by: " : "not all rows by: ") + text;
  } else if (sent.demand == Demand::kCommitted &&
             std::string_view(PQcmdStatus(result)) != "COMMIT") {
    // COMMIT of a transaction that failed is answered ROLLBACK.
    failure = "the transaction was rolled back";
  }
}

PostgresConnection::Result PostgresConnection::next_result(const std::string& failure) const {
  // One null ends the answer to a statement; two in a row would mean that nothing is under way.
  for (int tries = 0; tries < 2; ++tries) {
    Result result(PQgetResult(handle_.get()));
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
      lost(failure.empty() ? PQerrorMessage(handle_.get()) : failure);
    }
    if (result != nullptr) return result;
  }
  lost("an answer is missing");
}

void PostgresConnection::lost(std::string_view what) const { throw ConnectionLost(one_line(what)); }

}  // namespace tillcast::storage
