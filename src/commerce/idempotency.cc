#include "commerce/idempotency.h"

#include <optional>

#include "auth/tokens.h"
#include "base/limits.h"
#include "commerce/problems.h"
#include "commerce/render.h"

namespace tillcast::commerce {
namespace {

struct StoredSuccess {
  std::string body_hash;
  RecordImage image;
};

/// The key's scope as one text of fixed length. The parts are separated by a byte that none of them
/// can contain.
std::string scope_hash(std::string_view user_id, const IdempotencyScope& scope) {
  std::string text(user_id);
  for (const std::string_view part : {scope.method, scope.path, scope.key}) {
    text += '\0';
    text += part;
  }
  return auth::secret_hash(text);
}

std::optional<StoredSuccess> find_success(storage::Queries& queries, std::string_view scope,
                                          std::int64_t oldest_ms) {
  std::optional<StoredSuccess> found;
  queries.query(
      "SELECT body_hash, kind, record_id, shop_id, user_id, version, is_public, image "
      "FROM idempotency_keys WHERE scope = $1 AND created_at > $2",
      {scope, oldest_ms}, [&](const storage::Row& row) {
        const KindSpec* kind = find_kind(row.text(1));
        if (kind == nullptr) return;
        found.emplace();
        found->body_hash = row.text(0);
        found->image = {kind->kind,
                        std::string(row.text(2)),
                        std::string(row.text(3)),
                        std::string(row.text(4)),
                        row.integer(5),
                        row.integer(6) != 0,
                        std::string(row.text(7))};
      });
  return found;
}

void store_success(storage::Statements& statements, std::string_view scope,
                   std::string_view body_hash, const RecordImage& image, std::int64_t now_ms) {
  // A key that is too old to count may still be there.
  statements.change_one(
      "INSERT INTO idempotency_keys (scope, body_hash, created_at, kind, record_id, shop_id, "
      "user_id, version, is_public, image) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
      "ON CONFLICT (scope) DO UPDATE SET body_hash = excluded.body_hash, "
      "created_at = excluded.created_at, kind = excluded.kind, record_id = excluded.record_id, "
      "shop_id = excluded.shop_id, user_id = excluded.user_id, version = excluded.version, "
      "is_public = excluded.is_public, image = excluded.image",
      {scope, body_hash, now_ms, spec(image.kind).name, std::string_view(image.id),
       std::string_view(image.shop_id), std::string_view(image.user_id), image.version,
       std::int64_t{image.is_public ? 1 : 0}, std::string_view(image.json)});
}

}  // namespace

Outcome<RecordImage> idempotent(const Context& context, const IdempotencyScope& scope,
                                const std::function<Outcome<RecordImage>()>& command) {
  if (scope.key.empty() || !context.who.signed_in()) return command();
  if (scope.key.size() > limits::kIdempotencyKeyBytesMax) {
    return Problem{400, "bad_idempotency_key",
                   "Give an Idempotency-Key of at most " +
                       std::to_string(limits::kIdempotencyKeyBytesMax) + " bytes."};
  }
  const std::string scope_text = scope_hash(context.who.user_id, scope);
  const std::string body_hash = auth::secret_hash(scope.body);
  // Keys are no records, so what the group holds back does not concern them.
  storage::Statements& statements = context.transaction.beside();
  const std::int64_t oldest_ms = context.now_ms - limits::kIdempotencyTtlMs;
  if (auto stored = find_success(statements, scope_text, oldest_ms)) {
    if (stored->body_hash != body_hash) {
      return Problem{422, "idempotency_mismatch",
                     "This Idempotency-Key came with another body before: use a new key."};
    }
    if (!viewer_for(context.who, stored->image)) return not_found(spec(stored->image.kind).name);
    return std::move(stored->image);
  }
  auto outcome = command();
  if (outcome) store_success(statements, scope_text, body_hash, *outcome, context.now_ms);
  return outcome;
}

void prune_idempotency_keys(storage::Transaction& transaction, std::int64_t now_ms,
                            std::int64_t rows_max) {
  transaction.execute(
      "DELETE FROM idempotency_keys WHERE scope IN (SELECT scope FROM idempotency_keys "
      "WHERE created_at <= $1 ORDER BY created_at LIMIT $2)",
      {now_ms - limits::kIdempotencyTtlMs, rows_max});
}

}  // namespace tillcast::commerce
