#include "commerce/export.h"

#include <algorithm>

#include "commerce/records.h"
#include "commerce/time_text.h"

namespace tillcast::commerce {
namespace {

using storage::Row;

void each_record(storage::Queries& queries, Kind kind, std::string_view shop_id,
                 const std::function<void(const Record&)>& sink) {
  std::string sql =
      "SELECT " + std::string(columns_of(kind)) + " FROM " + std::string(spec(kind).table);
  const auto read = [&](const Row& row) { sink(read_row(kind, row)); };
  if (shop_id.empty()) return queries.query(sql + " ORDER BY id", {}, read);
  queries.query(sql + " WHERE shop_id = $1 ORDER BY id", {shop_id}, read);
}

bool is_of_a_shop(Kind kind) { return kind != Kind::kUser && kind != Kind::kShop; }

void append_cell(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

std::string csv_line(const Record& product) {
  std::string line;
  for (const FieldIndex field : bulk_fields(Kind::kProduct)) {
    if (field != bulk_fields(Kind::kProduct).front()) line += ',';
    if (!product.has(field)) continue;
    if (spec(Kind::kProduct).fields[field].type == FieldType::kTimestamp) {
      line += rfc3339(product.integer(field));
    } else if (const auto* number = std::get_if<std::int64_t>(&product.value(field))) {
      line += std::to_string(*number);
    } else {
      append_cell(line, product.text(field));
    }
  }
  return line + "\r\n";
}

}  // namespace

void export_json_lines(storage::Queries& queries, std::string_view shop_id, const LineSink& line) {
  for (const Kind kind : bulk_kinds()) {
    if (!shop_id.empty() && !is_of_a_shop(kind)) continue;
    each_record(queries, kind, shop_id,
                [&](const Record& record) { line(bulk_line(record) + '\n'); });
  }
}

void export_csv_products(storage::Queries& queries, std::string_view shop_id,
                         const LineSink& line) {
  std::string header;
  for (const FieldIndex field : bulk_fields(Kind::kProduct)) {
    if (!header.empty()) header += ',';
    header += spec(Kind::kProduct).fields[field].name;
  }
  line(header + "\r\n");
  each_record(queries, Kind::kProduct, shop_id,
              [&](const Record& product) { line(csv_line(product)); });
}

}  // namespace tillcast::commerce
