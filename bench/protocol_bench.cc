// What one message costs the codecs, without a socket: the part of a delivery that is ours alone.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "protocol/http.h"
#include "protocol/websocket.h"

namespace {

namespace protocol = tillcast::protocol;

constexpr std::string_view kOrderRequest =
    "POST /api/v1/orders HTTP/1.1\r\n"
    "Host: localhost:8800\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: application/json\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
    "Content-Type: application/json\r\n"
    "Idempotency-Key: 01J9Z3K8Q2W4R6T8Y0V2B4N6M8\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
    "Content-Length: 57\r\n"
    "\r\n"
    R"({"shop":"bakery","items":[{"product":"p1","quantity":2}]})";

void parse_order_request(benchmark::State& state) {
  const std::string request(kOrderRequest);
  protocol::HttpRequestParser parser{protocol::HttpLimits{}};
  for (auto _ : state) {
    auto step = parser.feed(std::as_bytes(std::span(request)));
    if (!step || step->state != protocol::HttpRequestParser::State::kComplete) {
      state.SkipWithError("the request was not taken");
      break;
    }
    benchmark::DoNotOptimize(parser.take());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.size()));
}
BENCHMARK(parse_order_request);

class CountingSink final : public protocol::FrameSink {
 public:
  void on_message(const protocol::Message& message) override { bytes += message.payload.size(); }
  void on_ping(std::span<const std::byte>) override {}
  void on_pong(std::span<const std::byte>) override {}
  void on_close(protocol::CloseCode, std::string_view) override {}

  std::size_t bytes = 0;
};

// The argument is the payload's size; 350 bytes are a usual change of one record.
void decode_masked_text(benchmark::State& state) {
  constexpr std::uint32_t kMask = 0x5A17C3E9;
  std::string frame;
  protocol::append_masked_frame(frame, protocol::Opcode::kText,
                                std::string(static_cast<std::size_t>(state.range(0)), 'x'), kMask);
  protocol::FrameDecoder decoder(1 << 20);
  CountingSink sink;
  std::string bytes;
  for (auto _ : state) {
    bytes = frame;  // Decoding unmasks in place, so each turn needs fresh bytes.
    if (!decoder.feed(std::as_writable_bytes(std::span(bytes)), sink)) {
      state.SkipWithError("the frame was not taken");
      break;
    }
  }
  benchmark::DoNotOptimize(sink.bytes);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}
BENCHMARK(decode_masked_text)->Arg(20)->Arg(350)->Arg(16384);

void encode_text(benchmark::State& state) {
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  std::string out;
  for (auto _ : state) {
    out.clear();
    protocol::append_frame(out, protocol::Opcode::kText, payload);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(encode_text)->Arg(20)->Arg(350)->Arg(16384);

}  // namespace
