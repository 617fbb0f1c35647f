// A product's picture, sent as the body of a request or as the file of a form.
#pragma once

#include <string_view>

#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// Adds a route whose `product`th path parameter is a product: the picture is decoded and made anew
/// (pictures/picture_worker.h), stored, and its URL becomes the product's `image_url`, for those
/// who may change the product; `shape` says the product in the answer. If-Match and Idempotency-Key
/// are as with any write. Besides what the worker and commerce::patch_product refuse: 400
/// `bad_form`; 422 `no_picture` for a form without exactly one file. Nothing is decoded for those
/// who may not store it. Called once a route, before the server starts.
void add_picture_upload(Rest& rest, std::string_view method, std::string_view pattern,
                        std::size_t product, Rest::Shape shape);

}  // namespace tillcast::contracts
