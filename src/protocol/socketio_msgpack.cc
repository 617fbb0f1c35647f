#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "protocol/msgpack.h"
#include "protocol/placeholder.h"
#include "protocol/socketio.h"

namespace tillcast::protocol::socketio {
namespace {

namespace json = boost::json;

// The types without attachments; the two binary ones are the JSON parser's own.
constexpr auto kLastType = static_cast<std::int64_t>(PacketType::kConnectError);

Error error_of(msgpack::Error error) {
  switch (error) {
    case msgpack::Error::kTooManyAttachments:
      return Error::kTooManyAttachments;
    case msgpack::Error::kPlaceholder:
      return Error::kBadPlaceholder;
    default:
      return Error::kBadPayload;
  }
}

Result<PacketType, Error> take_type(const json::object& map, bool binary) {
  const json::value* const type = map.if_contains("type");
  if (type == nullptr || !type->is_int64() || type->get_int64() < 0 ||
      type->get_int64() > kLastType) {
    return Error::kUnknownType;
  }
  const auto plain = static_cast<PacketType>(type->get_int64());
  if (!binary) return plain;
  if (plain == PacketType::kEvent) return PacketType::kBinaryEvent;
  if (plain == PacketType::kAck) return PacketType::kBinaryAck;
  return Error::kBadPayload;
}

Result<std::unique_ptr<const std::string>, Error> take_namespace(const json::object& map) {
  const json::value* const nsp = map.if_contains("nsp");
  if (nsp == nullptr || !nsp->is_string()) return Error::kBadNamespace;
  const std::string_view name(nsp->get_string().data(), nsp->get_string().size());
  // As in the JSON parser's packets, where a comma ends the name.
  if (!name.starts_with('/') || name.size() > kNamespaceBytesMax || name.find(',') != name.npos) {
    return Error::kBadNamespace;
  }
  return std::make_unique<const std::string>(name);
}

Result<std::optional<std::uint64_t>, Error> take_id(const json::object& map, const Packet& packet) {
  const json::value* const id = map.if_contains("id");
  if (id == nullptr) {
    if (packet.is_ack()) return Error::kBadId;
    return std::optional<std::uint64_t>();
  }
  const bool good = id->is_int64() && id->get_int64() >= 0 &&
                    static_cast<std::uint64_t>(id->get_int64()) <= kIdMax &&
                    (packet.is_event() || packet.is_ack());
  if (!good) return Error::kBadId;
  return std::optional(static_cast<std::uint64_t>(id->get_int64()));
}

PacketType plain_type(PacketType type) {
  if (type == PacketType::kBinaryEvent) return PacketType::kEvent;
  if (type == PacketType::kBinaryAck) return PacketType::kAck;
  return type;
}

}  // namespace

Result<Packet, Error> decode_msgpack(std::string_view bytes) {
  // One level more than the data may have, for the map around it.
  auto decoded = msgpack::decode(bytes, limits::kJsonDepthMax + 1);
  if (!decoded) return error_of(decoded.error());
  json::object* const map = decoded->value.if_object();
  if (map == nullptr) return Error::kBadPayload;

  Packet packet;
  const auto type = take_type(*map, !decoded->attachments.empty());
  if (!type) return type.error();
  packet.type = *type;
  auto nsp = take_namespace(*map);
  if (!nsp) return nsp.error();
  packet.text = std::move(*nsp);
  packet.nsp = *packet.text;
  const auto id = take_id(*map, packet);
  if (!id) return id.error();
  packet.id = *id;
  if (json::value* const data = map->if_contains("data")) {
    packet.value = std::make_unique<json::value>(std::move(*data));
  }
  packet.attachments = std::move(decoded->attachments);
  // A binary elsewhere in the map would be an attachment that the data does not know.
  if (!packet.attachments.empty() &&
      (!packet.value || count_placeholders(*packet.value) != packet.attachments.size())) {
    return Error::kBadPayload;
  }
  return packet;
}

void append_msgpack(std::string& out, PacketType type, std::string_view nsp,
                    std::optional<std::uint64_t> id, const json::value& data,
                    std::span<const std::string> attachments) {
  const bool has_data = !data.is_null();
  msgpack::append_map_header(out, 2U + (has_data ? 1U : 0U) + (id ? 1U : 0U));
  msgpack::append_string(out, "type");
  msgpack::append_unsigned(out, static_cast<std::uint64_t>(plain_type(type)));
  if (has_data) {
    msgpack::append_string(out, "data");
    msgpack::append(out, data, attachments);
  }
  if (id) {
    msgpack::append_string(out, "id");
    msgpack::append_unsigned(out, *id);
  }
  msgpack::append_string(out, "nsp");
  msgpack::append_string(out, nsp);
}

bool append_msgpack_of_json(std::string& out, PacketType type, std::string_view nsp,
                            std::optional<std::uint64_t> id, std::string_view json,
                            std::span<const std::string> attachments) {
  json::value data;
  if (!json.empty()) {
    boost::system::error_code error;
    // A placeholder is one level deeper than the binary that it stands for.
    data = parse_exact_json(json, limits::kJsonDepthMax + 1, {}, error);
    if (error) return false;
  }
  append_msgpack(out, type, nsp, id, data, attachments);
  return true;
}

}  // namespace tillcast::protocol::socketio
