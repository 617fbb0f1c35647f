// apply_bulk(): staged rows become records, a group a command.
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/limits.h"
#include "commerce/accounts.h"
#include "commerce/bulk.h"
#include "commerce/bulk_job.h"
#include "commerce/fields.h"
#include "commerce/group_records.h"
#include "commerce/item_lines.h"
#include "commerce/json_text.h"
#include "commerce/members.h"
#include "commerce/products.h"
#include "commerce/records.h"
#include "commerce/reviews.h"
#include "commerce/stats.h"

namespace tillcast::commerce {
namespace {

using storage::Row;
using storage::Transaction;

/// The bulk as it stands in its tables.
struct Bulk {
  std::string id{};
  std::string by{};
  std::int64_t rows_total = 0;
  bool quiet = false;
};

std::optional<Bulk> read_bulk(storage::Queries& queries) {
  std::optional<Bulk> bulk;
  queries.query("SELECT id, by_id, rows_total, quiet FROM bulks WHERE state = 'applying'", {},
                [&](const Row& row) {
                  bulk = Bulk{std::string(row.text(0)), std::string(row.text(1)), row.integer(2),
                              row.integer(3) != 0};
                });
  return bulk;
}

/// Logs what a bulk changes without the rooms that are told `reset` instead; the rest of a
/// transaction as it is.
class QuietTransaction final : public Transaction {
 public:
  QuietTransaction(Transaction& real, const Bulk& bulk) : real_(real), quiet_(bulk.quiet) {
    real_.query("SELECT user_id FROM bulk_rooms WHERE user_id <> ''", {},
                [this](const Row& row) { users_.emplace(row.text(0)); });
  }
  [[nodiscard]] storage::Engine engine() const override { return real_.engine(); }
  using Queries::query;
  using Statements::change_one;
  using Statements::execute;
  void query(std::string_view sql, std::span<const storage::Value> parameters,
             const storage::RowSink& sink) override {
    write_held(*this);
    real_.query(sql, parameters, sink);
  }
  std::int64_t execute(std::string_view sql, std::span<const storage::Value> parameters) override {
    write_held(*this);
    return real_.execute(sql, parameters);
  }
  void change_one(std::string_view sql, std::span<const storage::Value> parameters) override {
    write_held(*this);
    real_.change_one(sql, parameters);
  }
  storage::Statements& beside() override { return real_.beside(); }
  storage::GroupMemory& memory(storage::MakeGroupMemory make) override {
    return real_.memory(make);
  }
  void write_held(Transaction& through) override { real_.write_held(through); }
  Lsn log(storage::Change change) override {
    int audience = change.audience;
    if (quiet_) audience &= storage::kOwner;
    if (users_.contains(change.user_id)) audience &= ~storage::kOwner;
    change.audience = static_cast<storage::AudienceSet>(audience);
    return real_.log(std::move(change));
  }

