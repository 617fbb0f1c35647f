// What customers write in the demo: sentences that fit the rating and the thing, put together from
// a shop's phrases and a product's own. A template is not used twice for one product, nor is a
// phrase.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commerce/demo_random.h"
#include "commerce/demo_table.h"

namespace tillcast::commerce {

/// Words that end a review of a category, when it was liked and when not.
struct CategoryWords {
  std::string_view category;
  std::span<const std::string_view> liked;
  std::span<const std::string_view> disliked;
};

/// How the customers of one shop write. Templates hold {noun}, {good}, {flaw} and {use}, or {Good}
/// and {Flaw} at the start of a sentence.
struct ReviewVoice {
  std::array<std::span<const std::string_view>, 5> templates;  // for 1 to 5 stars
  std::span<const CategoryWords> categories;
};

const ReviewVoice& bakery_voice();
const ReviewVoice& gadgets_voice();

struct WrittenReview {
  int rating = 0;
  std::string text;
};

/// Writes the reviews of one shop, product by product. Owned by one caller; refers to `voice` and
/// `random`, which outlive it.
class ReviewWriter {
 public:
  ReviewWriter(const ReviewVoice& voice, DemoRandom& random);

  /// The next reviews are about `row`.
  void start(const CatalogueRow& row);

  /// A review with about `rating` stars: a better one if all that can be said for so few stars
  /// about this product has been said. Good for at least 8 reviews a product.
  WrittenReview write(int rating);

 private:
  bool can_say(std::string_view words) const;
  std::size_t pick_template(std::size_t stars);
  std::string fill(std::string_view words);
  void maybe_add_closing(std::string& text, int rating, std::string_view words);

  const ReviewVoice& voice_;
  DemoRandom& random_;
  std::array<std::vector<int>, 5> uses_;  // of each template so far, in the whole shop

  const CatalogueRow* row_ = nullptr;
  std::array<std::vector<bool>, 5> used_here_;
  std::size_t good_next_ = 0;
  bool flaw_used_ = false;
  bool use_used_ = false;
  std::vector<std::string_view> closings_left_[2];  // disliked, liked
};

}  // namespace tillcast::commerce
