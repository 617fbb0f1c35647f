// Every limit of the server, by name and with its unit, in one place. Whatever can grow is bounded
// by one of these. Constants: any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tillcast::limits {

// HTTP/1.1 requests.
inline constexpr std::size_t kHttpTargetBytesMax = 8 * 1024;
inline constexpr std::size_t kHttpHeaderBytesMax = 16 * 1024;
inline constexpr std::size_t kHttpHeadersMax = 100;
inline constexpr std::size_t kHttpBodyBytesMax = 1024 * 1024;
/// A request must be complete this long after its first byte.
inline constexpr std::int64_t kHttpRequestTimeoutMs = 30'000;
/// A kept-alive connection without a request is closed after this long.
inline constexpr std::int64_t kHttpIdleTimeoutMs = 75'000;

/// Answers that a client has not taken yet; past it its next request waits.
inline constexpr std::size_t kHttpBacklogBytesMax = 1024 * 1024;
/// A client that takes nothing of an answer for this long is reset.
inline constexpr std::int64_t kHttpWriteStallMs = 30'000;

// Live connections.
inline constexpr std::size_t kMessageBytesMax = 1'000'000;
inline constexpr std::int64_t kPingIntervalMs = 25'000;
inline constexpr std::int64_t kPingTimeoutMs = 20'000;
/// A Socket.IO client must ask for a namespace within this long of the handshake.
inline constexpr std::int64_t kConnectTimeoutMs = 45'000;
/// A WebSocket that was opened to upgrade a polling session must do so within this long.
inline constexpr std::int64_t kUpgradeTimeoutMs = 10'000;
/// After a close frame the peer has this long to answer before the connection is reset.
inline constexpr std::int64_t kCloseTimeoutMs = 1'000;
/// Bytes queued for one client; past it the client is ended as too slow and can resume.
inline constexpr std::size_t kOutboxBytesMax = 4 * 1024 * 1024;
/// The buffer that a room keeps from one turn to the next.
inline constexpr std::size_t kRoomBufferKeptBytesMax = 64 * 1024;
inline constexpr std::size_t kRoomsPerSocketMax = 64;
inline constexpr std::size_t kNamespacesPerClientMax = 16;
inline constexpr std::size_t kAttachmentsMax = 10;
/// Binaries and extensions in one packet of MessagePack.
inline constexpr std::size_t kMsgpackAttachmentsMax = 1'000;
inline constexpr std::size_t kRoomNameBytesMax = 128;
/// An event stream is told its position this often, also when nothing happens.
inline constexpr std::int64_t kEventStreamIdMs = 15'000;
/// Acknowledgements one socket may owe the server at once.
inline constexpr std::size_t kPendingAcksMax = 256;
/// Only WebSocket messages of at least this size are compressed, where it was agreed on at all.
inline constexpr std::size_t kDeflateMessageBytesMin = 1024;
/// What a loop keeps of the buffer that compressed messages are unpacked into.
inline constexpr std::size_t kDeflateBufferKeptBytesMax = 256 * 1024;
/// Only answers to polling requests of at least this size are compressed.
inline constexpr std::size_t kGzipAnswerBytesMin = 1024;

// Uploads of pictures.
/// Bytes of one picture as it is sent, and of the multipart body around it.
inline constexpr std::size_t kPictureBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kPictureBodyBytesMax = kPictureBytesMax + 64 * 1024;
/// Bodies larger than kHttpBodyBytesMax that one address has under way at once.
inline constexpr std::int64_t kLargeBodiesPerAddressMax = 8;
inline constexpr std::int64_t kPicturePixelsMax = 50'000'000;
/// The longer side, in pixels.
inline constexpr std::int64_t kPictureSideMax = 16'384;
/// Pictures that wait for the one that is worked on; past it the answer is `busy`.
inline constexpr std::size_t kPicturesQueuedMax = 8;
/// The child that decodes a picture may take so long, also in CPU time, and so much address space,
/// and write so much.
inline constexpr std::int64_t kPictureMsMax = 10'000;
inline constexpr std::size_t kPictureMemoryBytesMax = std::size_t{1024} * 1024 * 1024;
inline constexpr std::size_t kPictureResultBytesMax = 4 * 1024 * 1024;
/// A picture that nothing shows is kept for this long.
inline constexpr std::int64_t kPictureUnusedMs = 24LL * 3600 * 1000;
/// Pictures that one step of the clean-up looks at.
inline constexpr std::int64_t kPicturesCheckedPerStep = 100;
/// multipart/form-data: parts of a body, bytes of one part's header.
inline constexpr std::size_t kMultipartPartsMax = 16;
inline constexpr std::size_t kMultipartHeaderBytesMax = 4 * 1024;

// JSON.
inline constexpr std::size_t kJsonDepthMax = 32;

