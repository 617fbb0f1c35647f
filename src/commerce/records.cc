#include "commerce/records.h"

#include <algorithm>

#include "commerce/group_records.h"
#include "commerce/record_log.h"
#include "commerce/record_sql.h"
#include "commerce/search.h"

namespace tillcast::commerce {
namespace {

bool is_text(FieldType type) {
  return type == FieldType::kText || type == FieldType::kEnum || type == FieldType::kJson;
}

/// Whether a group that remembers other records and callers is still right when one of these was
/// updated. Each order takes what it bought from a cart.
bool stands_alone(Kind kind) { return kind == Kind::kCart || kind == Kind::kWishlist; }

}  // namespace

RecordImage RecordWriter::insert(Record& record) {
  record.set(kVersion, std::int64_t{1});
  if (!record.has(kCreatedAt)) record.set(kCreatedAt, author_.now_ms);
  if (!record.has(kUpdatedAt)) record.set(kUpdatedAt, record.value(kCreatedAt));
  if (spec(record.kind()).inserts_held) {
    GroupRecords::of(transaction_).insert(record);
  } else {
    transaction_.change_one(sql_of(record.kind()).insert, insert_parameters(record).get());
    add_to_search(transaction_, record);
  }
  RecordImage image = image_of(record);
  log_created(transaction_, author_, image);
  return image;
}

RecordImage RecordWriter::update(Record& record, const Values& values) {
  const KindSpec& kind = spec(record.kind());
  const bool public_before = record.is_public();
  std::string changed;
  bool text_changed = false;
  for (const auto& [field, value] : values) {
    if (record.value(field) == value) continue;
    text_changed = text_changed || kind.fields[field].searchable;
    append_name(changed, kind.fields[field].name);
    record.set(field, value);
  }
  if (changed.empty()) return image_of(record);
  return rewrite(record, std::move(changed), public_before, text_changed);
}

RecordImage RecordWriter::touch(Record& record) {
  const std::string_view name = spec(record.kind()).fields[kUpdatedAt].name;
  return rewrite(record, std::string(name), record.is_public(), false);
}

RecordImage RecordWriter::rewrite(Record& record, std::string changed, bool public_before,
                                  bool text_changed) {
  const KindSpec& kind = spec(record.kind());
  record.set(kVersion, record.version() + 1);
  record.set(kUpdatedAt, author_.now_ms);
  Parameters parameters;
  for (FieldIndex field = kVersion; field < kind.fields.size(); ++field) {
    if (field != kCreatedAt) parameters.add(record.value(field));
  }
  parameters.add(record.value(kId));
  const std::string& sql = sql_of(kind.kind).update;
  if (stands_alone(kind.kind)) {
    transaction_.beside().change_one(sql, parameters.get());
    GroupRecords::of(transaction_).replace(record);
  } else {
    transaction_.change_one(sql, parameters.get());
  }
  if (text_changed) change_in_search(transaction_, record);
  RecordImage image = image_of(record);
  log_updated(transaction_, author_, image, public_before, std::move(changed));
  return image;
}

std::optional<Record> RecordWriter::adjust(Kind kind, std::string_view id,
                                           std::span<const std::int64_t> deltas) {
  GroupRecords& group = GroupRecords::of(transaction_);
  std::string changed = names_of_changed(kind, deltas);
  const Record* const record =
      changed.empty()
          ? group.find(transaction_, kind, id)
          : group.add(transaction_, kind, id, {deltas, Telling::kAtOnce, author_.now_ms});
  if (record == nullptr) return std::nullopt;
  if (!changed.empty()) {
    const RecordImage image = image_of(*record);
    log_updated(transaction_, author_, image, image.is_public, std::move(changed));
  }
  return *record;
}

std::optional<Record> RecordWriter::adjust_and_tell_later(Kind kind, std::string_view id,
                                                          std::span<const std::int64_t> deltas) {
  const Record* const record =
      GroupRecords::of(transaction_)
          .add(transaction_, kind, id, {deltas, Telling::kWithGroup, author_.now_ms});
  return record == nullptr ? std::nullopt : std::optional<Record>(*record);
}

RecordImage RecordWriter::remove(const Record& record) {
  const std::string& sql = sql_of(record.kind()).remove;
  transaction_.change_one(sql, {std::string_view(record.id())});
  remove_from_search(transaction_, record);
  RecordImage image = image_of(record);
  log_deleted(transaction_, author_, image);
  return image;
}

std::optional<Record> read_record(storage::Queries& queries, Kind kind, std::string_view id) {
  std::optional<Record> record;
  queries.query(sql_of(kind).select, {id},
                [&](const storage::Row& row) { record = read_row(kind, row); });
  return record;
}

std::optional<Record> read_record(storage::Transaction& transaction, Kind kind,
                                  std::string_view id) {
  const Record* const record = GroupRecords::of(transaction).find(transaction, kind, id);
  return record == nullptr ? std::nullopt : std::optional<Record>(*record);
}

std::string_view columns_of(Kind kind) { return sql_of(kind).columns; }

Record read_row(Kind kind, const storage::Row& row) {
  Record record(kind);
  const std::span<const FieldSpec> fields = spec(kind).fields;
  for (FieldIndex field = 0; field < fields.size(); ++field) {
    const int column = static_cast<int>(field);
    if (!fields[field].required && row.is_null(column)) continue;
    if (is_text(fields[field].type)) {
      record.set(field, std::string(row.text(column)));
    } else {
      record.set(field, row.integer(column));
    }
  }
  return record;
}

}  // namespace tillcast::commerce
