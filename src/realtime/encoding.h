// A message as the bytes that many clients are sent alike.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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

/// Peers of the same form are sent the same bytes.
struct Form {
  Encoding encoding;
  std::uint8_t deflate_window_bits = 0;  // of permessage-deflate; 0 without
  friend bool operator==(const Form&, const Form&) = default;
};

/// Appends the message in that form; nothing if it has none. On the space's loop, whose WebSockets
/// share what compresses.
void append_encoded(std::string& out, Form form, const Space& space,
                    const Publication& publication);

/// The same messages in each form that somebody needs; a form's buffer is empty until it is built.
class FormBuffers {
 public:
  using Bytes = std::shared_ptr<std::string>;

  /// Valid until the next call.
  Bytes& at(Form form);
  /// Forgets the messages, and keeps the buffers that no outbox holds, for the next ones.
  void clear();

 private:
  struct Deflated {
    Form form;
    Bytes bytes;
  };
  std::array<Bytes, kEncodings> plain_;
  std::vector<Deflated> deflated_;
};

}  // namespace tillcast::realtime
