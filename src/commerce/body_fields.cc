#include "commerce/body_fields.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/ids.h"
#include "commerce/text_format.h"
#include "commerce/validate.h"

namespace tillcast::commerce {

const boost::json::value* BodyFields::take(std::string_view name, bool required) {
  taken_.push_back(name);
  const boost::json::value* value = body_.if_contains(name);
  if (value == nullptr && required) refuse(name, "required", "This field is missing.");
  return value;
}

std::string BodyFields::text(std::string_view name, TextBounds bounds) {
  const boost::json::value* value = take(name, true);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    refuse(name, "type", "Give a text.");
    return {};
  }
  std::string text(value->get_string());
  if (text.size() < bounds.min) {
    refuse(name, "too_short", "Give at least " + std::to_string(bounds.min) + " bytes of text.");
  } else if (text.size() > bounds.max) {
    refuse(name, "too_long", "Give at most " + std::to_string(bounds.max) + " bytes of text.");
  }
  return text;
}

std::string BodyFields::optional_text(std::string_view name, TextBounds bounds) {
  if (has(name)) return text(name, bounds);
  taken_.push_back(name);
  return {};
}

std::string BodyFields::id(std::string_view name) {
  std::string id = text(name, {.min = 1, .max = 64});
  if (!id.empty() && id.size() <= 64 && !looks_like_id(id)) {
    refuse(name, "format", std::string(format_hint(TextFormat::kId)));
  }
  return id;
}

const boost::json::array* BodyFields::array(std::string_view name, std::size_t max) {
  const boost::json::value* value = take(name, true);
  if (value == nullptr) return nullptr;
  const boost::json::array* array = value->if_array();
  if (array == nullptr) {
    refuse(name, "type", "Give a list.");
  } else if (array->size() > max) {
    refuse(name, "too_long", "Give at most " + std::to_string(max) + " of them.");
    return nullptr;
  }
  return array;
}

void BodyFields::refuse(std::string_view name, std::string code, std::string detail) {
  errors_.push_back({std::string(name), std::move(code), std::move(detail)});
}

std::optional<Problem> BodyFields::finish() {
  for (const auto& member : body_) {
    const std::string_view name = member.key();
    if (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) continue;
    // One is enough to say: who sends many unknown members would otherwise get them all back.
    refuse(name.size() > 100 ? "(a very long name)" : name, "unknown",
           "There is no such field; leave it out.");
    break;
  }
  if (errors_.empty()) return std::nullopt;
  return validation_problem(std::move(errors_));
}

}  // namespace tillcast::commerce
