#include "commerce/typescript.h"

#include <gtest/gtest.h>

#include "commerce/type_names.h"

namespace tillcast::commerce {
namespace {

TEST(TypeNames, are_those_of_typescript) {
  EXPECT_EQ(type_name("stock_entry"), "StockEntry");
  EXPECT_EQ(type_name("user"), "User");
}

TEST(TypeNames, say_what_is_always_there) {
  const auto always = [](Kind kind, std::string_view name) {
    return is_always_there(spec(kind), spec(kind).fields[find_field(spec(kind), name)]);
  };
  EXPECT_TRUE(always(Kind::kProduct, "stock"));
  EXPECT_FALSE(always(Kind::kProduct, "cost_minor")) << "the public does not see it";
  EXPECT_FALSE(always(Kind::kProduct, "sku")) << "it need not be there";
  EXPECT_TRUE(always(Kind::kStats, "profit_minor")) << "only the shop's people see any of it";
  EXPECT_TRUE(always(Kind::kCart, "items")) << "only the owner sees any of it";
  EXPECT_TRUE(always(Kind::kUser, "email"));
}

TEST(TypeScript, has_an_interface_a_kind_and_marks_what_may_be_missing) {
  const std::string types = typescript_types();
  const auto has = [&](std::string_view text) { return types.find(text) != std::string::npos; };
  for (const KindSpec& kind : all_kinds()) {
    EXPECT_TRUE(has("export interface " + type_name(kind.name) + " extends RecordBase {"));
    EXPECT_TRUE(has("  " + std::string(kind.name) + ": " + type_name(kind.name) + ";"));
  }
  EXPECT_TRUE(
      has("  price_minor: number;\n  /** Only for the shop's people. */\n  cost_minor?: number;"));
  EXPECT_TRUE(has("export type OrderStatus =\n  | 'pending'\n  | 'confirmed'"));
  EXPECT_TRUE(has("  items: readonly OrderItem[];"));
  EXPECT_TRUE(has("  sku?: string | null;")) << "a patch may take it away";
  EXPECT_FALSE(has("visibility"));
}

}  // namespace
}  // namespace tillcast::commerce
