// What several commands do with products: find them, change their stock. Commit thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "commerce/context.h"
#include "commerce/record.h"
#include "commerce/records.h"

namespace tillcast::commerce {

/// Why a product's stock changes, as in stock_entry.reason.
enum class StockReason : std::uint8_t { kInitial, kSale, kCancel, kCorrection };

struct StockChange {
  std::int64_t delta = 0;
  StockReason reason = StockReason::kCorrection;
  /// The order that it belongs to; empty for none.
  std::string_view order_id{};
};

/// Takes from or puts back to a product's stock, with its stock entry and, if it falls below the
/// threshold, the notification. Nothing, and nothing changed, if there is no such product or less
/// than that of it.
std::optional<Record> change_stock(RecordWriter& writer, const Context& context,
                                   std::string_view product_id, const StockChange& change);

/// The stock entry of a change that is in `product` already.
void write_stock_entry(RecordWriter& writer, const Context& context, const Record& product,
                       const StockChange& change);

}  // namespace tillcast::commerce
