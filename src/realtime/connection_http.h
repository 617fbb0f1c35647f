// The HTTP state of a connection; dropped when it becomes a WebSocket.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "realtime/connection.h"
#include "realtime/event_stream_peer.h"
#include "realtime/server.h"

namespace tillcast::realtime {

struct Connection::Http {
  explicit Http(std::string address) : peer_address(std::move(address)) {}

  /// Nothing of a request was seen yet.
  [[nodiscard]] bool idle() const { return !parser || parser->idle(); }

  void keep(std::span<const std::byte> bytes) {
    input.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  /// Of the request that is being read; null between requests, so that a connection that waits,
  /// such as a poll's, is small.
  std::unique_ptr<protocol::HttpRequestParser> parser;
  /// Held while a body comes in that is larger than most routes take.
  AddressCounts::Slot large_body{};
  std::string peer_address;
  /// Whose request is being handled: the peer, or for whom it speaks if it is a trusted proxy.
  std::string client_address;
  /// What came while a request was in flight: at most what one turn reads, then reading stops.
  std::string input;
  /// Counts requests, so that a late answer finds its own.
  std::uint32_t request = 0;
  bool in_flight = false;
  bool reading = false;  // read_http() is on the stack
  bool head_only = false;
  bool accepts_gzip = false;
  bool keep_alive = true;
  bool keep_alive_allowed = true;
  std::string origin;
  /// The client of the stream of events that this connection became.
  std::unique_ptr<EventStreamPeer> events;
  /// The session whose poll this connection's request is; it is told if the client goes.
  EngineSession* poller = nullptr;

  /// A handshake that the application has not decided on yet.
  struct Handshake {
    protocol::HttpRequest request;
    bool upgrade;
  };
  std::unique_ptr<Handshake> undecided;

  /// What goes to another loop: the stream, the request that needs that loop, and what came after
  /// it.
  struct Move {
    std::uint32_t home = 0;
    std::unique_ptr<DetachedWire> wire;
    protocol::HttpRequest request;
    std::string input;
    std::string address;
    AddressCounts::Slot slot;
  };
  std::shared_ptr<Move> move;
};

}  // namespace tillcast::realtime
