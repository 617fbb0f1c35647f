// A record's image (commerce/render.h) read member by member, for dialects that say it in other
// words. Pure; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "commerce/record.h"
#include "storage/change_log.h"

namespace tillcast::contracts {

/// The members of an image or of an object in it. Absent members are empty, or 0.
class Image {
 public:
  explicit Image(boost::json::object members) : members_(std::move(members)) {}
  explicit Image(std::string_view json);
  explicit Image(const commerce::RecordImage& record) : Image(record.json) {}
  explicit Image(const storage::Change& change) : Image(change.image) {}

  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  /// The member as JSON text; `absent` if it is not there.
  [[nodiscard]] std::string raw(std::string_view name, std::string_view absent = "null") const;
  [[nodiscard]] bool has(std::string_view name) const { return members_.contains(name); }
  [[nodiscard]] Image object(std::string_view name) const;
  /// The objects of a list.
  [[nodiscard]] std::vector<Image> list(std::string_view name) const;

 private:
  boost::json::object members_;
};

/// The JSON of a record in a dialect's words.
using RecordJson = std::string (*)(const Image& record);

/// What the change is to those who see a public room: a product that is taken off sale is deleted
/// there.
storage::Op public_op(const storage::Change& change);

/// The field is one of those that the change set.
bool has_changed(const storage::Change& change, std::string_view field);

}  // namespace tillcast::contracts
