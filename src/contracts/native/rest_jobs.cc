#include "contracts/native/rest_jobs.h"

#include <utility>

#include "auth/job_token.h"

namespace tillcast::contracts {

namespace {

using commerce::Context;
using commerce::RecordImage;

}  // namespace

Outcome<RecordImage> start_enrichment(const Rest& rest, const Context& context,
                                      std::string_view product_id) {
  return commerce::start_enrichment(context, product_id, rest.parts().enrichment_worker);
}

bool shows_job_token(const RestRequest& request) {
  return request.credential.kind == auth::Credential::Kind::kBearer &&
         auth::is_job_token(request.credential.secret);
}

void report_job(Rest& rest, const RestRequest& request, const RestReply& reply) {
  const auto values = commerce::parse_job_report(request.body);
  if (!values) return reply.send(values.error());
  take_job_report(rest, request, reply, request.parameters[0], *values,
                  [](const RecordImage& product) -> Outcome<RestAnswer> {
                    // Its people may have hidden it by now, and what was reported stays all the
                    // same.
                    return RestAnswer{200, render_own({}, product), {}, {}};
                  });
}

void take_job_report(Rest& rest, const RestRequest& request, const RestReply& reply,
                     const std::string& product_id, const commerce::Values& values,
                     const JobAnswer& answer) {
  const RestParts& parts = rest.parts();
  parts.commits.submit<RestAnswer>(
      [&parts, token = request.credential.secret, product_id, values,
       answer](storage::Transaction& transaction) -> Outcome<RestAnswer> {
        const auth::Principal nobody;
        const Context context{transaction, nobody, parts.clock.unix_ms(), parts.ids};
        const auto product =
            commerce::report_enrichment(context, parts.key, token, product_id, values);
        if (!product) return product.error();
        return answer(*product);
      },
      [reply](Outcome<RestAnswer> outcome) { reply.send(std::move(outcome)); });
}

void add_job_routes(Rest& rest) {
  rest.write("POST", "/api/v1/products/{id}/enrich", 202, no_body,
             [&rest](const Context& context, const RestRequest& asked, NoBody) {
               return start_enrichment(rest, context, asked.parameters[0]);
             });
}

}  // namespace tillcast::contracts
