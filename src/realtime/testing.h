// Test support: a shard over memory and a manual clock, with clients that are bytes in and bytes
// out.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "protocol/websocket.h"
#include "realtime/server.h"
#include "realtime/shard.h"

namespace tillcast::realtime::testing {

/// Byte streams as strings. Each takes at most `window` bytes until it is told to take more.
class MemoryWire final : public Wire {
 public:
  struct Stream {
    std::string sent;
    std::size_t sends = 0;
    std::size_t window = SIZE_MAX;
    bool paused = false;
    bool closed = false;
    CloseMode mode = CloseMode::kGraceful;
    WireEvents* events = nullptr;
  };

  std::size_t send(WireId wire, std::string_view bytes) override {
    Stream& stream = streams_[wire];
    const std::size_t taken = std::min(bytes.size(), stream.window - stream.sent.size());
    stream.sent.append(bytes.substr(0, taken));
    ++stream.sends;
    return taken;
  }
  void pause_reading(WireId wire, bool paused) override { streams_[wire].paused = paused; }
  void close(WireId wire, CloseMode mode) override {
    streams_[wire].closed = true;
    streams_[wire].mode = mode;
  }
  std::unique_ptr<DetachedWire> detach(WireId wire) override {
    streams_[wire].closed = true;
    return std::make_unique<DetachedWire>();
  }
  std::optional<WireId> adopt(std::unique_ptr<DetachedWire>, WireEvents& events) override {
    const WireId wire{next_++};
    streams_[wire].events = &events;
    return wire;
  }

  WireId open(Shard& shard, Server& server) {
    const WireId wire{next_++};
    streams_[wire].events = &shard.open(wire, server, "127.0.0.1");
    return wire;
  }
  Stream& operator[](WireId wire) { return streams_[wire]; }

 private:
  std::map<WireId, Stream> streams_;
  std::uint32_t next_ = 0;
};

/// A server on one shard, and the turns of its loop.
class World {
 public:
  explicit World(ServerOptions options = {}) : server(std::move(options)) {
    server.attach({&shard});
  }

  void give(WireId wire, std::string bytes) {
    MemoryWire::Stream& stream = wires[wire];
    if (!stream.closed) {
      stream.events->on_bytes(std::as_writable_bytes(std::span(bytes.data(), bytes.size())));
    }
    turn();
  }
  void turn() {
    shard.run_posted();
    shard.end_turn();
  }
  void advance_ms(std::int64_t ms) {
    clock.advance_ms(ms);
    turn();
  }
  /// What was sent since the last call.
  std::string take(WireId wire) { return std::exchange(wires[wire].sent, {}); }

  WireId connect() { return wires.open(shard, server); }

  /// A plain WebSocket that has shaken hands.
  WireId connect_websocket(std::string_view target, std::string_view headers = {}) {
    const WireId wire = connect();
    give(wire, upgrade_request(target, headers));
    handshake = take(wire);
    const auto end = handshake.find("\r\n\r\n");
    if (end != std::string::npos) wires[wire].sent = handshake.substr(end + 4);
    return wire;
  }

  static std::string upgrade_request(std::string_view target, std::string_view headers = {}) {
    return "GET " + std::string(target) +
           " HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(headers) + "\r\n";
  }
  static std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: shop.test\r\n\r\n";
  }
  static std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: shop.test\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
  }
  static std::string frame(std::string_view text) {
    std::string bytes;
    protocol::append_masked_frame(bytes, protocol::Opcode::kText, text, 0x12345678);
    return bytes;
  }
  /// The text messages among the frames that were sent since the last call.
  std::vector<std::string> messages(WireId wire) {
    struct Sink final : protocol::FrameSink {
      void on_message(const protocol::Message& message) override {
        const std::string_view payload(reinterpret_cast<const char*>(message.payload.data()),
                                       message.payload.size());
        if (!message.compressed) {
          texts.emplace_back(payload);
          return;
        }
        const auto inflated = deflate.inflate(message.opcode, payload, 10'000'000);
        texts.push_back(inflated ? std::string(*inflated) : "broken compression");
      }
      void on_ping(std::span<const std::byte>) override {}
      void on_pong(std::span<const std::byte>) override {}
      void on_close(protocol::CloseCode code, std::string_view) override {
        texts.push_back("close " + std::to_string(static_cast<int>(code)));
      }
      std::vector<std::string> texts;
      protocol::MessageDeflate deflate;
    } sink;
    std::string bytes = take(wire);
    protocol::FrameDecoder decoder(10'000'000, protocol::FrameDecoder::Role::kClient, true);
    const auto fed =
        decoder.feed(std::as_writable_bytes(std::span(bytes.data(), bytes.size())), sink);
    if (fed.has_error()) sink.texts.emplace_back("broken frames");
    return sink.texts;
  }
  /// The body of the one response that was sent since the last call.
  std::string body(WireId wire) {
    const std::string response = take(wire);
    const auto end = response.find("\r\n\r\n");
    return end == std::string::npos ? "no response" : response.substr(end + 4);
  }

  ManualClock clock;
  SeededRandom random{7};
  MemoryWire wires;
  Server server;
  Shard shard{0, wires, clock, random, [] {}};
  std::string handshake;
};

}  // namespace tillcast::realtime::testing
