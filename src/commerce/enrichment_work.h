// What the workers of enrichments do with their jobs. A job waits until it is due, is taken by one
// server for one attempt, and ends: enriched, failed, or waiting for the next attempt. An attempt
// is known by its number, so that one that was given up cannot end the job that another has taken
// over.
//
//     waiting ── take ──▶ working ── finish ──▶ enriched
//        ▲                  │  │
//        └── retry, lost ───┘  └── hand over ──▶ reporting ── report ──▶ enriched or failed
//                                                    └── deadline ──▶ failed
//
// Commit thread. The rules are in docs/enrichment.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "commerce/record.h"
#include "storage/database.h"

namespace tillcast::commerce {

/// One attempt at a job.
struct EnrichmentAttempt {
  std::string job_id{};
  std::int64_t number = 0;
};

/// What an attempt is made with, as it was when it was taken.
struct EnrichmentWork {
  EnrichmentAttempt attempt{};
  std::string worker{};
  /// An outside workflow may report until then.
  std::int64_t deadline_ms = 0;
  Record product{Kind::kProduct};
  Record shop{Kind::kShop};
};

struct TakenEnrichment {
  std::optional<EnrichmentWork> work{};
  /// When the next job is due that this server could take; 0 if none is waiting.
  std::int64_t next_due_ms = 0;
};

struct EnrichmentRules {
  /// From the start of an attempt until its workflow must have reported.
  std::int64_t timeout_ms = limits::kEnrichmentTimeoutMs;
  /// storage::Database::process_number.
  std::int64_t holder = 0;
};

/// Takes the job that is due the longest, and fails those that are out of time or attempts.
TakenEnrichment take_enrichment(storage::Transaction& transaction, const EnrichmentRules& rules,
                                std::int64_t now_ms);

// Each of these does nothing, and gives false, if the attempt is not the job's present one.

/// The outside workflow has it; it has until the attempt's deadline to report.
bool hand_over_enrichment(storage::Transaction& transaction, const EnrichmentAttempt& attempt);
/// `values` are the product's generated_image_url and caption.
bool finish_enrichment(storage::Transaction& transaction, const EnrichmentAttempt& attempt,
                       const Values& values, std::int64_t now_ms);
/// Another attempt follows after a while, unless this was the last one or `final`.
bool fail_enrichment(storage::Transaction& transaction, const EnrichmentAttempt& attempt,
                     std::string_view error, bool final, std::int64_t now_ms);
/// The server stops: the job is due at once, for whoever is there.
bool release_enrichment(storage::Transaction& transaction, const EnrichmentAttempt& attempt,
                        std::int64_t now_ms);

/// Jobs that servers were at when they ended are due at once. At start, and where several servers
/// share the database, now and then.
void release_lost_enrichments(storage::Transaction& transaction, std::int64_t now_ms);

// For both files of enrichment.

/// Where a job stands that has not ended.
struct RunningEnrichment {
  EnrichmentAttempt attempt{};
  std::string product_id{};
  std::int64_t stage = 0;
  std::int64_t due_ms = 0;
};
std::optional<RunningEnrichment> find_enrichment(storage::Queries& queries,
                                                 std::string_view job_id);
/// Ends the job: with an error it is failed, without one done. `values` go to its product, whose
/// status becomes enriched or failed if it is still `processing`.
void end_enrichment(storage::Transaction& transaction, const RunningEnrichment& running,
                    const Values& values, std::string_view error, std::int64_t now_ms);
/// Writes to the product, and what follows from that to its reviews and the shop's figures.
void write_product(storage::Transaction& transaction, Record& product, const Values& values,
                   std::int64_t now_ms, std::string_view by);

}  // namespace tillcast::commerce
