#include "commerce/pictures.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/limits.h"
#include "protocol/base64.h"

namespace tillcast::commerce {

namespace {

// Statements know integers and text, so the bytes are base64: a third more, of some ten kilobytes.
/// For the clean-up: which records show a stored picture.
constexpr std::string_view kShown = R"sql(
CREATE INDEX products_picture ON products (image_url)
  WHERE image_url LIKE '/images/stored/%';
CREATE INDEX products_generated_picture ON products (generated_image_url)
  WHERE generated_image_url LIKE '/images/stored/%';
CREATE INDEX shops_logo_picture ON shops (logo_url) WHERE logo_url LIKE '/images/stored/%';
CREATE INDEX shops_banner_picture ON shops (banner_url) WHERE banner_url LIKE '/images/stored/%';
)sql";

constexpr std::array<storage::Migration, 2> kSqlite = {{{1, "pictures", R"sql(
CREATE TABLE pictures (
  hash TEXT NOT NULL PRIMARY KEY,
  stored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE picture_sizes (
  hash TEXT NOT NULL,
  size INTEGER NOT NULL,
  webp TEXT NOT NULL,
  PRIMARY KEY (hash, size)
) STRICT;
)sql"},
                                                        {2, "shown pictures", kShown}}};

constexpr std::array<storage::Migration, 2> kPostgres = {{{1, "pictures", R"sql(
CREATE TABLE pictures (
  hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  stored_at BIGINT NOT NULL
);
CREATE TABLE picture_sizes (
  hash TEXT COLLATE "C" NOT NULL,
  size BIGINT NOT NULL,
  webp TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (hash, size)
);
-- Base64 of what is compressed already.
ALTER TABLE picture_sizes ALTER COLUMN webp SET STORAGE EXTERNAL;
)sql"},
                                                          {2, "shown pictures", kShown}}};

/// No record of the table shows the picture `hash` in that column, in any size.
std::string not_shown(std::string_view table, std::string_view column) {
  return fmt::format(
      " AND NOT EXISTS (SELECT 1 FROM {0} WHERE {1} LIKE '/images/stored/%' AND {1} IN ("
      "'/images/stored/' || hash || '/320.webp', '/images/stored/' || hash || '/640.webp', "
      "'/images/stored/' || hash || '/1280.webp'))",
      table, column);
}

constexpr std::string_view kFolder = "/images/stored/";

}  // namespace

std::span<const storage::Migration> picture_migrations(storage::Engine engine) {
  if (engine == storage::Engine::kPostgres) return kPostgres;
  return kSqlite;
}

std::string picture_url(std::string_view hash, std::int64_t size) {
  return std::string(kFolder).append(hash).append("/").append(std::to_string(size)) + ".webp";
}

std::string_view picture_hash(std::string_view url) {
  if (!url.starts_with(kFolder)) return {};
  url.remove_prefix(kFolder.size());
  const auto end = url.find('/');
  return end == std::string_view::npos ? std::string_view{} : url.substr(0, end);
}

void store_picture(storage::Statements& statements, const pictures::PictureSet& picture,
                   std::int64_t now_ms) {
  const std::string_view hash = picture.hash;
  statements.change_one(
      "INSERT INTO pictures (hash, stored_at) VALUES ($1, $2) "
      "ON CONFLICT (hash) DO UPDATE SET stored_at = excluded.stored_at",
      {hash, now_ms});
  for (const pictures::Picture& each : picture.sizes) {
    std::string text;
    protocol::append_base64(text, each.webp);
    statements.execute(
        "INSERT INTO picture_sizes (hash, size, webp) VALUES ($1, $2, $3) "
        "ON CONFLICT (hash, size) DO NOTHING",
        {hash, each.size, std::string_view(text)});
  }
}

std::optional<std::string> find_picture(storage::Queries& queries, std::string_view hash,
                                        std::int64_t size) {
  std::optional<std::string> webp;
  queries.query(
      "SELECT webp FROM picture_sizes WHERE hash = $1 AND size <= $2 ORDER BY size DESC LIMIT 1",
      {hash, size}, [&](const storage::Row& row) { webp = protocol::decode_base64(row.text(0)); });
  return webp;
}

std::string prune_pictures(storage::Statements& statements, std::int64_t now_ms,
                           std::string_view after) {
  static const std::string unused =
      "SELECT hash FROM pictures WHERE hash > $1 AND hash <= $2 AND stored_at < $3" +
      not_shown("products", "image_url") + not_shown("products", "generated_image_url") +
      not_shown("shops", "logo_url") + not_shown("shops", "banner_url");
  std::string last;
  std::int64_t looked_at = 0;
  statements.query("SELECT hash FROM pictures WHERE hash > $1 ORDER BY hash LIMIT $2",
                   {after, limits::kPicturesCheckedPerStep}, [&](const storage::Row& row) {
                     last = row.text(0);
                     ++looked_at;
                   });
  if (looked_at == 0) return {};
  std::vector<std::string> gone;
  statements.query(unused, {after, std::string_view(last), now_ms - limits::kPictureUnusedMs},
                   [&](const storage::Row& row) { gone.emplace_back(row.text(0)); });
  for (const std::string& hash : gone) {
    statements.execute("DELETE FROM picture_sizes WHERE hash = $1", {std::string_view(hash)});
    statements.execute("DELETE FROM pictures WHERE hash = $1", {std::string_view(hash)});
  }
  return looked_at < limits::kPicturesCheckedPerStep ? std::string() : last;
}

}  // namespace tillcast::commerce
