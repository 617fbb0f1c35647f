// Reads the members of a request body that is no record of the schema (signing in, ordering, adding
// a member), with the same field errors as validate(). Pure; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace tillcast::commerce {

/// Bounds of one text of a body, in bytes.
struct TextBounds {
  std::size_t min = 1;
  std::size_t max = 64;
};

/// Takes members out of a body and remembers what was wrong. finish() adds what nobody took.
class BodyFields {
 public:
  /// `body` is only looked at, and must live as long.
  explicit BodyFields(const boost::json::object& body) : body_(body) {}

  [[nodiscard]] bool has(std::string_view name) const { return body_.contains(name); }
  /// Empty, with an error, if it is missing or wrong.
  std::string text(std::string_view name, TextBounds bounds);
  std::string optional_text(std::string_view name, TextBounds bounds);
  /// An id of another record.
  std::string id(std::string_view name);
  /// The array, or null with an error.
  const boost::json::array* array(std::string_view name, std::size_t max);

  void refuse(std::string_view name, std::string code, std::string detail);
  /// Nothing is wrong so far.
  [[nodiscard]] bool good() const { return errors_.empty(); }
  /// 422 `validation_failed` if anything is wrong, unknown members included.
  std::optional<Problem> finish();

 private:
  const boost::json::value* take(std::string_view name, bool required);

  const boost::json::object& body_;
  std::vector<std::string_view> taken_;
  std::vector<FieldError> errors_;
};

}  // namespace tillcast::commerce
