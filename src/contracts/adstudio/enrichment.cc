// The advertisement that is made of a product: a page starts it, and an outside workflow (n8n)
// reports it by a PATCH of the product with its job's token.
#include "commerce/enrichment.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "commerce/catalogue.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/validate.h"
#include "contracts/adstudio/shapes.h"
#include "contracts/adstudio/unit.h"
#include "contracts/dialect/bodies.h"
#include "contracts/native/rest_jobs.h"

namespace tillcast::contracts::adstudio_unit {

namespace {

using commerce::Context;
using commerce::RecordImage;

/// Which product is to be enriched; the guide's calls say its business too.
struct Wanted {
  std::string product_id;
  std::string business_id;
};

Outcome<Wanted> read_wanted(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  Wanted wanted{text_member(*parsed, "productId"), text_member(*parsed, "businessId")};
  if (wanted.product_id.empty()) {
    return commerce::validation_problem({{"productId", "required", "Say which product."}});
  }
  return wanted;
}

/// Of the job's record: {productId, businessId, status}.
Outcome<RestAnswer> started(const Context&, const RecordImage& record) {
  const Image job(record);
  return RestAnswer{202,
                    commerce::JsonObject()
                        .text("productId", job.text("product_id"))
                        .text("businessId", job.text("shop_id"))
                        .text("status", "processing")
                        .finish(),
                    {},
                    {}};
}

/// What the workflow says of the product, in the native words.
Outcome<commerce::Values> read_report(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"generatedImageUrl", "generated_image_url"}, {"caption", "caption"}, {"status", "status"}};
  boost::json::object ours;
  for (const auto& [theirs, name] : kNames) {
    const boost::json::value* const value = parsed->if_contains(theirs);
    if (value != nullptr && !value->is_null()) ours.emplace(name, *value);
  }
  return commerce::parse_job_report(boost::json::serialize(ours));
}

}  // namespace

void take_report(Rest& rest, const RestRequest& asked, const RestReply& reply) {
  const auto values = read_report(asked.body);
  if (!values) return reply.send(values.error());
  take_job_report(
      rest, asked, reply, asked.parameters[1], *values,
      [business = asked.parameters[0]](const RecordImage& product) -> Outcome<RestAnswer> {
        if (product.shop_id != business) return commerce::not_found("product");
        return RestAnswer{200, product_json(Image(product)), {}, {}};
      });
}

void add_enrichment_routes(Rest& rest) {
  for (const std::string_view path : {"/ai/generate-ad-image", "/webhook/enrich-product"}) {
    rest.write_as(
        "POST", path, started, read_wanted,
        [&rest](const Context& context, const RestRequest&, const Wanted& wanted) -> Rest::Record {
          const auto product =
              commerce::get_product(context.transaction, context.who, wanted.product_id);
          if (!product) return product.error();
          if (!wanted.business_id.empty() && product->shop_id != wanted.business_id) {
            return commerce::not_found("product");
          }
          return start_enrichment(rest, context, product->id);
        });
  }
}

}  // namespace tillcast::contracts::adstudio_unit
