#include "commerce/enrichment.h"

#include <algorithm>

#include "auth/job_token.h"
#include "commerce/enrichment_work.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/render.h"
#include "commerce/validate.h"

namespace tillcast::commerce {
namespace {

Problem already_processing() {
  return conflict("already_processing",
                  "This product is being enriched already: wait until its status says how that "
                  "ended.");
}

std::int64_t running_of_shop(storage::Queries& queries, std::string_view shop_id) {
  std::int64_t count = 0;
  queries.query("SELECT count(*) FROM enrichments WHERE shop_id = $1", {shop_id},
                [&](const storage::Row& row) { count = row.integer(0); });
  return count;
}

Record new_job(const Context& context, const Record& product, std::string_view worker) {
  Record job(Kind::kJob);
  job.set(kId, context.ids.next(context.now_ms));
  job.set(job::kShopId, product.shop_id());
  job.set(job::kProductId, product.id());
  job.set(job::kWorker, std::string(worker));
  job.set(job::kState, std::string("queued"));
  job.set(job::kAttempts, std::int64_t{0});
  return job;
}

Problem token_problem(auth::TokenError error) {
  if (error != auth::TokenError::kExpired) return unauthenticated();
  return {401, "token_expired", "The time of this job is over: what it does is not waited for."};
}

/// What outside workflows may call the picture: an address that browsers fetch without a warning.
bool is_https(std::string_view url) { return url.starts_with("https://"); }

bool is_report_status(std::string_view status) {
  return status == "processing" || status == "enriched" || status == "failed";
}

}  // namespace

Outcome<RecordImage> start_enrichment(const Context& context, std::string_view product_id,
                                      std::string_view worker) {
  auto product = read_record(context.transaction, Kind::kProduct, product_id);
  if (!product || !viewer_for(context.who, image_of(*product))) return not_found("product");
  if (!auth::may_manage(context.who, product->shop_id())) {
    return forbidden("Only the people of this shop may enrich its products.");
  }
  if (product->text(product::kStatus) == "archived") {
    return conflict("archived", "This product is archived: set another status first.");
  }
  if (running_of_shop(context.transaction, product->shop_id()) >= limits::kEnrichmentsPerShopMax) {
    return conflict("too_many_enrichments",
                    "Too many products of this shop are being enriched: wait for some of them.");
  }
  Record job = new_job(context, *product, worker);
  const auto started = context.transaction.execute(
      "INSERT INTO enrichments (job_id, product_id, shop_id, stage, attempt, due_at, deadline_at, "
      "holder) VALUES ($1, $2, $3, 0, 0, $4, 0, 0) ON CONFLICT DO NOTHING",
      {std::string_view(job.id()), product_id, std::string_view(product->shop_id()),
       context.now_ms});
  if (started == 0) return already_processing();
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  RecordImage image = writer.insert(job);
  write_product(context.transaction, *product, {{product::kStatus, std::string("processing")}},
                context.now_ms, context.who.user_id);
  return image;
}

Outcome<Values> parse_job_report(std::string_view body) {
  auto values = validate(Kind::kProduct, body, BodyMode::kPatch, Writers::kJob);
  if (!values) return values;
  std::vector<FieldError> errors;
  const std::string_view url = text_of(*values, product::kGeneratedImageUrl);
  if (!url.empty() && !is_https(url)) {
    errors.push_back({"generated_image_url", "format", "Give an https address."});
  }
  const std::string_view status = text_of(*values, product::kStatus);
  if (!status.empty() && !is_report_status(status)) {
    errors.push_back({"status", "value", "Say enriched or failed."});
  }
  if (!errors.empty()) return validation_problem(std::move(errors));
  return values;
}

Outcome<RecordImage> report_enrichment(const Context& context, const auth::TokenKey& key,
                                       std::string_view token, std::string_view product_id,
                                       const Values& values) {
  const auto claims = auth::verify_job_token(key, token, context.now_ms);
  if (!claims) return token_problem(claims.error());
  if (claims->product_id != product_id) {
    return forbidden("This token is for the product of its job alone.");
  }
  const auto running = find_enrichment(context.transaction, claims->job_id);
  if (!running) return token_problem(auth::TokenError::kExpired);
  auto product = read_record(context.transaction, Kind::kProduct, product_id);
  if (!product) return not_found("product");
  const std::string status(text_of(values, product::kStatus));
  Values fields = values;
  std::erase_if(fields, [](const auto& value) { return value.first == product::kStatus; });
  if (status == "enriched" || status == "failed") {
    const bool failed = status == "failed";
    end_enrichment(context.transaction, *running, fields,
                   failed ? "The workflow reported that it failed." : "", context.now_ms);
  } else {
    write_product(context.transaction, *product, fields, context.now_ms, {});
  }
  return image_of(*read_record(context.transaction, Kind::kProduct, product_id));
}

}  // namespace tillcast::commerce
