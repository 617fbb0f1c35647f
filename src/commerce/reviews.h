// Reviews of products, and the rating that they give it.
#pragma once

#include <cstdint>
#include <string>
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

/// The latest first; hidden ones are for the shop's people alone. 404, 400 `bad_cursor`.
Outcome<Page> list_reviews(storage::Queries& queries, const auth::Principal& who,
                           std::string_view product_id, const PageRequest& page);

/// Those of a shop, or of all shops, as list_reviews() shows them; the last id first. 400
/// `bad_cursor`.
Outcome<Page> list_all_reviews(storage::Queries& queries, const auth::Principal& who,
                               std::string_view shop_id, const PageRequest& page);

/// Sets a product's rating to what its reviews give.
void update_rating(RecordWriter& writer, storage::Queries& queries, Record& product);

/// The `visibility` of a review of this product.
std::string visibility_of_reviews(const Record& product);
/// Makes the product's reviews as visible as the product is, because it was hidden or shown. Those
/// that one transaction has no room for are left to move_waiting_reviews().
void move_reviews(RecordWriter& writer, storage::Transaction& transaction, const Record& product);
/// Leaves all of them to move_waiting_reviews().
void move_reviews_later(storage::Transaction& transaction, const Record& product);
/// Goes on with what was left, at most limits::kReviewsMovedPerStepMax. True if there
/// may be more: call again, in another transaction.
bool move_waiting_reviews(storage::Transaction& transaction, std::int64_t now_ms);

}  // namespace tillcast::commerce
