#include "commerce/migrations.h"

#include "commerce/migrations_postgres.h"
#include "commerce/migrations_sqlite.h"

namespace tillcast::commerce {

std::span<const storage::Migration> migrations(storage::Engine engine) {
  return engine == storage::Engine::kSqlite ? sqlite_migrations() : postgres_migrations();
}

}  // namespace tillcast::commerce
