#include "contracts/native/picture_upload.h"

#include <utility>

#include "auth/policy.h"
#include "auth/tokens.h"
#include "commerce/catalogue.h"
#include "commerce/fields.h"
#include "commerce/pictures.h"
#include "commerce/problems.h"
#include "protocol/multipart.h"

namespace tillcast::contracts {

namespace {

using commerce::Context;
using commerce::Done;

Problem no_picture() {
  return {422,
          "no_picture",
          "Send exactly one picture: as the body, or as the one file of a form.",
          {},
          {}};
}

/// The one file of a form. Fields beside it, and the file's name and type, count for nothing.
Outcome<std::string> file_of(std::string_view content_type, std::string_view body) {
  const auto boundary = protocol::multipart_boundary(content_type);
  if (!boundary) {
    return Problem{400, "bad_form", "The Content-Type of a form names its boundary.", {}, {}};
  }
  const auto parts = protocol::parse_multipart(*boundary, body);
  if (!parts) return Problem{400, "bad_form", std::string(parts.error()), {}, {}};
  const protocol::MultipartPart* file = nullptr;
  for (const protocol::MultipartPart& part : *parts) {
    if (!part.file_name) continue;
    if (file != nullptr) return no_picture();
    file = &part;
  }
  if (file == nullptr || file->content.empty()) return no_picture();
  return std::string(file->content);
}

/// Takes the picture out of the request. In its place a hash says for Idempotency-Key which it was.
Outcome<pictures::Source> take_picture(RestRequest& request) {
  std::string bytes = std::exchange(request.body, {});
  if (bytes.empty()) return no_picture();
  const bool is_form = request.content_type.starts_with("multipart/") ||
                       protocol::multipart_boundary(request.content_type);
  if (is_form) {
    auto file = file_of(request.content_type, bytes);
    if (!file) return file.error();
    bytes = *std::move(file);
  }
  request.body = auth::secret_hash(bytes);
  return std::make_shared<const std::string>(std::move(bytes));
}

/// What the command will ask again: a stranger's picture is not worth decoding.
Outcome<Done> may_store(storage::Queries& queries, const auth::Principal& who,
                        std::string_view product_id) {
  if (!who.signed_in()) return commerce::unauthenticated();
  const auto product = commerce::get_product(queries, who, product_id);
  if (!product) return product.error();
  if (auth::may_manage(who, product->shop_id)) return Done{};
  return commerce::forbidden("Only the people of this shop may change its products.");
}

Rest::Record store(const Context& context, const RestRequest& asked, std::size_t product,
                   const pictures::PictureSet& picture) {
  commerce::store_picture(context.transaction, picture, context.now_ms);
  return commerce::patch_product(
      context, asked.parameters[product],
      {{commerce::product::kImageUrl, commerce::picture_url(picture.hash)}}, asked.if_match);
}

}  // namespace

void add_picture_upload(Rest& rest, std::string_view method, std::string_view pattern,
                        std::size_t product, Rest::Shape shape) {
  rest.route_picture(
      method, pattern,
      [&rest, product, shape = std::move(shape)](RestRequest request, const RestReply& reply) {
        auto source = take_picture(request);
        if (!source) return reply.send(source.error());
        rest.read_then<Done>(
            request, reply,
            [id = request.parameters[product]](storage::Queries& queries,
                                               const auth::Principal& who) {
              return may_store(queries, who, id);
            },
            [&rest, product, shape, request, reply, source = *std::move(source)](Done) {
              rest.parts().pictures.submit(source, [&rest, product, shape, request,
                                                    reply](Outcome<pictures::PictureSet> picture) {
                if (!picture) return reply.send(picture.error());
                rest.submit_once(request, reply, shape,
                                 [product, picture = *std::move(picture)](
                                     const Context& context, const RestRequest& asked) {
                                   return store(context, asked, product, picture);
                                 });
              });
            });
      });
}

}  // namespace tillcast::contracts
