#include "protocol/socketio.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tillcast::protocol::socketio {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_attachments(PacketType type) {
  return type == PacketType::kBinaryEvent || type == PacketType::kBinaryAck;
}

// Reads the digits that `rest` starts with. Nothing if there are none or the number is above `max`.
std::optional<std::uint64_t> take_number(std::string_view& rest, std::uint64_t max) {
  std::uint64_t number = 0;
  std::size_t digits = 0;
  for (; digits < rest.size() && is_digit(rest[digits]); ++digits) {
    number = number * 10 + static_cast<std::uint64_t>(rest[digits] - '0');
    if (number > max) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  rest.remove_prefix(digits);
  return number;
}

struct Decoded {
  Packet packet;
  std::size_t attachments = 0;
};

Result<std::size_t, Error> take_attachment_count(std::string_view& rest) {
  // One digit more than a number can need here, so that "too many" is told apart from "no number".
  const auto count = take_number(rest, 1000 * limits::kAttachmentsMax);
  if (!count || !rest.starts_with('-')) return Error::kBadAttachmentCount;
  if (*count > limits::kAttachmentsMax) return Error::kTooManyAttachments;
  rest.remove_prefix(1);
  return static_cast<std::size_t>(*count);
}

// <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]
Result<Decoded, Error> decode_text(std::string_view text) {
  Decoded decoded;
  if (text.empty() || text[0] < '0' || text[0] > '6') return Error::kUnknownType;
  Packet& packet = decoded.packet;
  packet.type = static_cast<PacketType>(text[0] - '0');
  std::string_view rest = text.substr(1);
  if (has_attachments(packet.type)) {
    const auto count = take_attachment_count(rest);
    if (!count) return count.error();
    decoded.attachments = *count;
  }
  if (rest.starts_with('/')) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (comma > kNamespaceBytesMax) return Error::kBadNamespace;
    packet.nsp = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (!rest.empty() && is_digit(rest.front())) {
    packet.id = take_number(rest, kIdMax);
    if (!packet.id || !(packet.is_event() || packet.is_ack())) return Error::kBadId;
  }
  if (packet.is_ack() && !packet.id) return Error::kBadId;
  packet.json = rest;
  return decoded;
}

}  // namespace

std::string_view message(Error error) {
  switch (error) {
    case Error::kUnknownType:
      return "unknown packet type";
    case Error::kBadAttachmentCount:
      return "malformed number of attachments";
    case Error::kTooManyAttachments:
      return "too many attachments";
    case Error::kBadNamespace:
      return "namespace name too long or malformed";
    case Error::kBadId:
      return "malformed acknowledgement id";
    case Error::kBadPayload:
      return "invalid payload";
    case Error::kReservedEvent:
      return "reserved event name";
    case Error::kBadPlaceholder:
      return "a binary value names no attachment";
    case Error::kUnexpectedText:
      return "text where an attachment was due";
    case Error::kUnexpectedBinary:
      return "an attachment that no packet announced";
    case Error::kPacketTooLarge:
      return "packet too large";
  }
  return "unknown error";
}

Result<std::optional<Packet>, Error> Decoder::add_text(std::string_view text) {
  if (pending_ || parser_ == Parser::kMsgpack) return Error::kUnexpectedText;
  if (text.size() > packet_bytes_max_) return Error::kPacketTooLarge;
  auto decoded = decode_text(text);
  if (!decoded) return decoded.error();
  if (decoded->attachments == 0) return std::optional(std::move(decoded->packet));

  // The input will be gone when the attachments come: decode a copy that stays.
  auto kept = std::make_unique<const std::string>(text);
  decoded = decode_text(*kept);
  decoded->packet.text = std::move(kept);
  pending_ = std::make_unique<Pending>(
      Pending{std::move(decoded->packet), decoded->attachments, text.size()});
  return std::optional<Packet>();
}

Result<std::optional<Packet>, Error> Decoder::add_binary(std::string_view bytes) {
  if (parser_ == Parser::kMsgpack) {
    if (bytes.size() > packet_bytes_max_) return Error::kPacketTooLarge;
    auto packet = decode_msgpack(bytes);
    if (!packet) return packet.error();
    return std::optional(std::move(*packet));
  }
  if (!pending_) return Error::kUnexpectedBinary;
  if (bytes.size() > packet_bytes_max_ - pending_->bytes) return Error::kPacketTooLarge;
  pending_->bytes += bytes.size();
  pending_->packet.attachments.emplace_back(bytes);
  if (pending_->packet.attachments.size() < pending_->awaited) return std::optional<Packet>();
  const std::unique_ptr<Pending> complete = std::move(pending_);
  return std::optional(std::move(complete->packet));
}

bool is_reserved_event(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kReserved = {
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace tillcast::protocol::socketio
