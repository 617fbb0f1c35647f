// Socket.IO packets. The input is a sequence of messages separated by 0xFF; those that start with
// 0xFE are binary, the others text, as Engine.IO would hand them on.

#include "protocol/socketio.h"

#include <boost/json/value.hpp>
#include <string>

#include "fuzz_input.h"
#include "protocol/exact_json.h"
#include "protocol/http_chars.h"

namespace {

using namespace tillcast::protocol;
using namespace tillcast::protocol::socketio;
using tillcast::fuzz::require;

constexpr std::uint32_t kPacketBytesMax = 4096;

// The text packet that the library itself would write for it.
std::string encode(const Packet& packet) {
  std::string out;
  switch (packet.type) {
    case PacketType::kConnect:
      append_connect(out, packet.nsp, packet.json);
      break;
    case PacketType::kDisconnect:
      append_disconnect(out, packet.nsp);
      out.append(packet.json);
      break;
    case PacketType::kConnectError:
      append_connect_error(out, packet.nsp, packet.json);
      break;
    case PacketType::kEvent:
    case PacketType::kBinaryEvent:
      append_event(out, packet.nsp, packet.id, packet.json, packet.attachments.size());
      break;
    case PacketType::kAck:
    case PacketType::kBinaryAck:
      append_ack(out, packet.nsp, *packet.id, packet.json, packet.attachments.size());
      break;
  }
  return out;
}

Packet decode_again(const std::string& text, const Packet& packet) {
  Decoder decoder(2 * kPacketBytesMax);
  auto decoded = decoder.add_text(text);
  for (const std::string& bytes : packet.attachments) {
    require(decoded.has_value() && !decoded->has_value(), "attachments are awaited");
    decoded = decoder.add_binary(bytes);
  }
  require(decoded.has_value() && decoded->has_value(), "what was read can be written");
  return std::move(**decoded);
}

// As the library writes a value, with null for numbers that JSON has no form for.
std::string written(const boost::json::value& value) {
  std::string out;
  append_exact_json(out, value);
  return out;
}

void check_payload(Packet& packet) {
  const auto value = parse_payload(packet);
  if (!value) {
    require(!message(value.error()).empty(), "errors are named");
    return;
  }
  if (packet.is_event()) require(!value->as_array().empty(), "events have names");
  if (packet.json.empty()) return;
  const std::string json = written(*value);
  Packet copy;
  copy.type = packet.type;
  copy.json = json;
  copy.attachments = packet.attachments;
  const auto again = parse_payload(copy);
  require(again.has_value() && written(*again) == json, "values come back");
}

void check(Packet& packet) {
  require(packet.nsp.starts_with('/') && packet.nsp.size() <= kNamespaceBytesMax, "namespaces");
  require(packet.attachments.size() <= tillcast::limits::kAttachmentsMax, "attachments");
  require(!packet.id || *packet.id <= kIdMax, "ids");
  check_payload(packet);
  // The JSON is raw here; what starts with '/' is none, and would be read as a namespace.
  if (packet.json.starts_with('/')) return;
  const std::string text = encode(packet);
  const Packet again = decode_again(text, packet);
  require(again.is_event() == packet.is_event() && again.is_ack() == packet.is_ack(), "types");
  require(again.nsp == packet.nsp && again.id == packet.id && again.json == packet.json &&
              again.attachments == packet.attachments,
          "decoding what was encoded changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Decoder decoder(kPacketBytesMax);
  Splitter messages(tillcast::fuzz::Input(data, size).rest(), '\xFF');
  for (std::string_view bytes; messages.next(bytes);) {
    const bool binary = bytes.starts_with('\xFE');
    const bool was_idle = decoder.idle();
    auto packet = binary ? decoder.add_binary(bytes.substr(1)) : decoder.add_text(bytes);
    if (!packet) return 0;
    require(binary != was_idle, "text starts a packet, attachments complete it");
    require(packet->has_value() == decoder.idle(), "a packet is given as soon as it is complete");
    if (*packet) check(**packet);
  }
  return 0;
}
