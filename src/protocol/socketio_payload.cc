#include <cmath>
#include <utility>

#include "protocol/exact_json.h"
#include "protocol/http_chars.h"
#include "protocol/placeholder.h"
#include "protocol/socketio.h"

namespace tillcast::protocol::socketio {
namespace {

namespace json = boost::json;

// The code unit of an escape "\uXXXX" at that place, or -1.
int escaped_unit(std::string_view text, std::size_t at) {
  if (text.size() < at + 6 || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

// JavaScript strings may hold half a surrogate pair (a text cut inside an emoji), and
// JSON.stringify writes it as an escape that no UTF-8 can express.
std::string replace_lone_surrogates(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const int unit = escaped_unit(text, i);
    const bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
    const int next = is_high ? escaped_unit(text, i + 6) : -1;
    std::size_t length = 1;
    if (next >= 0xDC00 && next <= 0xDFFF) {
      length = 12;
    } else if (unit >= 0xD800 && unit <= 0xDFFF) {
      out.append("\\ufffd");
      i += 6;
      continue;
    } else if (text[i] == '\\') {
      length = 2;  // so that the second of two backslashes starts nothing
    }
    out.append(text.substr(i, length));
    i += length;
  }
  return out;
}

json::value parse_json(std::string_view text, const json::storage_ptr& storage,
                       boost::system::error_code& error) {
  json::value value = parse_exact_json(text, limits::kJsonDepthMax, storage, error);
  const auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (error && (has("\\ud") || has("\\uD"))) {  // perhaps only a surrogate stands alone
    value = parse_exact_json(replace_lone_surrogates(text), limits::kJsonDepthMax, storage, error);
  }
  return value;
}

Result<void, Error> check_event(const json::value& value) {
  const json::array* const array = value.if_array();
  if (array == nullptr || array->empty()) return Error::kBadPayload;
  const json::value& name = array->front();
  // A name beyond the range of a double could not be passed on.
  if (name.is_double() && !std::isfinite(name.get_double())) return Error::kBadPayload;
  if (name.is_number()) return {};
  if (!name.is_string()) return Error::kBadPayload;
  if (is_reserved_event(name.get_string())) return Error::kReservedEvent;
  return {};
}

Result<void, Error> check_shape(PacketType type, const json::value& value) {
  bool good = false;
  switch (type) {
    case PacketType::kEvent:
    case PacketType::kBinaryEvent:
      return check_event(value);
    case PacketType::kAck:
    case PacketType::kBinaryAck:
      good = value.is_array();
      break;
    case PacketType::kConnect:
      good = value.is_object();
      break;
    case PacketType::kConnectError:
      good = value.is_object() || value.is_string();
      break;
    case PacketType::kDisconnect:
      break;  // has no payload
  }
  if (!good) return Error::kBadPayload;
  return {};
}

}  // namespace

Result<json::value, Error> parse_payload(Packet& packet, const json::storage_ptr& storage) {
  const bool may_be_empty =
      packet.type == PacketType::kConnect || packet.type == PacketType::kDisconnect;
  if (packet.json.empty() && !packet.value && may_be_empty) return json::value(nullptr, storage);
  boost::system::error_code error;
  json::value value =
      packet.value ? std::move(*packet.value) : parse_json(packet.json, storage, error);
  if (error) return Error::kBadPayload;
  const auto shape = check_shape(packet.type, value);
  if (!shape) return shape.error();
  const bool is_binary =
      packet.type == PacketType::kBinaryEvent || packet.type == PacketType::kBinaryAck;
  if (is_binary && !placeholders_are_good(value, packet.attachments.size())) {
    return Error::kBadPlaceholder;
  }
  return value;
}

std::optional<std::string_view> attachment(const Packet& packet, const json::value& value) {
  const auto placeholder = as_placeholder(value);
  if (!placeholder || placeholder->index >= packet.attachments.size()) return std::nullopt;
  return packet.attachments[placeholder->index];
}

}  // namespace tillcast::protocol::socketio
