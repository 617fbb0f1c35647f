#include "commerce/bulk_row.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <chrono>
#include <vector>

#include "commerce/fields.h"
#include "commerce/json_text.h"
#include "commerce/text_format.h"
#include "commerce/time_text.h"
#include "commerce/validate.h"

namespace tillcast::commerce {
namespace {

namespace json = boost::json;

constexpr std::array kKinds = {Kind::kUser, Kind::kShop, Kind::kProduct, Kind::kReview,
                               Kind::kOrder};

/// What the store works out by itself.
bool is_derived(Kind kind, FieldIndex field) {
  if (field == kVersion || field == kUpdatedAt) return true;
  if (kind == Kind::kProduct) return field == product::kRatingAvg || field == product::kRatingCount;
  return false;
}

std::vector<FieldIndex> travelling_fields(Kind kind) {
  std::vector<FieldIndex> fields;
  for (FieldIndex field = 0; field < spec(kind).fields.size(); ++field) {
    if (!is_derived(kind, field)) fields.push_back(field);
  }
  return fields;
}

class Faults {
 public:
  void add(std::string_view field, std::string code, std::string detail) {
    faults_.push_back({std::string(field.substr(0, 100)), std::move(code), std::move(detail)});
  }
  [[nodiscard]] bool none() const { return faults_.empty(); }
  [[nodiscard]] Problem problem() { return validation_problem(std::move(faults_)); }

 private:
  std::vector<FieldError> faults_;
};

FieldValue text_value(const FieldSpec& field, std::string text, Faults& faults) {
  if (field.format == TextFormat::kEmail) text = normal_email(text);
  const auto bytes = static_cast<std::int64_t>(text.size());
  if (bytes < field.min || bytes > field.max) {
    faults.add(field.name, bytes < field.min ? "too_short" : "too_long",
               "Give " + std::to_string(field.min) + " to " + std::to_string(field.max) +
                   " bytes of text.");
  } else if (has_control_characters(text)) {
    faults.add(field.name, "format", "Leave out control characters.");
  } else if (!has_format(text, field.format)) {
    faults.add(field.name, "format", std::string(format_hint(field.format)));
  }
  return text;
}

bool is_count(const json::object& line, std::string_view name, std::int64_t min, std::int64_t max) {
  const auto* value = line.if_contains(name);
  return value != nullptr && value->is_int64() && value->get_int64() >= min &&
         value->get_int64() <= max;
}

bool is_text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() && !value->get_string().empty();
}

/// The lines of an order.
bool are_items(const json::value& given) {
  const auto* items = given.if_array();
  if (items == nullptr || items->empty() ||
      items->size() > static_cast<std::size_t>(limits::kOrderItemsMax)) {
    return false;
  }
  return std::all_of(items->begin(), items->end(), [](const json::value& item) {
    const auto* line = item.if_object();
    return line != nullptr && line->size() == 4 && is_text(*line, "product_id") &&
           looks_like_id(line->at("product_id").get_string()) && is_text(*line, "name") &&
           is_count(*line, "quantity", 1, limits::kQuantityMax) &&
           is_count(*line, "price_minor", 0, limits::kPriceMinorMax);
  });
}

bool is_customer(const json::value& given) {
  const auto* customer = given.if_object();
  if (customer == nullptr || !is_text(*customer, "name") || !is_text(*customer, "email"))
    return false;
  std::size_t known = 2;
  for (const std::string_view more : {"phone", "address"}) known += is_text(*customer, more);
  return customer->size() == known;
}

FieldValue json_value(Kind kind, FieldIndex index, const json::value& given, Faults& faults) {
  const FieldSpec& field = spec(kind).fields[index];
  bool good = false;
  if (kind == Kind::kOrder) {
    good = index == order::kItems ? are_items(given) : is_customer(given);
  } else {
    // A shop's colours have a validator of their own.
    const json::object one = {{"name", "x"}, {field.name, given}};
    good = validate(kind, one, BodyMode::kCreate, Writers::kOwner).has_value();
  }
  if (!good) faults.add(field.name, "format", "This is not what an export writes here.");
  return json::serialize(given);
}

FieldValue value_of(Kind kind, FieldIndex index, const json::value& given, Faults& faults) {
  const FieldSpec& field = spec(kind).fields[index];
  if (field.type == FieldType::kJson) return json_value(kind, index, given, faults);
  if (field.type == FieldType::kInteger) {
    if (!given.is_int64()) {
      faults.add(field.name, "type", "Give a whole number.");
      return {};
    }
    if (given.get_int64() < field.min || given.get_int64() > field.max) {
      faults.add(field.name, "value",
                 "Give " + std::to_string(field.min) + " to " + std::to_string(field.max) + ".");
    }
    return given.get_int64();
  }
  if (field.type == FieldType::kBoolean) {
    if (given.is_bool()) return std::int64_t{given.get_bool() ? 1 : 0};
    faults.add(field.name, "type", "Give true or false.");
    return {};
  }
  if (!given.is_string()) {
    faults.add(field.name, "type", "Give a text.");
    return {};
  }
  const std::string_view text = given.get_string();
  if (field.type == FieldType::kTimestamp) {
    const auto time = parse_rfc3339(text);
    if (!time) faults.add(field.name, "format", "Give a time such as 2026-11-21T09:52:00.123Z.");
    return time.value_or(0);
  }
  if (field.type == FieldType::kEnum &&
      std::find(field.values.begin(), field.values.end(), text) == field.values.end()) {
    faults.add(field.name, "value", "There is no " + std::string(field.name) + " of that name.");
  }
  if (field.type == FieldType::kEnum) return std::string(text);
  return text_value(field, std::string(text), faults);
}

/// The sum of an order's lines is its total; nothing else may come into the figures.
void check_total(const Record& record, const json::object& line, Faults& faults) {
  std::int64_t sum = 0;
  for (const json::value& item : line.at("items").as_array()) {
    const json::object& one = item.as_object();
    std::int64_t amount = 0;
    if (__builtin_mul_overflow(one.at("price_minor").as_int64(), one.at("quantity").as_int64(),
                               &amount) ||
        __builtin_add_overflow(sum, amount, &sum)) {
      sum = -1;
      break;
    }
  }
  if (sum == record.integer(order::kTotalMinor)) return;
  faults.add("total_minor", "value", "The lines come to another sum.");
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  const char* const begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + count, value);
  if (error != std::errc() || end != begin + count || *begin == '-') return std::nullopt;
  return value;
}

}  // namespace

