// Records against the log, the schema table, and each other.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "commerce/records.h"
#include "commerce/verify_checks.h"
#include "storage/change_log.h"

namespace tillcast::commerce {
namespace {

using storage::Op;
using storage::Row;

std::string name_of(const KindSpec& kind, std::string_view id) {
  return std::string(kind.name) + ' ' + std::string(id);
}

/// The row of each record beside the log's last change of it: its op, version and image.
std::string rows_and_changes(const KindSpec& kind) {
  return "SELECT " + std::string(columns_of(kind.kind)) + ", l_op, l_version, l_image FROM " +
         std::string(kind.table) +
         " LEFT JOIN (SELECT id AS m_id, max(lsn) AS m_lsn FROM changes WHERE kind = $1 "
         "GROUP BY id) m ON m_id = id "
         "LEFT JOIN (SELECT lsn AS l_lsn, op AS l_op, version AS l_version, image AS l_image "
         "FROM changes) l ON l_lsn = m_lsn";
}

std::string changes_without_row(const KindSpec& kind) {
  return "SELECT m_id FROM (SELECT id AS m_id, max(lsn) AS m_lsn FROM changes WHERE kind = $1 "
         "GROUP BY id) m JOIN changes c ON c.lsn = m_lsn LEFT JOIN " +
         std::string(kind.table) + " t ON t.id = m_id WHERE c.op <> 3 AND t.id IS NULL";
}

/// What is wrong with a field's value; empty if nothing is.
std::string fault_of(const FieldSpec& field, const FieldValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (*number < field.min || *number > field.max) return "is " + std::to_string(*number);
    return {};
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return field.required ? "is missing" : "";
  if (field.type == FieldType::kEnum) {
    const bool known =
        std::find(field.values.begin(), field.values.end(), *text) != field.values.end();
    return known ? "" : "is \"" + *text + "\"";
  }
  const auto bytes = static_cast<std::int64_t>(text->size());
  if (bytes < field.min || bytes > field.max) return "has " + std::to_string(bytes) + " bytes";
  boost::system::error_code error;
  if (field.type == FieldType::kJson && (boost::json::parse(*text, error), error)) {
    return "is no JSON";
  }
  return {};
}

void check_bounds(const Record& record, Findings& findings) {
  const KindSpec& kind = spec(record.kind());
  for (FieldIndex i = 0; i < kind.fields.size(); ++i) {
    const std::string fault = fault_of(kind.fields[i], record.value(i));
    if (fault.empty()) continue;
    findings.add(name_of(kind, record.id()), "Its " + std::string(kind.fields[i].name) + ' ' +
                                                 fault + ", which is out of its bounds.");
  }
}

/// The first field in which two images of a record differ. A required field that the older one
/// lacks came with a later version of the schema, which gave it its value.
std::string_view difference(const KindSpec& kind, std::string_view row, std::string_view logged) {
  if (row == logged) return {};
  boost::system::error_code error;
  const auto now = boost::json::parse(row, error);
  const auto then = boost::json::parse(logged, error);
  if (error || !now.is_object() || !then.is_object()) return "image";
  for (const FieldSpec& field : kind.fields) {
    const auto* a = now.get_object().if_contains(field.name);
    const auto* b = then.get_object().if_contains(field.name);
    if (b == nullptr && (a == nullptr || field.required)) continue;
    if (a == nullptr || b == nullptr || *a != *b) return field.name;
  }
  return {};
}

void check_last_change(const KindSpec& kind, const Record& record, const Row& row, bool whole_log,
                       Findings& findings) {
  const int last = static_cast<int>(kind.fields.size());
  const std::string where = name_of(kind, record.id());
  if (row.is_null(last)) {
    if (whole_log) findings.add(where, "No change in the log made it.");
    return;
  }
  if (static_cast<Op>(row.integer(last)) == Op::kDeleted) {
    return findings.add(where, "The log says that it was deleted.");
  }
  if (row.integer(last + 1) != record.version()) {
    return findings.add(where, "It has version " + std::to_string(record.version()) +
                                   ", and in the log " + std::to_string(row.integer(last + 1)) +
                                   ".");
  }
  const auto field = difference(kind, image_of(record).json, row.text(last + 2));
  if (!field.empty()) findings.add(where, "Its " + std::string(field) + " is another in the log.");
}

/// The table that a field such as `shop_id` names; empty for a field that names no record, or one
/// that may have been deleted since.
std::string_view table_named_by(const KindSpec& kind, std::string_view field) {
  if (kind.kind == Kind::kStockEntry && field == "product_id") return {};
  if (field == "shop_id") return spec(Kind::kShop).table;
  if (field == "product_id") return spec(Kind::kProduct).table;
  if (field == "order_id") return spec(Kind::kOrder).table;
  for (const std::string_view user : {"user_id", "owner_id", "author_id", "customer_id"}) {
    if (field == user) return spec(Kind::kUser).table;
  }
  return {};
}

}  // namespace

void check_records(storage::Queries& queries, Findings& findings) {
  std::int64_t first = 0;
  queries.query("SELECT min(lsn) FROM changes", {},
                [&](const Row& row) { first = row.integer(0); });
  const bool whole_log = first <= 1;
  for (const KindSpec& kind : all_kinds()) {
    queries.query(rows_and_changes(kind), {kind.name}, [&](const Row& row) {
      const Record record = read_row(kind.kind, row);
      check_bounds(record, findings);
      check_last_change(kind, record, row, whole_log, findings);
    });
    queries.query(changes_without_row(kind), {kind.name}, [&](const Row& row) {
      findings.add(name_of(kind, row.text(0)), "It is gone, and no change in the log deleted it.");
    });
  }
}

void check_references(storage::Queries& queries, Findings& findings) {
  for (const KindSpec& kind : all_kinds()) {
    for (const FieldSpec& field : kind.fields) {
      const std::string_view table = table_named_by(kind, field.name);
      if (table.empty()) continue;
      const std::string name(field.name);
      queries.query("SELECT t.id, t." + name + " FROM " + std::string(kind.table) +
                        " t LEFT JOIN " + std::string(table) + " p ON p.id = t." + name +
                        " WHERE t." + name + " IS NOT NULL AND p.id IS NULL",
                    {}, [&](const Row& row) {
                      findings.add(name_of(kind, row.text(0)), "Its " + name + " is " +
                                                                   std::string(row.text(1)) +
                                                                   ", which is not there.");
                    });
    }
  }
  queries.query(
      "SELECT r.id FROM reviews r JOIN products p ON p.id = r.product_id "
      "WHERE r.shop_id <> p.shop_id",
      {}, [&](const Row& row) {
        findings.add("review " + std::string(row.text(0)), "Its product is another shop's.");
      });
}

void check_owners(storage::Queries& queries, Findings& findings) {
  queries.query(
      "SELECT s.id FROM shops s LEFT JOIN members m ON m.shop_id = s.id AND m.user_id = s.owner_id "
      "AND m.role = 'owner' WHERE m.id IS NULL",
      {}, [&](const Row& row) {
        findings.add("shop " + std::string(row.text(0)), "Its owner is not among its people.");
      });
}

}  // namespace tillcast::commerce
