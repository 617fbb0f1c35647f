// The frames that a server sends on a WebSocket (RFC 6455, section 5.2), as the load reads them.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "protocol/websocket.h"

namespace tillcast::bench {

struct ServerFrame {
  protocol::Opcode opcode;
  std::string_view payload;
  std::size_t bytes;  // of the whole frame
};

/// The frame that `bytes` begin with; nothing if its end did not come yet. Throws
/// std::runtime_error for what no server of the benches sends: fragments, masks, 4 GiB.
inline std::optional<ServerFrame> read_server_frame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t head = 2;
  std::size_t size = byte(1);
  if ((byte(0) & 0xF0) != 0x80 || size > 127) {
    throw std::runtime_error("a frame that is masked, compressed or not whole");
  }
  if (size >= 126) {
    const std::size_t digits = size == 126 ? 2 : 8;
    if (bytes.size() < head + digits) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < digits; ++i) size = size << 8 | byte(head + i);
    head += digits;
  }
  if (bytes.size() < head + size) return std::nullopt;
  return ServerFrame{static_cast<protocol::Opcode>(byte(0) & 0x0F), bytes.substr(head, size),
                     head + size};
}

/// One masked text frame, as clients send it. A mask of zeros is legal and costs nothing.
inline std::string masked_text(std::string_view text) {
  std::string frame;
  protocol::append_masked_frame(frame, protocol::Opcode::kText, text, 0);
  return frame;
}

}  // namespace tillcast::bench
