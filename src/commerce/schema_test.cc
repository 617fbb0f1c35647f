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

class StockCheck : public testing::ShopTest {};

struct Column {
  std::string name;
  std::string type;
  bool not_null;

  friend bool operator==(const Column&, const Column&) = default;
};

void PrintTo(const Column& column, std::ostream* out) {
  *out << column.name << ' ' << column.type << (column.not_null ? " NOT NULL" : "");
}

bool is_text(FieldType type) {
  return type == FieldType::kText || type == FieldType::kEnum || type == FieldType::kJson;
}

/// What an engine says of its tables, in its own words; $1 is the table.
struct EngineWords {
  std::string_view text;
  std::string_view integer;
  /// Name, type and whether it is NOT NULL, in order.
  std::string_view columns;
  /// The names of the columns that stand in any index.
  std::string_view indexed;
  /// The names of all tables.
  std::string_view tables;
};

const EngineWords& words_of(Store& store) {
  static constexpr EngineWords kSqlite = {
      "TEXT", "INTEGER", "SELECT name, type, \"notnull\" FROM pragma_table_info($1) ORDER BY cid",
      "SELECT DISTINCT ii.name FROM pragma_index_list($1) il, pragma_index_info(il.name) ii",
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"};
  static constexpr EngineWords kPostgres = {
      "text", "bigint",
      "SELECT column_name, data_type, is_nullable = 'NO' FROM information_schema.columns "
      "WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
      "SELECT DISTINCT attname FROM pg_index JOIN pg_attribute ON attrelid = indexrelid "
      "WHERE indrelid = to_regclass($1)",
      "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"};
  return store.database().engine() == storage::Engine::kSqlite ? kSqlite : kPostgres;
}

std::vector<Column> columns_of_table(Store& store, std::string_view table) {
  return store.read([&](storage::Queries& queries) {
    std::vector<Column> columns;
    queries.query(words_of(store).columns, {table}, [&](const storage::Row& row) {
      columns.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2) != 0});
    });
    return columns;
  });
}

/// The columns that stand in any index of `table`.
std::set<std::string> indexed_columns(Store& store, std::string_view table) {
  return store.read([&](storage::Queries& queries) {
    std::set<std::string> names;
    queries.query(words_of(store).indexed, {table},
                  [&](const storage::Row& row) { names.emplace(row.text(0)); });
    return names;
  });
}

TEST(Schema, is_what_the_migrations_make) {
  Store store;
  const EngineWords& words = words_of(store);
  for (const KindSpec& kind : all_kinds()) {
    std::vector<Column> wanted;
    for (const FieldSpec& field : kind.fields) {
      const std::string_view type = is_text(field.type) ? words.text : words.integer;
      wanted.push_back({std::string(field.name), std::string(type), field.required});
    }
    EXPECT_EQ(columns_of_table(store, kind.table), wanted) << kind.table;
  }
}

TEST(Schema, says_indexed_of_exactly_what_an_index_holds) {
  Store store;
  for (const KindSpec& kind : all_kinds()) {
    const auto indexed = indexed_columns(store, kind.table);
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
  std::set<std::string> tables = store.read([&](storage::Queries& queries) {
    std::set<std::string> names;
    queries.query(words_of(store).tables, {},
                  [&](const storage::Row& row) { names.emplace(row.text(0)); });
    return names;
  });
  for (const char* name :
       {"secrets", "password_hashes", "sessions", "refresh_tokens", "outside_identities",
        "idempotency_keys", "review_moves", "product_text", "enrichments", "pictures",
        "picture_sizes", "changes", "meta", "room_pruned", "migrations"}) {
    EXPECT_EQ(tables.erase(name), 1U) << name;
  }
  if (store.database().engine() == storage::Engine::kSqlite) {
    // The rows of the full text have numbers, and it keeps its own tables.
    EXPECT_EQ(tables.erase("product_keys"), 1U);
    std::erase_if(tables,
                  [](const std::string& name) { return name.starts_with("product_text_"); });
  }
  std::set<std::string> wanted;
  for (const KindSpec& kind : all_kinds()) wanted.emplace(kind.table);
  EXPECT_EQ(tables, wanted);
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
  EXPECT_EQ(find_kind(kReservedKindName), nullptr);
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
      {Kind::kWishlist, {}},
      {Kind::kOrder, {"status"}},
      {Kind::kStockEntry, {}},
      {Kind::kStats, {}},
      {Kind::kNotification, {"read"}},
      {Kind::kJob, {}},
  };
  for (const KindSpec& kind : all_kinds()) {
    std::set<std::string_view> found;
    for (const FieldSpec& field : kind.fields) {
      if (field.on_create != Writers::kServer ||
          (field.on_patch != Writers::kServer && field.on_patch != Writers::kJob)) {
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
      {Kind::kWishlist, kOwner},
      {Kind::kOrder, kDesk | kOwner | kAdmin},
      {Kind::kStockEntry, kDesk | kAdmin},
      {Kind::kStats, kDesk | kAdmin},
      {Kind::kNotification, kDesk | kOwner | kAdmin},
      {Kind::kJob, kDesk | kAdmin},
  };
  for (const KindSpec& kind : all_kinds()) {
    EXPECT_EQ(int{kind.audiences}, rooms.at(kind.kind)) << kind.name;
  }
}

TEST(Migrations, are_numbered_without_a_gap_and_the_same_on_every_engine) {
  const auto sqlite = migrations(storage::Engine::kSqlite);
  const auto postgres = migrations(storage::Engine::kPostgres);
  ASSERT_EQ(sqlite.size(), postgres.size());
  ASSERT_FALSE(sqlite.empty());
  for (std::size_t i = 0; i < sqlite.size(); ++i) {
    EXPECT_EQ(sqlite[i].number, static_cast<int>(i) + 1);
    EXPECT_EQ(postgres[i].number, sqlite[i].number);
    EXPECT_EQ(postgres[i].name, sqlite[i].name);
  }
}

TEST_F(StockCheck, is_in_the_database_too) {
  const std::string id = bread(1);
  EXPECT_THROW(store_.run(owner_,
                          [&](const Context& context) -> Outcome<Done> {
                            context.transaction.execute(
                                "UPDATE products SET stock = -1 WHERE id = $1",
                                {std::string_view(id)});
                            return Done{};
                          }),
               storage::StorageFailure);
}

}  // namespace
}  // namespace tillcast::commerce
