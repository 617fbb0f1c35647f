// A message as the bytes that many clients are sent alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tillcast::realtime {

struct Publication;
class Space;

/// In which form a peer is sent a message.
enum class Encoding : std::uint8_t {
  kSocketIoFrames,   // WebSocket frames of a Socket.IO event
  kSocketIoPayload,  // a polling payload of it
  kTextFrames        // WebSocket frames of Publication::text
};
inline constexpr std::size_t kEncodings = 3;

/// Appends the message in that form; nothing if it has none. Pure: any thread.
void append_encoded(std::string& out, Encoding encoding, const Space& space,
                    const Publication& publication);

}  // namespace tillcast::realtime
