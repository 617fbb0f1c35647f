#include "app/store.h"

#include "commerce/migrations.h"
#include "commerce/secrets.h"
#include "storage/sqlite/sqlite_database.h"

namespace tillcast::app {

Store::Store(const std::string& folder, Random& random)
    : database_(storage::open_sqlite({folder, {}}, random)) {
  database_->migrate(commerce::kMigrationComponent, commerce::migrations(database_->engine()));
  writer_ = database_->open_writer();
  commit([&](storage::Transaction& transaction) {
    key_ = commerce::ensure_token_key(transaction, random);
    return true;
  });
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
  } catch (...) {
    writer_->roll_back();
    throw;
  }
}

void Store::read(const std::function<void(storage::Queries&)>& read) {
  database_->open_reader()->snapshot(read);
}

}  // namespace tillcast::app
