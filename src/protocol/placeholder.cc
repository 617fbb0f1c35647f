#include "protocol/placeholder.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace tillcast::protocol {

namespace json = boost::json;

std::optional<Placeholder> as_placeholder(const json::value& value) {
  const json::object* const object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* const mark = object->if_contains("_placeholder");
  if (mark == nullptr || !mark->is_bool() || !mark->get_bool()) return std::nullopt;
  Placeholder placeholder;
  const json::value* const index = object->if_contains("num");
  if (index == nullptr || !index->is_int64() || index->get_int64() < 0) return placeholder;
  placeholder.index = static_cast<std::size_t>(index->get_int64());
  const json::value* const type = object->if_contains("ext");
  if (type != nullptr && type->is_int64() && type->get_int64() >= INT8_MIN &&
      type->get_int64() <= INT8_MAX) {
    placeholder.extension = static_cast<std::int8_t>(type->get_int64());
  }
  return placeholder;
}

json::object placeholder_object(const Placeholder& placeholder, const json::storage_ptr& storage) {
  json::object object(storage);
  object.emplace("_placeholder", true);
  object.emplace("num", static_cast<std::int64_t>(placeholder.index));
  if (placeholder.extension) object.emplace("ext", std::int64_t{*placeholder.extension});
  return object;
}

namespace {

// Calls with every placeholder in the value. Who made the value bounded its depth.
template <class F>
void for_each_placeholder(const json::value& value, const F& f) {
  if (const auto placeholder = as_placeholder(value)) {
    f(*placeholder);
  } else if (const json::array* const array = value.if_array()) {
    for (const json::value& element : *array) for_each_placeholder(element, f);
  } else if (const json::object* const object = value.if_object()) {
    for (const auto& member : *object) for_each_placeholder(member.value(), f);
  }
}

}  // namespace

bool placeholders_are_good(const json::value& value, std::size_t attachments) {
  bool good = true;
  for_each_placeholder(value, [&](const Placeholder& placeholder) {
    good = good && placeholder.index < attachments;
  });
  return good;
}

std::size_t count_placeholders(const json::value& value) {
  std::size_t count = 0;
  for_each_placeholder(value, [&](const Placeholder&) { ++count; });
  return count;
}

}  // namespace tillcast::protocol