// Who asks too much. A bucket holds `burst` and is filled by so many a second; `serve` has flags
// for the rates. An IPv6 client is known by the first 64 bits of its address.
/// Open connections of one address, and as many sessions of Engine.IO.
inline constexpr std::int64_t kConnectionsPerAddressMax = 1'000;
/// HTTP requests of one address, polls and handshakes among them.
inline constexpr std::int64_t kAddressRequestsPerSecond = 200;
inline constexpr std::int64_t kAddressRequestsBurst = 2'000;
/// Requests of the REST contract that one signed-in user makes, from wherever.
inline constexpr std::int64_t kUserRequestsPerSecond = 50;
inline constexpr std::int64_t kUserRequestsBurst = 1'000;
/// Requests of one address to the routes that hash passwords or verify outside tokens.
inline constexpr std::int64_t kCredentialRequestsPerSecond = 2;
inline constexpr std::int64_t kCredentialRequestsBurst = 300;
/// Messages that a client sends on one live connection, control frames among them.
inline constexpr std::int64_t kMessagesPerSecond = 50;
inline constexpr std::int64_t kMessagesBurst = 500;
/// Keys that a table of buckets knows; past it those that were quiet the longest are forgotten.
inline constexpr std::size_t kRateKeysMax = 65'536;
/// A refused connection is told to come back after this long.
inline constexpr std::int64_t kTooManyConnectionsRetryS = 10;
/// Proxies whose X-Forwarded-For is believed.
inline constexpr std::size_t kTrustedProxiesMax = 64;
/// Origins of other sites whose pages may use the server.
inline constexpr std::size_t kCorsOriginsMax = 64;

// The event loop.
inline constexpr std::int64_t kLoopSleepMsMax = 1'000;
inline constexpr std::size_t kConnectionsPerLoopMax = 200'000;
inline constexpr std::size_t kReadBufferBytes = 256 * 1024;
/// Bytes read from one connection in one turn, so that none starves the others.
inline constexpr std::size_t kReadBytesPerTurnMax = 256 * 1024;
/// Encrypted bytes that a TLS connection holds because its socket took no more; at most one batch
/// of what is encrypted at once, and what the peer itself makes TLS answer.
inline constexpr std::size_t kTlsOwedBytesMax = 128 * 1024;
/// What is encrypted before it is sent.
inline constexpr std::size_t kTlsBatchBytesMax = 64 * 1024;
/// What a browser remembers this site to be HTTPS for (RFC 6797).
inline constexpr std::int64_t kHstsSeconds = 365LL * 24 * 3600;
/// SIGTERM drains for at most this long.
inline constexpr std::int64_t kDrainTimeoutMs = 8'000;

// The commit thread.
inline constexpr std::size_t kGroupCommandsMax = 256;
/// A group ends early once its changes hold this many bytes, or once it has run for this long.
inline constexpr std::size_t kGroupBytesMax = 4 * 1024 * 1024;
inline constexpr std::int64_t kGroupRunMsMax = 10;
inline constexpr std::size_t kCommandsQueuedMax = 10'000;
inline constexpr std::size_t kReadsQueuedMax = 10'000;
inline constexpr std::size_t kChangesPerTransactionMax = 2'000;
/// Prepared statements a database connection keeps; the least recently used goes first.
inline constexpr std::size_t kPreparedStatementsMax = 512;

// The feed.
inline constexpr std::size_t kReplayPageChangesMax = 256;
inline constexpr std::size_t kReplayPageBytesMax = 256 * 1024;
/// Messages a room keeps for those who are catching up; past it they read the log again.
inline constexpr std::size_t kCatchUpMessagesMax = 4'096;
inline constexpr std::size_t kSnapshotPageRecordsMax = 500;
inline constexpr std::int64_t kLongPollSecondsMax = 30;
/// Long polls that one loop holds open.
inline constexpr std::size_t kLongPollsPerLoopMax = 4'096;
/// Committed changes that wait for the feed; past it they are dropped and read back from the log.
inline constexpr std::size_t kFeedChangesQueuedMax = 16'384;
/// Messages that are posted to loops and not yet handled there; past it the feed waits.
inline constexpr std::size_t kFeedMessagesInFlightMax = 65'536;
/// Changes that the feed reads back from the log at once.
inline constexpr std::size_t kFeedRereadChangesMax = 4'096;
/// The log is kept for this long, but never more of it than so many changes; the last ones are kept
/// whatever their age.
inline constexpr std::int64_t kLogAgeMsMax = 30LL * 24 * 3600 * 1000;
inline constexpr std::uint64_t kLogChangesMax = 20'000'000;
inline constexpr std::uint64_t kLogChangesMin = 50'000;
/// Changes that one transaction prunes, so that orders need not wait for it.
inline constexpr std::uint64_t kLogPrunedPerStepMax = 500;
/// The feed and a client's replay try a failed read again after this long.
inline constexpr std::int64_t kFeedRetryMs = 200;
/// Requests of one live connection that wait while its credential is verified.
inline constexpr std::size_t kLiveRequestsWaitingMax = 64;

