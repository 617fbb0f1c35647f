// WebSocket frames in any pieces. Input: one byte for the role and the extension, one for the size
// of the pieces, then the bytes of a connection.

#include "protocol/websocket.h"

#include <cstring>
#include <string>
#include <vector>

#include "fuzz_input.h"
#include "protocol/utf8.h"
#include "protocol/websocket_deflate.h"

namespace {

using namespace tillcast::protocol;
using tillcast::fuzz::require;

constexpr std::uint32_t kMessageBytesMax = 4096;

struct Event {
  Opcode opcode;
  bool compressed;
  CloseCode code;
  std::string payload;
  friend bool operator==(const Event&, const Event&) = default;
};

class Recorder final : public FrameSink {
 public:
  std::vector<Event> events;

  void on_message(const Message& message) override {
    const auto text = as_text(message.payload);
    require(text.size() <= kMessageBytesMax, "messages are bounded");
    require(message.opcode == Opcode::kText || message.opcode == Opcode::kBinary, "two kinds");
    require(message.compressed || message.opcode == Opcode::kBinary || is_utf8(text),
            "text is UTF-8");
    if (message.compressed) {
      const auto inflated = deflate_.inflate(message.opcode, text, kMessageBytesMax);
      require(!inflated || inflated->size() <= kMessageBytesMax, "also once inflated");
      require(!inflated || message.opcode == Opcode::kBinary || is_utf8(*inflated), "UTF-8 too");
    }
    add({message.opcode, message.compressed, CloseCode::kNoStatus, text});
  }
  void on_ping(std::span<const std::byte> payload) override {
    add({Opcode::kPing, false, CloseCode::kNoStatus, as_text(payload)});
  }
  void on_pong(std::span<const std::byte> payload) override {
    add({Opcode::kPong, false, CloseCode::kNoStatus, as_text(payload)});
  }
  void on_close(CloseCode code, std::string_view reason) override {
    require(is_utf8(reason), "reasons are UTF-8");
    add({Opcode::kClose, false, code, std::string(reason)});
  }

 private:
  MessageDeflate deflate_;
  static std::string as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  void add(Event event) {
    require(events.empty() || events.back().opcode != Opcode::kClose, "close is the last");
    require(event.opcode < Opcode::kClose || event.payload.size() <= 125, "control is short");
    events.push_back(std::move(event));
  }
};

struct Outcome {
  std::vector<Event> events;
  int error = 0;
  bool idle = true;
};

Outcome decode(std::string bytes, std::size_t piece, FrameDecoder::Role role, bool compressed) {
  FrameDecoder decoder(kMessageBytesMax, role, compressed);
  Recorder recorder;
  Outcome outcome;
  std::span<std::byte> rest = std::as_writable_bytes(std::span(bytes));
  while (!rest.empty() && outcome.error == 0) {
    const auto part = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(part.size());
    const auto fed = decoder.feed(part, recorder);
    if (!fed) outcome.error = static_cast<int>(fed.error());
  }
  outcome.events = std::move(recorder.events);
  outcome.idle = decoder.idle();
  return outcome;
}

// The events as a peer of that role would receive them, each in one frame.
std::string encode(const std::vector<Event>& events, FrameDecoder::Role role) {
  std::string out;
  for (const Event& event : events) {
    std::string payload = event.payload;
    if (event.opcode == Opcode::kClose && event.code != CloseCode::kNoStatus) {
      const auto code = static_cast<unsigned>(event.code);
      payload.insert(0, {static_cast<char>(code >> 8), static_cast<char>(code & 0xFFU)});
    }
    const std::size_t at = out.size();
    if (role == FrameDecoder::Role::kServer) {
      append_masked_frame(out, event.opcode, payload, 0x9D3C0177U);
    } else {
      append_frame(out, event.opcode, payload);
    }
    if (event.compressed) out[at] = static_cast<char>(out[at] | 0x40);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tillcast::fuzz::Input input(data, size);
  const std::size_t options = input.choose();
  const std::size_t piece = 1 + input.choose();
  const auto role = (options & 1U) != 0 ? FrameDecoder::Role::kClient : FrameDecoder::Role::kServer;
  const bool compressed = (options & 2U) != 0;

  const std::string bytes(input.rest());
  const Outcome whole = decode(bytes, bytes.size() + 1, role, compressed);
  const Outcome pieces = decode(bytes, piece, role, compressed);
  require(whole.events == pieces.events, "events do not depend on the pieces");
  require(whole.error == pieces.error, "errors do not depend on the pieces");
  if (whole.error == 0) require(whole.idle == pieces.idle, "nor does what stays open");

  const std::string encoded = encode(whole.events, role);
  const Outcome again = decode(encoded, encoded.size() + 1, role, compressed);
  require(again.error == 0 && again.idle, "what was read can be written");
  require(again.events == whole.events, "decoding what was encoded changes nothing");
  return 0;
}
