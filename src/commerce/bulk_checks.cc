#include "commerce/bulk_checks.h"

#include <string>

namespace tillcast::commerce {
namespace {

using storage::Row;

/// A question whose answers are lines, and what is wrong with them.
struct StagedCheck {
  std::string_view sql;
  std::string_view detail;
};

// Joins and no NOT IN, which PostgreSQL runs as a loop over all rows once they are many; and joins
// by the columns of an index, without which SQLite reads the whole table for each row.
// Steps are the places of bulk_kinds(): 0 users, 1 shops, 2 products, 3 reviews, 4 orders.
constexpr StagedCheck kChecks[] = {
    {"SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY step, id ORDER BY line) AS "
     "place FROM bulk_rows) d WHERE place > 1",
     "id: An earlier line has this id."},
    {"SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY step, unique_key ORDER BY "
     "line) AS place FROM bulk_rows WHERE unique_key <> '') d WHERE place > 1",
     "An earlier line has the same sku, email, slug, order number, or author of the product."},
    {"SELECT r.line FROM bulk_rows r LEFT JOIN shops s ON s.id = r.shop_id "
     "LEFT JOIN bulk_rows n ON n.step = 1 AND n.id = r.shop_id "
     "WHERE r.shop_id <> '' AND r.step > 1 AND s.id IS NULL AND n.id IS NULL",
     "shop_id: There is no such shop."},
    {"SELECT r.line FROM bulk_rows r LEFT JOIN users u ON u.id = r.user_id "
     "LEFT JOIN bulk_rows n ON n.step = 0 AND n.id = r.user_id "
     "WHERE r.user_id <> '' AND u.id IS NULL AND n.id IS NULL",
     "There is no account of that owner, author or customer."},
    {"SELECT r.line FROM bulk_rows r LEFT JOIN products p ON p.id = r.product_id "
     "LEFT JOIN bulk_rows n ON n.step = 2 AND n.id = r.product_id "
     "WHERE r.step = 3 AND p.id IS NULL AND n.id IS NULL",
     "product_id: There is no such product."},
    {"SELECT line FROM bulk_rows r JOIN products p ON p.id = r.product_id "
     "WHERE r.step = 3 AND p.shop_id <> r.shop_id",
     "product_id: The product is another shop's."},
    {"SELECT r.line FROM bulk_rows r JOIN bulk_rows p ON p.step = 2 AND p.id = r.product_id "
     "WHERE r.step = 3 AND p.shop_id <> r.shop_id",
     "product_id: The product is another shop's."},
    {"SELECT line FROM bulk_rows r JOIN products p ON p.id = r.id "
     "WHERE r.step = 2 AND p.shop_id <> r.shop_id",
     "id: Another shop has a product of this id."},
    {"SELECT line FROM bulk_rows r JOIN products p ON p.shop_id = r.shop_id "
     "AND p.sku = substr(r.unique_key, length(r.shop_id) + 2) "
     "WHERE r.step = 2 AND r.unique_key <> '' AND p.id <> r.id",
     "sku: Another product of the shop has it; leave the id out to change that one."},
    {"SELECT line FROM bulk_rows r JOIN reviews v ON v.author_id = r.user_id "
     "AND v.product_id = r.product_id WHERE r.step = 3 AND v.id <> r.id",
     "author_id: They have reviewed this product already."},
    {"SELECT line FROM bulk_rows r JOIN reviews v ON v.id = r.id WHERE r.step = 3 "
     "AND (v.product_id <> r.product_id OR v.author_id <> r.user_id)",
     "id: Another review has this id."},
    {"SELECT line FROM bulk_rows r JOIN orders o ON o.shop_id = r.shop_id AND o.number = "
     "CASE WHEN r.step = 4 THEN CAST(substr(r.unique_key, length(r.shop_id) + 2) AS BIGINT) END "
     "WHERE r.step = 4 AND o.id <> r.id",
     "number: Another order of the shop has it."},
    {"SELECT line FROM bulk_rows r JOIN orders o ON o.id = r.id WHERE r.step = 4 "
     "AND o.shop_id || ' ' || o.number <> r.unique_key",
     "id: Another order has this id."},
    {"SELECT line FROM bulk_rows r JOIN users u ON u.email = r.unique_key "
     "WHERE r.step = 0 AND u.id <> r.id",
     "email: Another account has it."},
    {"SELECT line FROM bulk_rows r JOIN shops s ON s.slug = r.unique_key "
     "WHERE r.step = 1 AND s.id <> r.id",
     "slug: Another shop has it."},
};

}  // namespace

void check_staged(storage::Queries& queries, const std::function<void(BulkFault)>& fault) {
  for (const StagedCheck& check : kChecks) {
    queries.query(check.sql, {}, [&](const Row& row) {
      fault({row.integer(0), std::string(check.detail)});
    });
  }
}

}  // namespace tillcast::commerce
