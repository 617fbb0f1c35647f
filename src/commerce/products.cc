#include "commerce/products.h"

#include <array>

#include "commerce/fields.h"
#include "commerce/notifications.h"

namespace tillcast::commerce {
namespace {

std::string_view text_of_reason(StockReason reason) {
  switch (reason) {
    case StockReason::kInitial:
      return "initial";
    case StockReason::kSale:
      return "sale";
    case StockReason::kCancel:
      return "cancel";
    case StockReason::kCorrection:
      break;
  }
  return "correction";
}

}  // namespace

std::optional<Record> change_stock(RecordWriter& writer, const Context& context,
                                   std::string_view product_id, const StockChange& change) {
  const std::array<std::int64_t, 1> deltas = {change.delta};
  std::optional<Record> product = writer.adjust(Kind::kProduct, product_id, deltas);
  if (!product) return product;
  write_stock_entry(writer, context, *product, change);
  notify_low_stock(writer, context.ids, context.now_ms, *product,
                   product->integer(product::kStock) - change.delta,
                   product->integer(product::kLowStockThreshold));
  return product;
}

void write_stock_entry(RecordWriter& writer, const Context& context, const Record& product,
                       const StockChange& change) {
  Record entry(Kind::kStockEntry);
  entry.set(kId, context.ids.next(context.now_ms));
  entry.set(stock_entry::kShopId, product.text(product::kShopId));
  entry.set(stock_entry::kProductId, product.id());
  entry.set(stock_entry::kDelta, change.delta);
  entry.set(stock_entry::kReason, std::string(text_of_reason(change.reason)));
  entry.set(stock_entry::kStockAfter, product.integer(product::kStock));
  if (!change.order_id.empty()) entry.set(stock_entry::kOrderId, std::string(change.order_id));
  writer.insert(entry);
}

}  // namespace tillcast::commerce
