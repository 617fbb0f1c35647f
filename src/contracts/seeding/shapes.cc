#include "contracts/seeding/shapes.h"

#include "commerce/time_text.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/shapes.h"

namespace tillcast::contracts::seeding_unit {

using commerce::JsonObject;

JsonObject server_message(std::string_view type, std::int64_t at_ms) {
  JsonObject message;
  message.text("type", type).text("timestamp", commerce::rfc3339(at_ms)).text("source", kSource);
  return message;
}

std::string product_json(const Image& product) {
  JsonObject json;
  json.text("id", product.text("id"));
  add_product_members(json, product, "image");
  json.raw("rating", product.raw("rating_avg", "0"));
  return json.finish();
}

std::string review_json(const Image& review) {
  return JsonObject()
      .text("id", review.text("id"))
      .text("productId", review.text("product_id"))
      .text("author", review.text("author_name"))
      .integer("rating", review.integer("rating"))
      .text("comment", review.text("text"))
      .text("createdAt", review.text("created_at"))
      .finish();
}

RestAnswer refusal(const Problem& problem) {
  return refused(problem, JsonObject()
                              .boolean("success", false)
                              .text("error", message_of(problem))
                              .text("code", problem.code)
                              .finish());
}

}  // namespace tillcast::contracts::seeding_unit
