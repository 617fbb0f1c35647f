#include "commerce/group_records.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include "commerce/fields.h"
#include "commerce/record_log.h"
#include "commerce/record_sql.h"
#include "commerce/records.h"

namespace tillcast::commerce {
namespace {

/// Calls `visit(field, delta)` for each additive field that is there.
template <class Visit>
void for_each_sum(const Record& record, std::span<const std::int64_t> deltas, const Visit& visit) {
  const std::span<const FieldSpec> fields = spec(record.kind()).fields;
  std::size_t next = 0;
  for (FieldIndex field = 0; field < fields.size(); ++field) {
    if (!fields[field].additive) continue;
    if (next == deltas.size()) throw std::logic_error("one delta an additive field");
    const std::int64_t delta = deltas[next++];
    if (record.has(field)) visit(field, delta);
  }
  if (next != deltas.size()) throw std::logic_error("one delta an additive field");
}

/// Whether each additive field is within its bounds after `deltas`.
bool within_bounds(const Record& record, std::span<const std::int64_t> deltas) {
  const std::span<const FieldSpec> fields = spec(record.kind()).fields;
  bool within = true;
  for_each_sum(record, deltas, [&](FieldIndex field, std::int64_t delta) {
    std::int64_t sum = 0;
    within = within && !__builtin_add_overflow(record.integer(field), delta, &sum) &&
             sum >= fields[field].min && sum <= fields[field].max;
  });
  return within;
}

void add_to(Record& record, std::span<const std::int64_t> deltas, std::int64_t sign) {
  for_each_sum(record, deltas, [&](FieldIndex field, std::int64_t delta) {
    record.set(field, record.integer(field) + sign * delta);
  });
}

void add_to(std::vector<std::int64_t>& sums, std::span<const std::int64_t> deltas,
            std::int64_t sign) {
  sums.resize(deltas.size());
  for (std::size_t i = 0; i < deltas.size(); ++i) sums[i] += sign * deltas[i];
}

bool all_zero(std::span<const std::int64_t> deltas) {
  return std::all_of(deltas.begin(), deltas.end(), [](std::int64_t delta) { return delta == 0; });
}

}  // namespace

GroupRecords& GroupRecords::of(storage::Transaction& transaction) {
  // The program has no other sort of it.
  return static_cast<GroupRecords&>(transaction.memory(
      []() -> std::unique_ptr<storage::GroupMemory> { return std::make_unique<GroupRecords>(); }));
}

GroupRecords::Entry* GroupRecords::entry(storage::Transaction& transaction, Kind kind,
                                         std::string_view id) {
  Key key{kind, std::string(id)};
  const auto known = known_.find(key);
  if (known != known_.end()) return &known->second;
  const bool is_held = spec(kind).inserts_held &&
                       std::any_of(inserts_.begin(), inserts_.end(), [&](const Record& record) {
                         return record.kind() == kind && record.id() == id;
                       });
  if (is_held) transaction.write_held(transaction);
  Entry* found = nullptr;
  transaction.beside().query(sql_of(kind).select, {id}, [&](const storage::Row& row) {
    found = &known_.insert_or_assign(std::move(key), Entry{read_row(kind, row)}).first->second;
  });
  return found;
}

const Record* GroupRecords::find(storage::Transaction& transaction, Kind kind,
                                 std::string_view id) {
  const Entry* found = entry(transaction, kind, id);
  return found == nullptr ? nullptr : &found->record;
}

void GroupRecords::hold(Entry& entry) {
  if (entry.listed) return;
  entry.listed = true;
  sums_.push_back(&entry);
}

const Record* GroupRecords::add(storage::Transaction& transaction, Kind kind, std::string_view id,
                                const Addition& addition) {
  const std::span<const std::int64_t> deltas = addition.deltas;
  Entry* const found = entry(transaction, kind, id);
  if (found == nullptr || !within_bounds(found->record, deltas)) return nullptr;
  found->telling = addition.telling;
  Record& record = found->record;
  const std::int64_t version_step = addition.telling == Telling::kAtOnce ? 1 : 0;
  const std::int64_t updated_before = record.integer(kUpdatedAt);
  add_to(record, deltas, 1);
  add_to(found->deltas, deltas, 1);
  ++found->adds;
  record.set(kVersion, record.version() + version_step);
  record.set(kUpdatedAt, addition.now_ms);
  hold(*found);
  undo_.emplace_back([found, version_step, updated_before,
                      taken = std::vector<std::int64_t>(deltas.begin(), deltas.end())] {
    Record& undone = found->record;
    add_to(undone, taken, -1);
    add_to(found->deltas, taken, -1);
    --found->adds;
    undone.set(kVersion, undone.version() - version_step);
    undone.set(kUpdatedAt, updated_before);
  });
  return &record;
}

void GroupRecords::replace(const Record& record) {
  const auto known = known_.find({record.kind(), record.id()});
  if (known != known_.end()) known->second.record = record;
}

void GroupRecords::insert(const Record& record) {
  inserts_.push_back(record);
  undo_.emplace_back([this] { inserts_.pop_back(); });
  if (record.kind() != Kind::kOrder) return;
  // Whoever numbers orders on their own has been past the numbers that are known.
  const auto last = order_numbers_.find(record.shop_id());
  if (last == order_numbers_.end()) return;
  const std::int64_t number = record.integer(order::kNumber);
  if (number <= last->second) return;
  undo_.emplace_back([&value = last->second, before = last->second] { value = before; });
  last->second = number;
}

const auth::Principal* GroupRecords::caller(std::string_view key) const {
  const auto found = callers_.find(key);
  return found == callers_.end() ? nullptr : &found->second;
}

void GroupRecords::keep_caller(std::string_view key, const auth::Principal& who) {
  callers_.emplace(key, who);
}

const auth::AccessClaims* GroupRecords::claims(std::string_view token) const {
  const auto found = claims_.find(std::string(token));
  return found == claims_.end() ? nullptr : &found->second;
}

void GroupRecords::keep_claims(std::string_view token, const auth::AccessClaims& claims) {
  claims_.emplace(token, claims);
}

std::int64_t GroupRecords::next_order_number(storage::Transaction& transaction,
                                             const std::string& shop_id) {
  auto last = order_numbers_.find(shop_id);
  if (last == order_numbers_.end()) {
    const bool some_held = std::any_of(inserts_.begin(), inserts_.end(), [&](const Record& record) {
      return record.kind() == Kind::kOrder && record.shop_id() == shop_id;
    });
    if (some_held) transaction.write_held(transaction);
    std::int64_t number = 0;
    transaction.beside().query("SELECT max(number) FROM orders WHERE shop_id = $1",
                               {std::string_view(shop_id)},
                               [&](const storage::Row& row) { number = row.integer(0); });
    last = order_numbers_.emplace(shop_id, number).first;
  }
  return last->second + 1;
}

void GroupRecords::begin_command() {
  undo_.clear();
  if (known_.size() + callers_.size() > kKnownRecordsMax && !holds()) forget();
  if (claims_.size() > kKnownRecordsMax) claims_.clear();
}

void GroupRecords::undo_command() {
  for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) (*undo)();
  undo_.clear();
}

