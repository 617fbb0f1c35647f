#include "storage/postgres/postgres_reader.h"

namespace tillcast::storage {

void PostgresReader::snapshot(const std::function<void(Queries&)>& read) {
  struct End {
    PostgresReader& reader;
    ~End() { reader.end(); }
  };
  started_ = false;
  const End end{*this};
  read(*this);
}

void PostgresReader::query(std::string_view sql, std::span<const Value> parameters,
                           const RowSink& sink) {
  if (started_) {
    link_.current().query(sql, parameters, sink);
  } else {
    first_query(sql, parameters, sink);
  }
}

/// The snapshot is taken by the first query, whose rows the sink sees only once all have arrived;
/// so until then nothing has been read that a second connection could contradict.
void PostgresReader::first_query(std::string_view sql, std::span<const Value> parameters,
                                 const RowSink& sink) {
  bool try_again = link_.connected();
  bool answered = false;
  const RowSink once_answered = [&](const Row& row) {
    answered = true;
    started_ = true;
    sink(row);
  };
  for (;;) {
    try {
      PostgresConnection& connection = link_.get();
      connection.post("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      connection.query(sql, parameters, once_answered);
      started_ = true;
      return;
    } catch (const ConnectionLost&) {
      // One that a sink had by a query of its own has been seen, and is not read a second time.
      if (answered || !try_again) throw;
      link_.drop();
      try_again = false;
    }
  }
}

/// Ends the transaction without waiting for the answer; the next snapshot reads it.
void PostgresReader::end() noexcept {
  if (!link_.connected()) return;
  try {
    link_.current().post("ROLLBACK");
    link_.current().send_posted();
  } catch (const std::exception&) {
    link_.drop();
  }
}

}  // namespace tillcast::storage
