// The written part of the demo: every product of the two shops with its words, and what its
// customers tend to say about it. Constant data; any thread may read it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "commerce/demo_pictures.h"

namespace tillcast::commerce {

/// How the product's picture differs from others of its motif.
struct Look {
  Motif motif;
  Detail detail;
  std::uint32_t main;
  std::uint32_t accent;
  std::uint32_t background;
};

/// Pieces of sentences for reviews. Clauses stand alone, start small and have no full stop.
struct Opinion {
  std::string_view noun;                 // what customers call it, after "the"
  std::array<std::string_view, 2> good;  // clauses
  std::string_view flaw;                 // a clause
  std::string_view use;                  // "we had the loaf …", "I use the mouse …"
};

struct Article {
  std::string_view sku;
  std::string_view name;
  std::string_view category;
  int price_minor;
  int cost_minor;
};

struct CatalogueRow {
  Article article;
  Look look;
  std::string_view description;
  Opinion opinion;
  bool draft = false;
};

/// 48 rows each, in the order of the shop's shelves.
std::span<const CatalogueRow> bakery_catalogue();
std::span<const CatalogueRow> gadgets_catalogue();

}  // namespace tillcast::commerce
