#include "commerce/validate.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/limits.h"
#include "commerce/text_format.h"

namespace tillcast::commerce {
namespace {

using boost::json::object;
using boost::json::value;

bool may_write(Writers allowed, Writers writer) {
  return (static_cast<unsigned>(allowed) & static_cast<unsigned>(writer)) != 0;
}

/// Errors that one answer names, and bytes of a name that it repeats.
constexpr std::size_t kFieldErrorsMax = 50;
constexpr std::size_t kEchoedNameBytesMax = 100;

/// Collects the errors of one body.
class FieldErrors {
 public:
  void add(std::string_view field, std::string code, std::string detail) {
    if (errors_.size() == kFieldErrorsMax) return;
    std::string name(field.size() > kEchoedNameBytesMax ? "(a very long name)" : field);
    errors_.push_back({std::move(name), std::move(code), std::move(detail)});
  }
  [[nodiscard]] bool empty() const { return errors_.empty(); }
  std::vector<FieldError> take() { return std::move(errors_); }

 private:
  std::vector<FieldError> errors_;
};

FieldValue read_integer(const FieldSpec& field, const value& given, FieldErrors& errors) {
  if (given.is_uint64()) {
    errors.add(field.name, "too_large", "Give a smaller number.");
    return {};
  }
  if (!given.is_int64()) {
    errors.add(field.name, "type", "Give a whole number.");
    return {};
  }
  const std::int64_t number = given.get_int64();
  if (number < field.min) {
    errors.add(field.name, "too_small", "Give at least " + std::to_string(field.min) + ".");
  } else if (number > field.max) {
    errors.add(field.name, "too_large", "Give at most " + std::to_string(field.max) + ".");
  }
  return number;
}

FieldValue read_text(const FieldSpec& field, const value& given, FieldErrors& errors) {
  if (!given.is_string()) {
    errors.add(field.name, "type", "Give a text.");
    return {};
  }
  std::string text(given.get_string());
  if (field.format == TextFormat::kEmail) text = normal_email(text);
  const auto bytes = static_cast<std::int64_t>(text.size());
  if (bytes < field.min || (field.min > 0 && is_blank(text))) {
    errors.add(field.name, "too_short",
               "Give at least " + std::to_string(field.min) + " bytes of text.");
  } else if (bytes > field.max) {
    errors.add(field.name, "too_long",
               "Give at most " + std::to_string(field.max) + " bytes of text.");
  } else if (has_control_characters(text)) {
    errors.add(field.name, "format", "Leave out control characters.");
  } else if (!has_format(text, field.format)) {
    errors.add(field.name, "format", std::string(format_hint(field.format)));
  }
  return text;
}

FieldValue read_enum(const FieldSpec& field, const value& given, FieldErrors& errors) {
  if (given.is_string()) {
    const std::string_view text = given.get_string();
    if (std::find(field.values.begin(), field.values.end(), text) != field.values.end()) {
      return std::string(text);
    }
  }
  std::string allowed;
  for (const std::string_view each : field.values) {
    if (!allowed.empty()) allowed += ", ";
    allowed += each;
  }
  errors.add(field.name, given.is_string() ? "value" : "type", "Give one of " + allowed + ".");
  return {};
}

/// {"primary":"#rrggbb","accent":"#rrggbb","background":"#rrggbb"}: all three and nothing else, so
/// that a patch of the record always replaces the whole object.
FieldValue read_colours(const FieldSpec& field, const value& given, FieldErrors& errors) {
  constexpr std::string_view kNames[] = {"primary", "accent", "background"};
  const object* colours = given.if_object();
  bool good = colours != nullptr && colours->size() == std::size(kNames);
  for (const std::string_view name : kNames) {
    const value* colour = good ? colours->if_contains(name) : nullptr;
    good = colour != nullptr && colour->is_string() && is_colour(colour->get_string());
  }
  if (good) return boost::json::serialize(*colours);
  errors.add(field.name, "format",
             R"(Give {"primary":"#rrggbb","accent":"#rrggbb","background":"#rrggbb"}.)");
  return {};
}

FieldValue read_field(const FieldSpec& field, const value& given, FieldErrors& errors) {
  switch (field.type) {
    case FieldType::kText:
      return read_text(field, given, errors);
    case FieldType::kEnum:
      return read_enum(field, given, errors);
    case FieldType::kBoolean:
      if (given.is_bool()) return std::int64_t{given.get_bool() ? 1 : 0};
      errors.add(field.name, "type", "Give true or false.");
      return {};
    case FieldType::kInteger:
      return read_integer(field, given, errors);
    case FieldType::kJson:
      if (field.shape == JsonShape::kColours) return read_colours(field, given, errors);
      break;
    case FieldType::kTimestamp:
    case FieldType::kHundredths:
      break;
  }
  errors.add(field.name, "read_only", "The server sets this field; leave it out.");
  return {};
}

void demand_required(const KindSpec& kind, const object& body, Writers writer,
                     FieldErrors& errors) {
  for (const FieldSpec& field : kind.fields) {
    if (!field.required || field.has_default || !may_write(field.on_create, writer)) continue;
    if (!body.contains(field.name)) errors.add(field.name, "required", "This field is missing.");
  }
}

}  // namespace

Outcome<object> parse_object(std::string_view body) {
  boost::json::parse_options options;
  options.max_depth = limits::kJsonDepthMax;
  boost::system::error_code error;
  value parsed = boost::json::parse(body, error, {}, options);
  if (!error && parsed.is_object()) return std::move(parsed.get_object());
  return Problem{400, "bad_json",
                 error ? "The body is no JSON text (RFC 8259), or is nested too deeply."
                       : "The body must be a JSON object."};
}

Problem validation_problem(std::vector<FieldError> fields) {
  return {422, "validation_failed", "Correct the fields that are named in `errors`.",
          std::move(fields)};
}

Outcome<Values> validate(Kind kind, std::string_view body, BodyMode mode, Writers writer) {
  const auto parsed = parse_object(body);
  if (!parsed) return parsed.error();
  return validate(kind, *parsed, mode, writer);
}

Outcome<Values> validate(Kind kind, const object& body, BodyMode mode, Writers writer) {
  const KindSpec& kind_spec = spec(kind);
  FieldErrors errors;
  Values values;
  for (const auto& [name, given] : body) {
    const FieldIndex index = find_field(kind_spec, name);
    if (index == kNoField) {
      errors.add(name, "unknown", "There is no such field; leave it out.");
      continue;
    }
    const FieldSpec& field = kind_spec.fields[index];
    if (!may_write(mode == BodyMode::kCreate ? field.on_create : field.on_patch, writer)) {
      errors.add(field.name, "read_only", "This field is not yours to set; leave it out.");
    } else if (!given.is_null()) {
      values.emplace_back(index, read_field(field, given, errors));
    } else if (field.required) {
      errors.add(field.name, "required", "This field cannot be taken away.");
    } else {
      values.emplace_back(index, std::monostate{});
    }
  }
  if (mode == BodyMode::kCreate) demand_required(kind_spec, body, writer, errors);
  if (!errors.empty()) return validation_problem(errors.take());
  return values;
}

}  // namespace tillcast::commerce
