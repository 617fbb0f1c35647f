#include "app/webhook_enricher.h"

#include <utility>

#include "auth/job_token.h"
#include "commerce/fields.h"
#include "commerce/json_text.h"
#include "commerce/time_text.h"

namespace tillcast::app {

namespace {

using commerce::JsonObject;
using commerce::Record;
using Kind = EnrichmentOutcome::Kind;

void add_text(JsonObject& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object.text(name, text);
}

}  // namespace

WebhookEnricher::WebhookEnricher(Options options, const auth::TokenKey& key, const Clock& clock,
                                 storage::FailureReport report)
    : options_(std::move(options)),
      key_(key),
      clock_(clock),
      report_(std::move(report)),
      sender_(options_.secret, options_.allow_private) {}

void WebhookEnricher::stop() {
  stopping_ = true;
  sender_.stop();
}

EnrichmentOutcome WebhookEnricher::enrich(const commerce::EnrichmentWork& work) {
  const std::string delivery = work.attempt.job_id + '-' + std::to_string(work.attempt.number);
  const auto sent =
      sender_.post({options_.url,
                    body_of(work),
                    {{"X-Tillcast-Event", "enrich-product"}, {"X-Tillcast-Delivery", delivery}}},
                   clock_.unix_ms());
  if (sent) return {Kind::kHandedOver, {}, {}, {}};
  if (stopping_) return {Kind::kStopped, {}, {}, {}};
  const WebhookFailure failure = sent.error();
  report_("the webhook of job " + work.attempt.job_id + " failed: " + failure.detail);
  return {failure.final ? Kind::kRefused : Kind::kFailed, failure.detail, {}, {}};
}

std::string WebhookEnricher::body_of(const commerce::EnrichmentWork& work) const {
  const Record& product = work.product;
  const Record& shop = work.shop;
  JsonObject of_product;
  of_product.text("id", product.id());
  of_product.text("name", product.text(commerce::product::kName));
  add_text(of_product, "description", product.text(commerce::product::kDescription));
  add_text(of_product, "category", product.text(commerce::product::kCategory));
  of_product.integer("price_minor", product.integer(commerce::product::kPriceMinor));
  of_product.text("currency", shop.text(commerce::shop::kCurrency));
  add_text(of_product, "image_url", absolute(product.text(commerce::product::kImageUrl)));
  JsonObject of_shop;
  of_shop.text("id", shop.id()).text("name", shop.text(commerce::shop::kName));
  add_text(of_shop, "tagline", shop.text(commerce::shop::kTagline));
  if (shop.has(commerce::shop::kColours)) {
    of_shop.raw("colours", shop.text(commerce::shop::kColours));
  }
  JsonObject callback;
  callback.text("method", "PATCH")
      .text("url", absolute("/api/v1/products/" + product.id()))
      .text("token",
            auth::sign_job_token(key_, {work.attempt.job_id, product.id(), work.deadline_ms}))
      .text("expires_at", commerce::rfc3339(work.deadline_ms));
  return JsonObject()
      .text("type", "enrich-product")
      .text("job_id", work.attempt.job_id)
      .integer("attempt", work.attempt.number)
      .raw("product", of_product.finish())
      .raw("shop", of_shop.finish())
      .raw("callback", callback.finish())
      .finish();
}

std::string WebhookEnricher::absolute(const std::string& url) const {
  return url.starts_with('/') ? options_.public_url + url : url;
}

}  // namespace tillcast::app
