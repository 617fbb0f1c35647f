#include "commerce/orders.h"

#include <boost/json/object.hpp>

#include "commerce/body_fields.h"
#include "commerce/fields.h"
#include "commerce/group_records.h"
#include "commerce/json_shapes.h"
#include "commerce/json_text.h"
#include "commerce/notifications.h"
#include "commerce/problems.h"
#include "commerce/products.h"
#include "commerce/stats.h"
#include "commerce/text_format.h"
#include "commerce/validate.h"

namespace tillcast::commerce {
namespace {

/// What the lines of an order come to.
struct Bill {
  std::string items_json = "[";
  Sale sale{.orders = 1};
};

Problem total_too_large() {
  return {422, "total_too_large",
          "The order comes to more than the shop can book: order less at a time."};
}

/// False if the sum does not fit into a number; far above anything that an order may come to.
bool add_times(std::int64_t& sum, std::int64_t price, std::int64_t quantity) {
  std::int64_t amount = 0;
  return !__builtin_mul_overflow(price, quantity, &amount) &&
         !__builtin_add_overflow(sum, amount, &sum);
}

/// False if the bill does not fit.
bool add_line(Bill& bill, const Record& product, std::int64_t quantity) {
  const std::int64_t price = product.integer(product::kPriceMinor);
  if (bill.items_json.size() > 1) bill.items_json += ',';
  bill.items_json += JsonObject()
                         .text("product_id", product.id())
                         .text("name", product.text(product::kName))
                         .integer("quantity", quantity)
                         .integer("price_minor", price)
                         .finish();
  bill.sale.units += quantity;
  return add_times(bill.sale.revenue_minor, price, quantity) &&
         add_times(bill.sale.profit_minor, price - product.integer(product::kCostMinor),
                   quantity) &&
         bill.sale.revenue_minor <= kOrderTotalMinorMax &&
         bill.sale.profit_minor >= -kOrderTotalMinorMax;
}

bool may_be_ordered(const std::optional<Record>& product, const OrderRequest& request) {
  return product && product->shop_id() == request.shop_id && product->is_public();
}

Problem cannot_be_ordered(const Context& context, const OrderRequest& request,
                          const ItemLine& line) {
  if (!read_record(context.transaction, Kind::kShop, request.shop_id)) return not_found("shop");
  return unknown_product(line.product_id);
}

/// Why the lines from `first_short` on cannot all be had. It reads only: what came before in this
/// command is undone with the refusal, but is still taken from the stock that is seen here, as it
/// should be.
Problem out_of_stock(const Context& context, const OrderRequest& request, std::size_t first_short) {
  std::string items;
  for (std::size_t i = first_short; i < request.items.size(); ++i) {
    const ItemLine& line = request.items[i];
    const auto product = read_record(context.transaction, Kind::kProduct, line.product_id);
    if (!may_be_ordered(product, request)) return cannot_be_ordered(context, request, line);
    const std::int64_t available = product->integer(product::kStock);
    if (available >= line.quantity) continue;
    if (!items.empty()) items += ',';
    items += JsonObject()
                 .text("product_id", line.product_id)
                 .text("name", product->text(product::kName))
                 .integer("requested", line.quantity)
                 .integer("available", available)
                 .finish();
  }
  Problem problem = conflict("out_of_stock",
                             "There is less in stock than you ask for: order what `items` says is "
                             "available.");
  problem.extra_json = "\"items\":[" + items + "]";
  return problem;
}

/// Takes every line from the stock and adds it to the bill.
std::optional<Problem> take_items(const Context& context, RecordWriter& writer,
                                  const OrderRequest& request, std::string_view order_id,
                                  Bill& bill) {
  for (std::size_t i = 0; i < request.items.size(); ++i) {
    const ItemLine& line = request.items[i];
    const auto product =
        change_stock(writer, context, line.product_id,
                     {.delta = -line.quantity, .reason = StockReason::kSale, .order_id = order_id});
    if (!product) return out_of_stock(context, request, i);
    if (!may_be_ordered(product, request)) return cannot_be_ordered(context, request, line);
    if (!add_line(bill, *product, line.quantity)) return total_too_large();
    bill.sale.low_stock += made_low(*product, -line.quantity);
  }
  bill.items_json += ']';
  return std::nullopt;
}

/// Who ordered, as they are now: the shop needs to reach them whatever they change later.
std::string customer_json(const Record& user, const OrderRequest& request) {
  JsonObject customer;
  customer.text("name", user.text(user::kName))
      .text("email", request.email.empty() ? user.text(user::kEmail) : request.email);
  if (user.has(user::kPhone)) customer.text("phone", user.text(user::kPhone));
  if (!request.address.empty()) customer.text("address", request.address);
  return customer.finish();
}

}  // namespace

std::optional<Problem> check_contact(const OrderRequest& request) {
  std::vector<FieldError> errors;
  if (!request.email.empty() && !has_format(request.email, TextFormat::kEmail)) {
    errors.push_back({"email", "format", std::string(format_hint(TextFormat::kEmail))});
  }
  if (request.address.size() > static_cast<std::size_t>(schema::kAddressBytesMax)) {
    errors.push_back({"address", "too_long",
                      "Must be at most " + std::to_string(schema::kAddressBytesMax) + " bytes."});
  } else if (has_control_characters(request.address)) {
    errors.push_back({"address", "format", "Must have no control characters."});
  }
  if (errors.empty()) return std::nullopt;
  return validation_problem(std::move(errors));
}

Outcome<OrderRequest> parse_order(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed) return parsed.error();
  BodyFields fields(*parsed);
  OrderRequest request;
  request.shop_id = fields.id("shop");
  request.items = read_item_lines(fields);
  request.address =
      fields.optional_text("address", {.max = static_cast<std::size_t>(schema::kAddressBytesMax)});
  if (request.items.empty() && fields.good()) {
    fields.refuse("items", "too_short", "Give at least one item.");
  }
  if (auto problem = fields.finish()) return *std::move(problem);
  return request;
}

Outcome<RecordImage> place_order(const Context& context, const OrderRequest& request) {
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  return place_order(writer, context, request, context.now_ms);
}

Outcome<RecordImage> place_order(RecordWriter& writer, const Context& context,
                                 const OrderRequest& request, std::int64_t at_ms) {
  if (!context.who.signed_in()) return unauthenticated();
  const std::string order_id = context.ids.next(context.now_ms);
  Bill bill;
  if (auto problem = take_items(context, writer, request, order_id, bill)) {
    return *std::move(problem);
  }
  storage::Transaction& transaction = context.transaction;
  const auto buyer = read_record(transaction, Kind::kUser, context.who.user_id);
  if (!buyer) return unauthenticated();

  Record order(Kind::kOrder);
  order.set(kId, order_id);
  order.set(order::kShopId, request.shop_id);
  order.set(order::kCustomerId, context.who.user_id);
  order.set(order::kNumber,
            GroupRecords::of(transaction).next_order_number(transaction, request.shop_id));
  order.set(order::kItems, std::move(bill.items_json));
  order.set(order::kTotalMinor, bill.sale.revenue_minor);
  order.set(order::kProfitMinor, bill.sale.profit_minor);
  order.set(order::kStatus, std::string("pending"));
  order.set(order::kCustomer, customer_json(*buyer, request));
  RecordImage image = writer.insert(order);

  if (!add_sale(writer, transaction, request.shop_id, at_ms, bill.sale)) {
    return total_too_large();
  }
  notify_new_order(writer, context.ids, context.now_ms, order);
  take_from_cart(writer, transaction, context.who.user_id, request.items);
  return image;
}

}  // namespace tillcast::commerce
