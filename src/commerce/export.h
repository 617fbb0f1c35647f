// A store, or one shop of it, as text: JSON Lines of everything that travels (bulk_row.h), or CSV
// of its products. The same store gives the same bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "commerce/bulk_row.h"
#include "storage/query.h"

namespace tillcast::commerce {

/// Takes the next line, with its end.
using LineSink = std::function<void(std::string_view)>;

/// In the snapshot of `queries`, row by row. Of one shop the products, reviews and orders; of the
/// whole store (an empty `shop_id`) its people and shops before them, so that it comes into an
/// empty one. Passwords and sessions stay behind.
void export_json_lines(storage::Queries& queries, std::string_view shop_id, const LineSink& line);
/// A header, then a product a record (RFC 4180), which an import takes again.
void export_csv_products(storage::Queries& queries, std::string_view shop_id, const LineSink& line);

}  // namespace tillcast::commerce
