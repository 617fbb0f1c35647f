#include "contracts/dialect/products.h"

#include <string>
#include <utility>

#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/shop_choice.h"

namespace tillcast::contracts {

namespace {

using commerce::BodyMode;
using commerce::Context;
using commerce::Values;

struct NewProduct {
  Values values;
  std::string shop_id;
};

Outcome<Values> read_product(const ProductWords& words, std::string_view body, BodyMode mode) {
  const FieldName fields[] = {
      {"name", "name"},
      {"description", "description"},
      {"price", "price_minor", FieldName::Form::kMoney},
      {"category", "category", FieldName::Form::kOptionalText},
      {"stock", "stock", FieldName::Form::kNumber},
      {words.picture, "image_url", FieldName::Form::kOptionalText},
  };
  return read_values(commerce::Kind::kProduct, body, fields, mode, commerce::Writers::kShop);
}

Outcome<NewProduct> read_new_product(const ProductWords& words, std::string_view body) {
  auto values = read_product(words, body, BodyMode::kCreate);
  if (!values) return values.error();
  return NewProduct{*std::move(values), text_member(*commerce::parse_object(body), words.shop)};
}

Rest::Record create(const Context& context, const RestRequest&, const NewProduct& product) {
  const auto shop = shop_for(context.who, product.shop_id);
  if (!shop) return shop.error();
  return commerce::create_product(context, *shop, product.values);
}

Rest::Record change(const Context& context, const RestRequest& asked, const Values& values) {
  return commerce::patch_product(context, asked.parameters[0], values, {});
}

Rest::Record remove(const Context& context, const RestRequest& asked, NoBody) {
  return commerce::delete_product(context, asked.parameters[0], {});
}

}  // namespace

void add_product_routes(Rest& rest, const ProductWords& words) {
  const std::string_view one = "/api/products/{id}";
  rest.get(one, [json = words.json](auto& queries, auto& who, auto& asked) {
    return record_answer(commerce::get_product(queries, who, asked.parameters[0]), json);
  });
  rest.write_as(
      "POST", "/api/products", answered(201, words.json),
      [words](std::string_view body) { return read_new_product(words, body); }, create);
  for (const std::string_view method : {"PATCH", "PUT"}) {
    rest.write_as(
        method, one, answered(200, words.json),
        [words](std::string_view body) { return read_product(words, body, BodyMode::kPatch); },
        change);
  }
  rest.write_as("DELETE", one, answered(200, words.deleted_json), no_body, remove);
}

commerce::ProductQuery product_query(const RestRequest& asked, const ProductWords& words) {
  commerce::ProductQuery query;
  query.shop_id = query_text(asked, words.shop);
  query.category = query_text(asked, "category");
  query.text = query_text(asked, "search");
  return query;
}

}  // namespace tillcast::contracts
