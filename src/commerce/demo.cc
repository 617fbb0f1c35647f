#include "commerce/demo.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "commerce/accounts.h"
#include "commerce/demo_catalogue.h"
#include "commerce/fields.h"
#include "commerce/json_text.h"
#include "commerce/members.h"
#include "commerce/orders.h"
#include "commerce/products.h"
#include "commerce/reviews.h"
#include "commerce/stats.h"

namespace tillcast::commerce {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
/// When all ids of the demo's past were made, as far as the ids tell: a fixed time, so that they
/// are the same in every run, and sort before what happens later.
constexpr std::int64_t kDemoIdTimeMs = 1'767'225'600'000;  // 2026-01-01
/// Orders and their status changes that one transaction writes.
constexpr std::size_t kEventsPerStep = 40;
/// Notifications older than this have been read.
constexpr std::int64_t kReadAfterMs = 12 * 60 * kMinuteMs;

using Run = std::function<void(const std::function<void(storage::Transaction&)>&)>;

std::string padded(std::size_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.insert(0, width - std::min(width, digits.size()), '0');
}

/// `usr_buyer` for buyer@demo.shop.
std::string account_id(const DemoAccount& account) {
  return "usr_" + account.email.substr(0, account.email.find('@'));
}
std::string reviewer_id(std::size_t index) { return "usr_reviewer_" + padded(index + 1, 3); }
std::string shop_id(const DemoShop& shop) { return "shop_" + shop.slug; }
std::string product_id(const DemoShop& shop, std::size_t index) {
  return "prd_" + shop.slug + "_" + padded(index + 1, 3);
}
std::string picture_path(const std::string& name) { return "/images/demo/" + name + ".svg"; }
std::string logo_name(const DemoShop& shop) { return shop_id(shop) + "_logo"; }
std::string banner_name(const DemoShop& shop) { return shop_id(shop) + "_banner"; }

/// One thing that happened to an order.
struct OrderEvent {
  int minutes_ago = 0;
  std::size_t order = 0;
  bool is_placing = false;
};

/// Writes one demo into an empty database, step by step.
class DemoSeeder {
 public:
  DemoSeeder(const DemoData& data, const std::string& password_hash, std::int64_t now_ms)
      : data_(data),
        password_hash_(password_hash),
        now_ms_(now_ms),
        order_ids_(data.orders.size()) {}

  void run(const Run& run) {
    run([this](storage::Transaction& transaction) { write_people(transaction); });
    for (const DemoShop& shop : data_.shops) {
      run([&](storage::Transaction& transaction) { write_shop(transaction, shop); });
    }
    const std::vector<OrderEvent> events = order_events();
    for (std::size_t from = 0; from < events.size(); from += kEventsPerStep) {
      const std::size_t count = std::min(kEventsPerStep, events.size() - from);
      run([&](storage::Transaction& transaction) {
        for (std::size_t i = 0; i < count; ++i) write_event(transaction, events[from + i]);
      });
    }
    run([this](storage::Transaction& transaction) { mark_old_notifications(transaction); });
  }

 private:
  [[nodiscard]] std::int64_t time(int minutes_ago) const {
    return now_ms_ - minutes_ago * kMinuteMs;
  }

  /// The oldest thing that happened.
  [[nodiscard]] std::int64_t start() const {
    int oldest = 0;
    for (const DemoShop& shop : data_.shops) oldest = std::max(oldest, shop.age_minutes);
    return time(oldest + 60);
  }

  void write_people(storage::Transaction& transaction) {
    RecordWriter writer(transaction, start(), {});
    for (const DemoAccount& account : data_.accounts) {
      Values fields = {{user::kEmail, account.email}, {user::kName, account.name}};
      if (!account.phone.empty()) fields.emplace_back(user::kPhone, account.phone);
      insert_account(writer, transaction, account_id(account), fields,
                     auth::parse_role(account.role).value(), password_hash_);
    }
    for (std::size_t i = 0; i < data_.reviewers.size(); ++i) {
      const Values fields = {{user::kEmail, "reviewer" + padded(i + 1, 3) + "@reviewers.demo.shop"},
                             {user::kName, data_.reviewers[i]}};
      // Without a password: they are in the demo for what they wrote, and nobody signs in as them.
      insert_account(writer, transaction, reviewer_id(i), fields, auth::Role::kCustomer, {});
    }
  }