std::span<const Kind> bulk_kinds() { return kKinds; }

std::span<const FieldIndex> bulk_fields(Kind kind) {
  static const std::array<std::vector<FieldIndex>, kKindCount> all = [] {
    std::array<std::vector<FieldIndex>, kKindCount> made;
    for (const Kind each : kKinds) made[static_cast<std::size_t>(each)] = travelling_fields(each);
    return made;
  }();
  return all[static_cast<std::size_t>(kind)];
}

std::string bulk_line(const Record& record) {
  const KindSpec& kind = spec(record.kind());
  JsonObject line;
  line.text("kind", kind.name);
  for (const FieldIndex index : bulk_fields(record.kind())) {
    const FieldSpec& field = kind.fields[index];
    if (!record.has(index)) continue;
    if (field.type == FieldType::kJson) {
      line.raw(field.name, record.text(index));
    } else if (field.type == FieldType::kTimestamp) {
      line.text(field.name, rfc3339(record.integer(index)));
    } else if (field.type == FieldType::kBoolean) {
      line.boolean(field.name, record.integer(index) != 0);
    } else if (const auto* number = std::get_if<std::int64_t>(&record.value(index))) {
      line.integer(field.name, *number);
    } else {
      line.text(field.name, record.text(index));
    }
  }
  return line.finish();
}

Outcome<BulkRow> parse_bulk_line(std::string_view line, std::optional<Kind> assumed) {
  const auto parsed = parse_object(line);
  if (!parsed) return parsed.error();
  return parse_bulk_object(*parsed, assumed);
}

Outcome<BulkRow> parse_bulk_object(const json::object& line, std::optional<Kind> assumed) {
  Faults faults;
  std::optional<Kind> kind = assumed;
  if (const auto* named = line.if_contains("kind")) {
    const auto* known = named->is_string() ? find_kind(named->get_string()) : nullptr;
    const bool travels =
        known != nullptr && std::find(kKinds.begin(), kKinds.end(), known->kind) != kKinds.end();
    kind = travels ? std::optional(known->kind) : std::nullopt;
  }
  if (!kind) {
    faults.add("kind", "value", "Give one of user, shop, product, review, order.");
    return faults.problem();
  }
  BulkRow row{Record(*kind)};
  const auto fields = bulk_fields(*kind);
  for (const auto& [name, given] : line) {
    if (name == "kind") continue;
    const FieldIndex index = find_field(spec(*kind), name);
    if (index == kNoField || std::find(fields.begin(), fields.end(), index) == fields.end()) {
      faults.add(name, "unknown", "There is no such field in a line of this kind; leave it out.");
    } else if (!given.is_null()) {
      row.record.set(index, value_of(*kind, index, given, faults));
    } else if (spec(*kind).fields[index].required) {
      faults.add(name, "required", "This field cannot be taken away.");
    } else {
      row.removed.emplace_back(index, std::monostate{});
    }
  }
  if (*kind == Kind::kOrder && faults.none() && row.record.has(order::kItems)) {
    check_total(row.record, line, faults);
  }
  if (!faults.none()) return faults.problem();
  return row;
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  if (text.size() != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != '.' || text[23] != 'Z') {
    return std::nullopt;
  }
  constexpr std::array<std::pair<std::size_t, std::size_t>, 7> kParts = {
      {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}, {20, 3}}};
  std::array<int, 7> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto value = digits(text, kParts[i].first, kParts[i].second);
    if (!value) return std::nullopt;
    parts[i] = *value;
  }
  using namespace std::chrono;
  const year_month_day date(year(parts[0]), month(static_cast<unsigned>(parts[1])),
                            day(static_cast<unsigned>(parts[2])));
  if (!date.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return std::nullopt;
  const auto time = sys_days(date) + hours(parts[3]) + minutes(parts[4]) + seconds(parts[5]) +
                    milliseconds(parts[6]);
  return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

}  // namespace tillcast::commerce
