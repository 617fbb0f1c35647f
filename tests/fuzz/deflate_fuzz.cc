// permessage-deflate. Input: one byte that chooses; then a Sec-WebSocket-Extensions value, or a
// compressed payload, or a message to be compressed.

#include "protocol/deflate.h"

#include <string>

#include "fuzz_input.h"
#include "protocol/utf8.h"
#include "protocol/websocket_deflate.h"

namespace {

using namespace tillcast::protocol;
using tillcast::fuzz::require;

constexpr std::size_t kBytesMax = 64 * 1024;

void check_offer(std::string_view extensions) {
  HttpRequest request;
  request.method = "GET";
  request.headers = {{"upgrade", "websocket"},
                     {"connection", "upgrade"},
                     {"sec-websocket-version", "13"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"sec-websocket-extensions", std::string(extensions)}};
  const auto handshake = check_upgrade(request);
  if (!handshake) {
    require(handshake.error().status == 400, "a bad list is the client's fault");
    return;
  }
  const auto agreed = agree_on_deflate(handshake->extensions);
  if (!agreed) return;
  require(agreed->window_bits >= Deflater::kWindowBitsMin &&
              agreed->window_bits <= Deflater::kWindowBitsMax,
          "windows");
  std::string out;
  require(write_response(out, upgrade_response(*handshake, {}, agreed->response), true, false, ""),
          "the answer can be written");
}

// Whatever state an input leaves behind, the next message is read as if it were the first.
void check_next(MessageDeflate& deflate) {
  const std::string_view hello("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
  const auto text = deflate.inflate(Opcode::kText, hello, kBytesMax);
  require(text.has_value() && *text == "Hello", "the next message is not disturbed");
}

void check_payload(std::string_view payload) {
  MessageDeflate deflate;
  const auto binary = deflate.inflate(Opcode::kBinary, payload, kBytesMax);
  if (binary) {
    require(binary->size() <= kBytesMax, "messages are bounded");
    const std::string whole(*binary);
    const auto text = deflate.inflate(Opcode::kText, payload, kBytesMax);
    require(text.has_value() == is_utf8(whole), "text is UTF-8");
    require(!deflate.inflate(Opcode::kBinary, payload, whole.size() == 0 ? 0 : whole.size() - 1)
                    .has_value() ||
                whole.empty(),
            "the limit is exact");
  } else {
    require(
        binary.error() == CloseCode::kMessageTooBig || binary.error() == CloseCode::kInvalidPayload,
        "errors are close codes");
  }
  check_next(deflate);
}

void check_message(std::string_view message, int window_bits) {
  std::string packed;
  Deflater deflater(Deflater::Format::kRawMessage, window_bits);
  deflater.append(packed, message);
  std::string again;
  deflater.append(again, message);
  require(packed == again, "a message has no history");
  MessageDeflate deflate;
  const auto inflated = deflate.inflate(Opcode::kBinary, packed, message.size());
  require(inflated.has_value() && *inflated == message, "what was compressed comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tillcast::fuzz::Input input(data, size);
  const std::size_t choice = input.choose();
  if (choice % 3 == 0) {
    check_offer(input.rest());
  } else if (choice % 3 == 1) {
    check_payload(input.rest());
  } else {
    check_message(input.rest(), Deflater::kWindowBitsMin + static_cast<int>(choice / 3 % 7));
  }
  return 0;
}
