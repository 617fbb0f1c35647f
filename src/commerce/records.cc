#include "commerce/records.h"

#include <array>
#include <stdexcept>

#include "commerce/change_rooms.h"
#include "commerce/schema_table.h"
#include "commerce/search.h"

namespace tillcast::commerce {
namespace {

using storage::Value;

constexpr std::size_t kFieldsMax = 24;
static_assert([] {
  for (const KindSpec& kind : schema::kKinds) {
    // One more for the id of an UPDATE.
    if (kind.fields.size() >= kFieldsMax) return false;
  }
  return true;
}());

/// The parameters of one statement, looking into a record.
class Parameters {
 public:
  void add(Value value) { values_[count_++] = value; }
  void add(const FieldValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      add(Value(std::string_view(*text)));
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      add(Value(*number));
    } else {
      add(Value());
    }
  }
  [[nodiscard]] std::span<const Value> get() const { return {values_.data(), count_}; }

 private:
  std::array<Value, kFieldsMax> values_{};
  std::size_t count_ = 0;
};

/// The statements of one kind. They are made once, so that a command only looks them up.
struct KindSql {
  std::string columns;
  std::string select;
  std::string insert;
  std::string update;
  std::string adjust;
  std::string remove;
};

std::string parameter(std::size_t number) { return "$" + std::to_string(number); }

/// UPDATE of everything but the id and the time of creation, in schema order, then the id.
std::string update_sql(const KindSpec& kind) {
  std::string sql = "UPDATE " + std::string(kind.table) + " SET ";
  std::size_t number = 0;
  for (FieldIndex field = kVersion; field < kind.fields.size(); ++field) {
    if (field == kCreatedAt) continue;
    if (number > 0) sql += ", ";
    sql.append(kind.fields[field].name) += " = " + parameter(++number);
  }
  return sql + " WHERE id = " + parameter(number + 1);
}

/// Adds to each additive field unless one would leave its bounds: $1 is the time, $2 … the deltas,
/// and the last the id.
std::string adjust_sql(const KindSpec& kind) {
  std::string set;
  std::string conditions;
  std::size_t number = 1;
  for (const FieldSpec& field : kind.fields) {
    if (!field.additive) continue;
    const std::string sum = std::string(field.name) + " + " + parameter(++number);
    set.append(", ").append(field.name) += " = " + sum;
    // A field that is absent stays so.
    conditions += " AND (" + sum + " BETWEEN " + std::to_string(field.min) + " AND " +
                  std::to_string(field.max) + (field.required ? ")" : ") IS NOT FALSE");
  }
  if (set.empty()) return {};
  return "UPDATE " + std::string(kind.table) + " SET version = version + 1, updated_at = $1" + set +
         " WHERE id = " + parameter(number + 1) + conditions;
}

KindSql make_sql(const KindSpec& kind) {
  KindSql sql;
  std::string parameters;
  for (FieldIndex field = 0; field < kind.fields.size(); ++field) {
    if (field > 0) {
      sql.columns += ", ";
      parameters += ", ";
    }
    sql.columns += kind.fields[field].name;
    parameters += parameter(field + 1);
  }
  const std::string table(kind.table);
  sql.select = "SELECT " + sql.columns + " FROM " + table + " WHERE id = $1";
  sql.insert = "INSERT INTO " + table + " (" + sql.columns + ") VALUES (" + parameters + ")";
  sql.update = update_sql(kind);
  sql.adjust = adjust_sql(kind);
  sql.remove = "DELETE FROM " + table + " WHERE id = $1";
  return sql;
}

const KindSql& sql_of(Kind kind) {
  static const std::array<KindSql, kKindCount> all = [] {
    std::array<KindSql, kKindCount> made;
    for (const KindSpec& each : schema::kKinds) {
      made[static_cast<std::size_t>(each.kind)] = make_sql(each);
    }
    return made;
  }();
  return all[static_cast<std::size_t>(kind)];
}

bool is_text(FieldType type) {
  return type == FieldType::kText || type == FieldType::kEnum || type == FieldType::kJson;
}

void append_name(std::string& names, std::string_view name) {
  if (!names.empty()) names += ',';
  names += name;
}

}  // namespace