  void write_shop(storage::Transaction& transaction, const DemoShop& shop) {
    const std::string owner_id = account_id(data_.accounts.at(shop.owner));
    RecordWriter writer(transaction, time(shop.age_minutes), owner_id);
    Record record(Kind::kShop);
    record.set(kId, shop_id(shop));
    record.set(shop::kSlug, shop.slug);
    record.set(shop::kName, shop.name);
    record.set(shop::kCurrency, shop.currency);
    record.set(shop::kTagline, shop.tagline);
    record.set(shop::kLogoUrl, picture_path(logo_name(shop)));
    record.set(shop::kBannerUrl, picture_path(banner_name(shop)));
    record.set(shop::kColours, JsonObject()
                                   .text("primary", shop.colours.primary)
                                   .text("accent", shop.colours.accent)
                                   .text("background", shop.colours.background)
                                   .finish());
    record.set(shop::kOwnerId, owner_id);
    writer.insert(record);
    insert_member(writer, "mem_" + shop.slug + "_001", shop_id(shop), owner_id, true);
    Goods goods;
    for (std::size_t i = 0; i < shop.products.size(); ++i) {
      const Goods added = goods_of(write_product(transaction, shop, i, owner_id));
      goods.products += added.products;
      goods.low_stock += added.low_stock;
    }
    count_goods(writer, transaction, shop_id(shop), goods);
  }

  Record write_product(storage::Transaction& transaction, const DemoShop& shop, std::size_t index,
                       const std::string& owner_id) {
    const DemoProduct& product = shop.products[index];
    const auth::Principal owner{.user_id = owner_id};
    const Context context{transaction, owner, kDemoIdTimeMs, ids_};
    RecordWriter writer(transaction, time(product.age_minutes), owner_id);
    Record record(Kind::kProduct);
    record.set(kId, product_id(shop, index));
    record.set(product::kShopId, shop_id(shop));
    record.set(product::kSku, product.sku);
    record.set(product::kName, product.name);
    record.set(product::kDescription, product.description);
    record.set(product::kCategory, product.category);
    record.set(product::kPriceMinor, product.price_minor);
    record.set(product::kCostMinor, product.cost_minor);
    record.set(product::kStock, std::int64_t{product.opening_stock});
    record.set(product::kLowStockThreshold, std::int64_t{product.low_stock_threshold});
    record.set(product::kStatus, product.status);
    record.set(product::kImageUrl, picture_path(record.id()));
    record.set(product::kRatingAvg, std::int64_t{0});
    record.set(product::kRatingCount, std::int64_t{0});
    writer.insert(record);
    if (product.opening_stock > 0) {
      write_stock_entry(writer, context, record,
                        {.delta = product.opening_stock, .reason = StockReason::kInitial});
    }
    write_reviews(transaction, product, record);
    return record;
  }

  void write_reviews(storage::Transaction& transaction, const DemoProduct& product,
                     Record& record) {
    for (std::size_t i = 0; i < product.reviews.size(); ++i) {
      const DemoReview& review = product.reviews[i];
      const std::string author_id = reviewer_id(review.reviewer);
      RecordWriter writer(transaction, time(review.age_minutes), author_id);
      Record written(Kind::kReview);
      written.set(kId, "rev_" + record.id().substr(4) + "_" + std::to_string(i + 1));
      written.set(review::kProductId, record.id());
      written.set(review::kShopId, record.shop_id());
      written.set(review::kAuthorId, author_id);
      written.set(review::kAuthorName, data_.reviewers.at(review.reviewer));
      written.set(review::kRating, std::int64_t{review.rating});
      written.set(review::kText, review.text);
      written.set(review::kVisibility, visibility_of_reviews(record));
      writer.insert(written);
      if (i + 1 == product.reviews.size()) update_rating(writer, transaction, record);
    }
  }

