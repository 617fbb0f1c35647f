// The statements of each kind's table, made from the schema once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "commerce/record.h"
#include "commerce/schema.h"
#include "storage/query.h"

namespace tillcast::commerce {

/// Of any kind; a test of the schema table's size stands in the .cc.
inline constexpr std::size_t kFieldsMax = 24;

/// The parameters of one statement, looking into a record.
class Parameters {
 public:
  void add(storage::Value value) { values_[count_++] = value; }
  void add(const FieldValue& value);
  [[nodiscard]] std::span<const storage::Value> get() const { return {values_.data(), count_}; }

 private:
  std::array<storage::Value, kFieldsMax> values_{};
  std::size_t count_ = 0;
};

struct KindSql {
  /// In schema order, separated by commas.
  std::string columns;
  /// By id.
  std::string select;
  /// All fields in schema order.
  std::string insert;
  /// Everything but the id and the time of creation, in schema order, then the id.
  std::string update;
  /// Adds to each additive field unless one would leave its bounds: $1 is the time, $2 what the
  /// version goes up by, $3 … the deltas, and the last the id.
  std::string adjust;
  /// By id.
  std::string remove;
};
const KindSql& sql_of(Kind kind);

Parameters insert_parameters(const Record& record);

}  // namespace tillcast::commerce
