// Socket.IO protocol version 5 as bytes <-> values, in the form of its default JSON parser and in
// that of npm's socket.io-msgpack-parser. Decoding is in two steps, so that who only passes an
// event on need not parse it: a Decoder gives the header and the raw JSON; parse_payload() makes a
// value of it and holds it to the rules of its type. A packet of MessagePack is a value from the
// start. Pure: no session, no clock, no socket. A Decoder belongs to one connection.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "protocol/exact_json.h"

namespace tillcast::protocol::socketio {

/// What a server's clients speak; all of one server the same.
enum class Parser : std::uint8_t {
  kJson,    // text packets, each binary value in a binary message of its own
  kMsgpack  // every packet is one binary message
};

enum class PacketType : std::uint8_t {
  kConnect,
  kDisconnect,
  kEvent,
  kAck,
  kConnectError,
  kBinaryEvent,
  kBinaryAck
};

enum class Error : std::uint8_t {
  kUnknownType,
  kBadAttachmentCount,  // missing, not a number, or on a type that has none
  kTooManyAttachments,
  kBadNamespace,      // longer than the limit; in MessagePack also missing or no name
  kBadId,             // above 2^53 - 1, or missing in an ack
  kBadPayload,        // no JSON or MessagePack, too deep, or not of the shape the type needs
  kReservedEvent,     // an event name that only the library itself may raise
  kBadPlaceholder,    // names an attachment that is not there
  kUnexpectedText,    // a text packet while attachments are awaited, or for MessagePack
  kUnexpectedBinary,  // a binary packet that no text packet announced
  kPacketTooLarge,    // text and attachments together
};
std::string_view message(Error error);

inline constexpr std::size_t kNamespaceBytesMax = 256;     // a namespace's name with its "/"
inline constexpr std::uint64_t kIdMax = (1ULL << 53) - 1;  // what a JavaScript number holds exactly

/// One packet. The views point into the text given to the decoder, or, if it had attachments, into
/// `text`; so a packet without attachments must be used while that input is there.
struct Packet {
  PacketType type = PacketType::kEvent;
  std::string_view nsp = "/";
  std::optional<std::uint64_t> id;  // of the ack that is asked for, or that this is
  std::string_view json;            // raw and unchecked; empty if there is none
  /// In place of `json` if the packet is of MessagePack; null if it has no data.
  std::unique_ptr<boost::json::value> value;
  std::vector<std::string> attachments;
  std::unique_ptr<const std::string> text;  // owns what the views show, if anything needs to

  bool is_event() const { return type == PacketType::kEvent || type == PacketType::kBinaryEvent; }
  bool is_ack() const { return type == PacketType::kAck || type == PacketType::kBinaryAck; }
};

/// Puts packets together from the text and binary messages of Engine.IO. Holds memory only while
/// attachments are awaited. After an error the connection is closed and the decoder discarded.
class Decoder {
 public:
  /// The limit counts the text and the attachments of one packet together.
  explicit Decoder(std::uint32_t packet_bytes_max, Parser parser = Parser::kJson)
      : packet_bytes_max_(packet_bytes_max), parser_(parser) {}

  /// A packet if it is complete, nothing if attachments follow.
  Result<std::optional<Packet>, Error> add_text(std::string_view text);
  Result<std::optional<Packet>, Error> add_binary(std::string_view bytes);

  bool idle() const { return pending_ == nullptr; }

 private:
  struct Pending {
    Packet packet;
    std::size_t awaited = 0;  // attachments in all
    std::size_t bytes = 0;    // text and attachments so far
  };

  std::unique_ptr<Pending> pending_;
  std::uint32_t packet_bytes_max_;
  Parser parser_;
};

/// A packet of MessagePack: a map of `type` (0 to 4), `nsp`, and `data` and `id` where there are
/// any; other members, such as the `options` that clients send along, are ignored. With binaries or
/// extensions inside, the packet is of the binary type and they are its attachments (msgpack.h), at
/// most limits::kMsgpackAttachmentsMax.
Result<Packet, Error> decode_msgpack(std::string_view bytes);

/// The packet's data as a value, checked; it is moved out of a packet of MessagePack. An event is
/// an array whose first element is a name that is not reserved, or a number; an ack is an array;
/// CONNECT has an object or nothing (null here); CONNECT_ERROR a string or an object; DISCONNECT
/// nothing. Every placeholder of a binary packet names one of its attachments. Escapes of half a
/// surrogate pair, which JavaScript writes for a string cut inside a character, become U+FFFD.
Result<boost::json::value, Error> parse_payload(Packet& packet,
                                                const boost::json::storage_ptr& storage = {});

/// The bytes that the value stands for, if it is a placeholder of this packet. A text packet has
/// none, whatever its JSON looks like.
std::optional<std::string_view> attachment(const Packet& packet, const boost::json::value& value);

/// Whether only the library itself may raise an event of that name.
bool is_reserved_event(std::string_view name);

// ---------------------------------------------------------------------------------------------
// Encoder. All append one text packet, without the Engine.IO type. `nsp` starts with "/" and has no
// comma. `array_json` is a whole JSON array: for events `["name",…]`, for acks the arguments.
// With attachments > 0 the packet is of the binary type; the caller sends that many binary
// messages right after it, and marks their places in the JSON by append_placeholder().

void append_connect(std::string& out, std::string_view nsp, std::string_view object_json = {});
void append_connect_error(std::string& out, std::string_view nsp, std::string_view json);
void append_disconnect(std::string& out, std::string_view nsp);
void append_event(std::string& out, std::string_view nsp, std::optional<std::uint64_t> id,
                  std::string_view array_json, std::size_t attachments = 0);
void append_ack(std::string& out, std::string_view nsp, std::uint64_t id,
                std::string_view array_json, std::size_t attachments = 0);

/// Any of them; `type` may be the binary or the plain one.
void append_packet(std::string& out, PacketType type, std::string_view nsp,
                   std::optional<std::uint64_t> id, std::string_view json,
                   std::size_t attachments = 0);

void append_placeholder(std::string& out, std::size_t index);

using protocol::append_json_string;  // to build an event's array

/// Appends one packet of MessagePack: the whole binary message, attachments included. `data` is
/// what parse_payload() gives; null is none. `type` may be the binary or the plain one.
void append_msgpack(std::string& out, PacketType type, std::string_view nsp,
                    std::optional<std::uint64_t> id, const boost::json::value& data,
                    std::span<const std::string> attachments = {});

/// The same from the JSON text that the other parser's packet would have (empty: none). False, and
/// nothing appended, if it is no JSON.
[[nodiscard]] bool append_msgpack_of_json(std::string& out, PacketType type, std::string_view nsp,
                                          std::optional<std::uint64_t> id, std::string_view json,
                                          std::span<const std::string> attachments = {});

}  // namespace tillcast::protocol::socketio