RecordImage RecordWriter::insert(Record& record) {
  record.set(kVersion, std::int64_t{1});
  if (!record.has(kCreatedAt)) record.set(kCreatedAt, now_ms_);
  if (!record.has(kUpdatedAt)) record.set(kUpdatedAt, record.value(kCreatedAt));
  const KindSpec& kind = spec(record.kind());
  Parameters parameters;
  for (FieldIndex field = 0; field < kind.fields.size(); ++field) {
    parameters.add(record.value(field));
  }
  const std::string& sql = sql_of(kind.kind).insert;
  transaction_.change_one(sql, parameters.get());
  add_to_search(transaction_, record);
  RecordImage image = image_of(record);
  log(storage::Op::kCreated, image, false, {}, audience_of_whole(kind, image));
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
  record.set(kUpdatedAt, now_ms_);
  Parameters parameters;
  for (FieldIndex field = kVersion; field < kind.fields.size(); ++field) {
    if (field != kCreatedAt) parameters.add(record.value(field));
  }
  parameters.add(record.value(kId));
  const std::string& sql = sql_of(kind.kind).update;
  transaction_.change_one(sql, parameters.get());
  if (text_changed) change_in_search(transaction_, record);
  RecordImage image = image_of(record);
  const auto audience = audience_of_update(kind, image, public_before, changed);
  log(storage::Op::kUpdated, image, public_before, std::move(changed), audience);
  return image;
}

std::optional<Record> RecordWriter::adjust(Kind kind, std::string_view id,
                                           std::span<const std::int64_t> deltas) {
  std::string changed;
  Parameters parameters;
  parameters.add(Value(now_ms_));
  std::size_t used = 0;
  for (const FieldSpec& field : spec(kind).fields) {
    if (!field.additive) continue;
    const std::int64_t delta = deltas[used++];
    if (delta != 0) append_name(changed, field.name);
    parameters.add(Value(delta));
  }
  if (used != deltas.size()) throw std::logic_error("one delta an additive field");
  if (changed.empty()) return read_record(transaction_, kind, id);
  parameters.add(Value(id));

  // Two statements are dearer than one with RETURNING on most engines, but SQLite makes a temporary
  // table for that, which costs more than both.
  if (transaction_.execute(sql_of(kind).adjust, parameters.get()) == 0) return std::nullopt;
  auto record = read_record(transaction_, kind, id);
  const RecordImage image = image_of(*record);
  const auto audience = audience_of_update(spec(kind), image, image.is_public, changed);
  log(storage::Op::kUpdated, image, image.is_public, std::move(changed), audience);
  return record;
}

RecordImage RecordWriter::remove(const Record& record) {
  const KindSpec& kind = spec(record.kind());
  const std::string& sql = sql_of(kind.kind).remove;
  transaction_.change_one(sql, {std::string_view(record.id())});
  remove_from_search(transaction_, record);
  RecordImage image = image_of(record);
  log(storage::Op::kDeleted, image, image.is_public, {}, audience_of_whole(kind, image));
  return image;
}

void RecordWriter::log(storage::Op op, const RecordImage& image, bool public_before,
                       std::string changed, storage::AudienceSet audience) {
  storage::Change change;
  change.op = op;
  change.kind = spec(image.kind).name;
  change.id = image.id;
  change.shop_id = image.shop_id;
  change.user_id = image.user_id;
  change.by = by_;
  // Going away is a change too, so a copy of the last version gives way to it.
  change.version = op == storage::Op::kDeleted ? image.version + 1 : image.version;
  change.at_ms = now_ms_;
  change.audience = audience;
  change.public_before = public_before;
  change.public_after = op != storage::Op::kDeleted && image.is_public;
  change.changed = std::move(changed);
  change.image = image.json;
  transaction_.log(std::move(change));
}

std::optional<Record> read_record(storage::Queries& queries, Kind kind, std::string_view id) {
  std::optional<Record> record;
  queries.query(sql_of(kind).select, {id},
                [&](const storage::Row& row) { record = read_row(kind, row); });
  return record;
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
