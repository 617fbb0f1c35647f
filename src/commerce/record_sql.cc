#include "commerce/record_sql.h"

#include "commerce/schema_table.h"

namespace tillcast::commerce {
namespace {

using storage::Value;

static_assert([] {
  for (const KindSpec& kind : schema::kKinds) {
    // Two more for the id of an UPDATE and what goes with a sum.
    if (kind.fields.size() + 1 >= kFieldsMax) return false;
  }
  return true;
}());

std::string parameter(std::size_t number) { return "$" + std::to_string(number); }

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

std::string adjust_sql(const KindSpec& kind) {
  std::string set;
  std::string conditions;
  std::size_t number = 2;
  for (const FieldSpec& field : kind.fields) {
    if (!field.additive) continue;
    const std::string sum = std::string(field.name) + " + " + parameter(++number);
    set.append(", ").append(field.name) += " = " + sum;
    // A field that is absent stays so.
    conditions += " AND (" + sum + " BETWEEN " + std::to_string(field.min) + " AND " +
                  std::to_string(field.max) + (field.required ? ")" : ") IS NOT FALSE");
  }
  if (set.empty()) return {};
  return "UPDATE " + std::string(kind.table) + " SET version = version + $2, updated_at = $1" +
         set + " WHERE id = " + parameter(number + 1) + conditions;
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

}  // namespace

void Parameters::add(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    add(Value(std::string_view(*text)));
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    add(Value(*number));
  } else {
    add(Value());
  }
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

Parameters insert_parameters(const Record& record) {
  Parameters parameters;
  const std::size_t fields = spec(record.kind()).fields.size();
  for (FieldIndex field = 0; field < fields; ++field) parameters.add(record.value(field));
  return parameters;
}

}  // namespace tillcast::commerce
