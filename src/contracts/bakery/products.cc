// /api/products.
#include "commerce/catalogue.h"
#include "commerce/json_text.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/shop_choice.h"

namespace tillcast::contracts::bakery_unit {

namespace {

using commerce::BodyMode;
using commerce::Context;
using commerce::Kind;
using commerce::Values;

constexpr FieldName kNames[] = {
    {"name", "name"},
    {"description", "description"},
    {"price", "price_minor", FieldName::Form::kMoney},
    {"category", "category", FieldName::Form::kOptionalText},
    {"stock", "stock", FieldName::Form::kNumber},
    {"image", "image_url", FieldName::Form::kOptionalText},
};

struct NewProduct {
  Values values;
  std::string shop_id;
};

Outcome<NewProduct> new_product(std::string_view body) {
  auto values =
      read_values(Kind::kProduct, body, kNames, BodyMode::kCreate, commerce::Writers::kShop);
  if (!values) return values.error();
  return NewProduct{*std::move(values), text_member(*commerce::parse_object(body), "shopId")};
}

Outcome<Values> changed_product(std::string_view body) {
  return read_values(Kind::kProduct, body, kNames, BodyMode::kPatch, commerce::Writers::kShop);
}

std::string deleted_json(const Image& product) {
  return commerce::JsonObject()
      .text("message", "Deleted")
      .raw("product", product_json(product))
      .finish();
}

Outcome<RestAnswer> list(Rest::Queries& queries, const auth::Principal& who,
                         const RestRequest& asked) {
  commerce::ProductQuery query;
  query.shop_id = query_text(asked, "shopId");
  query.category = query_text(asked, "category");
  query.text = query_text(asked, "search");
  return list_answer(all_products(queries, who, query), product_json);
}

}  // namespace

void add_product_routes(Rest& rest) {
  rest.get("/api/products", list);
  rest.get("/api/products/{id}", [](auto& queries, auto& who, auto& asked) {
    return record_answer(commerce::get_product(queries, who, asked.parameters[0]), product_json);
  });
  rest.write_as(
      "POST", "/api/products", answered(201, product_json), new_product,
      [](const Context& context, const RestRequest&, const NewProduct& product) -> Rest::Record {
        const auto shop = shop_for(context.who, product.shop_id);
        if (!shop) return shop.error();
        return commerce::create_product(context, *shop, product.values);
      });
  for (const std::string_view method : {"PATCH", "PUT"}) {
    rest.write_as(method, "/api/products/{id}", answered(200, product_json), changed_product,
                  [](const Context& context, const RestRequest& asked, const Values& values) {
                    return commerce::patch_product(context, asked.parameters[0], values, {});
                  });
  }
  rest.write_as("DELETE", "/api/products/{id}", answered(200, deleted_json), no_body,
                [](const Context& context, const RestRequest& asked, NoBody) {
                  return commerce::delete_product(context, asked.parameters[0], {});
                });
}

}  // namespace tillcast::contracts::bakery_unit
