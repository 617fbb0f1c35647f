#include "commerce/migrations.h"

#include <stdexcept>

#include "commerce/migrations_sqlite.h"

namespace tillcast::commerce {

std::span<const storage::Migration> migrations(storage::Engine engine) {
  if (engine == storage::Engine::kSqlite) return sqlite_migrations();
  throw std::invalid_argument("This build keeps its data in SQLite: give --data a folder.");
}

}  // namespace tillcast::commerce
