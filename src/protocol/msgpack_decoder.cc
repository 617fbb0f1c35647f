#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "protocol/msgpack.h"
#include "protocol/placeholder.h"
#include "protocol/utf8.h"

namespace tillcast::protocol::msgpack {
namespace {

namespace json = boost::json;

// Reads one value after the other from the bytes. The first error stays; from then on every read
// gives nothing.
class Reader {
 public:
  Reader(std::string_view bytes, const json::storage_ptr& storage)
      : rest_(bytes), storage_(storage) {}

  // Nothing is `undefined`, or an error.
  std::optional<json::value> value(std::size_t depth_left) {
    const auto first = static_cast<std::uint8_t>(number(1));
    if (error_) return std::nullopt;
    if (first < 0x80) return json::value(std::int64_t{first}, storage_);
    if (first < 0x90) return map(first & 0x0FU, depth_left);
    if (first < 0xA0) return array(first & 0x0FU, depth_left);
    if (first < 0xC0) return text(first & 0x1FU);
    if (first >= 0xE0) return json::value(std::int64_t{first} - 0x100, storage_);
    if (first <= 0xC3 || (first >= 0xCA && first <= 0xD3)) return scalar(first);
    return sized(first, depth_left);
  }

  std::optional<Error> error() const { return error_; }
  bool at_end() const { return rest_.empty(); }
  bool saw_placeholder() const { return saw_placeholder_; }
  std::vector<std::string>& attachments() { return attachments_; }

 private:
  std::nullopt_t fail(Error error) {
    if (!error_) error_ = error;
    rest_ = {};
    return std::nullopt;
  }

  // A big-endian number of 1, 2, 4 or 8 bytes; 0 after an error.
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t read = 0;
    for (const char c : take(bytes)) read = read << 8 | static_cast<std::uint8_t>(c);
    return read;
  }