void GroupRecords::forget() {
  known_.clear();
  sums_.clear();
  inserts_.clear();
  order_numbers_.clear();
  callers_.clear();
  undo_.clear();
}

void GroupRecords::write(storage::Transaction& through) {
  // Rows of one table together: PostgreSQL takes many at a time.
  std::stable_sort(inserts_.begin(), inserts_.end(),
                   [](const Record& a, const Record& b) { return a.kind() < b.kind(); });
  for (const Record& record : inserts_) {
    through.beside().change_one(sql_of(record.kind()).insert, insert_parameters(record).get());
  }
  inserts_.clear();
  for (Entry* entry : sums_) {
    if (entry->adds > 0) write_sum(through, *entry);
    entry->listed = false;
    entry->adds = 0;
    entry->deltas.clear();
  }
  sums_.clear();
  undo_.clear();
}

void GroupRecords::write_sum(storage::Transaction& through, Entry& entry) {
  Record& record = entry.record;
  const bool tell = entry.telling == Telling::kWithGroup;
  if (tell) {
    if (all_zero(entry.deltas)) return;
    entry.adds = 1;
    record.set(kVersion, record.version() + 1);
  }
  Parameters parameters;
  parameters.add(record.value(kUpdatedAt));
  parameters.add(storage::Value(entry.adds));
  for (const std::int64_t delta : entry.deltas) parameters.add(storage::Value(delta));
  parameters.add(record.value(kId));
  // The condition holds the bounds once more: in the database, and not only here.
  through.beside().change_one(sql_of(record.kind()).adjust, parameters.get());
  if (!tell) return;
  const RecordImage image = image_of(record);
  log_updated(through, {record.integer(kUpdatedAt), {}}, image, image.is_public,
              names_of_changed(record.kind(), entry.deltas));
}

}  // namespace tillcast::commerce
