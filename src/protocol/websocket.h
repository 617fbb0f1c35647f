// WebSocket (RFC 6455): the opening handshake as values, a frame decoder and a frame encoder.
// No sockets and no clock: the connection's thread feeds bytes and sends what was appended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/http.h"

namespace tillcast::protocol {

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10
};

/// RFC 6455 section 7.4. Applications cast their own codes (4000 to 4999) to it.
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupportedData = 1003,
  kNoStatus = 1005,  // never on the wire: a close frame without a code
  kAbnormal = 1006,  // never on the wire: the connection ended without a close frame
  kInvalidPayload = 1007,
  kPolicyViolation = 1008,
  kMessageTooBig = 1009,
  kMandatoryExtension = 1010,
  kInternalError = 1011,
  kServiceRestart = 1012,
  kTryAgainLater = 1013,
  kBadGateway = 1014
};

// ---------------------------------------------------------------------------------------------
// Handshake (section 4)

/// One offer of Sec-WebSocket-Extensions (section 9.1).
struct Extension {
  struct Parameter {
    std::string name;
    std::optional<std::string> value;  // without quotes
  };
  std::string name;
  std::vector<Parameter> parameters;
};

struct Handshake {
  std::string accept;                  // the value of Sec-WebSocket-Accept
  std::vector<std::string> protocols;  // offered subprotocols, in the client's order
  std::vector<Extension> extensions;   // offered extensions, in the client's order
};

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string accept_key(std::string_view key);

/// Whether the request asks for an upgrade to WebSocket at all, well or badly.
bool wants_websocket(const HttpRequest& request);

/// 400 for a request that is no valid opening handshake, 426 for a version other than 13.
Result<Handshake, HttpError> check_upgrade(const HttpRequest& request);

/// The 101 that accepts, with `protocol` (one of handshake.protocols) and `extensions` (what was
/// agreed on) unless empty.
HttpResponse upgrade_response(const Handshake& handshake, std::string_view protocol = {},
                              std::string_view extensions = {});

/// The plain-text answer to a refused handshake; a 426 names the version that is spoken here.
HttpResponse upgrade_refusal(const HttpError& error);

// ---------------------------------------------------------------------------------------------
// Decoder (section 5)

struct Message {
  Opcode opcode = Opcode::kText;  // kText or kBinary
  bool compressed = false;        // RSV1 was set: inflate, then check the UTF-8 of text
  std::span<std::byte> payload;   // unmasked; valid only during the call
};

/// Receives what a FrameDecoder finds, in the order of the wire, during feed(). It must not destroy
/// the decoder. The spans may be written to and are valid only during the call.
class FrameSink {
 public:
  virtual void on_message(const Message& message) = 0;
  virtual void on_ping(std::span<const std::byte> payload) = 0;
  virtual void on_pong(std::span<const std::byte> payload) = 0;
  /// kNoStatus if the frame had no code. Nothing is reported after it.
  virtual void on_close(CloseCode code, std::string_view reason) = 0;

 protected:
  ~FrameSink() = default;
};

/// Frames -> messages. A message that lies whole inside the input, in one frame, is unmasked in
/// place and handed on without a copy; memory is held only while a frame or a fragmented message is
/// incomplete.
///
/// Text is checked to be UTF-8 as it arrives, across fragments. An error is the close code that the
/// peer must be told: 1002 broken framing, 1007 text that is not UTF-8, 1009 a message above
/// message_bytes_max. After an error the decoder is discarded.
class FrameDecoder {
 public:
  enum class Role : std::uint8_t {
    kServer,  // takes only masked frames
    kClient   // takes only unmasked frames
  };

  explicit FrameDecoder(std::uint32_t message_bytes_max, Role role = Role::kServer,
                        bool allow_compressed = false);
  FrameDecoder(FrameDecoder&&) noexcept;
  FrameDecoder& operator=(FrameDecoder&&) noexcept;
  ~FrameDecoder();

  /// Consumes all bytes and changes them (unmasking is done in place).
  Result<void, CloseCode> feed(std::span<std::byte> bytes, FrameSink& sink);

  /// No frame and no fragmented message is open.
  bool idle() const { return partial_ == nullptr; }
  bool close_received() const { return close_received_; }

 private:
  struct FrameHeader;
  struct Partial;

  Result<bool, CloseCode> parse_header(std::span<const std::byte> bytes, FrameHeader& header) const;
  Result<void, CloseCode> check_start(const FrameHeader& header) const;
  Result<void, CloseCode> check_length(const FrameHeader& header) const;
  Result<void, CloseCode> whole_frame(const FrameHeader& header, std::span<std::byte> payload,
                                      FrameSink& sink);
  Result<void, CloseCode> collect_header(std::span<std::byte>& bytes, FrameSink& sink);
  Result<void, CloseCode> begin_frame(const FrameHeader& header, std::span<std::byte>& bytes,
                                      FrameSink& sink);
  Result<void, CloseCode> collect_payload(std::span<std::byte>& bytes, FrameSink& sink);
  Result<void, CloseCode> end_of_frame(FrameSink& sink);
  Result<void, CloseCode> control_frame(Opcode opcode, std::span<const std::byte> payload,
                                        FrameSink& sink);

  std::unique_ptr<Partial> partial_;
  std::uint32_t message_bytes_max_;
  Role role_;
  bool allow_compressed_;
  bool close_received_ = false;
};

/// XORs the bytes with the mask, starting at mask byte `offset % 4` (section 5.3).
void apply_mask(std::span<std::byte> bytes, std::uint32_t mask, std::size_t offset = 0);

/// Whether a peer may send this code in a close frame (section 7.4).
bool is_valid_close_code(std::uint16_t code);

// ---------------------------------------------------------------------------------------------
// Encoder

/// The bytes of an unmasked frame's header before a payload of n bytes.
constexpr std::size_t frame_header_size(std::size_t n) {
  return n < 126 ? 2 : n <= 0xFFFF ? 4 : 10;
}

/// Appends the header of an unmasked final frame; the caller appends the n bytes after it.
void append_frame_header(std::string& out, Opcode opcode, std::size_t n, bool compressed = false);

/// Appends one unmasked final frame, as a server sends it. Control payloads have at most 125 bytes.
void append_frame(std::string& out, Opcode opcode, std::string_view payload,
                  bool compressed = false);

/// The bytes of the whole unmasked final frame that starts there; nothing if none starts, or if it
/// does not lie whole in `bytes`.
std::optional<std::size_t> unmasked_frame_size(std::string_view bytes);

/// Appends one masked frame, as a client sends it. `mask` is the key's four bytes as in memory.
void append_masked_frame(std::string& out, Opcode opcode, std::string_view payload,
                         std::uint32_t mask, bool final = true);

/// Appends an unmasked close frame. A reason above 123 bytes is cut at a code point; kNoStatus and
/// kAbnormal give a frame without a code.
void append_close(std::string& out, CloseCode code, std::string_view reason = {});

}  // namespace tillcast::protocol
