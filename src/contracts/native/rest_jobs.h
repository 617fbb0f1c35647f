// Jobs of products by REST: starting one, and the report of an outside workflow, which comes as a
// PATCH of the product with the job's token in place of a user's.
#pragma once

#include <functional>
#include <string>

#include "commerce/enrichment.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// Starts the enrichment of a product, by the worker that this server has. Answers with the job.
Outcome<commerce::RecordImage> start_enrichment(const Rest& rest, const commerce::Context& context,
                                                std::string_view product_id);

/// Whether the caller shows a job's token (auth/job_token.h), be it good or not. Such a request is
/// for report_job() or take_job_report() alone: as an access token it is refused.
bool shows_job_token(const RestRequest& request);

/// PATCH /api/v1/products/{id} with a job's token: {generated_image_url, caption, status}.
void report_job(Rest& rest, const RestRequest& request, const RestReply& reply);

/// The product that was reported on, in a dialect's words.
using JobAnswer = std::function<Outcome<RestAnswer>(const commerce::RecordImage& product)>;
/// The same for a dialect: `values` are generated_image_url, caption and status of the product in
/// the native words, checked as commerce::parse_job_report() does. Refusals are those of
/// commerce::report_enrichment().
void take_job_report(Rest& rest, const RestRequest& request, const RestReply& reply,
                     const std::string& product_id, const commerce::Values& values,
                     const JobAnswer& answer);

/// POST products/{id}/enrich.
void add_job_routes(Rest& rest);

}  // namespace tillcast::contracts
