// Enriching a product: a durable job that gives it an advertisement picture and a caption. Starting
// it sets the product to `processing`; a worker (enrichment_work.h) or the report of an outside
// workflow makes that `enriched` or `failed`. Whoever asks twice is refused: a product has one such
// job at a time. Commit thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/tokens.h"
#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// Which worker does new jobs: one that draws in this program, or an outside workflow.
inline constexpr std::string_view kBuiltinWorker = "builtin";
inline constexpr std::string_view kWebhookWorker = "webhook";

/// Starts the job and answers with it. The shop's people alone. A draft becomes visible, as its new
/// status says. 404, 403, 409 `already_processing`, `archived`, or `too_many_enrichments` with many
/// of the shop's waiting.
Outcome<RecordImage> start_enrichment(const Context& context, std::string_view product_id,
                                      std::string_view worker);

/// What a worker says of a job's product, as PATCH writes it: `generated_image_url`, `caption`, and
/// with a `status` of `enriched` or `failed` that the job is over. Parses a body; 400 `bad_json`,
/// 422 `validation_failed`.
Outcome<Values> parse_job_report(std::string_view body);

/// Takes the report of an outside workflow. `values` are generated_image_url, caption and status,
/// checked as parse_job_report() does. Answers with the product. 401 `unauthenticated` for a token
/// that nobody made, `token_expired` for one that has ended, or whose job has; 403 `forbidden` for
/// another product than the token's.
Outcome<RecordImage> report_enrichment(const Context& context, const auth::TokenKey& key,
                                       std::string_view token, std::string_view product_id,
                                       const Values& values);

}  // namespace tillcast::commerce