  /// What happened to orders, in the order of time, so that stocks run through it as they did.
  [[nodiscard]] std::vector<OrderEvent> order_events() const {
    std::vector<OrderEvent> events;
    for (std::size_t i = 0; i < data_.orders.size(); ++i) {
      events.push_back({data_.orders[i].placed_minutes_ago, i, true});
      if (data_.orders[i].status == "pending") continue;
      events.push_back({data_.orders[i].changed_minutes_ago, i, false});
    }
    std::stable_sort(events.begin(), events.end(), [](const OrderEvent& a, const OrderEvent& b) {
      return a.minutes_ago > b.minutes_ago;
    });
    return events;
  }

  void write_event(storage::Transaction& transaction, const OrderEvent& event) {
    const DemoOrder& order = data_.orders[event.order];
    const DemoShop& shop = data_.shops.at(order.shop);
    const DemoAccount& actor = data_.accounts.at(event.is_placing ? order.customer : shop.owner);
    const auth::Principal who{.user_id = account_id(actor)};
    const Context context{transaction, who, kDemoIdTimeMs, ids_};
    RecordWriter writer(transaction, time(event.minutes_ago), who.user_id);
    if (!event.is_placing) {
      auto record = read_record(transaction, Kind::kOrder, order_ids_[event.order]);
      expect(move_order(writer, context, record.value(), order.status));
      return;
    }
    OrderRequest request{shop_id(shop), {}};
    for (const DemoOrderItem& item : order.items) {
      request.items.push_back({product_id(shop, item.product), item.quantity});
    }
    order_ids_[event.order] =
        expect(place_order(writer, context, request, time(event.minutes_ago))).id;
  }

  /// A demo that contradicts itself is a bug in its data.
  static RecordImage expect(Outcome<RecordImage> outcome) {
    if (!outcome) throw std::logic_error("the demo cannot be written: " + outcome.error().code);
    return *std::move(outcome);
  }

  void mark_old_notifications(storage::Transaction& transaction) {
    static const std::string kSql = "SELECT " + std::string(columns_of(Kind::kNotification)) +
                                    " FROM notifications WHERE created_at < $1 ORDER BY id";
    std::vector<Record> old;
    transaction.query(kSql, {now_ms_ - kReadAfterMs}, [&](const storage::Row& row) {
      old.push_back(read_row(Kind::kNotification, row));
    });
    RecordWriter writer(transaction, now_ms_ - kReadAfterMs / 2, {});
    for (Record& notification : old) {
      writer.update(notification, {{notification::kRead, std::int64_t{1}}});
    }
  }

  const DemoData& data_;
  const std::string& password_hash_;
  std::int64_t now_ms_;
  SeededRandom random_{kDemoSeed};
  IdSource ids_{random_};
  /// The ids of data_.orders, once they are placed.
  std::vector<std::string> order_ids_;
};

/// Made at the first use and kept: every picture is drawn from it.
const DemoData& demo_data() {
  static const DemoData data = make_demo_data(kDemoSeed);
  return data;
}

}  // namespace

void seed_demo(const Run& run, const std::string& password_hash, std::int64_t now_ms) {
  DemoSeeder(demo_data(), password_hash, now_ms).run(run);
}

std::optional<std::string> demo_picture(std::string_view path) {
  for (const DemoShop& shop : demo_data().shops) {
    if (path == picture_path(logo_name(shop))) return shop_logo_svg(shop.brand);
    if (path == picture_path(banner_name(shop))) return shop_banner_svg(shop.brand);
    for (std::size_t i = 0; i < shop.products.size(); ++i) {
      if (path == picture_path(product_id(shop, i))) {
        return product_picture_svg(shop.products[i].picture);
      }
    }
  }
  return std::nullopt;
}

}  // namespace tillcast::commerce
