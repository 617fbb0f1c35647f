// /products.
#include <algorithm>

#include "commerce/catalogue.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "contracts/adstudio/shapes.h"
#include "contracts/adstudio/unit.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/native/picture_upload.h"
#include "contracts/native/rest_jobs.h"

namespace tillcast::contracts::adstudio_unit {

namespace {

using commerce::BodyMode;
using commerce::Context;
using commerce::Kind;
using commerce::Values;
namespace product = commerce::product;

constexpr FieldName kNames[] = {
    {"name", "name"},
    {"description", "description"},
    {"price", "price_minor", FieldName::Form::kMoney},
    {"imageUrl", "image_url", FieldName::Form::kOptionalText},
    {"caption", "caption"},
    {"status", "status"},
};

/// A draft, unless it says something else.
Outcome<Values> new_product(std::string_view body) {
  auto values =
      read_values(Kind::kProduct, body, kNames, BodyMode::kCreate, commerce::Writers::kShop);
  if (values && commerce::find_value(*values, product::kStatus) == nullptr) {
    values->emplace_back(product::kStatus, "draft");
  }
  return values;
}

Outcome<Values> changed_product(std::string_view body) {
  return read_values(Kind::kProduct, body, kNames, BodyMode::kPatch, commerce::Writers::kShop);
}

/// The product of the route's business.
Rest::Record find_product(const Context& context, const RestRequest& asked) {
  auto found = commerce::get_product(context.transaction, context.who, asked.parameters[1]);
  if (found && found->shop_id != asked.parameters[0]) return commerce::not_found("product");
  return found;
}

/// Clients send back whole products: a status that is the one they were shown is no change, or a
/// product that is on sale would be taken off it.
Rest::Record change(const Context& context, const RestRequest& asked, Values values) {
  const auto found = find_product(context, asked);
  if (!found) return found.error();
  const Image before(*found);
  if (commerce::text_of(values, product::kStatus) == status_name(before.text("status"))) {
    std::erase_if(values, [](const auto& value) { return value.first == product::kStatus; });
  }
  return commerce::patch_product(context, found->id, values, {});
}

}  // namespace

void add_product_routes(Rest& rest) {
  rest.write_as("POST", "/products/{businessId}", answered(201, product_json), new_product,
                [](const Context& context, const RestRequest& asked, const Values& values) {
                  return commerce::create_product(context, asked.parameters[0], values);
                });
  rest.route("PATCH", "/products/update/{businessId}/{productId}",
             [&rest](RestRequest asked, const RestReply& reply) {
               if (shows_job_token(asked)) return take_report(rest, asked, reply);
               rest.run_write(std::move(asked), reply, answered(200, product_json), changed_product,
                              change);
             });
  rest.write_as("DELETE", "/products/{businessId}/{productId}", answered(200, product_id_json),
                no_body,
                [](const Context& context, const RestRequest& asked, NoBody) -> Rest::Record {
                  const auto found = find_product(context, asked);
                  if (!found) return found.error();
                  return commerce::delete_product(context, found->id, {});
                });
  add_picture_upload(rest, "POST", "/products/{businessId}/{productId}/image", 1,
                     answered(200, product_json));
}

void add_routes(Rest& rest) {
  add_account_routes(rest);
  add_product_routes(rest);
  add_enrichment_routes(rest);
}

}  // namespace tillcast::contracts::adstudio_unit
