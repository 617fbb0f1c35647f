// The tables of commerce in SQLite's words. Constants; any thread.
#pragma once

#include <span>

#include "storage/database.h"

namespace tillcast::commerce {

std::span<const storage::Migration> sqlite_migrations();

}  // namespace tillcast::commerce
