// MessagePack, as a value of its own and as a packet of Socket.IO. Input: one byte that chooses,
// then the bytes.

#include "protocol/msgpack.h"

#include <string>

#include "fuzz_input.h"
#include "protocol/exact_json.h"
#include "protocol/socketio.h"

namespace {

using namespace tillcast::protocol;
using tillcast::fuzz::require;

constexpr std::size_t kDepthMax = 8;

std::string written(const msgpack::Decoded& decoded) {
  std::string out;
  msgpack::append(out, decoded.value, decoded.attachments);
  return out;
}

void check_value(std::string_view bytes) {
  const auto decoded = msgpack::decode(bytes, kDepthMax);
  if (!decoded) return;
  require(decoded->attachments.size() <= tillcast::limits::kMsgpackAttachmentsMax, "attachments");
  const std::string once = written(*decoded);
  require(once.size() <= 9 * bytes.size(), "what is written is bounded by what was read");
  const auto again = msgpack::decode(once, kDepthMax);
  require(again.has_value(), "what was read can be written");
  require(written(*again) == once, "decoding what was encoded changes nothing");
  require(!msgpack::decode(once + '\xC0', kDepthMax).has_value(), "one value only");
  require(
      !msgpack::decode(std::string_view(once).substr(0, once.size() - 1), kDepthMax).has_value(),
      "no value is the start of another");

  std::string json;
  append_exact_json(json, decoded->value);
  boost::system::error_code error;
  const auto parsed = parse_exact_json(json, kDepthMax + 2, {}, error);
  require(!error, "every value has a JSON form");
  std::string json_again;
  append_exact_json(json_again, parsed);
  require(json_again == json, "and it is read as the same");
}

void check_packet(std::string_view bytes) {
  auto packet = socketio::decode_msgpack(bytes);
  if (!packet) {
    require(!message(packet.error()).empty(), "errors are named");
    return;
  }
  require(packet->nsp.starts_with('/') && packet->nsp.size() <= socketio::kNamespaceBytesMax,
          "namespaces");
  require(!packet->is_ack() || packet->id, "acks have an id");
  const auto data = socketio::parse_payload(*packet);
  if (!data) return;
  std::string out;
  socketio::append_msgpack(out, packet->type, packet->nsp, packet->id, *data, packet->attachments);
  auto again = socketio::decode_msgpack(out);
  require(again.has_value(), "what was read can be written");
  require(again->type == packet->type && again->nsp == packet->nsp && again->id == packet->id &&
              again->attachments == packet->attachments,
          "and is the same packet");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tillcast::fuzz::Input input(data, size);
  if ((input.choose() & 1U) == 0) {
    check_value(input.rest());
  } else {
    check_packet(input.rest());
  }
  return 0;
}