 private:
  Transaction& real_;
  bool quiet_;
  std::set<std::string, std::less<>> users_;
};

/// What the rows of one group are written with.
struct Group {
  const Context& context;
  RecordWriter writer;
  /// Products whose reviews changed.
  std::set<std::string> rated{};
  /// What the shops of changed products have more of, or less.
  std::map<std::string, Goods> goods{};
  /// By step and line, the id of what was made since the rows were checked and has the row's sku,
  /// author of the product or order number.
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> made_meanwhile{};
  /// That of the row at hand; empty if there is none.
  std::string other{};
};

/// The record of the row; else what was made meanwhile in its place.
std::optional<Record> present_for(Group& group, const BulkRow& row) {
  auto present = read_record(group.context.transaction, row.record.kind(), row.record.id());
  if (present || group.other.empty()) return present;
  return read_record(group.context.transaction, row.record.kind(), group.other);
}

void note_goods(Group& group, const Record& product, const Goods& before) {
  const Goods now = goods_of(product);
  Goods& sum = group.goods[product.shop_id()];
  sum.products += now.products - before.products;
  sum.low_stock += now.low_stock - before.low_stock;
}

/// The fields of the line, but for those that name the record.
Values changes_of(const BulkRow& row) {
  Values values = row.removed;
  for (const FieldIndex field : bulk_fields(row.record.kind())) {
    if (field == kId || field == kCreatedAt || !row.record.has(field)) continue;
    values.emplace_back(field, row.record.value(field));
  }
  return values;
}

void set_default(Record& record, FieldIndex field, FieldValue value) {
  if (!record.has(field)) record.set(field, std::move(value));
}

void put_product(Group& group, BulkRow& row) {
  if (auto present = present_for(group, row)) {
    const std::int64_t before = present->integer(product::kStock);
    const bool public_before = present->is_public();
    const Goods goods_before = goods_of(*present);
    const std::int64_t version_before = present->version();
    group.writer.update(*present, changes_of(row));
    if (present->version() == version_before) return;
    note_goods(group, *present, goods_before);
    if (present->is_public() != public_before) {
      move_reviews_later(group.context.transaction, *present);
    }
    const std::int64_t delta = present->integer(product::kStock) - before;
    if (delta != 0) write_stock_entry(group.writer, group.context, *present, {.delta = delta});
    return;
  }
  Record& product = row.record;
  set_default(product, product::kCostMinor, std::int64_t{0});
  set_default(product, product::kStock, std::int64_t{0});
  set_default(product, product::kLowStockThreshold, limits::kLowStockThresholdDefault);
  set_default(product, product::kStatus, std::string("active"));
  set_default(product, product::kRatingAvg, std::int64_t{0});
  set_default(product, product::kRatingCount, std::int64_t{0});
  group.writer.insert(product);
  note_goods(group, product, {});
  if (const std::int64_t stock = product.integer(product::kStock); stock > 0) {
    write_stock_entry(group.writer, group.context, product,
                      {.delta = stock, .reason = StockReason::kInitial});
  }
}

void put_review(Group& group, BulkRow& row) {
  group.rated.insert(row.record.text(review::kProductId));
  if (auto present = present_for(group, row)) {
    group.writer.update(*present, changes_of(row));
    return;
  }
  if (!row.record.has(review::kAuthorName)) {
    const auto author =
        read_record(group.context.transaction, Kind::kUser, row.record.text(review::kAuthorId));
    row.record.set(review::kAuthorName, author ? author->text(user::kName) : std::string("-"));
  }
  const auto product =
      read_record(group.context.transaction, Kind::kProduct, row.record.text(review::kProductId));
  // Deleted since the rows were checked, with all its reviews.
  if (!product) return;
  row.record.set(review::kVisibility, visibility_of_reviews(*product));
  group.writer.insert(row.record);
}

/// Behind all numbers of the shop's orders, those that are still staged among them.
std::int64_t number_behind_all(Transaction& transaction, const std::string& shop_id) {
  std::int64_t last = 0;
  transaction.beside().query(
      "SELECT max(CAST(substr(unique_key, length(shop_id) + 2) AS BIGINT)) FROM bulk_rows "
      "WHERE step = 4 AND shop_id = $1",
      {std::string_view(shop_id)}, [&](const Row& row) { last = row.integer(0); });
  const std::int64_t next = GroupRecords::of(transaction).next_order_number(transaction, shop_id);
  return std::max(next, last + 1);
}

/// Orders are history: one that is there stays as it is. One whose number was given to a new order
/// meanwhile gets another.
void put_order(Group& group, BulkRow& row) {
  Transaction& transaction = group.context.transaction;
  Record& order = row.record;
  if (read_record(transaction, Kind::kOrder, order.id())) return;
  if (!group.other.empty()) {
    order.set(order::kNumber, number_behind_all(transaction, order.shop_id()));
  }
  group.writer.insert(order);
  if (order.text(order::kStatus) == "cancelled") return;
  Sale sale{.orders = 1,
            .revenue_minor = order.integer(order::kTotalMinor),
            .profit_minor = order.integer(order::kProfitMinor)};
  for (const ItemLine& line : parse_items_json(order.text(order::kItems)))
    sale.units += line.quantity;
  if (!add_sale(group.writer, transaction, order.shop_id(), order.integer(kCreatedAt), sale)) {
    throw std::runtime_error("The shop's figures cannot hold order " + order.id() + '.');
  }
}

void put_user(Group& group, BulkRow& row) {
  if (auto present = read_record(group.context.transaction, Kind::kUser, row.record.id())) {
    group.writer.update(*present, changes_of(row));
    return;
  }
  Values fields = changes_of(row);
  std::erase_if(fields, [](const auto& value) { return value.first == user::kRole; });
  if (row.record.has(kCreatedAt)) fields.emplace_back(kCreatedAt, row.record.value(kCreatedAt));
  const auto role = auth::parse_role(row.record.text(user::kRole));
  insert_account(group.writer, group.context.transaction, row.record.id(), fields,
                 role.value_or(auth::Role::kCustomer), {});
}

void put_shop(Group& group, BulkRow& row) {
  if (auto present = read_record(group.context.transaction, Kind::kShop, row.record.id())) {
    group.writer.update(*present, changes_of(row));
    return;
  }
  group.writer.insert(row.record);
  insert_member(group.writer, group.context.ids.next(group.context.now_ms), row.record.id(),
                row.record.text(shop::kOwnerId), true);
}

void put(Group& group, BulkRow& row) {
  switch (row.record.kind()) {
    case Kind::kUser:
      return put_user(group, row);
    case Kind::kShop:
      return put_shop(group, row);
    case Kind::kProduct:
      return put_product(group, row);
    case Kind::kReview:
      return put_review(group, row);
    default:
      return put_order(group, row);
  }
}

struct StagedRow {
  std::int64_t step;
  std::int64_t line;
  std::string id;
  std::string shop_id;
  std::string body;
};

std::vector<StagedRow> next_rows(storage::Queries& queries) {
  std::vector<StagedRow> rows;
  queries.query("SELECT step, line, id, shop_id, body FROM bulk_rows ORDER BY step, line LIMIT $1",
                {static_cast<std::int64_t>(limits::kBulkGroupRows)}, [&](const Row& row) {
                  rows.push_back({row.integer(0), row.integer(1), std::string(row.text(2)),
                                  std::string(row.text(3)), std::string(row.text(4))});
                });
  return rows;
}

/// Commands go on between the check and the last group, and may take what a row claims. Joins by
/// the columns of an index, as the checks are.
std::map<std::pair<std::int64_t, std::int64_t>, std::string> made_meanwhile(
    storage::Queries& queries, const std::vector<StagedRow>& rows) {
  static constexpr std::pair<std::int64_t, std::string_view> kClaims[] = {
      {2,
       "JOIN products o ON o.shop_id = r.shop_id "
       "AND o.sku = substr(r.unique_key, length(r.shop_id) + 2) AND r.unique_key <> '' "},
      {3, "JOIN reviews o ON o.author_id = r.user_id AND o.product_id = r.product_id "},
      {4,
       "JOIN orders o ON o.shop_id = r.shop_id "
       "AND o.number = CAST(substr(r.unique_key, length(r.shop_id) + 2) AS BIGINT) "}};
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> found;
  for (const auto& [step, join] : kClaims) {
    std::int64_t first = 0;
    std::int64_t last = -1;
    for (const StagedRow& row : rows) {
      if (row.step != step) continue;
      if (last < 0) first = row.line;
      last = row.line;
    }
    if (last < 0) continue;
    queries.query("SELECT r.line, o.id FROM bulk_rows r " + std::string(join) +
                      "WHERE r.step = $1 AND r.line BETWEEN $2 AND $3 AND o.id <> r.id",
                  {step, first, last}, [&, step = step](const Row& row) {
                    found.emplace(std::pair(step, row.integer(0)), row.text(1));
                  });
  }
  return found;
}

/// One change in each room that was told nothing: who follows it starts over. A group of rooms;
/// false if there is none left.
bool mark_quiet_rooms(Transaction& transaction, const Bulk& bulk, std::int64_t now_ms) {
  std::vector<storage::Change> marks;
  transaction.query("SELECT shop_id, user_id FROM bulk_rooms ORDER BY shop_id, user_id LIMIT $1",
                    {static_cast<std::int64_t>(limits::kBulkGroupRows)}, [&](const Row& row) {
                      storage::Change mark;
                      mark.kind = kBulkKind;
                      mark.id = bulk.id;
                      mark.shop_id = row.text(0);
                      mark.user_id = row.text(1);
                      mark.by = bulk.by;
                      mark.version = 1;
                      mark.at_ms = now_ms;
                      int rooms = storage::kAdmin | storage::kPublic;
                      if (!mark.shop_id.empty()) rooms |= storage::kDesk;
                      if (!mark.user_id.empty()) rooms = storage::kOwner;
                      mark.audience = static_cast<storage::AudienceSet>(rooms);
                      mark.public_before = mark.public_after = mark.user_id.empty();
                      mark.image = JsonObject().integer("rows", bulk.rows_total).finish();
                      marks.push_back(std::move(mark));
                    });
  for (storage::Change& mark : marks) {
    transaction.execute("DELETE FROM bulk_rooms WHERE shop_id = $1 AND user_id = $2",
                        {mark.shop_id, mark.user_id});
    transaction.log(std::move(mark));
  }
  return !marks.empty();
}

/// Applies a group of rows; behind the last one it tells the quiet rooms, and then ends the bulk.
/// Gives how many rows it applied.
std::int64_t apply_group(Transaction& transaction, const Bulk& bulk, IdSource& ids,
                         std::int64_t now_ms) {
  const std::vector<StagedRow> rows = next_rows(transaction);
  QuietTransaction quiet(transaction, bulk);
  const auth::Principal who{.user_id = bulk.by};
  const Context context{quiet, who, now_ms, ids};
  Group group{context, RecordWriter(quiet, now_ms, bulk.by)};
  group.made_meanwhile = made_meanwhile(transaction, rows);
  for (const StagedRow& staged : rows) {
    auto row = parse_bulk_line(staged.body);
    if (!row) throw std::runtime_error("A staged row is damaged: " + row.error().detail);
    row->record.set(kId, staged.id);
    const auto made = group.made_meanwhile.find({staged.step, staged.line});
    group.other = made == group.made_meanwhile.end() ? std::string() : made->second;
    put(group, *row);
    quiet.beside().change_one("DELETE FROM bulk_rows WHERE step = $1 AND line = $2",
                              {staged.step, staged.line});
  }
  for (const std::string& id : group.rated) {
    auto product = read_record(quiet, Kind::kProduct, id);
    if (!product) continue;
    const std::int64_t version_before = product->version();
    update_rating(group.writer, quiet, *product);
    if (product->version() != version_before) group.goods.try_emplace(product->shop_id());
  }
  for (const auto& [shop_id, goods] : group.goods) {
    count_goods(group.writer, quiet, shop_id, goods);
  }
  quiet.write_held(quiet);
  advance_bulk_job(transaction, bulk.id, bulk.by, static_cast<std::int64_t>(rows.size()), now_ms);
  if (rows.empty() && !mark_quiet_rooms(transaction, bulk, now_ms)) {
    end_bulk_job(transaction, bulk.id, bulk.by, now_ms);
    transaction.execute("DELETE FROM bulks", std::span<const storage::Value>{});
  }
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace

std::int64_t apply_bulk(const BulkRun& run, IdSource& ids, const Clock& clock,
                        const BulkProgress& progress) {
  std::int64_t done = 0;
  for (bool more = true; more;) {
    std::int64_t total = 0;
    std::int64_t applied = 0;  // a step may be run again if its group fails
    run([&](Transaction& transaction) {
      const auto bulk = read_bulk(transaction);
      more = bulk.has_value();
      if (!more) return;
      total = bulk->rows_total;
      applied = apply_group(transaction, *bulk, ids, clock.unix_ms());
    });
    done += applied;
    if (more && progress) progress(done, total);
  }
  return done;
}

}  // namespace tillcast::commerce