// Connection state recovery.
/// A session that no socket holds can be gone on with for this long.
inline constexpr std::int64_t kRecoverySessionTtlMs = 24LL * 3600 * 1000;
/// Sessions that are kept; past it those go first that have been away the longest.
inline constexpr std::int64_t kRecoverySessionsMax = 200'000;
/// What a session may have missed; one that is owed more starts anew, and its client fetches.
inline constexpr std::size_t kRecoveryEventsMax = 2'048;
inline constexpr std::size_t kRecoveryBytesMax = 1024 * 1024;
/// Sessions whose rows wait to be written; past it a new one cannot be recovered.
inline constexpr std::size_t kRecoveryWritesQueuedMax = 65'536;
/// Rows of sessions that one command writes, so that orders need not wait for it.
inline constexpr std::size_t kRecoveryWritesPerCommandMax = 256;
/// What a server keeps that has no log to recover from.
inline constexpr std::size_t kMemoryRecoverySessionsMax = 10'000;
inline constexpr std::size_t kMemoryRecoveryEventsMax = 10'000;
inline constexpr std::size_t kMemoryRecoveryBytesMax = 16 * 1024 * 1024;
inline constexpr std::int64_t kMemoryRecoveryKeepMs = 120'000;

// Identity.
inline constexpr std::size_t kPasswordBytesMin = 8;
inline constexpr std::size_t kPasswordBytesMax = 200;
inline constexpr std::size_t kPasswordHashesQueuedMax = 64;
inline constexpr std::int64_t kAccessTokenTtlMs = 15LL * 60 * 1000;
inline constexpr std::int64_t kSessionTtlMs = 30LL * 24 * 3600 * 1000;
/// Wrong passwords for one account from one address that cost no time; each further one makes the
/// next try wait twice as long, and all are forgotten once there was none for kSignInForgetMs.
inline constexpr std::int64_t kSignInFreeFailures = 5;
inline constexpr std::int64_t kSignInWaitMsMin = 1'000;
inline constexpr std::int64_t kSignInWaitMsMax = 15LL * 60 * 1000;
inline constexpr std::int64_t kSignInForgetMs = 60LL * 60 * 1000;
/// Pairs of account and address whose wrong passwords are known.
inline constexpr std::size_t kSignInKeysMax = 65'536;
/// How long a browser that has signed in is known by its device cookie.
inline constexpr std::int64_t kDeviceCookieSeconds = 365LL * 24 * 3600;
/// `expiring` is sent this long before the token of a live connection ends.
inline constexpr std::int64_t kExpiringNoticeMs = 60'000;
inline constexpr std::int64_t kIdempotencyTtlMs = 24LL * 3600 * 1000;
inline constexpr std::size_t kIdempotencyKeyBytesMax = 200;

// Commerce.
inline constexpr std::int64_t kOrderItemsMax = 100;
inline constexpr std::int64_t kQuantityMax = 10'000;
inline constexpr std::int64_t kPriceMinorMax = 100'000'000'000;
inline constexpr std::int64_t kStockMax = 1'000'000'000;
inline constexpr std::int64_t kLowStockThresholdDefault = 5;
inline constexpr std::size_t kListItemsDefault = 48;
inline constexpr std::size_t kListItemsMax = 200;
/// A desk's snapshot holds all open orders and this many of the others.
inline constexpr std::int64_t kDeskClosedOrdersMax = 200;
/// Products on one wishlist.
inline constexpr std::size_t kWishlistItemsMax = 200;
/// The best of a search that is sorted by relevance.
inline constexpr std::int64_t kRelevantItemsMax = 200;
/// Words of a search that count.
inline constexpr std::size_t kSearchWordsMax = 16;
/// Reviews that one transaction hides or shows because their product was.
inline constexpr std::int64_t kReviewsMovedPerStepMax = 1'000;

// Bulk work and keeping.
/// Rows that one command of an import or a seed applies, so that orders need not wait for it.
inline constexpr std::size_t kBulkGroupRows = 200;
/// A room that one bulk owes more changes than this gets one `reset` in their place.
inline constexpr std::int64_t kBulkRoomChangesMax = 200;
/// Rows of one bulk.
inline constexpr std::int64_t kBulkRowsMax = 20'000'000;
/// Bad rows that one import names.
inline constexpr std::size_t kBulkErrorsMax = 1'000;
/// Bytes of one line of an import.
inline constexpr std::size_t kImportLineBytesMax = 256 * 1024;
/// Bytes of the body of an import by REST; larger ones go by the command line.
inline constexpr std::size_t kImportBodyBytesMax = 16 * 1024 * 1024;
/// Findings that `verify` names of one check.
inline constexpr std::size_t kFindingsPerCheckMax = 100;

// Enriching products.
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

// The response cache.
/// Bytes of the answers that all loops keep together, and of one answer.
inline constexpr std::size_t kResponseCacheBytesMax = 64 * 1024 * 1024;
inline constexpr std::size_t kResponseCacheEntryBytesMax = 512 * 1024;
/// What answers can depend on is counted in this many places; two that share one only drop each
/// other's answers.
inline constexpr std::size_t kDependencyCells = 4'096;

}  // namespace tillcast::limits
