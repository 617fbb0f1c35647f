#include "commerce/schema.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "commerce/fields.h"
#include "commerce/migrations.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::Store;

struct Column {
  std::string name;
  std::string type;
  bool not_null;

  friend bool operator==(const Column&, const Column&) = default;
};

void PrintTo(const Column& column, std::ostream* out) {
  *out << column.name << ' ' << column.type << (column.not_null ? " NOT NULL" : "");
}

std::string column_type(FieldType type) {
  return type == FieldType::kText || type == FieldType::kEnum || type == FieldType::kJson
             ? "TEXT"
             : "INTEGER";
}

std::vector<Column> columns_of_table(Store& store, const std::string& table) {
  return store.read([&](storage::Queries& queries) {
    std::vector<Column> columns;
    queries.query("PRAGMA table_info(" + table + ")", {}, [&](const storage::Row& row) {
      columns.push_back({std::string(row.text(1)), std::string(row.text(2)), row.integer(3) != 0});
    });
    return columns;
  });
}

/// The columns that stand in any index of `table`.
std::set<std::string> indexed_columns(Store& store, const std::string& table) {
  return store.read([&](storage::Queries& queries) {
    std::set<std::string> names;
    queries.query("SELECT DISTINCT ii.name FROM pragma_index_list('" + table +
                      "') il, pragma_index_info(il.name) ii",
                  {}, [&](const storage::Row& row) { names.insert(std::string(row.text(0))); });
    return names;
  });
}

TEST(Schema, is_what_the_migrations_make) {
  Store store;
  for (const KindSpec& kind : all_kinds()) {
    std::vector<Column> wanted;
    for (const FieldSpec& field : kind.fields) {
      wanted.push_back({std::string(field.name), column_type(field.type), field.required});
    }
    EXPECT_EQ(columns_of_table(store, std::string(kind.table)), wanted) << kind.table;
  }
}

TEST(Schema, says_indexed_of_exactly_what_an_index_holds) {
  Store store;
  for (const KindSpec& kind : all_kinds()) {
    const auto indexed = indexed_columns(store, std::string(kind.table));
    for (const FieldSpec& field : kind.fields) {
      // The id closes the key of most indexes; it is every table's primary key anyway.
      if (field.name == "id") continue;
      EXPECT_EQ(field.indexed, indexed.contains(std::string(field.name)))
          << kind.name << '.' << field.name;
    }
  }
}

TEST(Schema, has_no_table_beside_the_kinds_that_anybody_is_shown) {
  Store store;
  const std::int64_t tables = store.number(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('secrets', "
      "'password_hashes', 'sessions', 'refresh_tokens', 'outside_identities', "
      "'idempotency_keys', 'changes', 'meta', 'room_pruned') AND name NOT LIKE '%migrations%' AND "
      "name NOT LIKE 'sqlite%'");
  EXPECT_EQ(tables, static_cast<std::int64_t>(kKindCount));
}

TEST(Schema, is_in_the_order_of_its_kinds_and_finds_them_by_name) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kKindCount; ++i) {
    const KindSpec& kind = all_kinds()[i];
    EXPECT_EQ(static_cast<std::size_t>(kind.kind), i);
    EXPECT_EQ(&spec(kind.kind), &kind);
    EXPECT_EQ(find_kind(kind.name), &kind);
    EXPECT_TRUE(names.insert(kind.name).second);
  }
  EXPECT_EQ(find_kind("session"), nullptr);
  EXPECT_EQ(find_kind(""), nullptr);
}

TEST(Schema, starts_every_kind_with_the_same_four_fields) {
  for (const KindSpec& kind : all_kinds()) {
    EXPECT_EQ(find_field(kind, "id"), kId);
    EXPECT_EQ(find_field(kind, "version"), kVersion);
    EXPECT_EQ(find_field(kind, "created_at"), kCreatedAt);
    EXPECT_EQ(find_field(kind, "updated_at"), kUpdatedAt);
    EXPECT_EQ(find_field(kind, "password"), kNoField);
  }
}

TEST(Schema, lets_nobody_write_what_the_server_decides) {
  const std::map<Kind, std::set<std::string_view>> writable = {
      {Kind::kUser, {"email", "name", "phone"}},
      {Kind::kShop, {"slug", "name", "currency", "tagline", "logo_url", "banner_url", "colours"}},
      {Kind::kMember, {}},
      {Kind::kProduct,
       {"sku", "name", "description", "category", "price_minor", "cost_minor", "stock",
        "low_stock_threshold", "status", "image_url", "caption"}},
      {Kind::kReview, {"rating", "text"}},
      {Kind::kCart, {}},
      {Kind::kOrder, {"status"}},
      {Kind::kStockEntry, {}},
      {Kind::kStats, {}},
      {Kind::kNotification, {"read"}},
  };
  for (const KindSpec& kind : all_kinds()) {
    std::set<std::string_view> found;
    for (const FieldSpec& field : kind.fields) {
      if (field.on_create != Writers::kServer || field.on_patch != Writers::kServer) {
        found.insert(field.name);
      }
    }
    EXPECT_EQ(found, writable.at(kind.kind)) << kind.name;
  }
}

TEST(Schema, keeps_cost_profit_and_revenue_to_the_shops_people) {
  const std::set<std::string_view> secret = {
      "cost_minor", "low_stock_threshold", "profit_minor", "revenue_minor", "orders", "units",
      "delta",      "stock_after",         "reason"};
  int seen = 0;
  for (const KindSpec& kind : all_kinds()) {
    for (const FieldSpec& field : kind.fields) {
      if (!secret.contains(field.name)) continue;
      ++seen;
      EXPECT_EQ(field.audience, auth::FieldAudience::kShop) << kind.name << '.' << field.name;
    }
  }
  EXPECT_EQ(seen, 10);
}

TEST(Schema, gives_every_kind_the_rooms_of_the_table) {
  using namespace storage;
  const std::map<Kind, int> rooms = {
      {Kind::kUser, kOwner | kAdmin},
      {Kind::kShop, kPublic | kDesk | kAdmin},
      {Kind::kMember, kDesk | kAdmin},
      {Kind::kProduct, kPublic | kDesk | kAdmin},
      {Kind::kReview, kPublic},
      {Kind::kCart, kOwner},
      {Kind::kOrder, kDesk | kOwner | kAdmin},
      {Kind::kStockEntry, kDesk | kAdmin},
      {Kind::kStats, kDesk | kAdmin},
      {Kind::kNotification, kDesk | kOwner | kAdmin},
  };
  for (const KindSpec& kind : all_kinds()) {
    EXPECT_EQ(int{kind.audiences}, rooms.at(kind.kind)) << kind.name;
  }
}

TEST(Migrations, are_numbered_without_a_gap) {
  int number = 0;
  for (const storage::Migration& migration : migrations(storage::Engine::kSqlite)) {
    EXPECT_EQ(migration.number, ++number);
  }
  EXPECT_GT(number, 0);
}

TEST(Migrations, hold_stock_above_zero_in_the_database_too) {
  Store store;
  const std::int64_t checks = store.number(
      "SELECT count(*) FROM sqlite_schema WHERE name = 'products' AND sql LIKE '%CHECK (stock >= "
      "0)%'");
  EXPECT_EQ(checks, 1);
}

}  // namespace
}  // namespace tillcast::commerce
