// Products and their reviews.
#include "commerce/catalogue.h"
#include "commerce/reviews.h"
#include "commerce/validate.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/picture_upload.h"
#include "contracts/native/rest_jobs.h"

namespace tillcast::contracts {

namespace {

using commerce::BodyMode;
using commerce::Context;
using commerce::Kind;
using commerce::Values;
using commerce::Writers;

Outcome<Values> new_product(std::string_view body) {
  return commerce::validate(Kind::kProduct, body, BodyMode::kCreate, Writers::kShop);
}

Outcome<Values> changed_product(std::string_view body) {
  return commerce::validate(Kind::kProduct, body, BodyMode::kPatch, Writers::kShop);
}

Outcome<Values> new_review(std::string_view body) {
  return commerce::validate(Kind::kReview, body, BodyMode::kCreate, Writers::kOwner);
}

Outcome<commerce::ProductQuery> product_query(const RestRequest& asked) {
  auto page = query_page(asked);
  if (!page) return page.error();
  commerce::ProductQuery query;
  query.page = *std::move(page);
  query.shop_id = query_text(asked, "shop");
  query.text = query_text(asked, "q");
  query.category = query_text(asked, "category");
  query.status = query_text(asked, "status");
  const std::string sort = query_text(asked, "sort");
  if (!query.text.empty()) query.sort = commerce::ProductSort::kRelevance;
  if (!sort.empty()) {
    const auto parsed = commerce::parse_product_sort(sort);
    if (!parsed) {
      return Problem{
          400, "bad_query", "Sort by newest, price, -price, name, rating or relevance.", {}, {}};
    }
    query.sort = *parsed;
  }
  return query;
}

void add_review_routes(Rest& rest) {
  rest.get_public(
      "/api/v1/products/{id}/reviews",
      [](auto& queries, auto& who, auto& asked, auto& made_from) -> Outcome<RestAnswer> {
        const auto page = query_page(asked);
        if (!page) return page.error();
        const auto product = commerce::get_product(queries, who, asked.parameters[0]);
        if (!product) return product.error();
        made_from.add("product", product->shop_id);
        made_from.add("review", product->shop_id);
        return list_answer(who, commerce::list_reviews(queries, who, asked.parameters[0], *page));
      });
  rest.write("POST", "/api/v1/products/{id}/reviews", 201, new_review,
             [](const Context& context, const RestRequest& asked, const Values& values) {
               return commerce::create_review(context, asked.parameters[0], values);
             });
}

}  // namespace

void add_product_routes(Rest& rest) {
  rest.get_public(
      "/api/v1/products",
      [](auto& queries, auto& who, auto& asked, auto& made_from) -> Outcome<RestAnswer> {
        const auto query = product_query(asked);
        if (!query) return query.error();
        made_from.add("product", query->shop_id);
        made_from.add("shop", query->shop_id);
        return list_answer(who, commerce::list_products(queries, who, *query));
      });
  rest.write("POST", "/api/v1/shops/{id}/products", 201, new_product,
             [](const Context& context, const RestRequest& asked, const Values& values) {
               return commerce::create_product(context, asked.parameters[0], values);
             });
  rest.get_public(
      "/api/v1/products/{id}",
      [](auto& queries, auto& who, auto& asked, auto& made_from) -> Outcome<RestAnswer> {
        const auto product = commerce::get_product(queries, who, asked.parameters[0]);
        if (product) made_from.add("product", product->shop_id);
        return record_answer(who, product);
      });
  rest.route("PATCH", "/api/v1/products/{id}", [&rest](RestRequest asked, const RestReply& reply) {
    if (shows_job_token(asked)) return report_job(rest, asked, reply);
    rest.run_write(std::move(asked), reply, Rest::native_shape(200), changed_product,
                   [](const Context& context, const RestRequest& request, const Values& values) {
                     return commerce::patch_product(context, request.parameters[0], values,
                                                    request.if_match);
                   });
  });
  rest.write("DELETE", "/api/v1/products/{id}", 204, no_body,
             [](const Context& context, const RestRequest& asked, NoBody) {
               return commerce::delete_product(context, asked.parameters[0], asked.if_match);
             });
  add_picture_upload(rest, "PUT", "/api/v1/products/{id}/image", 0, Rest::native_shape(200));
  add_review_routes(rest);
}

}  // namespace tillcast::contracts
