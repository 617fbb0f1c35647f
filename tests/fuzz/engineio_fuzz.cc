// Engine.IO payloads, packets and queries. The whole input is taken as each of them.

#include "protocol/engineio.h"

#include <string>
#include <utility>
#include <vector>

#include "fuzz_input.h"
#include "protocol/base64.h"
#include "protocol/utf8.h"

namespace {

using namespace tillcast::protocol;
using tillcast::fuzz::require;

struct Owned {
  engineio::PacketType type;
  bool binary;
  std::string data;
  friend bool operator==(const Owned&, const Owned&) = default;
};

// The packets up to the end or the first error, which is told by the second member.
std::pair<std::vector<Owned>, bool> decode(std::string_view body) {
  std::vector<Owned> packets;
  engineio::PayloadReader reader(body);
  while (true) {
    const auto packet = reader.next();
    if (!packet) return {std::move(packets), false};
    if (!*packet) return {std::move(packets), true};
    packets.push_back({(*packet)->type, (*packet)->binary, std::string((*packet)->data)});
  }
}

void check_payload(std::string_view body) {
  const auto [packets, good] = decode(body);
  require(!good || !packets.empty(), "no payload is empty");
  std::string encoded;
  for (const Owned& packet : packets) {
    if (packet.binary) {
      require(packet.type == engineio::PacketType::kMessage, "binary is a message");
      const std::size_t before = encoded.size() + (encoded.empty() ? 0 : 1);
      engineio::append_binary_to_payload(encoded, packet.data);
      require(encoded.size() - before == engineio::payload_binary_size(packet.data.size()),
              "the size of a binary message is known beforehand");
    } else {
      require(is_utf8(packet.data), "text is UTF-8");
      std::string text;
      engineio::append_packet(text, packet.type, packet.data);
      engineio::append_to_payload(encoded, text);
    }
  }
  if (packets.empty()) return;
  const auto [again, still_good] = decode(encoded);
  require(still_good && again == packets, "decoding what was encoded changes nothing");
}

void check_binary(std::string_view bytes) {
  std::string encoded;
  append_base64(encoded, bytes);
  require(decode_base64(encoded) == bytes, "base64 comes back");
  if (const auto decoded = decode_base64(bytes)) {
    require(decoded->size() <= bytes.size() / 4 * 3, "base64 only shrinks");
  }
}

void check_query(std::string_view text) {
  const auto query = engineio::parse_query(text);
  if (!query) return;
  const bool websocket = query->transport == engineio::Transport::kWebsocket;
  const auto checked = engineio::check_handshake(*query, "GET", websocket);
  require(checked.has_value() == query->protocol_is_4, "version 4 decides");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = tillcast::fuzz::Input(data, size).rest();
  check_payload(input);
  check_binary(input);
  check_query(input);
  if (const auto packet = engineio::decode_packet(input)) {
    std::string encoded;
    engineio::append_packet(encoded, packet->type, packet->data);
    require(encoded == input, "a packet comes back as it was");
  }
  return 0;
}
