#include "app/store.h"

#include <csignal>

#include "base/clock.h"
#include "commerce/bulk_tables.h"
#include "commerce/migrations.h"
#include "commerce/pictures.h"
#include "commerce/secrets.h"
#include "commerce/stats.h"
#include "feed/recovery_rows.h"
#include "storage/postgres/postgres_database.h"
#include "storage/postgres/postgres_look.h"
#include "storage/sqlite/sqlite_database.h"
#include "storage/sqlite/sqlite_files.h"

namespace tillcast::app {

namespace {

std::unique_ptr<storage::Database> open(const std::string& data, Random& random) {
  if (storage::is_postgres_url(data)) return storage::open_postgres(data, random);
  // A file that may not grow is an error that is answered, as a full disk is, and ends nothing.
  std::signal(SIGXFSZ, SIG_IGN);
  return storage::open_sqlite({data, {}}, random);
}

}  // namespace

std::string data_name(const std::string& data) {
  return storage::is_postgres_url(data) ? storage::postgres_name(data) : data;
}

std::unique_ptr<storage::Reader> look_at(const std::string& data) {
  if (storage::is_postgres_url(data)) return storage::read_postgres(data);
  return storage::read_sqlite_file(storage::sqlite_file_in(data));
}

Store::Store(const std::string& data, Random& random) : database_(open(data, random)) {
  database_->migrate(commerce::kMigrationComponent, commerce::migrations(database_->engine()));
  database_->migrate(commerce::kBulkComponent, commerce::bulk_migrations(database_->engine()));
  database_->migrate(commerce::kPictureComponent,
                     commerce::picture_migrations(database_->engine()));
  database_->migrate(feed::kRecoveryMigrationComponent,
                     feed::recovery_migrations(database_->engine()));
  writer_ = database_->open_writer();
  commit([&](storage::Transaction& transaction) {
    key_ = commerce::ensure_token_key(transaction, random);
    return true;
  });
  for (bool more = true; more;) {
    commit([&](storage::Transaction& transaction) {
      more = commerce::complete_totals(transaction, SystemClock().unix_ms());
      return true;
    });
  }
}

void Store::commit(const std::function<bool(storage::Transaction&)>& step) {
  try {
    writer_->begin();
    if (step(writer_->begin_command())) {
      writer_->keep_command();
    } else {
      writer_->undo_command();
    }
    writer_->commit();
    writer_->rest();
  } catch (...) {
    writer_->roll_back();
    throw;
  }
}

void Store::read(const std::function<void(storage::Queries&)>& read) {
  database_->open_reader()->snapshot(read);
}

}  // namespace tillcast::app
