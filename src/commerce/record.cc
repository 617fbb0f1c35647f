#include "commerce/record.h"

#include <algorithm>

#include "commerce/json_text.h"
#include "commerce/time_text.h"

namespace tillcast::commerce {
namespace {

const std::string kEmpty;

void append_hundredths(std::string& out, std::int64_t value) {
  append_json_integer(out, value / 100);
  const std::int64_t rest = value % 100;
  if (rest == 0) return;
  out += '.';
  out += static_cast<char>('0' + rest / 10);
  if (rest % 10 != 0) out += static_cast<char>('0' + rest % 10);
}

void append_value(std::string& out, FieldType type, const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (type == FieldType::kJson) {
      out += *text;
    } else {
      append_json_string(out, *text);
    }
    return;
  }
  const std::int64_t number = std::get<std::int64_t>(value);
  switch (type) {
    case FieldType::kBoolean:
      out += number != 0 ? "true" : "false";
      return;
    case FieldType::kTimestamp:
      out += '"';
      append_rfc3339(out, number);
      out += '"';
      return;
    case FieldType::kHundredths:
      append_hundredths(out, number);
      return;
    default:
      append_json_integer(out, number);
  }
}

}  // namespace

const FieldValue* find_value(const Values& values, FieldIndex field) {
  for (auto value = values.rbegin(); value != values.rend(); ++value) {
    if (value->first == field) return &value->second;
  }
  return nullptr;
}

std::string_view text_of(const Values& values, FieldIndex field) {
  const FieldValue* value = find_value(values, field);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string_view{} : std::string_view(*text);
}

Record::Record(Kind kind) : kind_(kind), values_(spec(kind).fields.size()) {}

const std::string& Record::text(FieldIndex field) const {
  const auto* text = std::get_if<std::string>(&values_[field]);
  return text == nullptr ? kEmpty : *text;
}

std::int64_t Record::integer(FieldIndex field) const {
  const auto* number = std::get_if<std::int64_t>(&values_[field]);
  return number == nullptr ? 0 : *number;
}

void Record::set(const Values& values) {
  for (const auto& [field, value] : values) values_[field] = value;
}

const std::string& Record::shop_id() const {
  const FieldIndex field = spec(kind_).shop_field;
  return field == kNoField ? kEmpty : text(field);
}

const std::string& Record::user_id() const {
  const FieldIndex field = spec(kind_).user_field;
  return field == kNoField ? kEmpty : text(field);
}

bool Record::is_public() const {
  const KindSpec& kind = spec(kind_);
  if ((kind.audiences & storage::kPublic) == 0) return false;
  if (kind.public_field == kNoField) return true;
  const std::string& value = text(kind.public_field);
  return std::find(kind.public_values.begin(), kind.public_values.end(), value) !=
         kind.public_values.end();
}

RecordImage image_of(const Record& record) {
  RecordImage image{
      record.kind(),      record.id(), record.shop_id(), record.user_id(), record.version(),
      record.is_public(), "{"};
  image.json.reserve(512);
  const std::span<const FieldSpec> fields = spec(record.kind()).fields;
  for (FieldIndex field = 0; field < fields.size(); ++field) {
    if (!record.has(field)) continue;
    append_json_name(image.json, fields[field].name);
    append_value(image.json, fields[field].type, record.value(field));
  }
  image.json += '}';
  return image;
}

storage::AudienceSet audiences_of(const KindSpec& kind, std::string_view shop_id,
                                  std::string_view user_id) {
  int audiences = kind.audiences;
  if (shop_id.empty() && (audiences & storage::kDesk) != 0) {
    audiences &= ~(storage::kDesk | storage::kAdmin);
  }
  if (user_id.empty()) audiences &= ~storage::kOwner;
  return static_cast<storage::AudienceSet>(audiences);
}

}  // namespace tillcast::commerce
