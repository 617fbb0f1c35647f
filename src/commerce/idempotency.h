// A write that a client may send twice and that happens once: the first success is kept with the
// key that came with it, in the same transaction, and given again for limits::kIdempotencyTtlMs. A
// refusal is not kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// Where a key counts: the same principal, method and path.
struct IdempotencyScope {
  std::string_view method;
  std::string_view path;
  /// The header Idempotency-Key; empty if there is none.
  std::string_view key;
  std::string_view body;
};

/// Runs `command`, or gives the first success again: the record as it was answered then, to be
/// rendered for today's viewer. Without a key, or without a signed-in caller, it just runs. 422
/// `idempotency_mismatch` for another body under the same key; 400 `bad_idempotency_key` for a key
/// longer than limits::kIdempotencyKeyBytesMax; 404 if the caller may no longer see the record.
Outcome<RecordImage> idempotent(const Context& context, const IdempotencyScope& scope,
                                const std::function<Outcome<RecordImage>()>& command);

/// Removes keys that are older than limits::kIdempotencyTtlMs, at most `rows_max`.
void prune_idempotency_keys(storage::Transaction& transaction, std::int64_t now_ms,
                            std::int64_t rows_max);

}  // namespace tillcast::commerce
