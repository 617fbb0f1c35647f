// The tables of commerce in PostgreSQL's words. Constants; any thread.
#pragma once

#include <span>

#include "storage/database.h"

namespace tillcast::commerce {

std::span<const storage::Migration> postgres_migrations();

}  // namespace tillcast::commerce
