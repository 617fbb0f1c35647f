#include "protocol/engineio.h"

#include <fmt/format.h>

#include <iterator>

#include "protocol/base64.h"
#include "protocol/http.h"
#include "protocol/utf8.h"

namespace tillcast::protocol::engineio {

std::string_view message(DecodeError error) {
  switch (error) {
    case DecodeError::kEmptyPacket:
      return "an empty packet";
    case DecodeError::kUnknownType:
      return "an unknown packet type";
    case DecodeError::kBadBase64:
      return "a binary message that is not base64";
    case DecodeError::kNotUtf8:
      return "text that is not UTF-8";
  }
  return "an unknown error";
}

Result<Packet, DecodeError> decode_packet(std::string_view text) {
  if (text.empty()) return DecodeError::kEmptyPacket;
  if (text[0] < '0' || text[0] > '6') return DecodeError::kUnknownType;
  return Packet{static_cast<PacketType>(text[0] - '0'), false, text.substr(1)};
}

void append_packet(std::string& out, PacketType type, std::string_view data) {
  out.push_back(type_char(type));
  out.append(data);
}

Result<std::optional<Packet>, DecodeError> PayloadReader::next() {
  if (at_end_) return std::optional<Packet>();
  const std::size_t end = rest_.find(kSeparator);
  const std::string_view encoded = rest_.substr(0, end);
  if (end == std::string_view::npos) {
    at_end_ = true;
  } else {
    rest_.remove_prefix(end + 1);
  }
  if (encoded.starts_with('b')) {
    auto bytes = decode_base64(encoded.substr(1));
    if (!bytes) return DecodeError::kBadBase64;
    decoded_ = std::move(*bytes);
    return std::optional(Packet{PacketType::kMessage, true, decoded_});
  }
  const auto packet = decode_packet(encoded);
  if (!packet) return packet.error();
  if (!is_utf8(packet->data)) return DecodeError::kNotUtf8;
  return std::optional(*packet);
}

void append_to_payload(std::string& payload, std::string_view packet) {
  if (!payload.empty()) payload.push_back(kSeparator);
  payload.append(packet);
}

void append_binary_to_payload(std::string& payload, std::string_view bytes) {
  if (!payload.empty()) payload.push_back(kSeparator);
  payload.push_back('b');
  append_base64(payload, bytes);
}

void append_open(std::string& out, const Open& open) {
  fmt::format_to(std::back_inserter(out),
                 R"(0{{"sid":"{}","upgrades":[{}],"pingInterval":{},"pingTimeout":{},)"
                 R"("maxPayload":{}}})",
                 open.sid, open.upgrade_to_websocket ? R"("websocket")" : "", open.ping_interval_ms,
                 open.ping_timeout_ms, open.payload_bytes_max);
}

int status(RequestError error) { return error == RequestError::kForbidden ? 403 : 400; }

std::string_view message(RequestError error) {
  switch (error) {
    case RequestError::kUnknownTransport:
      return "Transport unknown";
    case RequestError::kUnknownSid:
      return "Session ID unknown";
    case RequestError::kBadHandshakeMethod:
      return "Bad handshake method";
    case RequestError::kBadRequest:
      return "Bad request";
    case RequestError::kForbidden:
      return "Forbidden";
    case RequestError::kUnsupportedProtocolVersion:
      return "Unsupported protocol version";
  }
  return "Bad request";
}

std::string json_body(RequestError error) {
  return fmt::format(R"({{"code":{},"message":"{}"}})", static_cast<int>(error), message(error));
}

Result<Query, RequestError> parse_query(std::string_view query) {
  Query parsed;
  const auto transport = query_value(query, "transport");
  if (transport == "websocket") {
    parsed.transport = Transport::kWebsocket;
  } else if (transport != "polling") {
    return RequestError::kUnknownTransport;
  }
  parsed.sid = query_value(query, "sid");
  parsed.protocol_is_4 = query_value(query, "EIO") == "4";
  return parsed;
}

Result<void, RequestError> check_handshake(const Query& query, std::string_view method,
                                           bool is_upgrade) {
  if (method != "GET") return RequestError::kBadHandshakeMethod;
  if (is_upgrade != (query.transport == Transport::kWebsocket)) return RequestError::kBadRequest;
  if (!query.protocol_is_4) return RequestError::kUnsupportedProtocolVersion;
  return {};
}

}  // namespace tillcast::protocol::engineio