  std::string_view take(std::uint64_t bytes) {
    if (bytes > rest_.size()) {
      fail(Error::kTruncated);
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(bytes));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::optional<json::value> scalar(std::uint8_t first) {
    switch (first) {
      case 0xC0:
        return json::value(nullptr, storage_);
      case 0xC1:
        return fail(Error::kUnknownType);
      case 0xC2:
      case 0xC3:
        return json::value(first == 0xC3, storage_);
      case 0xCA:
        return real(std::bit_cast<float>(static_cast<std::uint32_t>(number(4))));
      case 0xCB:
        return real(std::bit_cast<double>(number(8)));
      default:
        break;
    }
    // 0xCC to 0xCF are unsigned, 0xD0 to 0xD3 signed, of 1, 2, 4 and 8 bytes.
    const std::size_t bytes = std::size_t{1} << (first & 3U);
    const std::uint64_t bits = number(bytes);
    if (error_) return std::nullopt;
    const bool is_signed = first >= 0xD0;
    if (!is_signed && bits > INT64_MAX) return json::value(bits, storage_);
    const auto unused = static_cast<unsigned>(64 - 8 * bytes);
    const auto number = static_cast<std::int64_t>(bits << unused) >> unused;
    return json::value(is_signed ? number : static_cast<std::int64_t>(bits), storage_);
  }

  std::optional<json::value> real(double number) {
    if (error_) return std::nullopt;
    return json::value(number, storage_);
  }

  // What has its length in 1, 2 or 4 bytes after the type.
  std::optional<json::value> sized(std::uint8_t first, std::size_t depth_left) {
    if (first >= 0xD4 && first <= 0xD8) return extension(std::size_t{1} << (first - 0xD4U), true);
    const auto length = [&](std::uint8_t smallest) {
      return number(std::size_t{1} << static_cast<unsigned>(first - smallest));
    };
    if (first <= 0xC6) return binary(length(0xC4));
    if (first <= 0xC9) return extension(length(0xC7), false);
    if (first <= 0xDB) return text(length(0xD9));
    if (first <= 0xDD) return array(number(first == 0xDC ? 2 : 4), depth_left);
    return map(number(first == 0xDE ? 2 : 4), depth_left);
  }

  std::optional<json::value> text(std::uint64_t length) {
    const std::string_view utf8 = take(length);
    if (error_) return std::nullopt;
    if (!is_utf8(utf8)) return fail(Error::kNotUtf8);
    return json::value(json::string_view(utf8.data(), utf8.size()), storage_);
  }

  std::optional<json::value> binary(std::uint64_t length) {
    const std::string_view bytes = take(length);
    if (error_) return std::nullopt;
    return attach(bytes, std::nullopt);
  }

  std::optional<json::value> extension(std::uint64_t length, bool fixed) {
    const auto type = static_cast<std::int8_t>(number(1));
    const std::string_view bytes = take(length);
    if (error_) return std::nullopt;
    if (type == 0 && !fixed) return attach(bytes, std::nullopt);  // an ArrayBuffer
    if (type == 0 && bytes.size() == 1) return std::nullopt;      // undefined
    return attach(bytes, type);
  }

  std::optional<json::value> attach(std::string_view bytes, std::optional<std::int8_t> type) {
    if (attachments_.size() >= limits::kMsgpackAttachmentsMax) {
      return fail(Error::kTooManyAttachments);
    }
    attachments_.emplace_back(bytes);
    return json::value(placeholder_object({attachments_.size() - 1, type}, storage_));
  }

  // A value takes one byte at least, so a length that the bytes could not hold is known at once.
  bool may_nest(std::uint64_t bytes_min, std::size_t depth_left) {
    if (depth_left == 0) {
      fail(Error::kTooDeep);
    } else if (bytes_min > rest_.size()) {
      fail(Error::kTruncated);
    }
    return !error_;
  }

  std::optional<json::value> array(std::uint64_t elements, std::size_t depth_left) {
    if (!may_nest(elements, depth_left)) return std::nullopt;
    json::array array(storage_);
    array.reserve(static_cast<std::size_t>(elements));
    for (std::uint64_t i = 0; i < elements; ++i) {
      auto element = value(depth_left - 1);
      if (error_) return std::nullopt;
      array.push_back(element ? std::move(*element) : json::value(nullptr, storage_));
    }
    return json::value(std::move(array));
  }

  std::optional<json::value> map(std::uint64_t members, std::size_t depth_left) {
    if (!may_nest(2 * members, depth_left)) return std::nullopt;
    json::object object(storage_);
    object.reserve(static_cast<std::size_t>(members));
    for (std::uint64_t i = 0; i < members; ++i) {
      const auto name = key();
      if (error_) return std::nullopt;
      auto member = value(depth_left - 1);
      if (error_) return std::nullopt;
      if (!member) continue;
      if (!object.emplace(*name, std::move(*member)).second) return fail(Error::kBadKey);
    }
    json::value made(std::move(object));
    saw_placeholder_ = saw_placeholder_ || as_placeholder(made).has_value();
    return made;
  }

  std::optional<json::string_view> key() {
    const auto first = static_cast<std::uint8_t>(number(1));
    std::uint64_t length = first & 0x1FU;
    if (first >= 0xD9 && first <= 0xDB) {
      length = number(std::size_t{1} << (first - 0xD9U));
    } else if (first < 0xA0 || first >= 0xC0) {
      return fail(Error::kBadKey);
    }
    const std::string_view utf8 = take(length);
    if (error_) return std::nullopt;
    if (!is_utf8(utf8)) return fail(Error::kNotUtf8);
    return json::string_view(utf8.data(), utf8.size());
  }

  std::string_view rest_;
  const json::storage_ptr& storage_;
  std::vector<std::string> attachments_;
  std::optional<Error> error_;
  bool saw_placeholder_ = false;
};

}  // namespace

Result<Decoded, Error> decode(std::string_view bytes, std::size_t depth_max,
                              const json::storage_ptr& storage) {
  Reader reader(bytes, storage);
  auto value = reader.value(depth_max);
  if (reader.error()) return *reader.error();
  if (!reader.at_end()) return Error::kTrailingBytes;
  if (reader.saw_placeholder() && !reader.attachments().empty()) return Error::kPlaceholder;
  return Decoded{value ? std::move(*value) : json::value(nullptr, storage),
                 std::move(reader.attachments())};
}

}  // namespace tillcast::protocol::msgpack
