// The tables of commerce as numbered SQL, for Database::migrate("commerce", …). Any thread.
#pragma once

#include <span>
#include <string_view>

#include "storage/database.h"

namespace tillcast::commerce {

inline constexpr std::string_view kMigrationComponent = "commerce";

std::span<const storage::Migration> migrations(storage::Engine engine);

}  // namespace tillcast::commerce
