#include "commerce/pictures.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

class Pictures : public testing::ShopTest {
 protected:
  static pictures::PictureSet picture(char name) {
    return {std::string(64, name),
            {{320, std::string("small\0", 6) + name}, {640, std::string("large ") + name}}};
  }

  void keep(char name, std::int64_t at_ms) {
    ASSERT_TRUE(store_.run(owner_, [&](const Context& context) -> Outcome<Done> {
      store_picture(context.transaction, picture(name), at_ms);
      return Done{};
    }));
  }

  void show(const std::string& product, FieldIndex field, const std::string& url) {
    ASSERT_TRUE(store_.run(owner_, [&](const Context& context) {
      return patch_product(context, product, {{field, url}}, {});
    }));
  }

  std::optional<std::string> find(char name, std::int64_t size) {
    return store_.read([&](storage::Queries& queries) {
      return find_picture(queries, std::string(64, name), size);
    });
  }

  /// Walks once over all pictures; gives the steps that it took.
  int prune(std::int64_t now_ms) {
    int steps = 0;
    std::string after;
    do {
      EXPECT_TRUE(store_.run(owner_, [&](const Context& context) -> Outcome<Done> {
        after = prune_pictures(context.transaction, now_ms, after);
        return Done{};
      }));
      ++steps;
    } while (!after.empty());
    return steps;
  }
};

TEST_F(Pictures, are_found_in_the_size_that_fits) {
  keep('a', 1);
  EXPECT_EQ(find('a', 320), std::string("small\0a", 7));
  EXPECT_EQ(find('a', 640), "large a");
  EXPECT_EQ(find('a', 1280), "large a") << "no larger one was made";
  EXPECT_EQ(find('b', 320), std::nullopt);
  EXPECT_EQ(find('a', 0), std::nullopt);
}

TEST_F(Pictures, are_no_change_of_the_log) {
  keep('a', 1);
  EXPECT_TRUE(store_.changes().empty());
  keep('a', 2);
  EXPECT_EQ(find('a', 640), "large a") << "the same once more is the same";
}

TEST_F(Pictures, go_once_nothing_shows_them_for_a_while) {
  keep('a', 0);
  prune(limits::kPictureUnusedMs);
  EXPECT_TRUE(find('a', 320)) << "not yet";
  prune(limits::kPictureUnusedMs + 1);
  EXPECT_FALSE(find('a', 320));
}

TEST_F(Pictures, stay_while_a_product_shows_them_in_any_size) {
  const std::string one = bread(1);
  const std::string two = bread(1);
  for (const char name : {'a', 'b', 'c'}) keep(name, 0);
  show(one, product::kImageUrl, picture_url(std::string(64, 'a')));
  show(two, product::kImageUrl, "/images/stored/" + std::string(64, 'b') + "/1280.webp");
  prune(limits::kPictureUnusedMs + 1);
  EXPECT_TRUE(find('a', 320));
  EXPECT_TRUE(find('b', 320));
  EXPECT_FALSE(find('c', 320));
  show(one, product::kImageUrl, "/elsewhere.png");
  prune(limits::kPictureUnusedMs + 1);
  EXPECT_FALSE(find('a', 320));
}

TEST_F(Pictures, that_are_stored_again_count_as_new) {
  keep('a', 0);
  keep('a', limits::kPictureUnusedMs);
  prune(limits::kPictureUnusedMs + 1);
  EXPECT_TRUE(find('a', 320));
}

TEST_F(Pictures, are_looked_at_in_steps) {
  ASSERT_TRUE(store_.run(owner_, [&](const Context& context) -> Outcome<Done> {
    for (std::int64_t i = 0; i < limits::kPicturesCheckedPerStep * 2 + 1; ++i) {
      pictures::PictureSet set = picture('x');
      set.hash = std::to_string(1000 + i);
      store_picture(context.transaction, set, 0);
    }
    return Done{};
  }));
  EXPECT_EQ(prune(limits::kPictureUnusedMs + 1), 3);
  EXPECT_FALSE(
      store_.read([](storage::Queries& queries) { return find_picture(queries, "1200", 320); }));
}

}  // namespace
}  // namespace tillcast::commerce
