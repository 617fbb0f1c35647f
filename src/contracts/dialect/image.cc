#include "contracts/dialect/image.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace tillcast::contracts {

namespace json = boost::json;

Image::Image(std::string_view text) {
  json::error_code error;
  json::value parsed = json::parse(text, error);
  if (json::object* const object = error ? nullptr : parsed.if_object()) {
    members_ = std::move(*object);
  }
}

std::string_view Image::text(std::string_view name) const {
  const json::value* const value = members_.if_contains(name);
  const json::string* const found = value == nullptr ? nullptr : value->if_string();
  return found == nullptr ? std::string_view() : std::string_view(found->data(), found->size());
}

std::int64_t Image::integer(std::string_view name) const {
  const json::value* const value = members_.if_contains(name);
  const std::int64_t* const found = value == nullptr ? nullptr : value->if_int64();
  return found == nullptr ? 0 : *found;
}

std::string Image::raw(std::string_view name, std::string_view absent) const {
  const json::value* const value = members_.if_contains(name);
  return value == nullptr ? std::string(absent) : json::serialize(*value);
}

Image Image::object(std::string_view name) const {
  const json::value* const value = members_.if_contains(name);
  const json::object* const found = value == nullptr ? nullptr : value->if_object();
  return Image(found == nullptr ? json::object() : *found);
}

std::vector<Image> Image::list(std::string_view name) const {
  std::vector<Image> images;
  const json::value* const value = members_.if_contains(name);
  const json::array* const found = value == nullptr ? nullptr : value->if_array();
  if (found == nullptr) return images;
  for (const json::value& item : *found) {
    if (const json::object* const object = item.if_object()) images.emplace_back(*object);
  }
  return images;
}

storage::Op public_op(const storage::Change& change) {
  if (!change.public_after) return storage::Op::kDeleted;
  return change.public_before ? storage::Op::kUpdated : storage::Op::kCreated;
}

bool has_changed(const storage::Change& change, std::string_view field) {
  std::string_view rest = change.changed;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (rest.substr(0, end) == field) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace tillcast::contracts
