// Orders: placing one is one transaction of sale, items, stock, stock entries, stats and
// notifications, all of them or none; so is cancelling it, which puts all of that back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/cart.h"
#include "commerce/context.h"
#include "commerce/page.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// What one order may come to.
inline constexpr std::int64_t kOrderTotalMinorMax = 1'000'000'000'000;

struct OrderRequest {
  std::string shop_id{};
  /// Each product once.
  std::vector<ItemLine> items{};
  /// Where to bring it to; empty if nobody says.
  std::string address{};
  /// Where to write to about it; empty for the account's.
  std::string email{};
};
/// 422 `validation_failed` for an email that is none or an address that is too long, of a request
/// that parse_order() did not make.
std::optional<Problem> check_contact(const OrderRequest& request);

/// {shop, items:[{product, quantity}], address?}, lines of the same product added up. Problems as
/// validate().
Outcome<OrderRequest> parse_order(std::string_view body);

/// 401 `unauthenticated`; 404 `not_found` for a shop that is not there; 422 `unknown_product` for a
/// product that is not that shop's or not public; 409 `out_of_stock` with `items:[{product_id,
/// name, requested, available}]` for every short item; 422 `total_too_large` past
/// kOrderTotalMinorMax.
Outcome<RecordImage> place_order(const Context& context, const OrderRequest& request);

/// The same with a writer that stamps the records with `at_ms`; the context's own time is only for
/// the ids. For writing a past.
Outcome<RecordImage> place_order(RecordWriter& writer, const Context& context,
                                 const OrderRequest& request, std::int64_t at_ms);

/// `values` from validate(Kind::kOrder, …, BodyMode::kPatch, Writers::kOwnerAndShop): {status}.
/// Members go pending → confirmed → preparing → ready → delivered step by step, and may cancel
/// until it is delivered; the buyer may cancel while it is pending. The status that it has already
/// changes nothing. 401, 404 for other people's orders, 403 `forbidden` for a buyer's other wishes,
/// 409 `invalid_transition`, 412 `version_conflict`.
Outcome<RecordImage> patch_order(const Context& context, std::string_view order_id,
                                 const Values& values, std::optional<std::int64_t> if_match);

/// Gives `order` this other status, with no question asked; cancelling puts stock and figures back.
/// 409 `stock_too_large`, `stats_mismatch`.
Outcome<RecordImage> move_order(RecordWriter& writer, const Context& context, Record& order,
                                std::string_view status);

/// 404 for other people's orders.
Outcome<RecordImage> get_order(storage::Queries& queries, const auth::Principal& who,
                               std::string_view order_id);

struct OrderQuery {
  /// Empty: the caller's own orders. Else a shop that they manage.
  std::string shop_id{};
  /// Empty for all.
  std::string status{};
  PageRequest page{};
};
/// The latest first. 401, 403, 400 `bad_cursor`, `bad_query`.
Outcome<Page> list_orders(storage::Queries& queries, const auth::Principal& who,
                          const OrderQuery& query);

}  // namespace tillcast::commerce
