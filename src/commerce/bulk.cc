#include "commerce/bulk.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/limits.h"
#include "commerce/bulk_checks.h"
#include "commerce/bulk_job.h"
#include "commerce/fields.h"
#include "commerce/records.h"

namespace tillcast::commerce {
namespace {

using storage::Row;
using storage::Transaction;

constexpr std::string_view kStaging = "staging";
constexpr std::string_view kApplying = "applying";

std::int64_t step_of(Kind kind) {
  const auto kinds = bulk_kinds();
  return std::find(kinds.begin(), kinds.end(), kind) - kinds.begin();
}

/// What no two rows of a kind may share.
std::string unique_key(const Record& record) {
  switch (record.kind()) {
    case Kind::kUser:
      return record.text(user::kEmail);
    case Kind::kShop:
      return record.text(shop::kSlug);
    case Kind::kProduct:
      return record.has(product::kSku) ? record.shop_id() + ' ' + record.text(product::kSku) : "";
    case Kind::kReview:
      return record.text(review::kAuthorId) + ' ' + record.text(review::kProductId);
    case Kind::kOrder:
      return record.shop_id() + ' ' + std::to_string(record.integer(order::kNumber));
    default:
      return {};
  }
}

std::string sentence_of(const Problem& problem) {
  if (problem.fields.empty()) return problem.detail;
  std::string sentence;
  for (const FieldError& field : problem.fields) {
    if (!sentence.empty()) sentence += ' ';
    sentence += field.field + ": " + field.detail;
  }
  return sentence;
}

void forget(Transaction& transaction) {
  for (const std::string_view table : {"bulk_rows", "bulk_rooms", "bulks"}) {
    transaction.execute("DELETE FROM " + std::string(table), std::span<const storage::Value>{});
  }
}

/// Another process on the same database may have begun a bulk, which forgets what this one staged.
void demand_staging(Transaction& transaction, const std::string& id) {
  bool staging = false;
  transaction.query("SELECT 1 FROM bulks WHERE id = $1 AND state = $2", {id, kStaging},
                    [&](const Row&) { staging = true; });
  if (!staging) throw BulkBusy();
}

/// The rooms that are told `reset` at the end: of the shops, if the whole bulk is large, and of
/// each user who is owed many orders.
void choose_quiet_rooms(Transaction& transaction, std::int64_t rows) {
  const bool quiet = rows > limits::kBulkRoomChangesMax;
  transaction.execute("UPDATE bulks SET quiet = $1", {std::int64_t{quiet ? 1 : 0}});
  if (!quiet) return;
  transaction.execute(
      "INSERT INTO bulk_rooms (shop_id, user_id) SELECT DISTINCT shop_id, '' FROM bulk_rows",
      std::span<const storage::Value>{});
  transaction.execute(
      "INSERT INTO bulk_rooms (shop_id, user_id) SELECT '', user_id FROM bulk_rows "
      "WHERE step = 4 GROUP BY user_id HAVING count(*) > $1",
      {limits::kBulkRoomChangesMax});
}

}  // namespace

BulkStage::BulkStage(BulkRun run, IdSource& ids, const Clock& clock, BulkTarget target)
    : run_(std::move(run)),
      ids_(ids),
      clock_(clock),
      target_(std::move(target)),
      id_(ids.next(clock.unix_ms())) {
  run_([&](Transaction& transaction) {
    bool applying = false;
    transaction.query("SELECT 1 FROM bulks WHERE state = $1", {kApplying},
                      [&](const Row&) { applying = true; });
    if (applying) throw BulkBusy();
    forget(transaction);
    transaction.execute(
        "INSERT INTO bulks (id, state, by_id, rows_total, quiet) VALUES ($1, $2, $3, 0, 0)",
        {id_, kStaging, target_.by});
  });
}

void BulkStage::refuse(std::int64_t line, std::string detail) {
  if (faults_.size() < limits::kBulkErrorsMax) faults_.push_back({line, std::move(detail)});
}

/// Gives the row what it may leave out; a sentence for what it may not.
std::optional<std::string> BulkStage::complete(Record& record) const {
  const KindSpec& kind = spec(record.kind());
  const bool of_a_shop = kind.shop_field != kNoField && record.kind() != Kind::kShop;
  if (!target_.shop_id.empty()) {
    if (!of_a_shop) return "kind: Only products, reviews and orders come into a shop.";
    if (record.shop_id().empty()) record.set(kind.shop_field, target_.shop_id);
    if (record.shop_id() != target_.shop_id) return "shop_id: This is another shop.";
  }
  for (const FieldIndex field : bulk_fields(record.kind())) {
    const FieldSpec& spec_of_field = kind.fields[field];
    if (field == kId || field == kCreatedAt || record.has(field)) continue;
    if (spec_of_field.required && (!spec_of_field.has_default || record.kind() == Kind::kShop)) {
      return std::string(spec_of_field.name) + ": This field is missing.";
    }
  }
  return std::nullopt;
}

void BulkStage::add(std::int64_t line, Outcome<BulkRow> row) {
  if (++rows_ > limits::kBulkRowsMax) throw std::runtime_error("There are too many rows.");
  if (!row) return refuse(line, sentence_of(row.error()));
  if (auto fault = complete(row->record)) return refuse(line, *std::move(fault));
  std::string body = bulk_line(row->record);
  for (const auto& [field, nothing] : row->removed) {
    body.pop_back();
    body += ",\"" + std::string(spec(row->record.kind()).fields[field].name) + "\":null}";
  }
  group_.push_back({line, std::move(row->record), std::move(body)});
  if (group_.size() >= limits::kBulkGroupRows) flush();
}

void BulkStage::flush() {
  // What is refused anyway need not be written.
  if (faults_.empty() && !group_.empty()) {
    run_([this](Transaction& transaction) {
      demand_staging(transaction, id_);
      for (Staged& row : group_) {
        std::string key = unique_key(row.record);
        if (row.record.id().empty() && row.record.kind() == Kind::kProduct && !key.empty()) {
          transaction.query(
              "SELECT id FROM products WHERE shop_id = $1 AND sku = $2",
              {row.record.shop_id(), row.record.text(product::kSku)},
              [&](const Row& found) { row.record.set(kId, std::string(found.text(0))); });
        }
        if (row.record.id().empty()) row.record.set(kId, ids_.next(clock_.unix_ms()));
        const bool named = row.record.kind() != Kind::kUser;
        transaction.change_one(
            "INSERT INTO bulk_rows (step, line, id, shop_id, unique_key, product_id, user_id, "
            "body) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            {step_of(row.record.kind()), row.line, row.record.id(), row.record.shop_id(), key,
             row.record.kind() == Kind::kReview
                 ? std::string_view(row.record.text(review::kProductId))
                 : std::string_view(),
             named ? std::string_view(row.record.user_id()) : std::string_view(), row.body});
      }
    });
  }
  group_.clear();
}

std::vector<BulkFault> BulkStage::finish() {
  flush();
  run_([this](Transaction& transaction) {
    demand_staging(transaction, id_);
    if (faults_.empty()) {
      check_staged(transaction,
                   [this](BulkFault fault) { refuse(fault.line, std::move(fault.detail)); });
    }
    if (!faults_.empty()) return forget(transaction);
    choose_quiet_rooms(transaction, rows_);
    transaction.execute("UPDATE bulks SET state = $1, rows_total = $2", {kApplying, rows_});
    begin_bulk_job(transaction, id_, target_, rows_, clock_.unix_ms());
  });
  std::stable_sort(faults_.begin(), faults_.end(),
                   [](const BulkFault& a, const BulkFault& b) { return a.line < b.line; });
  return std::move(faults_);
}

}  // namespace tillcast::commerce
