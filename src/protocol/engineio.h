// Engine.IO protocol version 4 as bytes <-> values: packets, polling payloads, the open packet, the
// query of its requests and the table of its errors. Pure: no session, no clock, no socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tillcast::protocol::engineio {

// ---------------------------------------------------------------------------------------------
// Packets

enum class PacketType : std::uint8_t { kOpen, kClose, kPing, kPong, kMessage, kUpgrade, kNoop };

/// The character a packet of that type starts with.
constexpr char type_char(PacketType type) {
  return static_cast<char>('0' + static_cast<char>(type));
}

struct Packet {
  PacketType type = PacketType::kNoop;
  bool binary = false;    // only a message can be binary
  std::string_view data;  // after the type; a view into what was decoded
};

enum class DecodeError : std::uint8_t {
  kEmptyPacket,
  kUnknownType,
  kBadBase64,
  kNotUtf8,
};
std::string_view message(DecodeError error);

/// A text frame of WebSocket: the type's character and the data. A binary frame has no type: it is
/// a message as it stands.
Result<Packet, DecodeError> decode_packet(std::string_view text);

void append_packet(std::string& out, PacketType type, std::string_view data = {});

// ---------------------------------------------------------------------------------------------
// Payloads: what one polling request or response carries

inline constexpr char kSeparator = '\x1e';

/// Reads the packets of a payload one after the other: text packets separated by kSeparator, a
/// binary message as 'b' and its base64 (padded).
class PayloadReader {
 public:
  /// The body must outlive the reader.
  explicit PayloadReader(std::string_view body) : rest_(body) {}

  /// The next packet, or nothing at the end. Its data is valid until the next call. An empty body
  /// is an error. After an error the reader is discarded.
  Result<std::optional<Packet>, DecodeError> next();

 private:
  std::string_view rest_;
  std::string decoded_;  // the bytes of the last binary packet
  bool at_end_ = false;
};

/// Appends an encoded text packet to a payload that holds nothing else (or is empty).
void append_to_payload(std::string& payload, std::string_view packet);
void append_binary_to_payload(std::string& payload, std::string_view bytes);

/// What append_binary_to_payload() adds, without a separator.
constexpr std::size_t payload_binary_size(std::size_t bytes) { return 1 + (bytes + 2) / 3 * 4; }

// ---------------------------------------------------------------------------------------------
// Handshake

struct Open {
  std::string_view sid;  // only characters that need no escape in JSON
  bool upgrade_to_websocket = true;
  std::uint32_t ping_interval_ms = 25'000;
  std::uint32_t ping_timeout_ms = 20'000;
  std::uint32_t payload_bytes_max = 1'000'000;
};

/// Appends the open packet, its type included: `0{"sid":…}`.
void append_open(std::string& out, const Open& open);

enum class Transport : std::uint8_t { kPolling, kWebsocket };

/// The refusals of a request, by their numbers on the wire.
enum class RequestError : std::uint8_t {
  kUnknownTransport = 0,
  kUnknownSid = 1,
  kBadHandshakeMethod = 2,
  kBadRequest = 3,
  kForbidden = 4,
  kUnsupportedProtocolVersion = 5
};
int status(RequestError error);                // 403 for kForbidden, 400 for the others
std::string_view message(RequestError error);  // "Transport unknown"
std::string json_body(RequestError error);     // {"code":0,"message":"Transport unknown"}

struct Query {
  Transport transport = Transport::kPolling;
  std::optional<std::string> sid;
  bool protocol_is_4 = false;  // EIO=4
};

/// From the raw query of the request's target; kUnknownTransport is the only error.
Result<Query, RequestError> parse_query(std::string_view query);

/// The rules for a request without a sid, in the order in which errors take precedence: GET only,
/// an upgrade exactly if the transport is websocket, EIO=4.
Result<void, RequestError> check_handshake(const Query& query, std::string_view method,
                                           bool is_upgrade);

}  // namespace tillcast::protocol::engineio
