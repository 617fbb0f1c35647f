// Pictures where all servers of one database find them: tables of their own outside the log, as
// numbered migrations of the component "pictures". Records hold a picture's URL, and change by
// their own commands.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pictures/picture.h"
#include "storage/database.h"

namespace tillcast::commerce {

inline constexpr std::string_view kPictureComponent = "pictures";
std::span<const storage::Migration> picture_migrations(storage::Engine engine);

/// The URL that a record is given: `/images/stored/HASH/640.webp`. 320 and 1280 stand beside it.
std::string picture_url(std::string_view hash, std::int64_t size = 640);
/// The hash in such a URL; empty for another one.
std::string_view picture_hash(std::string_view url);

/// Keeps the picture; one that is there already is kept as it is, and counts as new for the
/// clean-up. In the same transaction as the change of the record that shows it, or before.
void store_picture(storage::Statements& statements, const pictures::PictureSet& picture,
                   std::int64_t now_ms);

/// The WebP of the largest size that is kept and no larger than `size`, which is one of
/// pictures::kSizes; nothing if there is no such picture.
std::optional<std::string> find_picture(storage::Queries& queries, std::string_view hash,
                                        std::int64_t size);

/// Looks at the next limits::kPicturesCheckedPerStep pictures behind the name `after`, and removes
/// those that no product and no shop has shown and nobody has stored for limits::kPictureUnusedMs.
/// Gives where to go on; empty for the beginning.
std::string prune_pictures(storage::Statements& statements, std::int64_t now_ms,
                           std::string_view after);

}  // namespace tillcast::commerce
