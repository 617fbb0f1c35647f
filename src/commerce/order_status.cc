// patch_order(): an order's status as a state machine, and what cancelling puts back.
#include <algorithm>
#include <array>
#include <string_view>

#include "commerce/fields.h"
#include "commerce/notifications.h"
#include "commerce/orders.h"
#include "commerce/problems.h"
#include "commerce/products.h"
#include "commerce/render.h"
#include "commerce/stats.h"
#include "commerce/versions.h"

namespace tillcast::commerce {
namespace {

constexpr std::string_view kCancelled = "cancelled";
constexpr std::string_view kPending = "pending";
/// The way of an order through the shop; the last is its end.
constexpr std::array<std::string_view, 5> kWay = {kPending, "confirmed", "preparing", "ready",
                                                  "delivered"};

bool members_may(std::string_view from, std::string_view to) {
  const auto* at = std::find(kWay.begin(), kWay.end(), from);
  // A cancelled order is not on the way, and a delivered one is at its end.
  if (at == kWay.end() || at + 1 == kWay.end()) return false;
  return to == kCancelled || to == *(at + 1);
}

std::optional<Problem> check_transition(const auth::Principal& who, const Record& order,
                                        std::string_view to) {
  const std::string_view from = order.text(order::kStatus);
  if (auth::may_manage(who, order.shop_id())) {
    if (members_may(from, to)) return std::nullopt;
  } else {
    if (to != kCancelled) return forbidden("Only the shop moves an order on; you may cancel it.");
    if (from == kPending) return std::nullopt;
  }
  return conflict("invalid_transition", "An order that is " + std::string(from) +
                                            " cannot become " + std::string(to) + ".");
}

/// Stock and figures as if the order had never been.
std::optional<Problem> put_back(const Context& context, RecordWriter& writer, const Record& order) {
  Sale sale{.orders = -1,
            .revenue_minor = -order.integer(order::kTotalMinor),
            .profit_minor = -order.integer(order::kProfitMinor)};
  for (const ItemLine& line : parse_items_json(order.text(order::kItems))) {
    sale.units -= line.quantity;
    const auto product = change_stock(
        writer, context, line.product_id,
        {.delta = line.quantity, .reason = StockReason::kCancel, .order_id = order.id()});
    // A product that was deleted since has no stock to go back to.
    if (!product && read_record(context.transaction, Kind::kProduct, line.product_id)) {
      return conflict("stock_too_large",
                      "The stock of a product is too large to put these pieces back: lower it.");
    }
    if (product) sale.low_stock += made_low(*product, line.quantity);
  }
  if (!add_sale(writer, context.transaction, order.shop_id(), order.integer(kCreatedAt), sale)) {
    return conflict("stats_mismatch",
                    "The shop's figures do not hold this order: verify the data.");
  }
  return std::nullopt;
}

}  // namespace

Outcome<RecordImage> patch_order(const Context& context, std::string_view order_id,
                                 const Values& values, std::optional<std::int64_t> if_match) {
  if (!context.who.signed_in()) return unauthenticated();
  auto order = read_record(context.transaction, Kind::kOrder, order_id);
  if (!order || !viewer_for(context.who, image_of(*order))) return not_found("order");
  if (auto problem = check_version(*order, context.who, if_match)) return *std::move(problem);
  const std::string_view status = text_of(values, order::kStatus);
  if (status.empty() || status == order->text(order::kStatus)) return image_of(*order);
  if (auto problem = check_transition(context.who, *order, status)) return *std::move(problem);

  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  return move_order(writer, context, *order, status);
}

Outcome<RecordImage> move_order(RecordWriter& writer, const Context& context, Record& order,
                                std::string_view status) {
  if (status == kCancelled) {
    if (auto problem = put_back(context, writer, order)) return *std::move(problem);
  } else {
    count_goods(writer, context.transaction, order.shop_id(), {});
  }
  RecordImage image = writer.update(order, {{order::kStatus, std::string(status)}});
  notify_order_status(writer, context.ids, context.now_ms, order);
  return image;
}

}  // namespace tillcast::commerce
