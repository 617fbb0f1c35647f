// The object that stands in a JSON value where an attachment belongs:
// {"_placeholder":true,"num":0}, as Socket.IO's JSON parser writes it on the wire. Pure: any
// thread.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace tillcast::protocol {

struct Placeholder {
  /// The index of one that names no attachment at all, as a broken one does.
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  std::size_t index = kNone;
  std::optional<std::int8_t> extension{};  // its type, if the attachment is a MessagePack extension
};

/// Nothing if the value is no placeholder.
std::optional<Placeholder> as_placeholder(const boost::json::value& value);

boost::json::object placeholder_object(const Placeholder& placeholder,
                                       const boost::json::storage_ptr& storage = {});

/// Whether every placeholder in the value names one of that many attachments.
bool placeholders_are_good(const boost::json::value& value, std::size_t attachments);

std::size_t count_placeholders(const boost::json::value& value);

}  // namespace tillcast::protocol
