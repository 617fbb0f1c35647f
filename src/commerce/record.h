// Records as values: one slot a field, in the order of the schema table. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "commerce/schema.h"

namespace tillcast::commerce {

/// Absent, an integer (booleans, timestamps and hundredths too), or text (enums and JSON too).
using FieldValue = std::variant<std::monostate, std::int64_t, std::string>;

/// Fields to set, as they come from a request body or a command; monostate takes a value away.
using Values = std::vector<std::pair<FieldIndex, FieldValue>>;

/// The last value given for `field`; null if there is none.
const FieldValue* find_value(const Values& values, FieldIndex field);
/// Its text; empty if it is absent.
std::string_view text_of(const Values& values, FieldIndex field);

/// One row of a kind's table.
class Record {
 public:
  explicit Record(Kind kind);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool has(FieldIndex field) const {
    return !std::holds_alternative<std::monostate>(values_[field]);
  }
  /// Empty if absent.
  [[nodiscard]] const std::string& text(FieldIndex field) const;
  /// 0 if absent.
  [[nodiscard]] std::int64_t integer(FieldIndex field) const;
  [[nodiscard]] const FieldValue& value(FieldIndex field) const { return values_[field]; }

  void set(FieldIndex field, FieldValue value) { values_[field] = std::move(value); }
  void set(const Values& values);

  [[nodiscard]] const std::string& id() const { return text(kId); }
  [[nodiscard]] std::int64_t version() const { return integer(kVersion); }
  /// The shop and the user that it belongs to; empty if none.
  [[nodiscard]] const std::string& shop_id() const;
  [[nodiscard]] const std::string& user_id() const;
  /// Whether anyone may see it.
  [[nodiscard]] bool is_public() const;

 private:
  Kind kind_;
  std::vector<FieldValue> values_;
};

/// A record as the change log holds it, and as commands and reads answer with it: rendered once
/// with all audiences' fields. render.h makes of it what one viewer may see.
struct RecordImage {
  Kind kind = Kind::kUser;
  std::string id{};
  std::string shop_id{};
  std::string user_id{};
  std::int64_t version = 0;
  bool is_public = false;
  /// One JSON object: the fields that are present, in schema order, without white space.
  std::string json{};
};

RecordImage image_of(const Record& record);

/// The sorts of room that a record of this shop and this user is in, public ones included: those of
/// its kind, less the desk (and with it the admins) if it is no shop's, and less the owner if it is
/// no user's.
storage::AudienceSet audiences_of(const KindSpec& kind, std::string_view shop_id,
                                  std::string_view user_id);

}  // namespace tillcast::commerce
