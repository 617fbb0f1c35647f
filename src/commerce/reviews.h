// Reviews of products, and the rating that they give it.
#pragma once

#include <string_view>

#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/page.h"
#include "commerce/record.h"
#include "commerce/records.h"

namespace tillcast::commerce {

/// `values` from validate(Kind::kReview, …, BodyMode::kCreate, Writers::kOwner). Only who bought
/// the product (has an order of it that is not cancelled), once. Keeps the product's rating in the
/// same transaction. 401, 404, 403 `not_bought`, 409 `already_reviewed`.
Outcome<RecordImage> create_review(const Context& context, std::string_view product_id,
                                   const Values& values);

/// The latest first. 404, 400 `bad_cursor`.
Outcome<Page> list_reviews(storage::Queries& queries, const auth::Principal& who,
                           std::string_view product_id, const PageRequest& page);

/// Sets a product's rating to what its reviews give.
void update_rating(RecordWriter& writer, storage::Queries& queries, Record& product);

}  // namespace tillcast::commerce
