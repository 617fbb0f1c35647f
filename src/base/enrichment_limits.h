// The limits of enriching products and of the requests that the server makes to others, by name and
// with their units. Constants: any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tillcast::limits {

/// Enrichments of one shop that have not ended.
inline constexpr std::int64_t kEnrichmentsPerShopMax = 500;
/// Attempts at one enrichment, and how long to wait before the second; each further wait is twice
/// as long.
inline constexpr std::int64_t kEnrichmentAttemptsMax = 5;
inline constexpr std::int64_t kEnrichmentRetryMs = 2'000;
inline constexpr std::int64_t kEnrichmentRetryMsMax = 60'000;
/// An attempt that is not over after this long counts as lost with the server that made it.
inline constexpr std::int64_t kEnrichmentLeaseMs = 60'000;
/// What an outside workflow has from the start of an attempt, unless `serve` is told otherwise.
inline constexpr std::int64_t kEnrichmentTimeoutMs = 10LL * 60 * 1000;
/// Drawing one picture, the start of its process included.
inline constexpr std::int64_t kComposeTimeoutMs = 20'000;
/// Bytes of one picture that is drawn.
inline constexpr std::size_t kComposedBytesMax = 4 * 1024 * 1024;

/// Overdue jobs that one command looks at, so that orders need not wait for it.
inline constexpr std::int64_t kEnrichmentsPerStepMax = 20;

// Webhooks.
/// One request, looking up the host and connecting included.
inline constexpr std::int64_t kWebhookTimeoutMs = 15'000;
/// More of an answer is not read.
inline constexpr std::size_t kWebhookAnswerBytesMax = 64 * 1024;
/// A receiver refuses a signature that is older.
inline constexpr std::int64_t kWebhookSignatureAgeSMax = 300;
inline constexpr std::size_t kWebhookSecretBytesMin = 16;
inline constexpr std::size_t kWebhookSecretBytesMax = 1024;

}  // namespace tillcast::limits
