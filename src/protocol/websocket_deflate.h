// permessage-deflate (RFC 7692): what a server agrees to, and the state that compresses and
// decompresses. Neither side keeps a history from one message to the next, so a connection costs
// no memory for it, all connections of a loop share the state, and a message to many is compressed
// once for all who agreed to the same window.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "protocol/deflate.h"
#include "protocol/websocket.h"

namespace tillcast::protocol {

/// What a connection and its peer agreed to. Any thread.
struct DeflateAgreement {
  int window_bits = Deflater::kWindowBitsMax;  // of what the server sends
  std::string response;                        // the server's Sec-WebSocket-Extensions
};

/// The first of the client's offers that this server can keep (section 7.1); nothing if there is
/// none, and the connection goes on without. Declined are unknown, repeated or malformed
/// parameters, and a window of 8 bits for what the server sends.
std::optional<DeflateAgreement> agree_on_deflate(std::span<const Extension> offers);

/// For all connections of one loop; that loop's thread only. Takes its memory when it is first
/// needed: at most 2 MiB, and limits::kDeflateBufferKeptBytesMax after a large message.
class MessageDeflate {
 public:
  /// Appends a final frame, compressed if the payload has limits::kDeflateMessageBytesMin and
  /// becomes smaller. Window bits of 0 stand for a connection without compression.
  void append_frame(std::string& out, Opcode opcode, std::string_view payload, int window_bits);

  /// The message whose frames had the payload; valid until the next call. 1007 for broken data and
  /// text that is not UTF-8, 1009 for more than bytes_max.
  Result<std::string_view, CloseCode> inflate(Opcode opcode, std::string_view payload,
                                              std::size_t bytes_max);

 private:
  static constexpr std::size_t kWindows = Deflater::kWindowBitsMax - Deflater::kWindowBitsMin + 1;

  std::array<std::unique_ptr<Deflater>, kWindows> deflaters_;
  std::unique_ptr<Inflater> inflater_;
  std::string deflated_;
  std::string inflated_;
};

}  // namespace tillcast::protocol
